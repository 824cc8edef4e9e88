"""Findings as a list: how heavy, where, and why, a row each."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from copilot_desktop.ui.changes.finding_words import ICONS, TOKENS, FindingRow, Standing
from copilot_desktop.ui.rows.row_delegate import ROW_ROLE, Index, RowDelegate
from copilot_desktop.ui.rows.row_list import RowList
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_PADDING_PX, _ICON_PX, _GAP_PX = 8, 16, 8
_FIXED_ICON = "circle-check"
_PLACE_SHARE = 0.4
"""How much of a row the place may take."""


class FindingModel(QAbstractListModel):
    """Rows, and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[FindingRow] = []

    def show_rows(self, rows: list[FindingRow]) -> None:
        """Show these and no others."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader and the tip."""
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken
        return None


class FindingDelegate(RowDelegate):
    """Paints icon, place and reason on one line; what has no place any more is muted and says so."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, FindingRow):
            return
        painter.save()
        area, tokens = self.paint_ground(painter, option, index), self.tokens
        is_gone = row.standing is not Standing.HERE
        name, colour = ICONS[row.finding.severity], str(getattr(tokens, TOKENS[row.finding.severity]))
        if row.standing is Standing.FIXED:
            name, colour = _FIXED_ICON, tokens.addf
        elif is_gone:
            colour = tokens.muted
        left = area.left() + _PADDING_PX
        spot = QRect(left, area.top() + (area.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
        icon(name, colour).paint(painter, spot)
        left += _ICON_PX + _GAP_PX
        room = QRect(left, area.top(), area.right() - _PADDING_PX - left, area.height())
        self._paint_words(painter, room, row, is_gone=is_gone)
        painter.restore()

    def _paint_words(self, painter: QPainter, room: QRect, row: FindingRow, *, is_gone: bool) -> None:
        metrics, flags = QFontMetrics(self._view.font()), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._view.font())
        painter.setPen(QColor(self.tokens.muted))
        place = f"{row.place} · {row.standing}" if is_gone else row.place
        # The end of a path, with the lines, tells most.
        shown = metrics.elidedText(place, Qt.TextElideMode.ElideLeft, int(room.width() * _PLACE_SHARE))
        painter.drawText(room, flags, shown)
        left = metrics.horizontalAdvance(shown) + _GAP_PX
        painter.setPen(QColor(self.tokens.muted if is_gone else self.tokens.text))
        # Each reason in the direction of its own script.
        reason = metrics.elidedText(
            f"\u2068{row.finding.reason}", Qt.TextElideMode.ElideRight, max(0, room.width() - left)
        )
        painter.drawText(room.adjusted(left, 0, 0, 0), flags, reason)


class FindingList(RowList):
    """`opened(FindingRow)` when one is to be gone to; `chosen()` when another one is the current one."""

    opened = Signal(object)
    chosen = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__("findings.list", "Findings", parent)
        self.findings = FindingModel(self)
        self.setModel(self.findings)
        self.paint_by(FindingDelegate(self, tokens))

    @property
    def current(self) -> FindingRow | None:
        """The row that is chosen."""
        at = self.currentIndex().row()
        return self.findings.rows[at] if 0 <= at < len(self.findings.rows) else None

    def show_rows(self, rows: list[FindingRow]) -> None:
        """Show other rows; what was chosen stays so, or what stands in its place."""
        if rows == self.findings.rows:
            return
        at = self.currentIndex().row()
        known = self.current.finding.finding_id if self.current is not None else ""
        self.findings.show_rows(rows)
        place = next((number for number, row in enumerate(rows) if row.finding.finding_id == known), -1)
        if rows and at >= 0:
            self._choose(place if place >= 0 else min(at, len(rows) - 1))
        self.chosen.emit()

    def choose(self, finding_id: str) -> bool:
        """Make a finding the current one; False where it is not there."""
        place = next((at for at, row in enumerate(self.findings.rows) if row.finding.finding_id == finding_id), -1)
        if place >= 0:
            self._choose(place)
        return place >= 0

    def step(self, by: int) -> FindingRow | None:
        """Make the next (1) or the previous (-1) finding the current one; the last one stays."""
        if not self.findings.rows:
            return None
        at = self.currentIndex().row()
        self._choose(max(0, min(at + by, len(self.findings.rows) - 1)) if at >= 0 else 0)
        return self.current

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes to the lines."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.current is not None:
                self.opened.emit(self.current)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click goes to the lines."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and index.isValid():
            self.opened.emit(self.findings.rows[index.row()])

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Another one is the current one."""
        super().currentChanged(current, previous)
        self.chosen.emit()

    def _choose(self, place: int) -> None:
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.findings.index(place), flag)
