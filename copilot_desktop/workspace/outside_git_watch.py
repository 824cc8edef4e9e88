"""Watches git's own folder where it stands outside of the opened one: of worktrees, submodules and folders in a
repository. Import this module on a worker: it loads watchdog."""

from __future__ import annotations

import os
from collections.abc import Callable

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from copilot_desktop.workspace.file_events import KINDS
from copilot_desktop.workspace.watch_scope import GIT, GIT_FILES


class OutsideGitWatch(FileSystemEventHandler):
    """Calls back, on a thread of its own, when a file changes that says where git stands. Sleeps otherwise."""

    def __init__(self, git_folder: str, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._files = frozenset(os.path.join(git_folder, name.removeprefix(f"{GIT}/")) for name in GIT_FILES)
        self._observer = Observer()
        for folder in (git_folder, os.path.join(git_folder, "logs")):
            if os.path.isdir(folder):
                self._observer.schedule(self, folder, event_filter=KINDS)
        self._observer.start()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog for every event."""
        if self._files & {os.fsdecode(event.src_path), os.fsdecode(event.dest_path or b"")}:
            self._on_change()

    def stop(self) -> None:
        """End the thread. Not to be called from the callback."""
        self._observer.stop()
        self._observer.join()
