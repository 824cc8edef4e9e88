"""A refused block beside the nearest lines of its file, as a small diff with the file's line numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)

from copilot_desktop.edits.refusals import NearLine
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.theme.tokens import Tokens

SHOWN_LINES = 12
"""Lines that are shown until more are asked for."""
_SHOWN_CHARACTERS = 200
_ALL_CHARACTERS = 20_000
_TAB_COLUMNS = 4
_FILLS = {"-": ("amber_bg", "amberw", "amber"), "+": ("conf_bg", "confw", "conf")}
"""As the comparison in the review has them: nothing is taken away or added here, so not in red and green."""
_SIGNS = {"-": "≠", "+": "=", " ": " "}


class NearLines(PlainText):
    """Can be selected and copied; `chosen` when it is clicked."""

    chosen = Signal()

    def __init__(self, tokens: Tokens) -> None:
        super().__init__("refused_diff", "The lines as the model wrote them, marked ≠, beside the file's, marked =")
        self._tokens = tokens
        self._lines: Sequence[NearLine] = ()
        self._is_all = False
        self.use_fixed_font()

    @property
    def hidden_count(self) -> int:
        """How many lines are not shown."""
        return 0 if self._is_all else max(len(self._lines) - SHOWN_LINES, 0)

    @property
    def is_cut(self) -> bool:
        """Whether lines, or ends of lines, are not shown."""
        return bool(self.hidden_count) or (
            not self._is_all and any(len(line.text) > _SHOWN_CHARACTERS for line in self._lines)
        )

    def show_lines(self, lines: Sequence[NearLine]) -> None:
        """Show these lines, the first of many."""
        self._lines, self._is_all = lines, False
        self._write()

    def show_all(self) -> None:
        """Show the rest of them as well."""
        self._is_all = True
        self._write()

    def set_tokens(self, tokens: Tokens) -> None:
        """Use the colours of another theme."""
        if tokens is not self._tokens:
            self._tokens = tokens
            self._write()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Tabs are as wide as blanks of these letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setTabStopDistance(_TAB_COLUMNS * QFontMetricsF(self.font()).horizontalAdvance(" "))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click that selects nothing opens the place."""
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.chosen.emit()

    def _write(self) -> None:
        shown = self._lines if self._is_all else self._lines[:SHOWN_LINES]
        digits = max((len(str(line.number)) for line in shown if line.number is not None), default=1)
        self.clear()
        cursor = QTextCursor(self.document())
        for number, line in enumerate(shown):
            if number:
                cursor.insertBlock()
            cursor.setBlockFormat(self._block_format(line, digits))
            self._write_line(cursor, line, digits)
        self.fit()

    def _block_format(self, line: NearLine, digits: int) -> QTextBlockFormat:
        made = QTextBlockFormat()
        gutter = (digits + 3) * QFontMetricsF(self.document().defaultFont()).horizontalAdvance("0")
        made.setLeftMargin(gutter)
        made.setTextIndent(-gutter)
        if line.sign in _FILLS:
            made.setBackground(QColor(getattr(self._tokens, _FILLS[line.sign][0])))
        return made

    def _write_line(self, cursor: QTextCursor, line: NearLine, digits: int) -> None:
        number = "" if line.number is None else str(line.number)
        cursor.insertText(f"{number:>{digits}} ", self._format("muted"))
        sign = _FILLS[line.sign][2] if line.sign in _FILLS else "muted"
        cursor.insertText(f"{_SIGNS[line.sign]} ", self._format(sign))
        limit = _ALL_CHARACTERS if self._is_all else _SHOWN_CHARACTERS
        text, at = line.text[:limit], 0
        for start, end in line.spans:
            cursor.insertText(text[at:start], self._format("text"))
            cursor.insertText(text[start:end], self._format("text", _FILLS[line.sign][1]))
            at = end
        cursor.insertText(text[at:], self._format("text"))
        if len(line.text) > limit:
            cursor.insertText(" …", self._format("muted"))

    def _format(self, role: str, fill: str = "") -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(getattr(self._tokens, role)))
        if fill:
            made.setBackground(QColor(getattr(self._tokens, fill)))
        return made
