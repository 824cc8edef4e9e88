"""Paints the rows of the results: a file with its count, a line with its match, and what replacing makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyleOptionViewItem

from copilot_desktop.syntax.occurrences import Role
from copilot_desktop.text.visible_signs import visible_text
from copilot_desktop.ui.rows.row_delegate import ROW_ROLE, Index, RowButton, RowDelegate
from copilot_desktop.ui.search.result_rows import ResultRows, Row, shown_path
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.workspace.search.values import FoundMatch

_CHEVRON_PX, _INDENT_PX, _GAP_PX = 22, 26, 4
_ROLE_ROOM_PX: Final = 140
"""A narrower row has no room for what its match is."""
_SHOWN: Final = 400
"""Letters of a text that are measured; more never fit."""
DISMISS: Final = RowButton("dismiss", "x", "Dismiss (Del)")
REPLACE: Final = RowButton("replace", "replace", "Propose replacing this (Ctrl+Shift+1)")


class ResultDelegate(RowDelegate):
    """`replaced` says what a match becomes; None: nothing is replaced."""

    def __init__(self, view: QListView, results: ResultRows, tokens: Tokens) -> None:
        super().__init__(view, tokens)
        self._results = results
        self.replaced: Callable[[FoundMatch], str] | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        painter.save()
        area = self.paint_ground(painter, option, index)
        right = self.paint_buttons(painter, option, index) - _GAP_PX
        if row.is_file:
            self._paint_file(painter, QRect(area.left(), area.top(), right - area.left(), area.height()), row)
        else:
            left = area.left() + _INDENT_PX
            self._paint_match(painter, QRect(left, area.top(), right - left, area.height()), row)
        painter.restore()

    def buttons(self, _index: Index) -> tuple[RowButton, ...]:
        """What can be done with a row."""
        return (REPLACE, DISMISS) if self.replaced is not None else (DISMISS,)

    def _paint_file(self, painter: QPainter, room: QRect, row: Row) -> None:
        found = self._results.files.get(row.path)
        if found is None:
            return
        tokens, metrics = self.tokens, QFontMetrics(self._view.font())
        chevron = "chevron-right" if row.path in self._results.collapsed else "chevron-down"
        place = QRect(room.left() + 4, room.top(), _CHEVRON_PX - 6, room.height())
        icon(chevron, tokens.muted).paint(painter, place)
        count = f"{len(found.matches):,}"
        width = metrics.horizontalAdvance(count)
        right = room.right() - width
        painter.setFont(self._view.font())
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRect(right, room.top(), width + 4, room.height()), Qt.AlignmentFlag.AlignVCenter, count)
        right -= 8
        left = room.left() + _CHEVRON_PX
        self.paint_path(painter, QRect(left, room.top(), right - left, room.height()), *shown_path(row.path))

    def _paint_match(self, painter: QPainter, room: QRect, row: Row) -> None:
        match = self._results.match(row)
        if match is None:
            return
        metrics, tokens = QFontMetrics(self._view.font()), self.tokens
        painter.setFont(self._view.font())
        # Where there is room: the number says where the line is without opening it.
        number = f"{match.line + 1}"
        width = metrics.horizontalAdvance(number)
        if room.width() > 180:
            painter.setPen(QColor(tokens.num))
            place = QRect(room.right() - width, room.top(), width + 4, room.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, number)
            room = room.adjusted(0, 0, -width - 8, 0)
        role = self._results.role(row)
        if role and room.width() > _ROLE_ROOM_PX:
            width = metrics.horizontalAdvance(role)
            painter.setPen(QColor(tokens.df if role is Role.DEFINED else tokens.muted))
            place = QRect(room.right() - width, room.top(), width + 4, room.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, role)
            room = room.adjusted(0, 0, -width - 12, 0)
        # What is only a word in a comment or a string steps back.
        colour = tokens.muted if role in (Role.COMMENT, Role.STRING) else tokens.text
        before, text, after = (_shown(each) for each in (match.before, match.text, match.after))
        parts = [(before, "", colour), (text, tokens.amberw, tokens.text), (after, "", colour)]
        if self.replaced is not None and not match.is_cut:
            new = _shown(self.replaced(match))
            parts[1:2] = [(text, tokens.remw, tokens.text), (new, tokens.addw, tokens.text)]
        matched = sum(metrics.horizontalAdvance(each[0]) for each in parts[1:-1])
        # What stands before and after share what the match leaves.
        room_after = min(metrics.horizontalAdvance(after), room.width() // 3)
        room_before = max(room.width() - matched - room_after, room.width() // 4)
        if metrics.horizontalAdvance(before) > room_before:
            parts[0] = (metrics.elidedText(before, Qt.TextElideMode.ElideLeft, room_before - 2), "", colour)
        self._paint_parts(painter, room, parts, metrics)

    def _paint_parts(
        self, painter: QPainter, room: QRect, parts: list[tuple[str, str, str]], metrics: QFontMetrics
    ) -> None:
        left = room.left()
        is_removed = len(parts) == 4
        for at, (text, ground, colour) in enumerate(parts):
            width = room.right() + 1 - left
            if not text or width < 4:
                continue
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            taken = metrics.horizontalAdvance(shown)
            place = QRect(left, room.top(), taken, room.height())
            if ground:
                painter.fillRect(place.adjusted(0, 3, 0, -3), QColor(ground))
            painter.setPen(QColor(colour))
            if is_removed and at == 1:
                font = QFont(self._view.font())
                font.setStrikeOut(True)
                painter.setFont(font)
            painter.drawText(place.adjusted(0, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, shown)
            painter.setFont(self._view.font())
            left += taken


def _shown(text: str) -> str:
    """On one row, tabs as one blank, signs that are not seen as something that is."""
    cut = text[:_SHOWN].replace("\r\n", "\n").replace("\t", " ").replace("\n", "⏎")
    return visible_text(cut.encode("utf-8", "replace").decode("utf-8")).text
