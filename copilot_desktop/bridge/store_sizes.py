"""What the stores of old contents take, and letting go of it when the user says so."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.unexpected import notice_of_any, raise_unexpected
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import write_error
from copilot_desktop.workspace.checkpoints.pruning import Pruner, StoreSize


@dataclass(frozen=True, slots=True)
class Cleared:
    """The stores were cleared. `busy` folders were left, since another program or window writes there."""

    freed_bytes: int
    left: StoreSize
    busy: int


class StoreSizes(QObject):
    """GUI thread; the disk is looked at on a worker, one request after the other."""

    measured = Signal(object)
    """Carries one `StoreSize`."""
    cleared = Signal(object)
    """Carries one `Cleared`."""
    failed = Signal(object)
    """Carries one `ErrorNotice`."""

    def __init__(self, thread: AsyncThread, state_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = WorkQueue(thread)
        self._pruner = Pruner(state_folder)

    def measure(self) -> None:
        """Find out what the stores take; `measured` answers."""
        failed = partial(self._on_failed, "Looking at the size of the history")
        self._queue.run(self._pruner.measure, self.measured.emit, failed)

    def clear(self) -> None:
        """Let go of everything but what last steps and pending undos need; `cleared` answers."""
        failed = partial(self._on_failed, "Clearing the history")
        self._queue.run(partial(_clear, self._pruner), self.cleared.emit, failed)

    def _on_failed(self, what: str, error: BaseException) -> None:
        self.failed.emit(notice_of_any(error, what))
        raise_unexpected(error)


def _clear(pruner: Pruner) -> Cleared:
    before = pruner.size_bytes()
    try:
        busy = pruner.clear().busy
    except OSError as error:
        raise write_error("the history", error) from error
    left = pruner.measure()
    return Cleared(max(0, before - left.size_bytes), left, busy)
