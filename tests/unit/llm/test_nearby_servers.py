"""Servers on this machine: found by their list of models, and nothing else is taken for one."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from copilot_desktop.llm.nearby_servers import USUAL_PORTS, NearbyServer, UsualPort, find_nearby
from tests.support.http_exchange import RecordedRequest
from tests.support.openai_server import OpenAIServer, Reply, closed_port_url


class Listing(OpenAIServer):
    """Answers every request in one way."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._listing = reply

    def _reply_to(self, request: RecordedRequest) -> Reply:
        return self._listing


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(models=["llama3.2", "qwen"]) as running:
        yield running


def at(server: OpenAIServer | str, program: str = "Test") -> UsualPort:
    url = server if isinstance(server, str) else server.base_url
    return UsualPort(program, urlsplit(url).port or 0)


def test_a_server_is_found_with_its_models(server: OpenAIServer) -> None:
    usual = at(server, "Ollama")
    found = find_nearby((at(closed_port_url()), usual))
    assert found == (NearbyServer("Ollama", f"http://localhost:{usual.port}/v1", ("llama3.2", "qwen")),)
    (seen,) = server.listings
    assert seen.authorization is None


def test_a_server_that_wants_a_key_is_offered_without_models() -> None:
    with OpenAIServer(key="sk-test") as server:
        (found,) = find_nearby((at(server),))
    assert (found.models, found.needs_key) == ((), True)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"data": 3}', b"[" * 100_000, b"\xff"])
def test_other_programs_on_these_ports_are_passed_over(body: bytes) -> None:
    with Listing(lambda exchange: exchange.whole(200, body, "text/plain")) as server:
        assert find_nearby((at(server),)) == ()
    with Listing(lambda exchange: exchange.whole(401, body, "text/plain")) as server:
        assert find_nearby((at(server),)) == ()


def test_a_program_that_says_nothing_holds_up_nobody(server: OpenAIServer) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        started = time.monotonic()
        found = find_nearby((UsualPort("mute", mute.getsockname()[1]), at(server)), limit_s=0.5)
    assert [each.program for each in found] == ["Test"]
    assert time.monotonic() - started < 10


def test_the_usual_ports() -> None:
    assert [(usual.program, usual.port) for usual in USUAL_PORTS] == [
        ("Ollama", 11434),
        ("LM Studio", 1234),
        ("llama.cpp", 8080),
        ("vLLM", 8000),
    ]
