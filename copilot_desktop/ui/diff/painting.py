"""Painting the lines of the diff: full-width red and green, marked words, numbers that stay put when scrolled."""

from __future__ import annotations

import re
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QWidget

from copilot_desktop.text.diff import Spans
from copilot_desktop.ui.diff.colours import DiffColours
from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.line_layout import LONGEST_SHOWN, LineLayouts, LineText
from copilot_desktop.ui.diff.metrics import PADDING_PX, DiffMetrics, interface_font
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.ui.theme.tokens import Tokens

_FILLS = {
    RowKind.REMOVED: "rem",
    RowKind.ADDED: "add",
    RowKind.YOURS: "conf_bg",
    RowKind.QUOTED: "amber_bg",
    RowKind.REMARK: "accent_bg",
    RowKind.PROBLEM: "remw",
    RowKind.DOUBT: "amber_bg",
}
_SIGNS = {
    RowKind.REMOVED: "−",
    RowKind.ADDED: "+",
    RowKind.YOURS: "=",
    RowKind.QUOTED: "≠",
    RowKind.REMARK: "“",
    RowKind.PROBLEM: "!",
    RowKind.DOUBT: "?",
}
_SIGN_COLOURS = {
    RowKind.REMOVED: "remf",
    RowKind.ADDED: "addf",
    RowKind.YOURS: "conf",
    RowKind.QUOTED: "amber",
    RowKind.REMARK: "accent",
    RowKind.PROBLEM: "text",
    RowKind.DOUBT: "amber",
}
_MOVE_MARKS = {RowKind.REMOVED: "»", RowKind.ADDED: "«"}
_HINT_GAP_PX = 16
_BAR_PX, _BAR_LEFT_PX = 2, 4
_KEPT_LAYOUTS = 600
LONGEST_SEARCHED = 100_000
"""Code points of a line in which every match is marked."""
BARS = (RowKind.FILE, RowKind.HUNK, RowKind.GAP)
"""Rows that are no text: of one line always."""


class Cell(NamedTuple):
    """Where a line is painted: `area` of it all, of which the first `gutter` pixels are for numbers."""

    area: QRect
    gutter: int
    shift: int
    is_selected: bool
    is_old: bool | None = None
    """Of a pair: which side it is."""

    @property
    def is_pair(self) -> bool:
        """Whether another line stands beside it."""
        return self.is_old is not None


class LinePainter:
    """Paints the lines of text. `searched` is marked wherever it stands; `found` is the match that was gone to."""

    def __init__(self, view: QWidget, content: DiffContent, colours: DiffColours, tokens: Tokens) -> None:
        self._view, self._content, self._colours = view, content, colours
        self.tokens = tokens
        self.tab_columns = 4
        self.searched: re.Pattern[str] | None = None
        self.found: tuple[DiffRow, tuple[int, int]] | None = None
        self.metrics = DiffMetrics(view, 0, 3, is_side_by_side=False)
        self._layouts = LineLayouts(self.metrics, 1, tokens)
        self._kept: dict[tuple[int, int], tuple[DiffRow, QTextLayout, int]] = {}

    def measure(self, metrics: DiffMetrics, tokens: Tokens) -> None:
        """Paint in these letters, widths and colours from now on."""
        self.metrics, self.tokens = metrics, tokens
        self._layouts = LineLayouts(metrics, self.tab_columns * metrics.advance, tokens)
        self.forget()

    def forget(self) -> None:
        """Lay lines out anew: colours are known that were not, or something else is marked."""
        self._kept.clear()

    def paint_row(self, painter: QPainter, area: QRect, row: DiffRow, shift: int, *, is_selected: bool) -> None:
        """Paint one row of text over the whole width."""
        metrics = self.metrics
        if row.kind is not RowKind.PAIR:
            cell = Cell(area, metrics.gutter(is_pair=False), shift, is_selected)
            self._paint_cell(painter, cell, row)
            return
        gutter = metrics.gutter(is_pair=True)
        left = QRect(area.left(), area.top(), metrics.half, area.height())
        right = QRect(area.left() + metrics.half, area.top(), area.width() - metrics.half, area.height())
        for side, place, is_old in ((row.old, left, True), (row.new, right, False)):
            if side is None:
                painter.fillRect(place, QColor(self.tokens.surface))
                painter.fillRect(place, QBrush(QColor(self.tokens.border), Qt.BrushStyle.BDiagPattern))
            else:
                self._paint_cell(painter, Cell(place, gutter, shift, is_selected, is_old), side)
        painter.fillRect(QRect(right.left(), area.top(), 1, area.height()), QColor(self.tokens.border))

    def lines_of(self, row: DiffRow) -> int:
        """How many lines a row takes when wrapped."""
        if row.kind in BARS:
            return 1
        is_pair = row.kind is RowKind.PAIR
        return max((self._layout(side, 0, is_pair=is_pair)[0].lineCount() for side in row.sides()), default=1)

    def _paint_cell(self, painter: QPainter, cell: Cell, row: DiffRow) -> None:
        painter.fillRect(cell.area, QColor(self._fill(row)))
        text_area = cell.area.adjusted(cell.gutter, 0, 0, 0)
        painter.setClipRect(text_area)
        layout, start = self._layout(row, cell.shift, is_pair=cell.is_pair)
        top = cell.area.top() + self.metrics.text_top
        is_muted = row.kind is RowKind.NOTE or self._is_quiet(row)
        painter.setPen(QColor(self.tokens.muted if is_muted else self.tokens.text))
        layout.draw(painter, QPointF(text_area.left() - cell.shift + start * self.metrics.advance, top))
        if row.starts_move:
            self._paint_hint(painter, text_area, row, layout.maximumWidth() - cell.shift)
        painter.setClipping(False)
        self._paint_gutter(painter, cell, row)

    def _paint_hint(self, painter: QPainter, area: QRect, row: DiffRow, text_px: float) -> None:
        """Where a moved block went or came from, as far as there is room beside its first line."""
        font = interface_font(self._view)
        metrics = QFontMetrics(font)
        for words in (row.moved, row.moved.partition(" from ")[2] or row.moved.partition(" to ")[2]):
            width = metrics.horizontalAdvance(words) + PADDING_PX
            if text_px + _HINT_GAP_PX + width <= area.width():
                painter.setFont(font)
                painter.setPen(QColor(self.tokens.muted))
                place = QRect(area.right() - width, area.top(), width, self.metrics.row_px)
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
                return

    def _paint_gutter(self, painter: QPainter, cell: Cell, row: DiffRow) -> None:
        metrics, tokens, area = self.metrics, self.tokens, cell.area
        advance, gutter = metrics.advance, cell.gutter
        if row.kind is RowKind.NOTE:
            return
        if cell.is_selected:
            painter.fillRect(QRect(area.left(), area.top(), gutter - 3 * advance - 2, area.height()), tokens.accent)
        is_plain = row.kind not in _FILLS
        painter.setFont(metrics.font)
        painter.setPen(QColor(tokens.on_accent if cell.is_selected else tokens.num if is_plain else tokens.muted))
        width = advance * (metrics.digits + 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        both = (row.old_number, row.new_number)
        numbers = both if cell.is_old is None else both[:1] if cell.is_old else both[1:]
        for place, number in enumerate(numbers):
            if number is not None:
                at = QRect(area.left() + PADDING_PX + place * width - advance, area.top(), width, metrics.row_px)
                painter.drawText(at, right, str(number))
        if is_plain:
            return
        painter.setPen(QColor(getattr(tokens, _SIGN_COLOURS[row.kind])))
        at = QRect(area.left() + gutter - 3 * advance, area.top(), advance, metrics.row_px)
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, _SIGNS[row.kind])
        if row.moved:
            painter.drawText(at.translated(advance, 0), Qt.AlignmentFlag.AlignCenter, _MOVE_MARKS[row.kind])
        self._paint_bar(painter, area, row)

    def _paint_bar(self, painter: QPainter, area: QRect, row: DiffRow) -> None:
        """Added lines have a solid bar, removed ones a broken one: colour is not all that tells them apart."""
        if row.kind not in (RowKind.REMOVED, RowKind.ADDED) or self._is_quiet(row):
            return
        colour = QColor(getattr(self.tokens, _SIGN_COLOURS[row.kind]))
        style = Qt.PenStyle.DotLine if row.kind is RowKind.REMOVED else Qt.PenStyle.SolidLine
        pen = QPen(colour, _BAR_PX, style)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        left = area.left() + _BAR_LEFT_PX + _BAR_PX // 2
        painter.drawLine(left, area.top(), left, area.bottom() + 1)

    def _spans(self, row: DiffRow) -> tuple[Spans, Spans]:
        """Where what is searched for stands in a row, and which of that was gone to."""
        if self.searched is None:
            return (), ()
        every = tuple(found.span() for found in self.searched.finditer(row.text[:LONGEST_SEARCHED]))
        return every, (self.found[1],) if self.found is not None and self.found[0] == row else ()

    def _is_quiet(self, row: DiffRow) -> bool:
        info = self._content.info(row.hunk_id)
        return info is not None and info.hunk.is_quiet and row.kind in (RowKind.REMOVED, RowKind.ADDED)

    def _fill(self, row: DiffRow) -> str:
        if self._is_quiet(row):
            return self.tokens.base
        return str(getattr(self.tokens, "moved" if row.moved else _FILLS.get(row.kind, "base")))

    def _layout(self, row: DiffRow, shift: int, *, is_pair: bool) -> tuple[QTextLayout, int]:
        """A line laid out, and the column at which it begins."""
        is_wrapped = self._content.options.is_wrapped
        first = shift // self.metrics.advance if not is_wrapped and len(row.text) > LONGEST_SHOWN else 0
        key = (id(row), first)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is row:
            return kept[1:]
        line = LineText(row, first, is_wrapped=is_wrapped)
        is_plain = row.kind is RowKind.NOTE or self._is_quiet(row)
        bare = DiffRow(RowKind.NOTE, row.path, text=row.text) if is_plain else row
        formats = self._layouts.formats(bare, line, [] if is_plain else self._colours.runs(row))
        formats += self._layouts.marked(line, *self._spans(row))
        wrap_px = self.metrics.text_px(is_pair=is_pair) if is_wrapped else 0
        layout = self._layouts.made(line, formats, wrap_px, is_italic=row.kind is RowKind.NOTE)
        if len(self._kept) >= _KEPT_LAYOUTS:
            self._kept.clear()
        self._kept[key] = (row, layout, line.start)
        return layout, line.start
