"""A tab dragged by the mouse: to another place in its bar, to another group, or to an edge, which splits the group."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.editor_panes import EditorPanes
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.tab_bar import TabPointed
from copilot_desktop.ui.tab_moves import TabMoves
from copilot_desktop.values import dataclass

EDGE = 0.25
"""The part of a group's width or height at its edge that splits it."""
LINE_PX = 2


@dataclass(frozen=True, slots=True)
class DropPlace:
    """Where a tab would go: among the tabs of a group (`index`), to its end, or into a new group at one of its sides.
    `shown` is the part of all groups that says so."""

    group: EditorTabs
    shown: QRect
    index: int | None = None
    is_column: bool = False
    is_before: bool = False
    is_split: bool = False


class DropIndicator(QWidget):
    """A veil over the place where the tab would go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tab_drop_indicator")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """In the accent's colour; what lies below stays legible."""
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter = QPainter(self)
        if min(self.width(), self.height()) > 2 * LINE_PX:
            veil = QColor(accent)
            veil.setAlpha(50)
            painter.fillRect(self.rect(), veil)
            painter.setPen(accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        else:
            painter.fillRect(self.rect(), accent)


class TabDragging(QObject):
    """The drags of one window's tabs."""

    def __init__(self, panes: EditorPanes, moves: TabMoves) -> None:
        super().__init__(panes)
        self._panes, self._moves = panes, moves
        self.indicator = DropIndicator(panes)
        panes.group_added.connect(self._on_group_added)
        for group in panes.groups():
            self._on_group_added(group)

    def place_at(self, position: QPoint) -> DropPlace | None:
        """What dropping at a global position would do; None beside all groups."""
        for group in self._panes.groups():
            inside = group.mapFromGlobal(position)
            if group.rect().contains(inside):
                if inside.y() < group.bar.height():
                    return self._place_in_bar(group, inside.x())
                return self._place_in_group(group, inside)
        return None

    def _place_in_bar(self, group: EditorTabs, x: int) -> DropPlace:
        left = group.bar.x()
        rects = [group.bar.tabRect(index) for index in range(group.count())]
        index = sum(left + rect.center().x() < x for rect in rects)
        line = left + (rects[index].left() if index < len(rects) else rects[-1].right() if rects else 0)
        return DropPlace(group, self._shown(group, QRect(line - 1, 0, LINE_PX, group.bar.height())), index)

    def _place_in_group(self, group: EditorTabs, inside: QPoint) -> DropPlace:
        top = group.bar.height()
        body = QRect(0, top, group.width(), group.height() - top)
        across = (inside.x() - body.left()) / max(1, body.width())
        down = (inside.y() - body.top()) / max(1, body.height())
        nearest = min(across, 1 - across, down, 1 - down)
        if nearest > EDGE:
            return DropPlace(group, self._shown(group, body))
        is_column = nearest in (down, 1 - down)
        is_before = nearest in (across, down)
        half = QRect(body)
        if is_column:
            half.setHeight(body.height() // 2)
            half.moveTop(body.top() if is_before else body.top() + body.height() - half.height())
        else:
            half.setWidth(body.width() // 2)
            half.moveLeft(body.left() if is_before else body.left() + body.width() - half.width())
        return DropPlace(group, self._shown(group, half), None, is_column, is_before, True)

    def _shown(self, group: EditorTabs, rect: QRect) -> QRect:
        return QRect(group.mapTo(self._panes, rect.topLeft()), rect.size())

    def _drop(self, page: QWidget, source: EditorTabs, place: DropPlace) -> None:
        if place.is_split:
            if source is place.group and source.count() == 1:
                self._moves.split(page, source, is_column=place.is_column, is_before=place.is_before)
                return
            made = self._panes.split(place.group, is_column=place.is_column, is_before=place.is_before)
            self._moves.move(page, made)
        elif place.group is source:
            if place.index is not None:
                here = source.indexOf(page)
                source.move_page(page, place.index - 1 if place.index > here else place.index)
        else:
            self._moves.move(page, place.group, -1 if place.index is None else place.index)

    def _on_group_added(self, group: EditorTabs) -> None:
        group.bar.drag_moved.connect(self._on_drag_moved)
        group.bar.dropped.connect(lambda pointed: self._on_dropped(group, pointed))
        group.bar.drag_cancelled.connect(self.indicator.hide)

    def _on_drag_moved(self, pointed: TabPointed) -> None:
        place = self.place_at(pointed.position)
        if place is None:
            self.indicator.hide()
            return
        self.indicator.setGeometry(place.shown)
        self.indicator.show()
        self.indicator.raise_()

    def _on_dropped(self, group: EditorTabs, pointed: TabPointed) -> None:
        self.indicator.hide()
        page, place = group.widget(pointed.index), self.place_at(pointed.position)
        if page is not None and place is not None:
            self._drop(page, group, place)
