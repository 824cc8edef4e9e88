"""Widgets in rows, as many beside each other as fit: nothing is cut where it is narrow or the letters are large."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QWidget

_GAP_PX = 6
_LEAST_PX = 40
_SHARE, _MOST_LINES = 0.45, 3
"""How much of a row its first widget keeps beside others, and how high it may become there."""


class WrappedLabel(QLabel):
    """Text on as many lines as it needs; a word that is wider than the label, such as a path, goes on in the next line,
    where Qt's own would cut it."""

    def __init__(self, text: str = "", role: str = "", name: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setProperty("role", role)
        self.setObjectName(name)
        self.setWordWrap(True)

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's names
        """With the lines that it needs there."""
        around = self.contentsMargins()
        laid_out = self._broken(width - around.left() - around.right())
        if laid_out is None:
            return super().heightForWidth(width)
        return ceil(laid_out.boundingRect().height()) + around.top() + around.bottom()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """It can be narrower than its longest word."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), _LEAST_PX), hint.height()) if self.wordWrap() else hint

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """As Qt does, where all words fit."""
        room = self.contentsRect()
        laid_out = self._broken(room.width())
        if laid_out is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        top = 0.0 if self.alignment() & Qt.AlignmentFlag.AlignTop else room.height() - laid_out.boundingRect().height()
        laid_out.draw(painter, QPointF(room.left(), room.top() + max(top, 0.0) / 2))
        painter.end()

    def _broken(self, width: int) -> QTextLayout | None:
        """Its lines at a width where a word is wider than that; None: Qt does it."""
        if width <= 0 or not self.wordWrap():
            return None
        mode = QTextOption.WrapMode
        if _lines(self, width, mode.WordWrap)[1] <= width + 1:
            return None
        return _lines(self, width, mode.WrapAtWordBoundaryOrAnywhere)[0]


def _lines(label: QLabel, width: int, mode: QTextOption.WrapMode) -> tuple[QTextLayout, float]:
    """The text of a label in lines, and how wide the widest is."""
    option, height, widest = QTextOption(label.alignment()), 0.0, 0.0
    option.setWrapMode(mode)
    laid_out = QTextLayout(label.text().replace("\n", "\u2028"), label.font())
    laid_out.setTextOption(option)
    laid_out.beginLayout()
    while (line := laid_out.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height))
        height, widest = height + line.height(), max(widest, line.naturalTextWidth())
    laid_out.endLayout()
    return laid_out, widest


class FlowLabel(WrappedLabel):
    """Words on one line where there is room for it, else wrapped: Qt's own hint would be about as high as wide."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One line. Where it is drawn parts of a pixel may add up to one more than the advance of the whole text."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def longest_px(self) -> int:
        """How wide the widest of what is not broken between lines is."""
        metrics = self.fontMetrics()
        # Not by `split()`: that breaks at spaces that hold a figure to its unit, too.
        return max(metrics.horizontalAdvance(each) for each in self.text().split(" ")) + 2


class FlowLayout(QLayout):
    """`is_spread`: all others stand at the right end of the first widget's row, which wraps beside them; below it,
    where they would leave it too little."""

    def __init__(self, parent: QWidget, *, gap_px: int = _GAP_PX, is_spread: bool = False) -> None:
        super().__init__(parent)
        self._gap_px, self._is_spread = gap_px, is_spread
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """The item at a place, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        """Rows take no more room than they need; Qt's own layouts say so, and this base class the opposite."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Height of all rows."""
        margins = self.contentsMargins()
        inner = width - margins.left() - margins.right()
        return self._arrange(QRect(0, 0, inner, 0), is_trial=True) + margins.top() + margins.bottom()

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect.marginsRemoved(self.contentsMargins()), is_trial=False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """One row."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: N802
        """Room for the highest item; wide items are cut rather than widening the sidebar."""
        margins = self.contentsMargins()
        highest = max((item.sizeHint().height() for item in self._items), default=0)
        return QSize(_LEAST_PX, highest + margins.top() + margins.bottom())

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        top = rect.y()
        for row in self._rows(max(rect.width(), _LEAST_PX)):
            height, left = max(size.height() for _item, size in row), rect.x()
            others = sum(size.width() + self._gap_px for _item, size in row[1:]) - self._gap_px
            for at, (item, size) in enumerate(row):
                if self._is_spread and at == 1 and top == rect.y():
                    left = rect.right() + 1 - others
                if not is_trial:
                    item.setGeometry(QRect(QPoint(left, top + (height - size.height()) // 2), size))
                left += size.width() + self._gap_px
            top += height + self._gap_px
        return max(0, top - self._gap_px - rect.y())

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        used = 0
        items = [item for item in self._items if not item.isEmpty()]
        if self._is_spread and len(items) > 1:
            first, *others = items
            room, line = width - sum(item.sizeHint().width() + self._gap_px for item in others), first.sizeHint()
            wide = min(room, line.width())
            high = first.heightForWidth(wide) if first.hasHeightForWidth() else line.height()
            is_read = room >= max(_SHARE * width, _longest(first)) and high <= _MOST_LINES * line.height() + 2
            if is_read or room >= line.width():
                return [[(first, QSize(wide, high)), *((item, item.sizeHint()) for item in others)]]
            rows, used, items = [[(first, _bounded(first, width))]], width, others
        for item in items:
            size = _bounded(item, width)
            if not rows or used + self._gap_px + size.width() > width:
                rows.append([])
                used = -self._gap_px
            rows[-1].append((item, size))
            used += self._gap_px + size.width()
        while len(rows) > 1 and all(_is_only_kept(item) for item, _size in rows[-1]):
            rows.pop()  # a place that is kept for later would be a blank row
        return rows


def _is_only_kept(item: QLayoutItem) -> bool:
    """Whether nothing is shown at a place."""
    widget = item.widget()
    return widget is not None and widget.isHidden()


def _longest(item: QLayoutItem) -> int:
    """What an item needs to cut off none of its words."""
    widget = item.widget()
    return widget.longest_px() if isinstance(widget, FlowLabel) else 0


def _bounded(item: QLayoutItem, width: int) -> QSize:
    """The size an item wants, higher where it would be wider than that."""
    size = item.sizeHint()
    if size.width() <= width:
        return size
    return QSize(width, item.heightForWidth(width) if item.hasHeightForWidth() else size.height())
