"""Frees what refers to itself in circles, on the GUI thread alone.

Python's own collector runs on whichever thread happens to make objects. What it finds may be the widgets of a window
that was closed, and Qt objects that are destroyed on another thread than their own end the process.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

TICK_MS = 1000
LONGEST_TICK_MS = 16_000
"""While nothing is going on the ticks become rarer and rarer: each of them wakes the machine."""
SOON_MS, LATER_MS = 200, 4_000
"""After a window has closed; and once more when what was under way for it has ended on a busy machine, too."""
YOUNG_OBJECTS = 700
"""New objects since the last tick that are worth a look at the young ones; Python's own limit."""
GROWN_BLOCKS = 40_000
"""So many more pieces of memory, and what is new is looked at: some 8 ms."""
BURST_BLOCKS = 100_000
"""So many more within a tick are modules that were imported: to look at them takes 100 ms and frees nothing."""
MOST_BURSTS = 2
"""So often; what comes like that again and again may be garbage."""


class GarbageCollector(QObject):
    """Takes over from Python's own collector until `stop()`. One per process, made on the GUI thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_frozen = self._has_skipped = False
        self._bursts = 0
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.collect)
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self.collect)
        gc.disable()
        # What was imported so far is left out until all is looked at.
        self._leave_out()
        self._tick.start()

    @property
    def grown_blocks(self) -> int:
        """Pieces of memory there are more than when it looked the last time."""
        return sys.getallocatedblocks() - self._blocks

    def collect_soon(self) -> None:
        """Free all there is after a moment: something large, such as a window, is no longer needed."""
        self._soon.start()
        self._later.start()

    def collect(self) -> None:
        """Free all there is, now; takes up to a tenth of a second."""
        gc.unfreeze()
        self._has_frozen = self._has_skipped = False
        self._bursts = 0
        self._collect_new()

    def _collect_new(self) -> None:
        """Free what is there since the last time. What that left is hardly ever garbage, and to look through it again
        takes 80 ms once the model side is loaded: that waits for a pause."""
        gc.collect()
        # The first time nothing that matters was left out: looking again in a pause would be in vain.
        self._has_skipped = self._has_skipped or self._has_frozen
        self._has_frozen = True
        self._leave_out()

    def _leave_out(self) -> None:
        """Look at nothing of what is there now before all is looked at."""
        gc.freeze()
        # Not the number of objects: `gc.get_objects` breaks tuples that another thread is just making.
        self._blocks = sys.getallocatedblocks()

    def stop(self) -> None:
        """Give the work back to Python, before the program ends."""
        self._tick.stop()
        self._soon.stop()
        self._later.stop()
        gc.unfreeze()
        gc.enable()

    def _on_tick(self) -> None:
        if gc.get_count()[0] < YOUNG_OBJECTS:
            if self._tick.interval() == LONGEST_TICK_MS and self._has_skipped:
                self.collect()
            self._tick.setInterval(min(LONGEST_TICK_MS, self._tick.interval() * 2))
            return
        self._tick.setInterval(TICK_MS)
        grown = self.grown_blocks
        if grown > BURST_BLOCKS and self._has_frozen and self._bursts < MOST_BURSTS:
            self._bursts += 1
            self._has_skipped = True
            self._leave_out()
        elif grown > GROWN_BLOCKS:
            self._collect_new()
        else:
            gc.collect(1)
