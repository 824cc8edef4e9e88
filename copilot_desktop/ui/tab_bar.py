"""The bar of a group's tabs: italic titles for previews, the middle button, the menu, and dragging a tab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QTabBar, QWidget

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class TabPointed:
    """Something was done to the tab `index` with the pointer at a global position."""

    index: int
    position: QPoint


class TabBar(QTabBar):
    """Each signal carries one `TabPointed`. A drag goes on while the button is held, also beside the bar; Qt's own
    moving of tabs ends at the bar and draws them in one font."""

    middle_clicked = Signal(object)
    menu_wanted = Signal(object)
    drag_moved = Signal(object)
    dropped = Signal(object)
    drag_cancelled = Signal()

    def __init__(self, is_italic: Callable[[int], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_italic = is_italic
        self._pressed: tuple[int, QPoint] | None = None
        self._is_dragging = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the tabs, the one in front last."""
        if not any(self._is_italic(index) for index in range(self.count())):
            super().paintEvent(event)
            return
        # The styles' 500 names take 8 ms to make; the first paint does without unless there is a preview.
        from PySide6.QtGui import QFont
        from PySide6.QtWidgets import QStyle, QStyleOptionTab, QStylePainter

        painter = QStylePainter(self)
        front = self.currentIndex()
        for index in (*(each for each in range(self.count()) if each != front), *((front,) if front >= 0 else ())):
            option = QStyleOptionTab()
            self.initStyleOption(option, index)
            if option.rect.intersects(event.rect()):
                font = QFont(self.font())
                font.setItalic(self._is_italic(index))
                painter.setFont(font)
                painter.drawControl(QStyle.ControlElement.CE_TabBarTab, option)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A drag may begin here."""
        place = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self.tabAt(place) >= 0:
            self._pressed = (self.tabAt(place), place)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag once the pointer has gone far enough not to be a shaky click."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        index, start = self._pressed
        far = QApplication.startDragDistance()
        if not self._is_dragging and (event.position().toPoint() - start).manhattanLength() > far:
            self._is_dragging = True
            self.grabKeyboard()  # for Esc
        if self._is_dragging:
            self.drag_moved.emit(TabPointed(index, event.globalPosition().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drop, or close with the middle button."""
        index, was_dragging = self._end_drag()
        pointed = TabPointed(index, event.globalPosition().toPoint())
        super().mouseReleaseEvent(event)
        if was_dragging:
            self.dropped.emit(pointed)
        elif event.button() == Qt.MouseButton.MiddleButton:
            at = self.tabAt(event.position().toPoint())
            if at >= 0:
                self.middle_clicked.emit(TabPointed(at, pointed.position))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc leaves a dragged tab where it was."""
        if self._is_dragging and event.key() == Qt.Key.Key_Escape:
            self._end_drag()
            self.drag_cancelled.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """The menu of the tab under the pointer; by keyboard of the one in front."""
        is_by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_by_key else self.tabAt(event.pos())
        if index >= 0:
            place = self.mapToGlobal(self.tabRect(index).bottomLeft()) if is_by_key else event.globalPos()
            self.menu_wanted.emit(TabPointed(index, place))

    def _end_drag(self) -> tuple[int, bool]:
        index = self._pressed[0] if self._pressed is not None else -1
        was_dragging, self._is_dragging, self._pressed = self._is_dragging, False, None
        if was_dragging:
            self.releaseKeyboard()
        return index, was_dragging
