"""A real HTTP server on loopback that speaks OpenAI's Chat Completions and Responses, and misbehaves on request.

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

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from types import TracebackType

from tests.support.http_exchange import ClientGoneError, Exchange, HttpServer, RecordedRequest, handler_of
from tests.support.wire_answers import Answer, ServerCall, ServerUsage, error_body, pieces_of, send_pieces

__all__ = ["Exchange", "OpenAIServer", "RecordedRequest", "Reply", "ServerCall", "ServerUsage", "closed_port_url"]

DEFAULT_ANSWER = "Hello from the test server."
Reply = Callable[[Exchange], None]


def closed_port_url() -> str:
    """A base URL at which nobody listens: connecting is refused."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


class OpenAIServer:
    """The server. `key`: refuse every other key with 401, as OpenAI does; None: take any, or none."""

    def __init__(self, *, key: str | None = None, models: Sequence[str] = ("test-model",)) -> None:
        self.requests: list[RecordedRequest] = []
        """Every chat request, in order of arrival."""
        self.listings: list[RecordedRequest] = []
        """Every request of the list of models."""
        self.released = threading.Event()
        self.models: tuple[str, ...] = tuple(models)
        self.paths = {"/v1/chat/completions", "/v1/responses"}
        self._key = key
        self._script: list[Reply] = []
        self._lock = threading.Condition()
        self._disconnects = 0
        self._connections: set[socket.socket] = set()
        self.connection_count = 0
        """TCP connections accepted so far."""
        self.is_closing = False
        self._http = HttpServer(("127.0.0.1", 0), handler_of(self))
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
        calls: Sequence[ServerCall] = (),
    ) -> None:
        """Stream a text; a list gives the pieces. `delay_s` before each piece. `finish_reason="length"`: cut off.

        `calls` of tools come after the text.
        """
        pieces = pieces_of(text) if isinstance(text, str) else list(text)
        if calls:
            reason = "tool_calls" if finish_reason == "stop" else finish_reason
            self.replies(Answer(pieces, reasoning, delay_s, first_delay_s, finish_reason=reason, calls=calls))
            return
        self.replies(Answer(pieces, reasoning, delay_s, first_delay_s, usage or ServerUsage(), finish_reason, has_done))

    def answers_with(self, write: Callable[[RecordedRequest], str]) -> None:
        """Stream the text that `write` makes from the request."""
        self.replies(lambda exchange: Answer(pieces_of(write(exchange.request)))(exchange))

    def holds(self, text: str | Sequence[str], *, after: int = 1) -> None:
        """Stream `after` pieces, then wait for `release()`, then the rest: for tests of what happens meanwhile."""
        self.released.clear()
        pieces = pieces_of(text) if isinstance(text, str) else list(text)
        self.replies(Answer(pieces, hold_after=after))

    def release(self) -> None:
        """Let held answers go on."""
        self.released.set()

    def replies(self, reply: Reply) -> None:
        """Script any reply; the other methods are made of this."""
        with self._lock:
            self._script.append(reply)

    def forget(self) -> None:
        """Play nothing more of what was scripted before: what is scripted next is what comes next."""
        with self._lock:
            self._script.clear()

    def no_usage(self, text: str = DEFAULT_ANSWER) -> None:
        """A server that ignores `stream_options`."""
        self.replies(Answer(pieces_of(text), usage=None))

    def rejects_stream_options(self, text: str = DEFAULT_ANSWER) -> None:
        """A server that refuses `stream_options` with 400 and answers without it."""

        def reply(exchange: Exchange) -> None:
            if "stream_options" in exchange.request.body:
                message = "Unrecognized request argument supplied: stream_options"
                exchange.json(400, error_body(message, "invalid_request_error", None))
            else:
                Answer(pieces_of(text), usage=None)(exchange)

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
        self.replies(lambda exchange: exchange.json(status, error_body(message, kind, code), headers))

    def wrong_key(self) -> None:
        """401. The message repeats part of the key, as OpenAI's does."""

        def reply(exchange: Exchange) -> None:
            key = (exchange.request.authorization or "").removeprefix("Bearer ")
            message = f"Incorrect API key provided: {key}. You can find your API key in your account."
            exchange.json(401, error_body(message, "invalid_request_error", "invalid_api_key"))

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
            send_pieces(exchange, pieces[:after])
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
                send_pieces(exchange, pieces[:after])
            exchange.wait(None)

        self.replies(reply)

    def malformed(self, data: str = 'data: {"choices": [{"delta": {"content": "x"\n\n', *, after: int = 0) -> None:
        """A stream that holds `data` as it is, after `after` good pieces, and then ends tidily."""

        def reply(exchange: Exchange) -> None:
            send_pieces(exchange, pieces_of(DEFAULT_ANSWER)[:after])
            exchange.raw(data.encode())
            exchange.end_stream()

        self.replies(reply)

    def error_in_stream(self, message: str = "The model crashed.", *, after: int = 1, code: str | None = None) -> None:
        """A 200 whose stream holds an error event after `after` pieces."""

        def reply(exchange: Exchange) -> None:
            send_pieces(exchange, pieces_of(DEFAULT_ANSWER)[:after]).error(message, code=code)
            exchange.end_stream()

        self.replies(reply)

    def html(self, status: int = 200) -> None:
        """A web page instead of an answer, as captive portals and wrong base URLs give."""
        page = b"<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in</body></html>"
        self.replies(lambda exchange: exchange.whole(status, page, "text/html; charset=utf-8"))

    def empty(self) -> None:
        """An answer that ends properly without a character."""
        self.replies(Answer([]))

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
        except ClientGoneError:
            handler.close_connection = True
            with self._lock:
                self._disconnects += not self.is_closing
                self._lock.notify_all()

    def _reply_to(self, request: RecordedRequest) -> Reply:
        if self._key is not None and request.authorization != f"Bearer {self._key}":
            message = "Incorrect API key provided."
            return lambda exchange: exchange.json(401, error_body(message, "invalid_request_error", "invalid_api_key"))
        if request.method == "GET" and request.path.partition("?")[0] == "/v1/models":
            listed = [{"id": name, "object": "model", "created": 1, "owned_by": "test"} for name in self.models]
            return lambda exchange: exchange.json(200, {"object": "list", "data": listed})
        if request.method != "POST" or request.path.partition("?")[0] not in self.paths:
            return lambda exchange: exchange.json(404, error_body("Not found", "invalid_request_error", None))
        with self._lock:
            if not self._script:
                return Answer(pieces_of(DEFAULT_ANSWER))
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]
