"""One request of the test server and how it is answered: whole, as a stream, or by hanging up."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol


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
        """Text of the last message, in either wire format."""
        return str((self.body.get("messages") or self.body["input"])[-1]["content"])


class ClientGoneError(Exception):
    """The client closed its end."""


class Server(Protocol):
    """What an exchange and the handler of connections need of the server."""

    is_closing: bool
    released: threading.Event

    def connection_opened(self, connection: socket.socket) -> None: ...

    def connection_closed(self, connection: socket.socket) -> None: ...

    def answer(self, handler: BaseHTTPRequestHandler, request: RecordedRequest) -> None: ...


class Exchange:
    """One request being answered; what a reply function writes with."""

    def __init__(self, server: Server, handler: BaseHTTPRequestHandler, request: RecordedRequest) -> None:
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

    def begin_stream(self, content_type: str = "text/event-stream; charset=utf-8") -> None:
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", content_type)
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        """Bytes into the open stream; raises when the client has gone."""
        if self._is_client_gone():
            raise ClientGoneError
        try:
            self._handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self._handler.wfile.flush()
        except OSError as error:
            raise ClientGoneError from error

    def event(self, payload: Any) -> None:
        self.raw(f"data: {json.dumps(payload)}\n\n".encode())

    def end_stream(self) -> None:
        """A tidy end of the body, whatever the body said."""
        try:
            self._handler.wfile.write(b"0\r\n\r\n")
        except OSError as error:
            raise ClientGoneError from error

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
                raise ClientGoneError

    def _is_client_gone(self, wait_s: float = 0.0) -> bool:
        connection = self._handler.connection
        try:
            readable, _, _ = select.select([connection], [], [], wait_s)
            return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True


class HttpServer(ThreadingHTTPServer):
    """Joins its threads when closed, so that no test leaves one running."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what half of the tests are about."""


def handler_of(server: Server) -> type[BaseHTTPRequestHandler]:
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
