"""More than forty faults of servers, networks and proxies through the real client: each has its own sentence."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop import errors
from copilot_desktop.errors import ModelError, Remedy
from copilot_desktop.llm.profiles import ProviderKind
from copilot_desktop.llm.requests import Tool
from copilot_desktop.llm.transport.connection import Limits
from tests.support.http_exchange import Exchange
from tests.support.odd_servers import Authority, answering, raw_server, resetting, with_certificate
from tests.support.openai_server import OpenAIServer, closed_port_url
from tests.support.wire_answers import wire_of
from tests.unit.llm.asking import KEY, Records, ask, profile_of, request_for

SHORT = Limits(connect_s=20.0, first_token_s=0.5)
LONG = Limits(connect_s=20.0, first_token_s=30.0, stall_s=30.0)
HOST = "models.example"
TOOL = Tool("edit_file", "Change a file.", {"type": "object", "properties": {}})


class Bench:
    """Asks once in a way that fails; `kind` is the wire format."""

    def __init__(self, stack: ExitStack, patch: pytest.MonkeyPatch, folder: Path, kind: ProviderKind) -> None:
        self.stack = stack
        self.patch = patch
        self.authority = Authority(folder)
        self.stranger = Authority(folder, "Unknown authority")
        self.kind = kind

    def ask(
        self, base_url: str, *, limits: Limits = LONG, key: str | None = KEY, tools: tuple[Tool, ...] = ()
    ) -> ModelError:
        profile = replace(profile_of(base_url, key=key is not None), kind=self.kind)
        with pytest.raises(ModelError) as caught:
            ask(request_for(profile, tools=tools), Records(), limits, key or "")
        return caught.value

    def server(self, script: Callable[[OpenAIServer], object], **more: Any) -> ModelError:
        with OpenAIServer() as server:
            script(server)
            return self.ask(server.base_url, **more)

    def reply(self, reply: Callable[[Exchange], None], **more: Any) -> ModelError:
        return self.server(lambda server: server.replies(reply), **more)

    def raw(self, serve: Callable[[socket.socket], None], url: str = "http://127.0.0.1:{}/v1") -> ModelError:
        return self.ask(url.format(self.stack.enter_context(raw_server(serve))))

    def certificate(self, path: Path) -> ModelError:
        self.patch.setenv("SSL_CERT_FILE", str(self.authority.path))
        return self.raw(with_certificate(path), f"https://{HOST}:{{}}/v1")

    def proxy(self, address: str) -> ModelError:
        self.patch.setenv("https_proxy", address)
        return self.ask(f"https://{HOST}/v1")

    def replying_proxy(self, reply: bytes) -> ModelError:
        return self.proxy(f"http://127.0.0.1:{self.stack.enter_context(raw_server(answering(reply)))}")


def never_accepting(bench: Bench) -> ModelError:
    listener = bench.stack.enter_context(socket.socket())
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    for _ in range(4):  # Fill the queue of the kernel, so that the next connect hangs.
        filler = bench.stack.enter_context(socket.socket())
        filler.setblocking(False)
        filler.connect_ex(listener.getsockname())
    return bench.ask(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", limits=Limits(connect_s=0.3))


def streamed(*chunks: bytes, after: int = 0) -> Callable[[Exchange], None]:
    def reply(exchange: Exchange) -> None:
        wire = wire_of(exchange)
        wire.begin()
        for _ in range(after):
            wire.text("word ")
        for chunk in chunks:
            exchange.raw(chunk)
        exchange.end_stream()

    return reply


def huge_line(exchange: Exchange) -> None:
    """100 MB without a line's end; raises in the exchange as soon as the client hangs up."""
    exchange.begin_stream()
    exchange.raw(b"data: ")
    for _ in range(100):
        exchange.raw(b"x" * 1_000_000)
    raise AssertionError("all of it was taken")


def huge_answer(exchange: Exchange) -> None:
    """An answer that is not a stream, and does not end."""
    exchange.begin_stream("application/json")
    for _ in range(200):
        exchange.raw(b" " * 1_000_000)
    raise AssertionError("all of it was taken")


def damaged(exchange: Exchange) -> None:
    data = bytearray(gzip.compress(b"data: {}\n\n" * 100))
    data[20:30] = bytes(10)
    exchange.whole(200, bytes(data), "text/event-stream", {"Content-Encoding": "gzip"})


FAULTS: dict[str, Callable[[Bench], ModelError]] = {
    "wrong key": lambda bench: bench.server(OpenAIServer.wrong_key),
    "forbidden key": lambda bench: bench.server(lambda server: server.fails(403, "Not yours.")),
    "forbidden country": lambda bench: bench.server(
        lambda server: server.fails(403, "Not here.", code="unsupported_country_region_territory")
    ),
    "no key": lambda bench: bench.server(OpenAIServer.wrong_key, key=None),
    "unusable key": lambda bench: bench.server(OpenAIServer.wrong_key, key="sk with blanks"),
    "unknown model": lambda bench: bench.server(OpenAIServer.unknown_model),
    "no tools": lambda bench: bench.server(
        lambda server: server.fails(400, "registry.ollama.ai/library/gemma3:4b does not support tools"), tools=(TOOL,)
    ),
    "unreadable call": lambda bench: bench.server(
        lambda server: server.fails(500, "error parsing tool call: raw='{', err=unexpected end of JSON input")
    ),
    "wrong path": lambda bench: bench.server(lambda server: server.fails(404, "Not Found")),
    "wrong method": lambda bench: bench.server(lambda server: server.fails(405, "Method Not Allowed")),
    "context length": lambda bench: bench.server(OpenAIServer.context_length),
    "too large": lambda bench: bench.server(lambda server: server.fails(413, "Payload Too Large")),
    "rate limit": lambda bench: bench.server(OpenAIServer.rate_limit),
    "quota": lambda bench: bench.server(OpenAIServer.quota),
    "filtered request": lambda bench: bench.server(
        lambda server: server.fails(400, "The prompt triggered a policy.", code="content_filter")
    ),
    "bad request": lambda bench: bench.server(lambda server: server.fails(400, "Something is wrong.")),
    "server error": lambda bench: bench.server(OpenAIServer.server_error),
    "bad gateway": lambda bench: bench.server(lambda server: server.server_error(502)),
    "overloaded": lambda bench: bench.server(lambda server: server.server_error(503)),
    "gateway time-out": lambda bench: bench.server(lambda server: server.server_error(504)),
    "redirect": lambda bench: bench.server(
        lambda server: server.fails(307, "moved", headers={"Location": "https://elsewhere.example/v1"})
    ),
    "refused": lambda bench: bench.ask(closed_port_url()),
    "unknown name": lambda bench: bench.ask("http://nowhere.invalid/v1"),
    "never accepted": never_accepting,
    "no address": lambda bench: bench.ask("models.example/v1"),
    "TLS to a plain server": lambda bench: bench.raw(
        lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "https://127.0.0.1:{}/v1"
    ),
    "self-signed": lambda bench: bench.certificate(bench.authority.certificate(HOST, is_self_signed=True)),
    "unknown issuer": lambda bench: bench.certificate(bench.stranger.certificate(HOST)),
    "expired": lambda bench: bench.certificate(bench.authority.certificate(HOST, (-30, -1))),
    "not yet valid": lambda bench: bench.certificate(bench.authority.certificate(HOST, (2, 30))),
    "wrong host": lambda bench: bench.certificate(bench.authority.certificate("other.example")),
    "proxy refused": lambda bench: bench.proxy(closed_port_url().removesuffix("/v1")),
    "proxy unknown": lambda bench: bench.proxy("http://proxy.invalid:3128"),
    "proxy login": lambda bench: bench.replying_proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),
    "proxy forbids": lambda bench: bench.replying_proxy(b"HTTP/1.1 403 Forbidden\r\n\r\n"),
    "not HTTP": lambda bench: bench.raw(answering(b"220 mail.example ready\r\n\r\n")),
    "closed at once": lambda bench: bench.raw(answering(b"")),
    "reset": lambda bench: bench.raw(resetting),
    "no first token": lambda bench: bench.server(lambda server: server.stall(before_headers=True), limits=SHORT),
    "stalled": lambda bench: bench.server(lambda server: server.stall(after=1), limits=replace(LONG, stall_s=0.3)),
    "cut": lambda bench: bench.server(lambda server: server.cut(after=1)),
    "malformed": lambda bench: bench.server(OpenAIServer.malformed),
    "not UTF-8": lambda bench: bench.reply(streamed(b'data: {"a": "\xff"}\n\n')),
    "huge line": lambda bench: bench.reply(huge_line),
    "huge answer": lambda bench: bench.reply(huge_answer),
    "web page": lambda bench: bench.server(OpenAIServer.html),
    "damaged": lambda bench: bench.reply(damaged),
    "error before text": lambda bench: bench.server(lambda server: server.error_in_stream(after=0)),
    "error after text": lambda bench: bench.server(lambda server: server.error_in_stream(after=1)),
    "empty": lambda bench: bench.server(OpenAIServer.empty),
    "used up": lambda bench: bench.server(lambda server: server.answers([], finish_reason="length")),
    "filtered answer": lambda bench: bench.server(lambda server: server.answers([], finish_reason="content_filter")),
}


def resolve(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
    """In place of the system's resolver, which would ask a server outside this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port or 0)))]


@pytest.fixture(scope="module", params=[ProviderKind.CHAT, ProviderKind.RESPONSES])
def met(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModelError]:
    """What each fault became."""
    found = {}
    for name, fault in FAULTS.items():
        with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", resolve)
            found[name] = fault(Bench(stack, patch, tmp_path_factory.mktemp("faults"), request.param))
    return found


def test_each_fault_has_a_sentence_of_its_own(met: dict[str, ModelError]) -> None:
    assert len(met) >= 30
    by_message: dict[str, list[str]] = {}
    for name, error in met.items():
        by_message.setdefault(error.message, []).append(name)
    assert [names for names in by_message.values() if len(names) > 1] == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_is_in_the_tree_with_advice_and_without_the_key(met: dict[str, ModelError], name: str) -> None:
    error = met[name]
    assert type(error).__module__ == errors.__name__
    assert error.message.endswith(".")
    assert error.advice.endswith(".")
    assert "!" not in error.message + error.advice
    assert KEY not in f"{error.message}{error.advice}{error.detail}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("expired", "has expired"),
        ("not yet valid", "not valid yet"),
        ("wrong host", "for another name"),
        ("self-signed", "signed by itself"),
        ("unknown issuer", "issued by an authority"),
        ("proxy refused", "The proxy 127.0.0.1"),
        ("proxy unknown", "name of the proxy, proxy.invalid:3128,"),
        ("proxy login", "wants a login"),
        ("proxy forbids", "would not connect to models.example"),
        ("redirect", "to elsewhere.example"),
        ("huge line", "16 MB in one piece"),
        ("huge answer", "50 MB as one answer"),
        ("not HTTP", "does not speak HTTP"),
        ("closed at once", "closed the connection without answering"),
    ],
)
def test_what_is_said(met: dict[str, ModelError], name: str, said: str) -> None:
    assert said in met[name].message, met[name].detail


MODELS_RETRY, RETRY, EDIT = (Remedy.MODELS, Remedy.RETRY), (Remedy.RETRY,), (Remedy.EDIT,)
OFFERED: dict[tuple[Remedy, ...], str] = {
    MODELS_RETRY: "wrong key, forbidden key, forbidden country, no key, unusable key, unknown model, no tools, wrong "
    "path, wrong method, quota, redirect, refused, unknown name, never accepted, no address, wrong host, "
    "TLS to a plain server, not HTTP, malformed, huge line, huge answer, web page, reset, not UTF-8",
    RETRY: "server error, bad gateway, overloaded, gateway time-out, self-signed, unknown issuer, expired, not yet "
    "valid, proxy refused, proxy unknown, proxy login, proxy forbids, closed at once, no first token, stalled, cut, "
    "damaged, error before text, error after text",
    (Remedy.SHORTEN,): "context length, too large",
    (Remedy.WAIT, Remedy.RETRY): "rate limit",
    EDIT: "filtered request, filtered answer",
    (Remedy.EDIT, Remedy.RETRY): "bad request",
    (Remedy.RETRY, Remedy.EDIT): "empty",
    (Remedy.RETRY, Remedy.MODELS): "unreadable call",
    (Remedy.MODELS, Remedy.EDIT): "used up",
}


def test_each_offers_what_helps_and_nothing_else(met: dict[str, ModelError]) -> None:
    expected = {name: remedies for remedies, names in OFFERED.items() for name in names.split(", ")}
    assert {name: error.remedies for name, error in met.items()} == expected


def test_only_what_never_left_may_be_sent_again(met: dict[str, ModelError]) -> None:
    assert {name for name, error in met.items() if getattr(error, "may_retry", False)} == {
        "refused", "unknown name", "never accepted", "proxy refused", "proxy unknown"
    }  # fmt: skip
