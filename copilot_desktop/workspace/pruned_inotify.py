"""watchdog's inotify with some folders left out, so that node_modules and the like cost neither watches nor events.

watchdog has no option for that, hence these overrides of its pinned 7.1 series. Linux only.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyFD, WatchDescriptor


@dataclass(frozen=True, slots=True)
class Pruning:
    """`folders_below(place)`: the folder and those below it to watch. `on_lost`: events or watches were lost."""

    folders_below: Callable[[str], Iterator[str]]
    on_lost: Callable[[], None]


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

    def watch_again(self) -> None:
        """The rules have changed: watch the folders that are no longer left out."""
        for emitter in self.emitters:
            if isinstance(emitter, PrunedEmitter):
                emitter.watch_again()


class PrunedEmitter(InotifyEmitter):
    """An emitter that watches what its pruning leaves."""

    def __init__(self, *args: object, pruning: Pruning, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # watchdog's own arguments, passed through
        self._pruning = pruning

    def on_thread_start(self) -> None:
        """Called by watchdog: puts the watches in place."""
        group = _PrunedGroup.__new__(_PrunedGroup)
        group.pruning = self._pruning
        group.__init__(  # type: ignore[misc]  # the watches are set up by the dataclass's constructor
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=True,
            event_mask=self.get_event_mask_from_filter(),
        )
        self._inotify = group

    def watch_again(self) -> None:
        """Watch folders that are no longer left out."""
        group = self._inotify
        if isinstance(group, _PrunedGroup):
            group.watch_again()


class _PrunedGroup(InotifyWatchGroup):
    pruning: Pruning

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
        for folder in self.pruning.folders_below(os.fsdecode(path)):
            place = os.fsencode(folder)
            if place not in self._active_callbacks_by_path:
                self._add_callback(place)

    def _add_callback(self, path: bytes) -> None:
        try:
            wd: WatchDescriptor = self._inotify_fd.add_callback(path, self.event_mask, self._callback, self._id)
        except OSError as error:
            if path == self.path:
                raise
            # Gone again or not ours to read is nothing; no watches left means that changes there go unseen.
            if error.errno == errno.ENOSPC:
                self.pruning.on_lost()
            return
        self._active_callbacks_by_path[path] = wd
        self._active_callbacks_by_watch[wd] = path
