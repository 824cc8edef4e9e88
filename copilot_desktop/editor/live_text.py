"""The text inside a Scintilla widget as Python sees it: its version, its code points, its changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.text.positions import CodePointOffset, PositionMap, Utf8Offset
from copilot_desktop.text.ranges import LineRange


class LiveText(QObject):
    """Counts versions and tells of changes after they are made: inside Scintilla's own notification no listener
    may change the text. Several changes before the event loop turns are told once."""

    changed = Signal(int)
    """Carries the version."""

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._version = 0
        self._known: tuple[int, str, PositionMap] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._report)
        code.modified.connect(self._on_code_modified)

    @property
    def version(self) -> int:
        """Counts every change."""
        return self._version

    @property
    def text(self) -> str:
        """All text now; kept until it changes."""
        return self._read()[0]

    def to_bytes(self, offset: int) -> int:
        """Code points to Scintilla's positions; past the end is the end."""
        text, positions = self._read()
        return positions.to_utf8(CodePointOffset(min(offset, len(text))))

    def to_code_points(self, position: int) -> int:
        """Scintilla's positions to code points."""
        return self._read()[1].from_utf8(Utf8Offset(position))

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Make the changes inside one undo step, also in a read-only view, and tell of them once."""
        was_read_only = self._code.readOnly()
        self._code.setReadOnly(False)
        self._code.beginUndoAction()
        try:
            yield
        finally:
            self._code.endUndoAction()
            self._code.setReadOnly(was_read_only)
            self.tell_now()

    def replace_lines(self, lines: LineRange, text: str) -> None:
        """Replace lines verbatim; caret and scroll stay with their text."""
        self._code.replace_bytes(self._code.line_start(lines.start), self._code.line_start(lines.end), text)

    def tell_now(self) -> None:
        """Tell of changes not yet told."""
        if self._timer.isActive():
            self._timer.stop()
            self._report()

    def _read(self) -> tuple[str, PositionMap]:
        if self._known is None or self._known[0] != self._version:
            text = self._code.bytes_text().decode("utf-8", "surrogatepass")
            self._known = (self._version, text, PositionMap(text))
        return self._known[1], self._known[2]

    def _report(self) -> None:
        self._code.fit_number_margin()
        self.changed.emit(self._version)

    def _on_code_modified(self, *_details: object) -> None:
        self._version += 1
        self._timer.start()
