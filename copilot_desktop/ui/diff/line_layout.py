"""The text of a line as Qt lays it out: words and hidden signs marked, code coloured, long lines bounded."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextLayout, QTextOption

from copilot_desktop.text.diff import Spans
from copilot_desktop.text.positions import utf16_length
from copilot_desktop.text.visible_signs import VisibleText, visible_text
from copilot_desktop.ui.code_colours import CodeRun
from copilot_desktop.ui.diff.metrics import DiffMetrics
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.theme.tokens import Tokens

LONGEST_SHOWN = 2_000
"""Code points of a line that are laid out; of long plain lines they are those in sight."""
_WORDS = {RowKind.REMOVED: "remw", RowKind.ADDED: "addw", RowKind.QUOTED: "amberw", RowKind.YOURS: "confw"}
_UNBOUNDED_PX = 1e7
_AROUND = 100
"""Code points shown before what changed in a long line that is wrapped."""


class LineText:
    """The part of a row's text that is laid out: from `start` on, and what is said of the rest.

    A long line is shown from a column on; a wrapped one from what changed in it.
    """

    def __init__(self, row: DiffRow, first_column: int = 0, *, is_wrapped: bool = False) -> None:
        text = row.text
        self.start = 0
        self.lead = self.rest = ""
        if len(text) > LONGEST_SHOWN:
            changed = row.spans[0][0] if row.spans else 0
            if is_wrapped and changed > LONGEST_SHOWN - _AROUND:
                self.start = changed - _AROUND
                self.lead = f"{self.start:,} characters before … "
            elif first_column and text.isascii() and "\t" not in text:
                # Every column is a letter: what is left of the window need not be laid out.
                self.start = min(max(0, first_column - 1), len(text) - 1)
            left = len(text) - self.start - LONGEST_SHOWN
            text = text[self.start : self.start + LONGEST_SHOWN]
            self.rest = f" … {left:,} more characters" if left > 0 else ""
        self.shown: VisibleText = visible_text(text)
        self.text = self.lead + self.shown.text + self.rest

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the row's text as code points of what is laid out; empty where they are not."""
        lead, length = len(self.lead), len(self.shown.text)
        first, last = max(0, start - self.start), min(end - self.start, LONGEST_SHOWN)
        if last <= first:
            return 0, 0
        return lead + min(length, self.shown.at(first)), lead + min(length, self.shown.at(last))

    def signs(self) -> Spans:
        """What stands for hidden signs, in code points of what is laid out."""
        return tuple((len(self.lead) + start, len(self.lead) + end) for start, end in self.shown.signs)

    def said(self) -> Spans:
        """What is said of the parts that are not laid out."""
        ends = ((0, len(self.lead)), (len(self.text) - len(self.rest), len(self.text)))
        return tuple((start, end) for start, end in ends if end > start)


class LineLayouts:
    """Lays out lines in a font, with tabs of so many columns."""

    def __init__(self, metrics: DiffMetrics, tab_px: float, tokens: Tokens) -> None:
        self._font, self._line_px, self._tokens = metrics.font, metrics.line_px, tokens
        self._option = QTextOption()
        self._option.setTabStopDistance(tab_px)

    def made(
        self, line: LineText, formats: list[QTextLayout.FormatRange], wrap_px: int = 0, *, is_italic: bool = False
    ) -> QTextLayout:
        """Return a line laid out, on several rows where `wrap_px` is given."""
        font = QFont(self._font)
        font.setItalic(is_italic)
        layout = QTextLayout(line.text, font)
        option = QTextOption(self._option)
        mode = QTextOption.WrapMode
        option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wrap_px else mode.NoWrap)
        layout.setTextOption(option)
        layout.setFormats(formats)
        layout.beginLayout()
        while True:
            row = layout.createLine()
            if not row.isValid():
                break
            row.setLineWidth(wrap_px or _UNBOUNDED_PX)
            row.setPosition(QPointF(0, (layout.lineCount() - 1) * self._line_px))
        layout.endLayout()
        return layout

    def formats(self, row: DiffRow, line: LineText, runs: list[CodeRun]) -> list[QTextLayout.FormatRange]:
        """The looks of a row's code, of its changed words and hidden signs."""
        found = self._syntax(row, line, runs)
        if row.kind in _WORDS:
            look = QTextCharFormat()
            look.setBackground(QColor(getattr(self._tokens, _WORDS[row.kind])))
            # The colours of syntax are not readable on the stronger shade.
            look.setForeground(QColor(self._tokens.text))
            found += self._ranges(line, row.spans, look)
        signs = QTextCharFormat()
        signs.setForeground(QColor(self._tokens.amber))
        signs.setBackground(QColor(self._tokens.amber_bg))
        found += [_range(line.text, start, end, signs) for start, end in line.signs()]
        said = QTextCharFormat()
        said.setForeground(QColor(self._tokens.muted))
        found += [_range(line.text, start, end, said) for start, end in line.said()]
        return found

    def marked(self, line: LineText, every: Spans, current: Spans) -> list[QTextLayout.FormatRange]:
        """The looks of what was searched for, and of the match that was gone to."""
        found = []
        for spans, back, text in ((every, "amberw", "text"), (current, "accent", "on_accent")):
            look = QTextCharFormat()
            look.setBackground(QColor(getattr(self._tokens, back)))
            look.setForeground(QColor(getattr(self._tokens, text)))
            found += self._ranges(line, spans, look)
        return found

    def _ranges(self, line: LineText, spans: Spans, look: QTextCharFormat) -> list[QTextLayout.FormatRange]:
        shown = (line.span(start, end) for start, end in spans)
        return [_range(line.text, start, end, look) for start, end in shown if end > start]

    def _syntax(self, row: DiffRow, line: LineText, runs: list[CodeRun]) -> list[QTextLayout.FormatRange]:
        if not runs or not row.text.startswith("".join(run.text for run in runs).rstrip("\r\n")[: len(row.text)]):
            return []
        formats, at = [], 0
        for run in runs:
            if run.role:
                start, end = line.span(at, at + len(run.text))
                if end > start:
                    look = QTextCharFormat()
                    look.setForeground(QColor(getattr(self._tokens, run.role)))
                    formats.append(_range(line.text, start, end, look))
            at += len(run.text)
            if at - line.start > LONGEST_SHOWN:
                break
        return formats


def _range(text: str, start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    if text.isascii():
        made.start, made.length = start, end - start
    else:
        made.start, made.length = utf16_length(text[:start]), utf16_length(text[start:end])
    made.format = look
    return made
