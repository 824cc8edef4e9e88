"""There is one way to a model, and what goes it is masked: by types, and by what may talk to a network at all."""

from __future__ import annotations

import ast
import inspect
import typing
from pathlib import Path

import pytest

from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.openai_chat.wire import ChatFormat
from copilot_desktop.llm.openai_embeddings.wire import EmbeddingsFormat
from copilot_desktop.llm.openai_responses.wire import ResponsesFormat
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.requests import Message, ModelRequest, ToolCall
from tests.support.planted_secrets import every_kind

PACKAGE = Path(__file__).parents[3] / "copilot_desktop"
NETWORK = {"openai", "httpx2", "httpx", "requests", "aiohttp", "http.client", "urllib.request", "websockets"}
PROFILE = Profile("p", ProviderKind.CHAT, "http://x", "m", KeySource.NONE)


@pytest.mark.parametrize("role", ["system", "user", "assistant", "tool"])
def test_making_a_request_masks_it(role: typing.Literal["system", "user", "assistant", "tool"]) -> None:
    """Whoever makes it, with whatever message."""
    for name, line, secret in every_kind(4):
        call = ToolCall(0, "c", "f", line)
        messages = (Message(role, f"a {line} b"), Message("assistant", "", (call,)))
        request = ModelRequest("r", "t", PROFILE, messages, "anything")
        for wire in (ChatFormat("x"), ResponsesFormat(), EmbeddingsFormat()):
            body = repr(wire.body(request, "m"))
            assert secret not in body, name
            assert repr(secret)[1:-1] not in body, name


def test_the_client_takes_nothing_else() -> None:
    for method in (ModelClient.stream, ChatFormat.body, ResponsesFormat.body, EmbeddingsFormat.body):
        assert typing.get_type_hints(method)["request"] is ModelRequest
    assert ModelRequest.__subclasses__() == []
    assert "__post_init__" in inspect.getsource(ModelRequest)


def test_nothing_else_talks_to_a_network() -> None:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else names
            found |= {_room(path) for name in names if _is_network(name)}
    # What fetches a page takes its address and nothing else.
    assert found == {"llm", "context/web/fetching.py"}


def _room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if parts[0] == "llm" else "/".join(parts)


def _is_network(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in NETWORK)
