"""What a folder watcher reports, and a way to wait for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from copilot_desktop.workspace.folder_changes import FolderChanged
from copilot_desktop.workspace.watch_state import WatchState


def watch_count() -> int:
    """The inotify watches of this process, whoever has them."""
    found = 0
    for info in Path("/proc/self/fdinfo").iterdir():
        with suppress(OSError):  # closed meanwhile
            found += info.read_text().count("inotify wd:")
    return found


class Seen:
    """Every change reported, and a way to wait for one."""

    def __init__(self) -> None:
        self._watches_before = watch_count() if sys.platform == "linux" else 0
        self.changes: list[FolderChanged] = []
        self.states: list[WatchState] = []
        self._arrived = threading.Condition()

    def watches(self) -> int:
        """Watches that have come since; others in this process may have some of their own."""
        return watch_count() - self._watches_before

    def add(self, change: FolderChanged) -> None:
        with self._arrived:
            self.changes.append(change)
            self._arrived.notify_all()

    def add_state(self, state: WatchState) -> None:
        with self._arrived:
            self.states.append(state)
            self._arrived.notify_all()

    def wait(self, is_there: Callable[[Seen], bool]) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: is_there(self), timeout=30), (self.changes, self.states)

    def wait_for(self, kind: str, *paths: object) -> None:
        self.wait(lambda seen: set(paths) <= seen.all(kind))

    def all(self, kind: str) -> set[object]:
        return {item for change in self.changes for item in getattr(change, kind)}

    def paths(self) -> set[str]:
        return {path for change in self.changes for path in change.paths}
