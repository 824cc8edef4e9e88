"""A server on loopback that has one file to give: in parts as asked for, or as badly as servers do it.

with FileServer(data) as server:
    server.breaks_off(after=1000)        # the first answer; each of these is for one request
    server.ignores_range()               # the second one
    ...                                  # all further ones: the file, in parts where that is asked for
    server.requests[0].range             # what was asked, "" for all of it
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class FileRequest:
    path: str
    range: str
    headers: tuple[str, ...]
    """Names, in lower case."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How one request is answered."""

    breaks_after: int | None = None
    ignores_range: bool = False
    status: int = 0
    location: str = ""
    data: bytes | None = None
    start: int | None = None
    is_held: bool = False


class FileServer:
    """The server; `data` is the file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.requests: list[FileRequest] = []
        self.released = threading.Event()
        self.pause_s = 0.0
        """After each piece of 64 KiB."""
        self._plans: list[Plan] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="file-server")

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/models/file.gguf"

    def breaks_off(self, *, after: int) -> None:
        """Send so many bytes of what was asked for, and hang up."""
        self._plans.append(Plan(breaks_after=after))

    def ignores_range(self, *, breaks_after: int | None = None) -> None:
        """Send all of it whatever is asked for."""
        self._plans.append(Plan(ignores_range=True, breaks_after=breaks_after))

    def fails(self, status: int) -> None:
        self._plans.append(Plan(status=status))

    def sends_on(self, location: str) -> None:
        """Redirect."""
        self._plans.append(Plan(status=302, location=location))

    def gives(self, data: bytes) -> None:
        """Another file, this once."""
        self._plans.append(Plan(data=data))

    def starts_elsewhere(self, start: int) -> None:
        """A part that was not asked for."""
        self._plans.append(Plan(start=start))

    def holds(self, *, after: int) -> None:
        """Send so many bytes and then nothing until `released` is set."""
        self._plans.append(Plan(breaks_after=after, is_held=True))

    def plan(self) -> Plan:
        return self._plans.pop(0) if self._plans else Plan()


def _handler_of(server: FileServer) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            return

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            names = tuple(name.lower() for name in self.headers)
            server.requests.append(FileRequest(self.path, wanted, names))
            self.close_connection = True
            with suppress(OSError):
                _answer(self, server, server.plan(), wanted)

    return Handler


def _answer(handler: BaseHTTPRequestHandler, server: FileServer, plan: Plan, wanted: str) -> None:
    data = server.data if plan.data is None else plan.data
    if plan.status:
        handler.send_response(plan.status)
        if plan.location:
            handler.send_header("Location", plan.location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    match = None if plan.ignores_range else re.fullmatch(r"bytes=(\d+)-", wanted)
    start = int(match[1]) if match else 0
    if match and start >= len(data):
        handler.send_response(416)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    start = start if plan.start is None else plan.start
    handler.send_response(206 if match else 200)
    if match:
        handler.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
    handler.send_header("Content-Length", str(len(data) - start))
    handler.end_headers()
    body = data[start:] if plan.breaks_after is None else data[start : start + plan.breaks_after]
    for at in range(0, len(body), _PIECE_BYTES):
        handler.wfile.write(body[at : at + _PIECE_BYTES])
        if server.pause_s:
            time.sleep(server.pause_s)
    if plan.is_held:
        handler.wfile.flush()
        server.released.wait(30)
