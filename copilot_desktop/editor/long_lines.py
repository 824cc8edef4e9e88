"""Lines so long that wrapping or styling them would hold up the window: a text with one is shown plainly."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.editor.code_widget import CodeWidget

LONG_LINE = 10_000
LARGE_TEXT = 20_000_000
_INSERTED = 0x1  # SC_MOD_INSERTTEXT


class LongLines(QObject):
    """Knows whether a view's text is one to show plainly; `appeared` when typing or pasting has made it one."""

    appeared = Signal()

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timeout)
        code.modified.connect(self._on_code_modified)

    def look(self, text: Callable[[], str]) -> bool:
        """Look through a whole text, unless it is too large for that; returns whether it is one to show plainly."""
        self._code.is_plain = self._code.is_large or len(text()) > LARGE_TEXT or has_long_line(text())
        return self._code.is_plain

    def _on_code_modified(self, kind: int, position: int, length: int, *_details: object) -> None:
        code = self._code
        if kind & _INSERTED and not code.is_plain and not self._timer.isActive():
            line = code.lineFromPosition(position)
            if length > LONG_LINE or code.lineLength(line) > LONG_LINE:
                self._timer.start()

    def _on_timeout(self) -> None:
        if has_long_line(self._code.text_between(0, self._code.length())):
            self.appeared.emit()


def has_long_line(text: str) -> bool:
    """Whether a line is longer than is wrapped or styled."""
    if len(text) <= LONG_LINE:
        return False
    return any(len(line) > LONG_LINE for line in text.replace("\r", "\n").split("\n"))
