"""Listens for later starts of the program, which hand their places over to this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.instance import ANSWER, LIMIT_BYTES, Claim, decoded

if TYPE_CHECKING:
    import asyncio

_REQUEST_S = 5.0


class InstanceServer(QObject):
    """`asked` carries one `HandOver`. GUI thread; it listens on the asyncio thread until that one is stopped."""

    asked = Signal(object)

    def __init__(self, claim: Claim, thread: AsyncThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._claim = claim
        self._thread = thread
        self._is_listening = False

    def listen(self) -> None:
        """Listen from now on. Where that is not possible later starts say that this one does not answer."""
        if not self._is_listening:
            self._is_listening = True
            self._thread.submit(self._serve())

    async def _serve(self) -> None:
        import asyncio

        server = await asyncio.start_server(self._on_connected, "127.0.0.1", 0, limit=LIMIT_BYTES)
        async with server:
            port: int = server.sockets[0].getsockname()[1]
            await asyncio.to_thread(self._claim.publish, port)
            await server.serve_forever()

    async def _on_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import asyncio

        try:
            async with asyncio.timeout(_REQUEST_S):
                request = decoded(await reader.readline(), self._claim.token)
                if request is not None:
                    self._thread.post(lambda: self.asked.emit(request))
                    writer.write(ANSWER)
                    await writer.drain()
        except (TimeoutError, OSError, ValueError):
            return  # a stranger, or a later start that was killed
        finally:
            writer.close()
