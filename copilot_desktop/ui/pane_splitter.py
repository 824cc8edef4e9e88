"""The three panes of a window side by side: the outer ones keep their widths, the middle takes what is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

_MIDDLE = 1
_MIDDLE_PX = 320
"""With less, the outer panes give some of theirs."""


class PaneSplitter(QSplitter):
    """Qt's own splitter takes room from all panes when the window is made smaller, and tells of a hidden one that
    it has no width: what is remembered here is what the user gave each pane."""

    def __init__(self, panes: Sequence[QWidget], widths: Sequence[int]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for index, pane in enumerate(panes):
            self.addWidget(pane)
            self.setStretchFactor(index, int(index == _MIDDLE))
        self._in_order, self._widths = tuple(panes), list(widths)
        self.splitterMoved.connect(self._on_moved)

    def widths(self) -> tuple[int, ...]:
        """The width of each pane, also of hidden ones."""
        return tuple(self._widths)

    def set_widths(self, widths: Sequence[int]) -> None:
        """Give each pane its width, those that are none excepted."""
        self._widths = [new or old for new, old in zip(widths, self._widths, strict=True)]
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Only the middle becomes wider or narrower."""
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """A pane that is shown again has the width it had."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
        return is_done

    def _lay_out(self) -> None:
        sizes = [0 if self._in_order[index].isHidden() else width for index, width in enumerate(self._widths)]
        room = self.width() - (sum(1 for size in sizes if size) - 1) * self.handleWidth()
        outer = [index for index, size in enumerate(sizes) if size and index != _MIDDLE]
        spare = {index: max(0, sizes[index] - self._in_order[index].minimumWidth()) for index in outer}
        missing = min(max(0, _MIDDLE_PX + sum(sizes[index] for index in outer) - room), sum(spare.values()))
        for index in outer:
            sizes[index] -= round(missing * spare[index] / max(1, sum(spare.values())))
        sizes[_MIDDLE] = max(1, room - sum(sizes[index] for index in outer))
        if sizes != self.sizes():
            self.setSizes(sizes)

    def _on_moved(self, _position: int, _handle: int) -> None:
        self._widths = [new or old for new, old in zip(self.sizes(), self._widths, strict=True)]
