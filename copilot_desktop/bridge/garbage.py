"""Frees what refers to itself in circles, on the GUI thread alone.

Python's own collector runs on whichever thread happens to make objects. What it finds may be the widgets of a window
that was closed, and Qt objects that are destroyed on another thread than their own end the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

TICK_MS = 1000
SOON_MS = 200
YOUNG_OBJECTS = 700
"""New objects since the last tick that are worth a look at the young ones; Python's own limit."""
GROWN_OBJECTS = 50_000
"""So many more objects, and a quarter of all, and everything is looked at; Python's own rule is the quarter."""


class GarbageCollector(QObject):
    """Takes over from Python's own collector until `stop()`. One per process, made on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known = 0
        self._grown = 0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.collect)
        gc.disable()
        self._tick.start()

    def collect_soon(self) -> None:
        """Free all there is after a moment: something large, such as a window, is no longer needed."""
        self._soon.start()

    def collect(self) -> None:
        """Free all there is, now; takes some tens of milliseconds."""
        gc.collect()
        self._grown, self._known = 0, len(gc.get_objects())

    def stop(self) -> None:
        """Give the work back to Python, before the program ends."""
        self._tick.stop()
        self._soon.stop()
        gc.enable()

    def _on_tick(self) -> None:
        young = gc.get_count()[0]
        if young < YOUNG_OBJECTS:
            return
        self._grown += young - gc.collect(1)
        if self._grown > max(GROWN_OBJECTS, self._known // 4):
            self.collect()
