"""What watchdog tells, put into the terms of an opened folder."""

from __future__ import annotations

from collections.abc import Callable
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

from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.folder_changes import PendingChanges
from copilot_desktop.workspace.watch_scope import GIT_FILES, WatchScope, holds_rules

KINDS: Final[list[type[FileSystemEvent]]] = [
    *(FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent),
    *(DirCreatedEvent, DirDeletedEvent, DirMovedEvent),
]
"""Those passed on: with watchdog's default most of a large checkout is lost."""


class EventHandler(FileSystemEventHandler):
    """Hands on what each event says of shown files. `note` gets a change; `rules_changed`: others are ignored now."""

    def __init__(
        self,
        scope: WatchScope,
        note: Callable[[Callable[[PendingChanges], None]], None],
        rules_changed: Callable[[], None],
    ) -> None:
        self._scope, self._note, self._rules_changed = scope, note, rules_changed

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog on its thread for every event."""
        relative, is_shown = self._scope.relative, self._scope.is_shown
        source = relative(event.src_path)
        target = relative(event.dest_path) if event.dest_path else None
        shown_source = source if source and is_shown(source, event.is_directory) else None
        shown_target = target if target and is_shown(target, event.is_directory) else None
        if holds_rules(source) or holds_rules(target):
            self._rules_changed()
        if event.event_type == "moved":
            is_saved = source is not None and is_temporary(source.rsplit("/", 1)[-1]) and not event.is_directory
            self._note(lambda pending: _take_move(pending, shown_source, shown_target, is_saved))
        elif shown_source:
            self._note(lambda pending: _take_one(pending, event, shown_source))


class PolledChanges:
    """The same of what polling finds, in paths of the opened folder. Fulfils `polled_moves.ChangeSink`."""

    def __init__(
        self, note: Callable[[Callable[[PendingChanges], None]], None], rules_changed: Callable[[], None]
    ) -> None:
        self._note, self._rules_changed = note, rules_changed

    def created(self, path: str) -> None:
        """Something new."""
        self._tell(lambda pending: pending.created(path), path)

    def modified(self, path: str) -> None:
        """A file that was written."""
        self._tell(lambda pending: pending.modified(path), path)

    def deleted(self, path: str) -> None:
        """Something that is gone."""
        self._tell(lambda pending: pending.deleted(path), path)

    def moved(self, source: str, target: str) -> None:
        """Something that has another path."""
        self._tell(lambda pending: pending.moved(source, target), source, target)

    def _tell(self, change: Callable[[PendingChanges], None], *paths: str) -> None:
        if any(holds_rules(path) for path in paths):
            self._rules_changed()
        self._note(change)


def _take_move(pending: PendingChanges, source: str | None, target: str | None, is_saved: bool) -> None:
    """None stands for a path that is not shown. `is_saved`: one of our temporary files took its target's place."""
    if source and target:
        pending.moved(source, target)
    elif source:
        pending.deleted(source)
    elif target and (is_saved or target in GIT_FILES):
        pending.modified(target)
    elif target:
        pending.created(target)


def _take_one(pending: PendingChanges, event: FileSystemEvent, path: str) -> None:
    if path in GIT_FILES:
        pending.modified(path)
    elif event.event_type == "created":
        pending.created(path)
    elif event.event_type == "deleted":
        pending.deleted(path)
    elif event.event_type == "modified" and not event.is_directory:
        pending.modified(path)
