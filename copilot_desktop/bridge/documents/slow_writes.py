"""Says so while a long text that stands in no file takes its time to be written down: until then it is not safe."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.hot_exit.writer import HotExitWriter

LONG_BYTES: Final = 4 * 1024 * 1024
"""Shorter ones are written down in a moment."""
SAID_AFTER_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class ProtectionChanged:
    """Whether unsaved text is on disk. `message` and `advice` say why not; '' when it is."""

    message: str = ""
    advice: str = ""


class SlowWrites(QObject):
    """GUI thread. `told` carries one `ProtectionChanged`."""

    told = Signal(object)

    def __init__(self, thread: AsyncThread, parent: QObject) -> None:
        super().__init__(parent)
        self._thread = thread
        self._waiting: list[str] = []
        self._is_said = False
        self._timer = QTimer(self, singleShot=True, interval=SAID_AFTER_MS)
        self._timer.timeout.connect(self._say)

    def watch(self, title: str, size_bytes: int, writer: HotExitWriter) -> None:
        """So much text of this document was handed to the writer just now."""
        if size_bytes < LONG_BYTES:
            return
        text = f"{title} ({size_bytes // 1_000_000} MB)"
        self._waiting.append(text)
        if not self._timer.isActive() and not self._is_said:
            self._timer.start()
        writer.flush(lambda is_kept: self._thread.post(lambda: self._on_written(text, is_kept)))

    def _say(self) -> None:
        self._is_said = True
        self.told.emit(
            ProtectionChanged(
                f"The unsaved text of {self._waiting[0]} is still being written down.",
                "If the program or the machine stopped before that is done, it would be lost. This goes by itself.",
            )
        )

    def _on_written(self, text: str, is_kept: bool) -> None:
        self._waiting.remove(text)
        if self._waiting:
            return
        self._timer.stop()
        # Where it could not be written that is said instead.
        if self._is_said and is_kept:
            self.told.emit(ProtectionChanged())
        self._is_said = False
