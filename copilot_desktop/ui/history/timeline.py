"""The steps of the history as a list, grouped by day; older ones are asked for when the end comes near."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from copilot_desktop.bridge.history.values import TimelineStep
from copilot_desktop.ui.history.step_words import ICONS, day_of, files_of, spoken_of, time_of, title_of
from copilot_desktop.ui.rows.row_delegate import ROW_ROLE, Index, RowDelegate
from copilot_desktop.ui.rows.row_list import RowList
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

Row = TimelineStep | str
"""A step, or the heading of a day."""
_ROW_PX, _PADDING_PX = 42, 8


class TimelineModel(QAbstractListModel):
    """Rows and what a screen reader says of them. `wanted()` when steps older than the last one are to come."""

    wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.is_whole = True
        self._is_waiting = False

    @property
    def oldest(self) -> str | None:
        """The id of the last step, None where there is none."""
        return next((row.entry.entry_id for row in reversed(self.rows) if isinstance(row, TimelineStep)), None)

    def show_steps(self, steps: tuple[TimelineStep, ...], *, is_last: bool) -> None:
        """Show these and no others."""
        self.beginResetModel()
        self.rows = _grouped(steps, "")
        self.is_whole, self._is_waiting = is_last, False
        self.endResetModel()

    def add_steps(self, steps: tuple[TimelineStep, ...], *, is_last: bool) -> None:
        """Put older ones below."""
        last = next((row for row in reversed(self.rows) if isinstance(row, TimelineStep)), None)
        more = _grouped(steps, day_of(last.entry.at) if last is not None else "")
        self.is_whole, self._is_waiting = is_last, False
        if more:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(more) - 1)
            self.rows += more
            self.endInsertRows()

    def place_of(self, entry_id: str) -> int | None:
        """The row of a step."""
        for place, row in enumerate(self.rows):
            if isinstance(row, TimelineStep) and row.entry.entry_id == entry_id:
                return place
        return None

    def mark_lost(self, entry_id: str) -> None:
        """It was found that a step has no longer all of its contents."""
        place = self.place_of(entry_id)
        row = self.rows[place] if place is not None else None
        if place is not None and isinstance(row, TimelineStep) and not row.is_lost:
            self.rows[place] = replace(row, is_lost=True)
            self.dataChanged.emit(self.index(place), self.index(place))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 - Qt's name
        """Whether older steps can be asked for."""
        return not parent.isValid() and not self.is_whole and not self._is_waiting

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 - Qt's name
        """The end of the list comes into sight."""
        if self.canFetchMore(parent):
            self._is_waiting = True
            self.wanted.emit()

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The heading of a day is passed over by keys and clicks."""
        if isinstance(self.rows[index.row()], str):
            return Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader and the tip."""
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row if isinstance(row, str) else spoken_of(row)
        if role == Qt.ItemDataRole.ToolTipRole and not isinstance(row, str):
            return spoken_of(row)
        return None


def _grouped(steps: tuple[TimelineStep, ...], day: str) -> list[Row]:
    rows: list[Row] = []
    for step in steps:
        own = day_of(step.entry.at)
        if own != day:
            rows.append(own)
            day = own
        rows.append(step)
    return rows


class TimelineDelegate(RowDelegate):
    """Paints what was asked over time, model and counts."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One height for all, so that ten thousand rows are laid out at once."""
        return QSize(120, max(_ROW_PX, 2 * QFontMetrics(self._view.font()).height() + 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        painter.save()
        if isinstance(row, TimelineStep):
            self._paint_step(painter, self.paint_ground(painter, option, index), row)
        else:
            self._paint_day(painter, QRect(option.rect), str(row))
        painter.restore()

    def _paint_day(self, painter: QPainter, area: QRect, day: str) -> None:
        painter.fillRect(area, QColor(self.tokens.surface))
        font = QFont(self._view.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.tokens.muted))
        place = area.adjusted(_PADDING_PX, 0, -_PADDING_PX, -6)
        painter.drawText(place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, day)

    def _paint_step(self, painter: QPainter, area: QRect, step: TimelineStep) -> None:
        tokens = self.tokens
        metrics = QFontMetrics(self._view.font())
        painter.setFont(self._view.font())
        height = metrics.height()
        top = area.top() + (area.height() - 2 * height) // 2
        name = "triangle-alert" if step.is_lost else ICONS[step.entry.kind]
        colour = tokens.amber if step.is_lost else tokens.muted
        icon(name, colour).paint(painter, QRect(area.left() + _PADDING_PX, top + (height - 16) // 2, 16, 16))
        left = area.left() + _PADDING_PX + 24
        counted = QRect(left, top + height, area.right() - left - _PADDING_PX, height)
        right = self.paint_counts(painter, counted, step.removed, step.added)
        first = QRect(left, top, area.right() - left - _PADDING_PX, height)
        painter.setPen(QColor(tokens.text))
        title = metrics.elidedText(title_of(step.entry), Qt.TextElideMode.ElideRight, first.width())
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, title)
        second = QRect(left, top + height, right - left - 6, height)
        painter.setPen(QColor(tokens.muted))
        parts = [time_of(step.entry.at), files_of(step.entry), step.entry.model]
        said = metrics.elidedText(
            " · ".join(part for part in parts if part), Qt.TextElideMode.ElideRight, second.width()
        )
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, said)


class Timeline(RowList):
    """`chosen(entry_id)` when a step becomes the current one; `older_wanted()` when the end comes into sight."""

    chosen = Signal(str)
    older_wanted = Signal()

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__("history.timeline", "Steps, the newest first", parent)
        self.steps = TimelineModel(self)
        self.steps.wanted.connect(self.older_wanted)
        self.setModel(self.steps)
        self.paint_by(TimelineDelegate(self, tokens))

    @property
    def current_id(self) -> str:
        """The step that commands are about, "" where there is none."""
        index = self.currentIndex()
        row = self.steps.rows[index.row()] if index.isValid() else ""
        return row.entry.entry_id if isinstance(row, TimelineStep) else ""

    def go_to(self, entry_id: str) -> bool:
        """Make a step the current one; False where it is not listed."""
        place = self.steps.place_of(entry_id)
        if place is None:
            return False
        self.setCurrentIndex(self.steps.index(place))
        return True

    def go_to_first(self) -> None:
        """Make the newest step the current one."""
        first = next((row for row in self.steps.rows if isinstance(row, TimelineStep)), None)
        if first is not None:
            self.go_to(first.entry.entry_id)
            self.scrollToTop()

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Tell which step is looked at."""
        super().currentChanged(current, previous)
        if self.current_id:
            self.chosen.emit(self.current_id)
