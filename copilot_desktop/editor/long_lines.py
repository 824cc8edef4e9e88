"""Lines of over 10,000 characters, which would hold up the window: they are not wrapped, and their rest has no colours.

Where such lines are long together, the whole text is shown plainly: its lexer would look at all of them at every key.

Scintilla lays a whole line out anew at each key. Stretches of ASCII in one style need not be measured for that, and
short stretches are looked up; one umlaut among 100 letters of ASCII has all of them measured, which takes forty times
as long. So what is not ASCII gets styles of its own here, which look the same. And where it paints, it goes on to the
next change of style before it sees that this is out of sight: so ASCII alone gets two styles, which take turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget

LONG_LINE = 10_000
STYLED_LONG = 100_000
"""Characters in long lines with which a text keeps its colours: to lay them out takes 10 ms a key."""
LARGE_TEXT = 20_000_000
_STYLES = bytes(0x80) + b"\1" * 0x80
"""Each byte's style."""
_IDEOGRAPHS = re.compile(rb"(?:[\xe3-\xe9\xeb\xec][\x80-\xbf]{2}){2,}")
"""Characters that are drawn the same whatever stands beside them, of three bytes each."""
_MARKS = re.compile(rb"\xe3\x80[\xaa-\xaf]|\xe3\x82[\x99\x9a]")
"""Among them those that belong to the character before."""
_WIDTHS_KEPT = 16_384
_PARTED_BYTES = 500
_ALIKE_BYTES = 1_000
_TURNS = b"\0" * _ALIKE_BYTES + b"\1" * _ALIKE_BYTES
_INSERTED = 0x1  # SC_MOD_INSERTTEXT
_REST, _TEXT_FORE = 23, 17
"""The indicator that gives the rest of a long line the colour of plain text."""


class LongLines(QObject):
    """Knows how a view's text is to be shown; `appeared` when typing or pasting has made that another way."""

    appeared = Signal()

    def __init__(self, code: CodeWidget) -> None:
        super().__init__(code)
        self._code = code
        self._long: set[int] = set()
        self._inserted = (0, 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timeout)
        code.modified.connect(self._on_code_modified)

    def look(self, text: Callable[[], str]) -> bool:
        """Look through a whole text, unless it is too large for that; returns whether it is one to show plainly."""
        code = self._code
        self._timer.stop()
        if code.is_large or code.length() > LARGE_TEXT:
            code.has_long_lines = code.is_plain = True
        else:
            lengths = long_lines(text())
            self._long = set(lengths)
            code.has_long_lines, code.is_plain = bool(lengths), sum(lengths.values()) > STYLED_LONG
        return code.is_plain

    def mark_rests(self) -> None:
        """Take the colours from the rests of the long lines; and what is shown plainly, make quick to lay out."""
        lines, self._long = self._long, set()
        for line in lines:
            if self._code.is_plain:
                self._part(line)
            else:
                self._mark_rest(line)

    def set_colour(self, colour: int) -> None:
        """Show the rests in this colour."""
        self._code.indicSetStyle(_REST, _TEXT_FORE)
        self._code.indicSetFore(_REST, colour)

    def _part(self, line: int) -> None:
        """Part what is ASCII from what is not, and what is out of sight from what is not."""
        code = self._code
        if line >= code.lineCount():
            return
        data = code.data(code.positionFromLine(line), code.lineEndPosition(line))
        code.startStyling(code.positionFromLine(line), 0)
        code.send_bytes(Scintilla.Message.SetStylingEx, len(data), parting_styles(data))
        if not data.isascii():
            code.setPositionCache(_WIDTHS_KEPT)

    def _mark_rest(self, line: int) -> None:
        code = self._code
        if line >= code.lineCount() or code.lineLength(line) <= LONG_LINE:
            return
        start, end = code.positionFromLine(line), code.lineEndPosition(line)
        rest = code.positionRelative(start, LONG_LINE)
        code.setIndicatorCurrent(_REST)
        code.setIndicatorValue(1)
        code.indicatorClearRange(start, end - start)
        if start < rest < end:
            code.indicatorFillRange(rest, end - rest)

    def _on_code_modified(self, kind: int, position: int, length: int, *_details: object) -> None:
        code = self._code
        # Of what is typed letter by letter into a plain text, few stretches have to be measured.
        if not kind & _INSERTED or (code.is_plain and (code.is_large or length < _PARTED_BYTES)):
            return
        first = code.lineFromPosition(position)
        if length > LONG_LINE or code.lineLength(first) > LONG_LINE:
            # Not now: inside of Scintilla's own notification.
            self._inserted = (first, code.lineFromPosition(position + length))
            self._timer.start()

    def _on_timeout(self) -> None:
        code = self._code
        first, last = self._inserted
        lines = range(first, min(last + 1, code.lineCount()))
        if code.is_plain:
            for line in lines:
                if code.lineLength(line) > LONG_LINE:
                    self._part(line)
            return
        if code.has_long_lines and len(lines) == 1 and code.lineLength(first) <= STYLED_LONG:
            self._mark_rest(first)  # typed into a line that was long already
        elif any(code.lineLength(line) > LONG_LINE for line in lines):
            self.appeared.emit()


def parting_styles(data: bytes) -> bytes:
    """A style for each byte of a line: what is ASCII apart from what is not, and each ideograph apart from the next.

    One of ASCII alone is parted into stretches.
    """
    if data.isascii():
        return (_TURNS * (len(data) // len(_TURNS) + 1))[: len(data)]
    styles = data.translate(_STYLES)
    if _MARKS.search(data):
        return styles
    parted = bytearray(styles)
    for found in _IDEOGRAPHS.finditer(data):
        start, end = found.span()
        count = (end - start) // 3
        alternating = (b"\1\2" * (count // 2 + 1))[:count]
        for offset in range(3):
            parted[start + offset : end : 3] = alternating
    return bytes(parted)


def long_lines(text: str) -> dict[int, int]:
    """The lines that are longer than is wrapped or styled: their numbers and lengths."""
    if len(text) <= LONG_LINE:
        return {}
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return {number: len(line) for number, line in enumerate(lines) if len(line) > LONG_LINE}
