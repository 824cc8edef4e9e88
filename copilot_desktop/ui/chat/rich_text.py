"""Puts the lines of an answer into a text document with the theme's fonts and colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextOption,
    QTextTableFormat,
)

from copilot_desktop.ui.chat.rich_lines import Line, LineKind, Run
from copilot_desktop.ui.theme.tokens import Tokens

# Room above a code block's first line for its bar, and around the block, in pixels.
CODE_BAR_PX = 30
CODE_PAD_PX = 10
CODE_HEAD_PX = CODE_BAR_PX + 6
GAP_PX = 8
_INDENT_PX = 22
# Properties of a block that the view paints something for.
QUOTE = int(QTextFormat.Property.UserProperty.value) + 1
RULE = int(QTextFormat.Property.UserProperty.value) + 2
_SIDES = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
_HEADING_SCALE = {1: 1.3, 2: 1.18, 3: 1.08}


@dataclass(slots=True)
class _Placed:
    """A line in the document: where the text before it ends, and whether it took over an empty block there.

    `line` is None while characters are in the document that were not parsed.
    """

    line: Line | None
    kind: LineKind
    start: int
    takes_block: bool


class TextStyle:
    """Character formats of one theme and font, made once per look."""

    def __init__(self, tokens: Tokens, font: QFont) -> None:
        self.tokens = tokens
        self.font = font
        self._fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._formats: dict[tuple[bool, bool, bool, bool, str, str, int], QTextCharFormat] = {}

    def char_format(self, run: Run, heading: int = 0) -> QTextCharFormat:
        """The format of a run's look."""
        # Asked for every run of an answer: a tuple is a quarter of the cost of a copied dataclass.
        look = (run.is_bold, run.is_italic, run.is_struck, run.is_code, run.role, run.href, heading)
        made = self._formats.get(look)
        if made is None:
            made = self._formats[look] = self._made(run, heading)
        return made

    def _made(self, run: Run, heading: int) -> QTextCharFormat:
        made = QTextCharFormat()
        size_pt = max(self.font.pointSizeF(), 6.0)
        made.setFontFamilies([self._fixed.family()] if run.is_code else self.font.families())
        made.setFontPointSize(size_pt * (0.95 if run.is_code else _HEADING_SCALE.get(heading, 1.0)))
        colour = getattr(self.tokens, run.role) if run.role else self.tokens.text
        made.setForeground(QColor(colour))
        if run.is_bold or heading:
            made.setFontWeight(QFont.Weight.DemiBold)
        made.setFontItalic(run.is_italic)
        made.setFontStrikeOut(run.is_struck)
        if run.is_code and not run.role:
            made.setFontFixedPitch(True)
        if run.href:
            made.setAnchor(True)
            made.setAnchorHref(run.href)
            made.setForeground(QColor(self.tokens.accent))
            made.setFontUnderline(True)
            made.setToolTip(run.href)
        return made


class LineWriter:
    """Writes lines at the end of a document and takes the last ones back; only what differs is touched."""

    def __init__(self, cursor: QTextCursor, style: TextStyle) -> None:
        self._cursor = cursor
        self._style = style
        self._open: list[_Placed] = []
        self._frozen_kind: LineKind | None = None
        self._at_fresh_block = True
        self.has_quotes_or_rules = False
        """Whether one was written, for which the view paints something."""

    def rewrite_open(self, lines: Sequence[Line]) -> int:
        """Replace the lines that are not frozen. Returns how many of them stayed as they were."""
        same = 0
        for placed, line in zip(self._open, lines, strict=False):
            if placed.line != line:
                break
            same += 1
        if same < len(self._open):
            self._remove_from(self._open[same])
            del self._open[same:]
        for line in lines[same:]:
            self._write(line)
        return same

    def freeze(self, count: int) -> None:
        """Let the first `count` open lines never change again."""
        if count:
            self._frozen_kind = self._open[count - 1].kind
        del self._open[:count]

    def append_plain(self, text: str) -> None:
        """Add characters to the last open line until it is parsed again."""
        if not self._open:
            self._write(Line(LineKind.TEXT))
        run = Run("", is_code=self._open[-1].kind is LineKind.CODE)
        self._open[-1].line = None
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.insertText(text, self._style.char_format(run))
        self._at_fresh_block = False

    def block_of(self, open_index: int) -> int:
        """Number of the document's block that holds an open line."""
        document = self._cursor.document()
        placed = self._open[open_index]
        return document.findBlock(placed.start).blockNumber() + (0 if placed.takes_block else 1)

    def _remove_from(self, placed: _Placed) -> None:
        self._cursor.setPosition(placed.start)
        block, char = self._cursor.blockFormat(), self._cursor.blockCharFormat()
        self._cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        self._cursor.removeSelectedText()
        # An empty line before what is removed would take over the looks of the last line of it.
        self._cursor.setBlockFormat(block)
        self._cursor.setBlockCharFormat(char)
        self._at_fresh_block = placed.takes_block

    def _write(self, line: Line) -> None:
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        before = self._open[-1].kind if self._open else self._frozen_kind
        self._open.append(_Placed(line, line.kind, self._cursor.position(), self._at_fresh_block))
        self.has_quotes_or_rules = self.has_quotes_or_rules or line.is_quote or line.kind is LineKind.RULE
        if before is None:
            self._make_room_above(line)
        if line.kind is LineKind.TABLE:
            self._write_table(line, before)
            return
        block, char = block_format(line, before), self._style.char_format(Run(""), line.level)
        if self._at_fresh_block:
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(char)
        else:
            self._cursor.insertBlock(block, char)
        self._at_fresh_block = False
        if line.marker:
            self._cursor.insertText(f"{line.marker}\t", self._style.char_format(Run("", role="muted")))
        for run in line.runs:
            self._cursor.insertText(run.text, self._style.char_format(run, line.level))

    def _make_room_above(self, line: Line) -> None:
        """Room for the bar of code that begins the text: the margin above the first block is never laid out."""
        document = self._cursor.document()
        frame = document.rootFrame()
        form = frame.frameFormat()
        room = document.documentMargin() + (CODE_HEAD_PX if line.kind is LineKind.CODE else 0)
        if form.topMargin() != room:
            form.setTopMargin(room)
            frame.setFrameFormat(form)

    def _write_table(self, line: Line, before: LineKind | None) -> None:
        # An empty block before a table is not laid out: this one, and not the last line of what is above.
        if self._at_fresh_block:
            self._cursor.setBlockFormat(QTextBlockFormat())
        else:
            self._cursor.insertBlock(QTextBlockFormat())
        columns = max((len(row) for row in line.rows), default=1) or 1
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(QBrush(QColor(self._style.tokens.border)))
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
        form.setCellPadding(4)
        form.setTopMargin(0 if before is LineKind.CODE else GAP_PX)
        form.setHeaderRowCount(1)
        table = self._cursor.insertTable(max(len(line.rows), 1), columns, form)
        for row_number, row in enumerate(line.rows):
            for column, runs in enumerate(row):
                cell = table.cellAt(row_number, column).firstCursorPosition()
                side = _SIDES.get(line.sides[column] if column < len(line.sides) else "")
                if side is not None:
                    stands = QTextBlockFormat()
                    stands.setAlignment(side)
                    cell.mergeBlockFormat(stands)
                for run in runs:
                    cell.insertText(run.text, self._style.char_format(run))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        # Each table has a block after it. It stays empty and thin: the margin above a block that follows a table is
        # never laid out, and code would have no room for its bar.
        thin, tiny = QTextBlockFormat(), QTextCharFormat(self._style.char_format(Run("")))
        thin.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        tiny.setFontPointSize(1)
        self._cursor.setBlockFormat(thin)
        self._cursor.setBlockCharFormat(tiny)
        self._at_fresh_block = False


def block_format(line: Line, before: LineKind | None = None) -> QTextBlockFormat:
    """Margins of a line below one of a kind. What is painted behind lines (code, quotes) is the view's part."""
    made = QTextBlockFormat()
    made.setTopMargin(GAP_PX)
    made.setLineHeight(118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    left = (line.indent + line.is_quote) * _INDENT_PX
    if line.kind is LineKind.CODE:
        made.setLeftMargin(left + CODE_PAD_PX + 2)
        made.setRightMargin(CODE_PAD_PX)
        # Of the margins between two blocks only the larger one counts.
        pad = CODE_PAD_PX if before is LineKind.CODE else 0
        made.setTopMargin(GAP_PX + CODE_HEAD_PX + pad if line.is_first else 0)
        made.setBottomMargin(GAP_PX + CODE_PAD_PX if line.is_last else 0)
        return made
    made.setLeftMargin(left)
    if line.marker:
        made.setTextIndent(-_INDENT_PX)
        made.setTopMargin(GAP_PX / 2)
        made.setTabPositions([QTextOption.Tab(_INDENT_PX, QTextOption.TabType.LeftTab)])
    if line.kind is LineKind.HEADING:
        made.setTopMargin(GAP_PX * 1.75)
        made.setHeadingLevel(line.level)
    if line.kind is LineKind.RULE:
        made.setProperty(RULE, True)
    if line.is_quote:
        made.setProperty(QUOTE, True)
    return made
