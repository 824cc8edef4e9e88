"""Watching the opened folder for what other programs do to it.

What watchdog may not or cannot watch is polled. Import this module on a worker (it loads watchdog, 60 ms).
"""

from __future__ import annotations

import dataclasses
import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchdog.observers.api import BaseObserver

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.change_reporter import ChangeReporter
from copilot_desktop.workspace.file_events import KINDS, EventHandler, PolledChanges
from copilot_desktop.workspace.folder_changes import FolderChanged
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.mounts import silent_mounts
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.polling import SHORTEST_CYCLE_S, FolderPoller, PollSink
from copilot_desktop.workspace.watch_scope import GIT, WatchScope
from copilot_desktop.workspace.watch_state import PollReason, WatchState

if TYPE_CHECKING:
    from copilot_desktop.workspace.pruned_inotify import PrunedObserver

_log = logging.getLogger(__name__)

__all__ = ["FolderChanged", "FolderWatcher", "Watching"]

_REST_PAUSE_S: Final = 0.02
_IS_LINUX: Final = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Watching:
    """How to watch. `limit`: folders that may be watched, None: what the system allows; `silent_mounts(root)`: kinds of
    file systems that do not tell of changes, by mount point."""

    limit: int | None = None
    poll_cycle_s: float = SHORTEST_CYCLE_S
    silent_mounts: Callable[[Path], dict[str, str]] = silent_mounts


def _nobody(_state: WatchState) -> None:
    return


class FolderWatcher:
    """Reports changes below a workspace to one callback, on a thread of its own.

    `on_state` hears how the folder is watched, from any thread, and whenever that has changed.
    """

    def __init__(
        self,
        workspace: Workspace,
        rules: IgnoreRules,
        on_change: Callable[[FolderChanged], None],
        on_state: Callable[[WatchState], None] = _nobody,
        how: Watching | None = None,
    ) -> None:
        self._scope = WatchScope(workspace, rules)
        self._reporter = ChangeReporter(on_change)
        self._on_state = on_state
        self._how = how or Watching()
        self._observer: BaseObserver | None = None
        self._silent: dict[str, str] = {}
        self._state = WatchState()
        self._telling = threading.Lock()
        self._is_looked_at = self._is_all_watched = False
        self._poller = FolderPoller(self._poll_sink(), shortest_cycle_s=self._how.poll_cycle_s)
        self._rest: threading.Thread | None = None

    def start(self) -> None:
        """Begin; what changes after it is reported, on a large tree as an overflow once all of it is watched.

        Takes a moment: call it on a worker. A watcher starts once.
        """
        # What watchdog warns of (lost events, no watches left) is reported as an overflow; a warning says no more.
        for name in ("watchdog.observers.inotify", "watchdog.observers.inotify_c"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        root = str(self._scope.root)
        self._silent = self._how.silent_mounts(self._scope.root)
        if root in self._silent:
            self._poll(root, PollReason.SILENT, file_system=self._silent[root])
        else:
            try:
                self._observe(root)
            except OSError as error:
                reason = PollReason.LIMIT if error.errno in (errno.ENOSPC, errno.EMFILE) else PollReason.REFUSED
                self._poll(root, reason, error=f"{error.strerror} ({error.errno})")
        if self._rest is None:
            self._is_all_watched = True
        self._reporter.start()
        self._tell()

    def stop(self) -> None:
        """End all threads; no callback comes after it. Not to be called from the callback."""
        self._reporter.stop()
        if self._rest is not None:
            self._rest.join()
        self._poller.stop()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _observe(self, root: str) -> None:
        observer = self._new_observer()
        handler = EventHandler(self._scope, self._reporter.note, self._on_rules_changed)
        try:
            observer.schedule(handler, root, recursive=True, event_filter=KINDS)
            observer.start()
        except OSError:
            if hasattr(observer, "close"):
                observer.close()
            raise
        self._observer = observer
        if _IS_LINUX:
            self._rest = threading.Thread(target=self._watch_rest, args=(observer,), name="folder-watch-rest")
            self._rest.start()

    def _new_observer(self) -> BaseObserver:
        if _IS_LINUX:
            from copilot_desktop.workspace.pruned_inotify import PrunedObserver, Pruning, watch_limit

            limit = self._how.limit if self._how.limit is not None else watch_limit()
            return PrunedObserver(
                Pruning(self._scope.is_watchable, self._folders_in, self._on_unwatched, self._reporter.lost, limit)
            )
        from watchdog.observers import Observer

        return Observer()

    def _watch_rest(self, observer: PrunedObserver) -> None:
        """Watch what is left of a large tree, with pauses in which the window can work."""
        is_late = False
        while observer.watch_more():
            is_late = True
            if self._reporter.wait_stopping(_REST_PAUSE_S):
                return
        if is_late:
            # What changed before its folder was watched was seen by nobody.
            self._reporter.lost()
        self._is_all_watched = True
        self._tell()

    def _folders_in(self, place: str) -> Iterable[str]:
        """The folders in a watched one that are to be watched as well; those that are silent are polled."""
        found = self._scope.folders_in(place)
        if not self._silent:
            return found
        for inner in self._silent.keys() & set(found):
            self._on_unwatched(inner)
        return [inner for inner in found if inner not in self._silent]

    def _on_unwatched(self, place: str) -> None:
        kind = self._silent.get(place, "")
        self._poll(place, PollReason.SILENT if kind else PollReason.LIMIT, file_system=kind)

    def _poll(self, place: str, reason: PollReason, *, file_system: str = "", error: str = "") -> None:
        path = self._scope.relative(place)
        if path is None:
            return
        with self._telling:
            if self._state.reason is PollReason.NONE:
                self._state = WatchState(reason=reason, file_system=file_system, error=error)
        self._poller.add(place, path)
        if path == "" and os.path.isdir(os.path.join(place, GIT)):
            self._poller.add(os.path.join(place, GIT), GIT)

    def _poll_sink(self) -> PollSink:
        changes = PolledChanges(self._reporter.note, self._on_rules_changed)
        return PollSink(self._scope.is_shown, changes, self._reporter.lost, self._on_cycle_done)

    def _on_cycle_done(self, is_new: bool) -> None:
        if is_new:
            # What changed before the first look at it was seen by nobody.
            self._reporter.lost()
        self._is_looked_at = not is_new
        self._tell()

    def _on_rules_changed(self) -> None:
        """Other files are ignored now: watch what was not, and have everything looked at again."""
        self._scope.rules_changed()
        if self._observer is not None and hasattr(self._observer, "watch_again"):
            self._observer.watch_again()
        self._reporter.lost()

    def _tell(self) -> None:
        with self._telling:
            watched, polled = getattr(self._observer, "watch_count", 0), self._poller.count
            is_settled = self._is_all_watched and (self._is_looked_at or not polled)
            state = dataclasses.replace(self._state, watched=watched, polled=polled, is_settled=is_settled)
            if not self._reporter.is_stopping and state != self._state:
                self._state = state
                _log.debug("watching: %s", state)
                self._on_state(state)
