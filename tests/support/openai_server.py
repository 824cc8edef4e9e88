"""A real HTTP server on loopback that speaks OpenAI's Chat Completions, and misbehaves on request.

    with OpenAIServer() as server:
        server.rate_limit(retry_after="1")      # the first request gets this,
        server.answers("def f(): ...")          # the second and all further ones get this
        profile = Profile("test", ProviderKind.CHAT, server.base_url, "test-model", KeySource.NONE)
        ...
        assert server.requests[0].body["messages"][-1]["content"] == "..."

Replies are played in the order they were scripted; the last one stays for all further requests. Nothing scripted: the
answer is "Hello from the test server." Every method may be called while requests run. Leaving the block ends every
connection and thread.
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

DEFAULT_ANSWER = "Hello from the test server."
PIECE_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class ServerUsage:
    """What the server says it counted, in tokens."""

    input_tokens: int = 11
    output_tokens: int = 7
    cached_tokens: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.input_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens},
        }


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request as it came in. Header names are lower case; `raw` is the body's text."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    raw: str

    @property
    def authorization(self) -> str | None:
        return self.headers.get("authorization")

    @property
    def prompt(self) -> str:
        """Text of the last message."""
        return str(self.body["messages"][-1]["content"])


class _ClientGoneError(Exception):
    """The client closed its end."""


def pieces_of(text: str) -> list[str]:
    """Cut as a model's tokens would: short pieces, any place."""
    return [text[start : start + PIECE_CHARACTERS] for start in range(0, len(text), PIECE_CHARACTERS)]


def closed_port_url() -> str:
    """A base URL at which nobody listens: connecting is refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


class Exchange:
    """One request being answered; what a reply function writes with."""

    def __init__(self, server: OpenAIServer, handler: BaseHTTPRequestHandler, request: RecordedRequest) -> None:
        self.server = server
        self.request = request
        self._handler = handler

    def whole(self, status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> None:
        """A response that is not a stream."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", content_type)
        self._handler.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        self.whole(status, json.dumps(body).encode(), "application/json", headers)

    def begin_stream(self) -> None:
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        """Bytes into the open stream; raises when the client has gone."""
        if self._is_client_gone():
            raise _ClientGoneError
        try:
            self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self._handler.wfile.flush()
        except OSError as error:
            raise _ClientGoneError from error

    def event(self, payload: Any) -> None:
        self.raw(f"data: {json.dumps(payload)}\n\n".encode())

    def delta(self, delta: Mapping[str, Any], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": finish_reason}
        self.event(self._chunk() | {"choices": [choice]})

    def usage(self, usage: ServerUsage) -> None:
        self.event(self._chunk() | {"choices": [], "usage": usage.as_json()})

    def done(self) -> None:
        self.raw(b"data: [DONE]\n\n")

    def end_stream(self) -> None:
        """A tidy end of the body, whatever the body said."""
        try:
            self._handler.wfile.write(b"0\r\n\r\n")
        except OSError as error:
            raise _ClientGoneError from error

    def hang_up(self) -> None:
        """Close the connection in the middle."""
        self._handler.close_connection = True

    def wait(self, seconds: float | None, until: threading.Event | None = None) -> None:
        """Wait; raises when the client goes or the server closes. None: for ever (or until the event)."""
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or time.monotonic() < end:
            if until is not None and until.is_set():
                return
            left = 0.02 if end is None else min(0.02, max(0.0, end - time.monotonic()))
            if self._is_client_gone(left) or self.server.is_closing:
                raise _ClientGoneError

    def _is_client_gone(self, wait_s: float = 0.0) -> bool:
        connection = self._handler.connection
        try:
            readable, _, _ = select.select([connection], [], [], wait_s)
            return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True

    def _chunk(self) -> dict[str, Any]:
        return {
            "id": "chatcmpl-test",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": str(self.request.body.get("model")),
        }


Reply = Callable[[Exchange], None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """A streamed answer with everything that may be odd about it."""

    pieces: Sequence[str]
    reasoning: Sequence[str] = ()
    delay_s: float = 0.0
    first_delay_s: float = 0.0
    usage: ServerUsage | None = field(default_factory=ServerUsage)
    finish_reason: str | None = "stop"
    has_done: bool = True
    hold_after: int | None = None

    def __call__(self, exchange: Exchange) -> None:
        exchange.wait(self.first_delay_s)
        exchange.begin_stream()
        exchange.delta({"role": "assistant", "content": ""})
        for piece in self.reasoning:
            exchange.delta({"reasoning_content": piece})
        for number, piece in enumerate(self.pieces):
            if number == self.hold_after:
                exchange.wait(None, exchange.server.released)
            if self.delay_s:
                exchange.wait(self.delay_s)
            exchange.delta({"content": piece})
        if self.finish_reason is not None:
            exchange.delta({}, self.finish_reason)
        wants_usage = (exchange.request.body.get("stream_options") or {}).get("include_usage")
        if self.usage is not None and wants_usage:
            exchange.usage(self.usage)
        if self.has_done:
            exchange.done()
        exchange.end_stream()


class OpenAIServer:
    """The server. `key`: refuse every other key with 401, as OpenAI does; None: take any, or none."""

    def __init__(self, *, key: str | None = None, models: Sequence[str] = ("test-model",)) -> None:
        self.requests: list[RecordedRequest] = []
        """Every chat request, in order of arrival."""
        self.listings: list[RecordedRequest] = []
        """Every request of the list of models."""
        self.released = threading.Event()
        self.models: tuple[str, ...] = tuple(models)
        self._key = key
        self._script: list[Reply] = []
        self._lock = threading.Condition()
        self._disconnects = 0
        self._connections: set[socket.socket] = set()
        self.connection_count = 0
        """TCP connections accepted so far."""
        self.is_closing = False
        self._http = _HttpServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="openai-test-server")

    # Life

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and stop listening; later requests to `base_url` are refused."""
        if self.is_closing:
            return
        self.is_closing = True
        self._http.shutdown()
        self._thread.join()
        self.hang_up_all()
        self._http.server_close()

    def hang_up_all(self) -> None:
        """Cut every open connection, as when the network goes; the server goes on listening."""
        with self._lock:
            open_now = list(self._connections)
        for connection in open_now:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    # What it answers, in order; the last one stays

    def answers(
        self,
        text: str | Sequence[str] = DEFAULT_ANSWER,
        *,
        reasoning: Sequence[str] = (),
        delay_s: float = 0.0,
        first_delay_s: float = 0.0,
        usage: ServerUsage | None = None,
        finish_reason: str = "stop",
        has_done: bool = True,
    ) -> None:
        """Stream a text; a list gives the pieces. `delay_s` before each piece. `finish_reason="length"`: cut off."""
        pieces = pieces_of(text) if isinstance(text, str) else list(text)
        self.replies(
            _Answer(pieces, reasoning, delay_s, first_delay_s, usage or ServerUsage(), finish_reason, has_done)
        )

    def answers_with(self, write: Callable[[RecordedRequest], str]) -> None:
        """Stream the text that `write` makes from the request."""
        self.replies(lambda exchange: _Answer(pieces_of(write(exchange.request)))(exchange))

    def holds(self, text: str | Sequence[str], *, after: int = 1) -> None:
        """Stream `after` pieces, then wait for `release()`, then the rest: for tests of what happens meanwhile."""
        self.released.clear()
        pieces = pieces_of(text) if isinstance(text, str) else list(text)
        self.replies(_Answer(pieces, hold_after=after))

    def release(self) -> None:
        """Let held answers go on."""
        self.released.set()

    def replies(self, reply: Reply) -> None:
        """Script any reply; the other methods are made of this."""
        with self._lock:
            self._script.append(reply)

    def no_usage(self, text: str = DEFAULT_ANSWER) -> None:
        """A server that ignores `stream_options`."""
        self.replies(_Answer(pieces_of(text), usage=None))

    def rejects_stream_options(self, text: str = DEFAULT_ANSWER) -> None:
        """A server that refuses `stream_options` with 400 and answers without it."""

        def reply(exchange: Exchange) -> None:
            if "stream_options" in exchange.request.body:
                message = "Unrecognized request argument supplied: stream_options"
                exchange.json(400, _error(message, "invalid_request_error", None))
            else:
                _Answer(pieces_of(text), usage=None)(exchange)

        self.replies(reply)

    # Misbehaviour

    def fails(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """An error in OpenAI's form."""
        self.replies(lambda exchange: exchange.json(status, _error(message, kind, code), headers))

    def wrong_key(self) -> None:
        """401. The message repeats part of the key, as OpenAI's does."""

        def reply(exchange: Exchange) -> None:
            key = (exchange.request.authorization or "").removeprefix("Bearer ")
            message = f"Incorrect API key provided: {key}. You can find your API key in your account."
            exchange.json(401, _error(message, "invalid_request_error", "invalid_api_key"))

        self.replies(reply)

    def unknown_model(self) -> None:
        """404 model_not_found."""
        self.fails(404, "The model `nonsense` does not exist or you do not have access to it.", code="model_not_found")

    def context_length(self, message: str | None = None) -> None:
        """400 context_length_exceeded, or another server's wording of it without the code."""
        text = message or "This model's maximum context length is 8192 tokens. Your messages resulted in 9001 tokens."
        self.fails(400, text, code=None if message else "context_length_exceeded")

    def rate_limit(self, retry_after: str | None = "1", *, headers: Mapping[str, str] | None = None) -> None:
        """429. `retry_after`: the header's text, seconds or an HTTP date."""
        every = dict(headers or {}) | ({"Retry-After": retry_after} if retry_after is not None else {})
        self.fails(429, "Rate limit reached.", code="rate_limit_exceeded", kind="requests", headers=every)

    def quota(self) -> None:
        """429 insufficient_quota."""
        self.fails(429, "You exceeded your current quota.", code="insufficient_quota", kind="insufficient_quota")

    def server_error(self, status: int = 500, message: str = "The server had an error.") -> None:
        """5xx."""
        self.fails(status, message, kind="server_error")

    def cut(self, text: str | Sequence[str] = DEFAULT_ANSWER, *, after: int = 1, tidy: bool = False) -> None:
        """Send `after` pieces and hang up. `tidy`: end the body properly, without finish_reason and [DONE]."""
        pieces = pieces_of(text) if isinstance(text, str) else list(text)

        def reply(exchange: Exchange) -> None:
            _send_pieces(exchange, pieces[:after])
            if tidy:
                exchange.end_stream()
            else:
                exchange.hang_up()

        self.replies(reply)

    def stall(
        self, text: str | Sequence[str] = DEFAULT_ANSWER, *, after: int = 1, before_headers: bool = False
    ) -> None:
        """Send `after` pieces and then nothing, with the connection open. `before_headers`: send nothing at all."""
        pieces = pieces_of(text) if isinstance(text, str) else list(text)

        def reply(exchange: Exchange) -> None:
            if not before_headers:
                _send_pieces(exchange, pieces[:after])
            exchange.wait(None)

        self.replies(reply)

    def malformed(self, data: str = 'data: {"choices": [{"delta": {"content": "x"\n\n', *, after: int = 0) -> None:
        """A stream that holds `data` as it is, after `after` good pieces, and then ends tidily."""

        def reply(exchange: Exchange) -> None:
            _send_pieces(exchange, pieces_of(DEFAULT_ANSWER)[:after])
            exchange.raw(data.encode())
            exchange.end_stream()

        self.replies(reply)

    def error_in_stream(self, message: str = "The model crashed.", *, after: int = 1) -> None:
        """A 200 whose stream holds an error event after `after` pieces."""

        def reply(exchange: Exchange) -> None:
            _send_pieces(exchange, pieces_of(DEFAULT_ANSWER)[:after])
            exchange.event(_error(message, "server_error", None))
            exchange.end_stream()

        self.replies(reply)

    def html(self, status: int = 200) -> None:
        """A web page instead of an answer, as captive portals and wrong base URLs give."""
        page = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in</body></html>"
        self.replies(lambda exchange: exchange.whole(status, page, "text/html; charset=utf-8"))

    def empty(self) -> None:
        """An answer that ends properly without a character."""
        self.replies(_Answer([]))

    # What it saw

    @property
    def disconnects(self) -> int:
        """How many clients went away before their answer was complete."""
        with self._lock:
            return self._disconnects

    def wait_disconnect(self, count: int = 1, limit_s: float = 10.0) -> bool:
        """Wait until that many clients have gone; False when the limit passed."""
        with self._lock:
            return self._lock.wait_for(lambda: self._disconnects >= count, limit_s)

    def wait_requests(self, count: int = 1, limit_s: float = 10.0) -> bool:
        """Wait until that many chat requests have come in; False when the limit passed."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self.requests) >= count, limit_s)

    # For the handler

    def connection_opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)
            self.connection_count += 1

    def connection_closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def answer(self, handler: BaseHTTPRequestHandler, request: RecordedRequest) -> None:
        with self._lock:
            (self.requests if request.method == "POST" else self.listings).append(request)
            self._lock.notify_all()
        exchange = Exchange(self, handler, request)
        try:
            self._reply_to(request)(exchange)
        except _ClientGoneError:
            handler.close_connection = True
            with self._lock:
                self._disconnects += not self.is_closing
                self._lock.notify_all()

    def _reply_to(self, request: RecordedRequest) -> Reply:
        if self._key is not None and request.authorization != f"Bearer {self._key}":
            message = "Incorrect API key provided."
            return lambda exchange: exchange.json(401, _error(message, "invalid_request_error", "invalid_api_key"))
        if request.method == "GET" and request.path == "/v1/models":
            listed = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in self.models]
            return lambda exchange: exchange.json(200, {"object": "list", "data": listed})
        if request.method != "POST" or request.path != "/v1/chat/completions":
            return lambda exchange: exchange.json(404, _error("Not found", "invalid_request_error", None))
        with self._lock:
            if not self._script:
                return _Answer(pieces_of(DEFAULT_ANSWER))
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


def _send_pieces(exchange: Exchange, pieces: Sequence[str]) -> None:
    exchange.begin_stream()
    for piece in pieces:
        exchange.delta({"content": piece})


def _error(message: str, kind: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


class _HttpServer(ThreadingHTTPServer):
    """Joins its threads when closed, so that no test leaves one running."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what half of the tests are about."""


def _handler_of(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            server.connection_opened(self.connection)

        def finish(self) -> None:
            server.connection_closed(self.connection)
            try:
                super().finish()
            except OSError:
                return

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the framework's name
            """Quiet."""

        def _answer(self, raw: str) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(raw) if raw else {}
            server.answer(self, RecordedRequest(self.command, self.path, headers, body, raw))

    return Handler
