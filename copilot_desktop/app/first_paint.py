"""The first paint of a window, and what it does without until then."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

LIMIT_MS = 500
"""What was put off waits for the first file no longer than this."""
REST_MS = 30
"""After the paint, which is on its way to the screen then and needs the processor."""
_INPUT = frozenset((
    QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.InputMethod, QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel, QEvent.Type.TouchBegin, QEvent.Type.DragEnter, QEvent.Type.ContextMenu,
))  # fmt: skip


class FirstPaint(QObject):
    """Calls something once, after a widget was first painted."""

    def __init__(self, widget: QWidget, call: Callable[[], None]) -> None:
        super().__init__(widget)
        self._call = call
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for the first paint event."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return False


class PutOff(QObject):
    """Makes, one after another, what a window is not painted for. All that is left is made at once before the first
    key, click or other input gets through: nobody meets a window that cannot do something yet.

    `finished()` once, when nothing is left.
    """

    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: list[Callable[[], object]] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)
        self._limit = QTimer(self, singleShot=True, interval=LIMIT_MS)
        self._limit.timeout.connect(self._timer.start)
        self._watched: list[QObject] = []

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left."""
        return not self._steps

    def add(self, step: Callable[[], object]) -> None:
        """Put something off, to be made after what was added before."""
        self._steps.append(step)

    def wait(self) -> None:
        """The window is painted, but its first file is not: begin after a while, unless `begin` comes before."""
        if self._steps:
            self._limit.start()

    def watch(self, *widgets: QObject | None) -> None:
        """Input that comes to one of these finds everything made.

        Not a filter on the application: it would be asked about each QObject there is, and PySide makes every class of
        QObjects to tell what that is: 2 MiB and 20 ms. What the system sends comes to a window's handle first.
        """
        for each in widgets if self._steps else ():
            if each is not None:
                self._watched.append(each)
                each.installEventFilter(self)

    def begin(self) -> None:
        """Make one thing after another from now on, between other events."""
        self._limit.stop()
        if self._steps:
            self._timer.start()

    def finish(self) -> None:
        """Make all that is left now."""
        while self._steps:
            self._next()

    def drop(self) -> None:
        """The window closes."""
        self._steps.clear()
        self._end()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Input finds everything made."""
        if event.type() in _INPUT:
            self.finish()
        return False

    def _next(self) -> None:
        step = self._steps.pop(0)
        step()
        gc.collect(0)  # what it left over makes room for the next one; nothing else collects until the start is over
        if not self._steps:
            self._end()
            self.finished.emit()

    def _end(self) -> None:
        self._limit.stop()
        self._timer.stop()
        for each in self._watched:
            each.removeEventFilter(self)
        self._watched.clear()
