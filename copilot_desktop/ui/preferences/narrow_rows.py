"""Parts of settings pages that stay usable in a group that is hardly wider than a button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QLayout,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

_SPACING_PX = 8
_WIDE_PX, _NARROW_PX = 24, 10
_NARROW_BELOW_PX, _WIDE_FROM_PX = 320, 350
"""Not one width for both: with narrow margins a page may need no scroll bar, and be wider without it."""


class TurningRow(QWidget):
    """Parts beside each other, below each other where they would be cut. `stretches`: how they share what is left
    over; without any they stand at the left, or at the right."""

    def __init__(self, *parts: QWidget, stretches: tuple[int, ...] = (), is_right: bool = False) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._parts = parts
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(_SPACING_PX)
        if is_right:
            self._row.addStretch()
        for at, part in enumerate(parts):
            self._row.addWidget(part, stretches[at] if stretches else 0)
        if not is_right and not any(stretches):
            self._row.addStretch()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the row into a column or back."""
        super().resizeEvent(event)
        self._turn()

    def event(self, event: QEvent) -> bool:
        """Larger letters need more room, and fewer parts less."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return is_done

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the widest part: the column is always possible."""
        widest = max((_least(part) for part in self._parts if not part.isHidden()), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def _turn(self) -> None:
        shown = [part for part in self._parts if not part.isHidden()]
        wanted = sum(_least(part) for part in shown) + _SPACING_PX * (len(shown) - 1)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if self.width() >= wanted else down)


class CurrentPages(QStackedWidget):
    """Pages of which only the one that is shown says how wide it must be."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Of the page that is shown."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()


class NarrowMargins(QObject):
    """Gives the room at both sides of a page to what stands in it where the page is narrow."""

    def __init__(self, page: QWidget, layout: QLayout) -> None:
        super().__init__(page)
        self._layout = layout
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the page's width."""
        if event.type() == QEvent.Type.Resize and isinstance(event, QResizeEvent):
            margins = self._layout.contentsMargins()
            is_narrow = margins.left() == _NARROW_PX
            width = event.size().width()
            is_narrow = width < (_WIDE_FROM_PX if is_narrow else _NARROW_BELOW_PX)
            side = _NARROW_PX if is_narrow else _WIDE_PX
            if margins.left() != side:
                margins.setLeft(side)
                margins.setRight(side)
                self._layout.setContentsMargins(margins)
        return False


class ElidedToolButton(QToolButton):
    """Words that end in an ellipsis where they have no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the icon and some letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 80), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As the style draws it, with shorter words."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        words = self.text()
        missing = super().sizeHint().width() - self.width()
        if missing > 0:
            room = self.fontMetrics().horizontalAdvance(words) - missing
            option.text = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)


def _least(part: QWidget) -> int:
    return max(part.minimumWidth(), part.minimumSizeHint().width())
