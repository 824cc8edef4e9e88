"""A list of rows that Qt does not lay out: where each stands is computed, also where their heights differ.

Qt's own list asks every row for its size; with wrapped lines that takes seconds for 100,000 of them.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from copilot_desktop.ui.diff.heights import RowHeights

Index = QModelIndex | QPersistentModelIndex
_Action = QAbstractItemView.CursorAction


class RowsView(QListView):
    """A list (also for screen readers) whose rows stand where `heights` says. `content_px` is how wide they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heights = RowHeights()
        self.content_px = 0
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFrameShape(QListView.Shape.NoFrame)

    def paint_row(self, painter: QPainter, place: int, area: QRect) -> None:
        """Paint one row; a list that shows something derives this."""

    def rows_in_sight(self) -> range:
        """The rows of which something is seen."""
        top = self.verticalScrollBar().value()
        first = self.heights.at(top)
        return range(first, self.heights.at(top + self.viewport().height()) + 1) if first >= 0 else range(0)

    def area_of(self, place: int) -> QRect:
        """Where a row is on the viewport, over its whole width."""
        top = self.heights.top(place) - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), self.heights.height(place))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what is in sight."""
        painter = QPainter(self.viewport())
        for place in self.rows_in_sight():
            area = self.area_of(place)
            if event.region().intersects(area):
                self.paint_row(painter, place, area)
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Move what is painted; Qt's own list does not, having laid nothing out."""
        self.viewport().scroll(dx, dy)

    def doItemsLayout(self) -> None:  # noqa: N802 - Qt's name
        """There is nothing to lay out."""
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's name
        """Scroll as far as there are rows."""
        QAbstractItemView.updateGeometries(self)
        bars = ((self.verticalScrollBar(), self.heights.total_px, self.viewport().height()),
                (self.horizontalScrollBar(), self.content_px, self.viewport().width()))  # fmt: skip
        for bar, whole, seen in bars:
            bar.setPageStep(seen)
            bar.setSingleStep(self.heights.row_px)
            bar.setRange(0, max(0, whole - seen))

    def visualRect(self, index: Index) -> QRect:  # noqa: N802 - Qt's name
        """Where a row is on the viewport."""
        return self.area_of(index.row()) if index.isValid() and index.row() < self.heights.count else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's name
        """The row at a place of the viewport."""
        height = point.y() + self.verticalScrollBar().value()
        if not 0 <= height < self.heights.total_px:
            return QModelIndex()
        return self.model().index(self.heights.at(height), 0)

    def scrollTo(self, index: Index, _hint: object = None) -> None:  # noqa: N802 - Qt's name
        """Bring a row into sight, moving as little as needed."""
        if not index.isValid():
            return
        bar, area = self.verticalScrollBar(), self.area_of(index.row())
        if area.top() < 0:
            bar.setValue(bar.value() + area.top())
        elif area.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + min(area.top(), area.bottom() + 1 - self.viewport().height()))

    def moveCursor(self, action: _Action, _modifiers: Qt.KeyboardModifier) -> QModelIndex:  # noqa: N802 - Qt's name
        """Where a key leads from the current row."""
        last, here = self.heights.count - 1, self.currentIndex().row()
        if last < 0:
            return QModelIndex()
        if here < 0:
            return self.model().index(self.rows_in_sight().start, 0)
        page = max(1, self.viewport().height() - self.heights.row_px)
        targets = {
            _Action.MoveUp: here - 1,
            _Action.MovePrevious: here - 1,
            _Action.MoveDown: here + 1,
            _Action.MoveNext: here + 1,
            _Action.MoveHome: 0,
            _Action.MoveEnd: last,
            _Action.MovePageUp: min(here - 1, self.heights.at(self.heights.top(here) - page)),
            _Action.MovePageDown: max(here + 1, self.heights.at(self.heights.top(here) + page)),
        }
        if action in (_Action.MoveLeft, _Action.MoveRight):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (1 if action is _Action.MoveRight else -1) * bar.singleStep() * 2)
        return self.model().index(max(0, min(targets.get(action, here), last)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802 - Qt's name
        """Select the rows that a rectangle of the viewport touches."""
        top = self.verticalScrollBar().value()
        first, last = (self.heights.at(top + edge) for edge in (rect.normalized().top(), rect.normalized().bottom()))
        model = self.model()
        found = QItemSelection(model.index(first, 0), model.index(last, 0)) if first >= 0 else QItemSelection()
        self.selectionModel().select(found, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802 - Qt's name
        """Where selected rows are on the viewport: what Qt paints again when others are selected."""
        seen, found = self.rows_in_sight(), QRegion()
        for chosen in range(selection.count()):
            part = selection.at(chosen)
            first, last = max(part.top(), seen.start), min(part.bottom(), seen.stop - 1, self.heights.count - 1)
            if first <= last:
                found += self.area_of(first).united(self.area_of(last))
        return found

    def horizontalOffset(self) -> int:  # noqa: N802 - Qt's name
        """Pixels that are scrolled away at the left."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:  # noqa: N802 - Qt's name
        """Pixels that are scrolled away at the top."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:  # noqa: N802 - Qt's name
        """No row is."""
        return False
