"""Watching the opened folder for what other programs do to it.

watchdog is told which events to pass on: with its default it loses most of a large checkout. Import this module on a
worker (it loads watchdog, 60 ms).
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

from copilot_desktop.errors import UnreadableFileError
from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.folder_changes import FolderChanged, PendingChanges
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

__all__ = ["FolderChanged", "FolderWatcher"]

QUIET_S: Final = 0.06
"""Events closer together than this become one change."""

LONGEST_S: Final = 0.24
"""A change is reported after this long even while events go on."""

_IS_LINUX: Final = sys.platform == "linux"
_HEAD: Final = ".git/HEAD"
_KINDS: Final[list[type[FileSystemEvent]]] = [
    *(FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
]


class FolderWatcher:
    """Reports changes below a workspace to one callback, on a thread of its own."""

    def __init__(self, workspace: Workspace, rules: IgnoreRules, on_change: Callable[[FolderChanged], None]) -> None:
        self._workspace = workspace
        self._rules = rules
        self._on_change = on_change
        self._observer: BaseObserver | None = None
        self._pending = PendingChanges()
        self._wake = threading.Condition()
        self._is_stopping = False
        self._reporter = threading.Thread(target=self._report, name="folder-watch", daemon=True)

    def start(self) -> None:
        """Begin; when it returns no change is missed. Takes a moment on a large folder: call it on a worker.

        Raises UnreadableFileError when the system refuses to watch the folder at all. A watcher starts once.
        """
        # What watchdog warns of (lost events, no watches left) is reported as an overflow; a warning says no more.
        for name in ("watchdog.observers.inotify", "watchdog.observers.inotify_c"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        observer = self._new_observer()
        try:
            observer.schedule(_Handler(self._take), str(self._workspace.root), recursive=True, event_filter=_KINDS)
            observer.start()
        except OSError as error:
            if hasattr(observer, "close"):
                observer.close()
            raise UnreadableFileError(
                "The system does not let the program watch this folder: changes by other programs go unseen.",
                advice="Refresh the folder by hand. On Linux, raise fs.inotify.max_user_watches.",
                detail=f"{error.strerror} ({error.errno})",
            ) from error
        self._observer = observer
        self._reporter.start()

    def stop(self) -> None:
        """End all threads; no callback comes after it. Not to be called from the callback."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify_all()
        if self._reporter.is_alive():
            self._reporter.join()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _new_observer(self) -> BaseObserver:
        if _IS_LINUX:
            from copilot_desktop.workspace.pruned_inotify import PrunedObserver, Pruning

            return PrunedObserver(Pruning(self._folders_below, self._on_lost))
        from watchdog.observers import Observer

        return Observer()

    def _folders_below(self, place: str) -> Iterator[str]:
        """A folder and those in it that are not ignored; of `.git` itself only the top, where HEAD is."""
        path = self._relative(place)
        if path is None or not (path in ("", ".git") or self._is_shown(path, is_folder=True)):
            return
        waiting = [(place, path)]
        while waiting:
            folder, inner = waiting.pop()
            yield folder
            if inner == ".git":
                continue
            try:
                with os.scandir(folder) as entries:
                    names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            except OSError:  # Gone again, or not ours to read: nothing to watch.
                continue
            for name in names:
                below = f"{inner}/{name}" if inner else name
                if below == ".git" or not self._rules.is_ignored(below, is_folder=True):
                    waiting.append((os.path.join(folder, name), below))

    def _on_lost(self) -> None:
        with self._wake:
            self._pending.lost()
            self._wake.notify_all()

    def _take(self, event: FileSystemEvent) -> None:
        """Called by watchdog on its thread for every event."""
        source = self._relative(event.src_path)
        target = self._relative(event.dest_path) if event.dest_path else None
        shown_source = source if source and self._is_shown(source, event.is_directory) else None
        shown_target = target if target and self._is_shown(target, event.is_directory) else None
        if any(path and path.rsplit("/", 1)[-1] == ".gitignore" for path in (source, target)):
            self._rules_changed()
        with self._wake:
            if event.event_type == "moved":
                self._take_move(source, shown_source, shown_target)
            elif source == "":
                if event.event_type == "deleted":
                    self._pending.lost()
            elif shown_source:
                self._take_one(event, shown_source)
            if not self._pending.is_empty:
                self._wake.notify_all()

    def _take_move(self, source: str | None, shown_source: str | None, shown_target: str | None) -> None:
        if shown_source and shown_target:
            self._pending.moved(shown_source, shown_target)
        elif shown_source:
            self._pending.deleted(shown_source)
        elif shown_target:
            is_own = source is not None and is_temporary(source.rsplit("/", 1)[-1])
            if is_own or shown_target == _HEAD:
                self._pending.modified(shown_target)
            else:
                self._pending.created(shown_target)

    def _take_one(self, event: FileSystemEvent, path: str) -> None:
        if path == _HEAD:
            self._pending.modified(path)
        elif event.event_type == "created":
            self._pending.created(path)
        elif event.event_type == "deleted":
            self._pending.deleted(path)
        elif event.event_type == "modified" and not event.is_directory:
            self._pending.modified(path)

    def _rules_changed(self) -> None:
        """Other files are ignored now: watch what was not, and have everything looked at again."""
        self._rules.refresh()
        observer = self._observer
        if observer is not None and hasattr(observer, "watch_again"):
            observer.watch_again()
        self._on_lost()

    def _is_shown(self, path: str, is_folder: bool) -> bool:
        if path == _HEAD:
            return True
        return not is_temporary(path.rsplit("/", 1)[-1]) and not self._rules.is_ignored(path, is_folder)

    def _relative(self, place: bytes | str) -> str | None:
        """As `Workspace.relative`, without asking the disk: what an event names may be gone."""
        try:
            inner = Path(os.fsdecode(place)).relative_to(self._workspace.root).as_posix()
        except ValueError:
            return None
        return "" if inner == "." else inner

    def _report(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._is_stopping or not self._pending.is_empty)
                waited_s = 0.0
                while not self._is_stopping and waited_s < LONGEST_S and self._wake.wait(QUIET_S):
                    waited_s += QUIET_S / 4
                if self._is_stopping:
                    return
                change, self._pending = self._pending.change(), PendingChanges()
            self._on_change(change)


class _Handler(FileSystemEventHandler):
    """Passes watchdog's events on."""

    def __init__(self, take: Callable[[FileSystemEvent], None]) -> None:
        self._take = take

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog for every event."""
        self._take(event)
