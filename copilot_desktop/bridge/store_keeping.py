"""Keeps the stores of old contents within their bounds, some quiet seconds after something was written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.errors import StoreError

if TYPE_CHECKING:
    from copilot_desktop.workspace.checkpoints.pruning import KeepLimits

_AFTER_S: Final = 20.0
_EVERY_S: Final = 180.0
_PAUSE_S: Final = 0.05
"""Between two contents that are compressed: typing has the processor first."""


class StoreKeeping(QObject):
    """Of one window; idle where nothing is written. GUI thread; the work is done on a worker.

    `read_limits` is called there: it reads the settings.
    """

    def __init__(
        self, thread: AsyncThread, state_folder: Path, read_limits: Callable[[], KeepLimits], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._thread, self._state_folder, self._read_limits = thread, state_folder, read_limits
        self._stopped = threading.Event()
        self._last_at = -_EVERY_S
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._prune)

    def written(self) -> None:
        """Something was written, or may have been."""
        if not self._timer.isActive() and not self._stopped.is_set():
            wait_s = max(_AFTER_S, self._last_at + _EVERY_S - time.monotonic())
            self._timer.start(round(wait_s * 1000))

    def stop(self) -> None:
        """The window goes: leave the rest for the next time."""
        self._stopped.set()
        self._timer.stop()

    def _prune(self) -> None:
        self._last_at = time.monotonic()
        self._thread.run_in_worker(partial(_prune, self._state_folder, self._read_limits, self._stopped))


def _prune(state_folder: Path, read_limits: Callable[[], KeepLimits], stopped: threading.Event) -> None:
    import logging

    from copilot_desktop.workspace.checkpoints.pruning import Pruner

    try:
        pruned = Pruner(state_folder, is_stopped=stopped.is_set, pause_s=_PAUSE_S).prune(read_limits())
        logging.getLogger(__name__).info("the stores take %d bytes: %s", pruned.size_bytes, pruned)
    except (OSError, StoreError) as error:
        # The next write tries again.
        logging.getLogger(__name__).info("the stores were not pruned: %s", error)
