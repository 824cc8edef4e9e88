"""watchdog's inotify with some folders left out, so that node_modules and the like cost neither watches nor events,
and with a bound on the number of watches, which all programs of a user share.

watchdog has no option for that, hence these overrides of its pinned 7.1 series. Linux only.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyFD, WatchDescriptor

from copilot_desktop.values import dataclass

MOST_WATCHES: Final = 16_384
"""Each takes about 1 KB of ours and 1 KB of the kernel's memory."""
SHARE: Final = 4
"""One window takes at most this part of what the system allows to all programs of a user."""
FIRST_S: Final = 0.3
"""Watches are put in place for this long at once; the rest of a large tree follows in small portions."""
_PORTION_S: Final = 0.004


@dataclass(frozen=True, slots=True)
class Pruning:
    """`is_shown(place)`: whether a folder that appeared is to be watched; `folders_in(place)`: those in it that are.

    `on_unwatched(place)`: no watch was left for a folder, and nothing below it has one. `on_lost`: events were lost.
    `limit` is a number of watches.
    """

    is_shown: Callable[[str], bool]
    folders_in: Callable[[str], Iterable[str]]
    on_unwatched: Callable[[str], None]
    on_lost: Callable[[], None]
    limit: int


def watch_limit(allowed: Path = Path("/proc/sys/fs/inotify/max_user_watches")) -> int:
    """How many folders one window may watch."""
    try:
        return max(1, min(MOST_WATCHES, int(allowed.read_text()) // SHARE))
    except (OSError, ValueError):
        return MOST_WATCHES


class PrunedObserver(BaseObserver):
    """An observer whose emitters leave folders out."""

    def __init__(self, pruning: Pruning) -> None:
        self._inotify_fd = InotifyFD()
        self._inotify_fd.start()
        super().__init__(PrunedEmitter, inotify_fd=self._inotify_fd, pruning=pruning)

    def on_thread_stop(self) -> None:
        """Called by watchdog when the observer ends: its reading thread ends with it."""
        super().on_thread_stop()
        self.close()

    def close(self) -> None:
        """End the reading thread, also of an observer that was never started."""
        self._inotify_fd.stop()
        self._inotify_fd.join()

    @property
    def watch_count(self) -> int:
        """Folders that are watched."""
        return sum(group.count for group in self._groups())

    def watch_more(self) -> bool:
        """Put the next portion of watches in place; False when all of them are."""
        return sum(group.watch_more() for group in self._groups()) > 0

    def watch_again(self) -> None:
        """The rules have changed: watch the folders that are no longer left out."""
        for group in self._groups():
            group.watch_again()

    def _groups(self) -> list[_PrunedGroup]:
        emitters = [emitter for emitter in self.emitters if isinstance(emitter, PrunedEmitter)]
        return [emitter.group for emitter in emitters if emitter.group is not None]


class PrunedEmitter(InotifyEmitter):
    """An emitter that watches what its pruning leaves."""

    def __init__(self, *args: object, pruning: Pruning, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # watchdog's own arguments, passed through
        self._pruning = pruning
        self.group: _PrunedGroup | None = None

    def on_thread_start(self) -> None:
        """Called by watchdog: puts the watches in place."""
        group = _PrunedGroup.__new__(_PrunedGroup)
        group.pruning, group.waiting, group.is_full = self._pruning, deque(), False
        group.__init__(  # type: ignore[misc]  # the watches are set up by the dataclass's constructor
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=True,
            event_mask=self.get_event_mask_from_filter(),
        )
        self._inotify = self.group = group


class _PrunedGroup(InotifyWatchGroup):
    pruning: Pruning
    waiting: deque[str]
    is_full: bool

    @property
    def count(self) -> int:
        return len(self._active_callbacks_by_path)

    def watch_more(self) -> bool:
        with self._lock:
            if self.is_active and self.waiting:
                self._watch_all(self.waiting, time.monotonic() + _PORTION_S)
            return self.is_active and bool(self.waiting)

    def watch_again(self) -> None:
        with self._lock:
            if self.is_active:
                self._add_all_callbacks(self.path)

    def on_queue_overflow(self) -> None:
        with self._lock:
            if not self.is_active:
                return
            self._move_event_grouper.discard_pending_events()
            self._add_all_callbacks(self.path)
        self.pruning.on_lost()

    def _add_all_callbacks(self, path: bytes) -> None:
        """Called by watchdog for the root, and for every folder that appears."""
        place = os.fsdecode(path)
        if not self.pruning.is_shown(place):
            return
        if path == self.path and not self.is_active:
            self.waiting.append(place)
            self._watch_all(self.waiting, time.monotonic() + FIRST_S)
        else:
            self._watch_all(deque([place]), None)

    def _watch_all(self, waiting: deque[str], end_s: float | None) -> None:
        """Watch folders and those in them, the nearest first: what no watch is left for lies deep."""
        while waiting and (end_s is None or time.monotonic() < end_s):
            place = waiting.popleft()
            # Watched before it is read, so that no folder appears unseen in between.
            if self._watch(os.fsencode(place)):
                waiting.extend(self.pruning.folders_in(place))

    def _watch(self, path: bytes) -> bool:
        """Whether a folder is watched now; where it is gone or not ours to read there is nothing to watch."""
        if path in self._active_callbacks_by_path:
            return True
        # watchdog takes a refusal for a watch.
        if not os.access(path, os.R_OK):
            return False
        if not self.is_full and self.count < self.pruning.limit:
            try:
                wd: WatchDescriptor = self._inotify_fd.add_callback(path, self.event_mask, self._callback, self._id)
            except OSError as error:
                if path == self.path:
                    raise
                if error.errno != errno.ENOSPC:
                    return False
                self.is_full = True
            else:
                self._active_callbacks_by_path[path] = wd
                self._active_callbacks_by_watch[wd] = path
                return True
        self.pruning.on_unwatched(os.fsdecode(path))
        return False
