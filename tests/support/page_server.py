"""A server on loopback with web pages, which it gives as well or as badly as it is told.

with PageServer() as server:
    server.pages["/a"] = Page(b"<p>Text</p>")
    server.url("/a"), server.requests
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Page:
    """`is_held`: after the head nothing more comes until the server ends. `breaks`: less comes than it says."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    is_held: bool = False
    breaks: bool = False


class PageServer:
    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        """Paths with the headers, whose names are in lower case."""
        self._ended = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                return

            def do_GET(self) -> None:
                server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                page = server.pages.get(self.path, Page(status=404))
                self.send_response(page.status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **page.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page.body) + (1000 if page.breaks else 0)))
                self.end_headers()
                if page.is_held:
                    server._ended.wait(30)
                with suppress(OSError):
                    self.wfile.write(page.body)

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="page-server")

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def __enter__(self) -> PageServer:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
