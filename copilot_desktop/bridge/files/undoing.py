"""Takes operations of the explorer back, as far as that is possible."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from typing import TypeVar

from copilot_desktop.bridge.files.deleting import FileDeleting
from copilot_desktop.bridge.files.noting import noted
from copilot_desktop.bridge.files.outcomes import Deleted, Operation, Outcome, Pair, Progress, Trashed
from copilot_desktop.bridge.files.trash import put_in_trash, take_from_trash
from copilot_desktop.errors import CopilotError, FileChangedError, MissingFileError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.atomic_write import as_write_error, write_error
from copilot_desktop.workspace.file_operations import move
from copilot_desktop.workspace.paths import Workspace

_Thing = TypeVar("_Thing")


@dataclass(slots=True)
class _Undoing:
    """Gathers what is taken back, and what could not be and may be tried once more, the last first."""

    progress: Progress = field(default_factory=Progress)
    moved: list[Pair] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    trashed: list[Trashed] = field(default_factory=list)
    deleted: list[Deleted] = field(default_factory=list)
    problems: list[CopilotError] = field(default_factory=list)

    @contextmanager
    def trying(self, left: list[_Thing], thing: _Thing) -> Iterator[None]:
        """One thing is taken back inside; it is left where that is refused. What is gone is not tried again."""
        try:
            yield
        except MissingFileError as error:
            self.problems.append(error)
        except CopilotError as error:
            self.problems.append(error)
            left.append(thing)

    def outcome(self, done: Operation) -> Outcome:
        deleted = self.deleted[0] if self.deleted else None
        left = Operation(
            done.title, _back(self.made), _back(self.moved), _back(self.trashed), deleted, entry_id=done.entry_id
        )
        made = self.progress.outcome(f"Undo: {done.title}", self._problem())
        return replace(made, left=None if left.is_empty else left)

    def _problem(self) -> CopilotError | None:
        if len(self.problems) < 2:
            return self.problems[0] if self.problems else None
        first = self.problems[0]
        others = f"{len(self.problems) - 1} more could not be taken back either."
        return WriteError(f"{first.message} {others}", advice=first.advice, detail=first.detail)


class FileUndoing:
    """Of one workspace; each call waits for the disk. `applier` has the bytes of what was deleted for good."""

    def __init__(self, workspace: Workspace, applier: Applier, deleting: FileDeleting) -> None:
        self._workspace, self._applier, self._deleting = workspace, applier, deleting

    def undo(self, done: Operation) -> Outcome:
        """Take an operation back as far as that is possible; what is left may be tried once more."""
        undoing = _Undoing()
        progress = undoing.progress
        for pair in reversed(done.moved):
            with undoing.trying(undoing.moved, pair):
                move(self._workspace, pair[1], pair[0])
                progress.moved.append((pair[1], pair[0]))
                progress.shown.append(pair[0])
        moved_back = [old for _new, old in progress.moved]
        standing = [pair for pair in done.moved if pair[0] not in moved_back]
        for path in reversed(done.made):
            if any(new.startswith(f"{path}/") for _old, new in standing):
                # Made for what could not be moved back, and holds it.
                undoing.made += [path] if any(new.startswith(f"{path}/") for _old, new in undoing.moved) else []
                continue
            with undoing.trying(undoing.made, path):
                self._unmake(path, progress)
        for each in reversed(done.trashed):
            with undoing.trying(undoing.trashed, each):
                self._untrash(each)
                progress.shown.append(each.path)
        if done.deleted is not None:
            self._undelete(done.deleted, undoing)
        return noted(self._workspace, self._applier.history, undoing.outcome(done), done.entry_id)

    def _unmake(self, path: str, progress: Progress) -> None:
        """Take back what was made: an empty folder or file goes, anything else into the trash, or the undo store."""
        place = self._workspace.resolve(path)
        with as_write_error(path):
            if not os.path.lexists(place):
                return
            if place.is_dir() and not place.is_symlink():
                if not any(place.iterdir()):
                    place.rmdir()
                    return
            elif not place.is_symlink() and place.stat().st_size == 0:
                place.unlink()
                return
        put_in_trash(self._workspace, path, progress)
        if path in progress.without_trash:
            progress.without_trash.remove(path)
            problem = self._deleting.delete([path], f"Undo: create {path}", is_kept=True).problem
            if problem is not None:
                raise problem

    def _untrash(self, each: Trashed) -> None:
        target = self._workspace.resolve(each.path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            take_from_trash(each.place, target)
        except FileExistsError as error:
            raise FileChangedError(
                f"{each.path} is there already, so the deleted one stays in the trash.", advice="Rename it first."
            ) from error
        except FileNotFoundError as error:
            raise MissingFileError(f"{each.path} is no longer in the trash.") from error
        except OSError as error:
            raise write_error(each.path, error) from error

    def _undelete(self, deleted: Deleted, undoing: _Undoing) -> None:
        with undoing.trying(undoing.deleted, deleted), as_write_error(deleted.paths[0]):
            for folder in deleted.folders:
                (self._workspace.root / folder).mkdir(parents=True, exist_ok=True)
            if deleted.checkpoint_id:
                self._applier.restore(deleted.checkpoint_id)
            undoing.progress.shown += deleted.paths
        if undoing.deleted:
            return
        links: list[Pair] = []
        for path, aim in deleted.links:
            with undoing.trying(links, (path, aim)), as_write_error(path):
                os.symlink(aim, self._workspace.root / path)
        if links:
            undoing.deleted.append(Deleted(tuple(path for path, _aim in links), links=tuple(links)))


def _back(things: Sequence[_Thing]) -> tuple[_Thing, ...]:
    return tuple(reversed(things))
