"""The built-in model: llama.cpp's server as a worker process of the program."""

from copilot_desktop.llm.local_server.server import Endpoint, LocalServer
from copilot_desktop.llm.local_server.starter_model import BUILT_IN_PROFILE, starter_model_path

__all__ = ["BUILT_IN_PROFILE", "Endpoint", "LocalServer", "starter_model_path"]
