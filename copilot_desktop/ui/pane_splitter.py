"""The three panes of a window side by side: the outer ones keep their widths, the middle takes what is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

_MIDDLE = 1
_MIDDLE_PX = 320
"""With less, the outer panes give some of theirs."""


class PaneSplitter(QSplitter):
    """Qt's own splitter takes room from all panes when the window is made smaller, and tells of a hidden one that
    it has no width: what is remembered here is what the user gave each pane.

    Where there is no room for both outer panes, the one that was not used last is away until there is, or it is asked
    for: then the other goes. What the user has hidden stays hidden. `away_changed()`: a pane went or came back so.
    """

    away_changed = Signal()

    def __init__(self, panes: Sequence[QWidget], widths: Sequence[int]) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for index, pane in enumerate(panes):
            self.addWidget(pane)
            self.setStretchFactor(index, int(index == _MIDDLE))
        self._in_order, self._widths = tuple(panes), list(widths)
        self._hidden: set[QWidget] = set()
        self._away: QWidget | None = None
        self._used = self._in_order[-1]
        self._has_width = False
        """Before its window is laid out a widget is 100 px wide."""
        self.splitterMoved.connect(self._on_moved)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def show_pane(self, pane: QWidget) -> None:
        """Show an outer pane, in place of the other where both have no room."""
        self._hidden.discard(pane)
        self._used = pane
        if self._away is pane:
            self._away = None
        pane.show()
        self._lay_out()

    def hide_pane(self, pane: QWidget) -> None:
        """Hide an outer pane until it is asked for."""
        self._hidden.add(pane)
        if self._away is pane:
            self._away = None
        pane.hide()

    def is_wanted(self, pane: QWidget) -> bool:
        """Whether the user has not hidden a pane: it is shown, or would be if there were room."""
        return pane not in self._hidden

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the middle and one outer pane: the other goes where the window is made so narrow."""
        first, middle, last = self._in_order
        outer = max((_least(pane) + self.handleWidth() for pane in (first, last) if not pane.isHidden()), default=0)
        return QSize(_least(middle) + outer, super().minimumSizeHint().height())

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
        self._has_width = True
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """A pane that is shown again has the width it had."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
        return is_done

    def _put_away(self) -> None:
        """Let one outer pane go where there is no room for both, and come back where there is."""
        if not self._has_width:
            return
        first, middle, last = self._in_order
        before, wanted = self._away, [pane for pane in (first, last) if pane not in self._hidden]
        if self.width() >= sum(_least(pane) for pane in (first, middle, last)) + 2 * self.handleWidth():
            self._away = None
        elif self._away is None and len(wanted) == 2:
            self._away = first if self._used is last else last
        if self._away is not before:
            for pane in wanted:
                pane.setVisible(pane is not self._away)
            self.away_changed.emit()

    def _lay_out(self) -> None:
        self._put_away()
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

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        for pane in (self._in_order[0], self._in_order[-1]):
            if now is not None and pane.isAncestorOf(now):
                self._used = pane

    def _on_moved(self, _position: int, _handle: int) -> None:
        self._widths = [new or old for new, old in zip(self.sizes(), self._widths, strict=True)]


def _least(pane: QWidget) -> int:
    """How narrow a pane may become."""
    return pane.minimumWidth() or pane.minimumSizeHint().width()
