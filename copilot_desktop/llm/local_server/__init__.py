"""The models that run on this machine: llama.cpp's server as worker processes of the program."""

from copilot_desktop.llm.local_server.server import LocalServer, ModelFile, inspect_file
from copilot_desktop.llm.local_server.starter_model import BUILT_IN_PROFILE, starter_model_path
from copilot_desktop.llm.local_server.worker_process import Endpoint

__all__ = ["BUILT_IN_PROFILE", "Endpoint", "LocalServer", "ModelFile", "inspect_file", "starter_model_path"]
