"""The worker side of the explorer's operations."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import Final

from copilot_desktop.bridge.files.outcomes import Deleted, Operation, Outcome, Pair, Progress, outcome_of
from copilot_desktop.bridge.files.trash import put_in_trash
from copilot_desktop.bridge.files.undoing import FileUndoing
from copilot_desktop.errors import CopilotError, StoreError, UnsafePathError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.atomic_write import write_error
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.file_operations import copy, create, exists, free_path, move, remove_place
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.paths import Workspace

_OWNER: Final = "explorer"
"""Who pins the steps that the explorer may take back."""


@dataclass(slots=True)
class _Found:
    """What stands in the places that are to be deleted, folders before what they hold."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    links: list[Pair] = field(default_factory=list)

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.files, *self.folders, *(path for path, _aim in self.links))

    def add(self, root: Path, outermost: Path) -> None:
        """Raises OSError."""
        for place in _inside(outermost):
            inner = place.relative_to(root).as_posix()
            mode = place.lstat().st_mode
            if stat.S_ISLNK(mode):
                self.links.append((inner, os.readlink(place)))
            elif stat.S_ISDIR(mode):
                self.folders.append(inner)
            elif stat.S_ISREG(mode):
                self.files.append(inner)

    def gone(self, workspace: Workspace) -> _Found:
        """Those that are no longer there."""
        return _Found(
            [path for path in self.files if not exists(workspace, path)],
            [path for path in self.folders if not exists(workspace, path)],
            [(path, aim) for path, aim in self.links if not exists(workspace, path)],
        )


class FileWork:
    """Operations on the files of one workspace; each call waits for the disk."""

    def __init__(self, workspace: Workspace, state_folder: Path, limit: SizeLimit = usual_limit) -> None:
        self._workspace = workspace
        self._applier = Applier(workspace, state_folder, limit)
        self.undoing = FileUndoing(workspace, self._applier)

    def create(self, path: str, is_folder: bool) -> Outcome:
        """Make an empty file or a folder."""

        def work(progress: Progress) -> None:
            progress.made += create(self._workspace, path, is_folder=is_folder)
            progress.shown.append(path)

        return outcome_of(f"Create {path}", work)

    def move(self, pairs: Sequence[Pair], title: str) -> Outcome:
        """Give paths other paths."""

        def work(progress: Progress) -> None:
            for old, new in pairs:
                progress.made += move(self._workspace, old, new)
                progress.moved.append((old, new))
                progress.shown.append(new)

        return outcome_of(title, work)

    def copy(self, sources: Iterable[Path], folder: str, title: str) -> Outcome:
        """Copy places into a folder of the workspace; names that are taken get "copy" put to them."""

        def work(progress: Progress) -> None:
            for source in sources:
                wanted = f"{folder}/{source.name}" if folder else source.name
                is_folder = source.is_dir() and not source.is_symlink()
                path = free_path(lambda each: exists(self._workspace, each), wanted, is_folder=is_folder)
                progress.made += (*copy(self._workspace, source, path), path)
                progress.shown.append(path)

        return outcome_of(title, work)

    def replace(self, sources: Sequence[Path], folder: str, *, is_move: bool, title: str) -> Outcome:
        """Move or copy places into a folder after the user agreed: what has their names there goes to the trash."""

        def work(progress: Progress) -> None:
            for source in sources:
                _refuse_replacing_itself(source, self._workspace.root / folder / source.name)
            for source in sources:
                target = f"{folder}/{source.name}" if folder else source.name
                old = self._workspace.relative(source)
                if exists(self._workspace, target):
                    put_in_trash(self._workspace, target, progress)
                    if target in progress.without_trash:
                        raise WriteError(f"{target} cannot be put into the trash, so it was not replaced.")
                if is_move and old is not None:
                    progress.made += move(self._workspace, old, target)
                    progress.moved.append((old, target))
                else:
                    progress.made += (*copy(self._workspace, source, target), target)
                progress.shown.append(target)

        return outcome_of(title, work)

    def taken(self, names: Iterable[str], folder: str) -> tuple[str, ...]:
        """Which of the names a folder holds already."""
        return tuple(name for name in names if exists(self._workspace, f"{folder}/{name}" if folder else name))

    def trash(self, paths: Sequence[str], title: str) -> Outcome:
        """Put paths into the trash; those that have none are named."""

        def work(progress: Progress) -> None:
            for path in paths:
                put_in_trash(self._workspace, path, progress)

        return outcome_of(title, work)

    def may_keep(self, paths: Sequence[str]) -> bool:
        """Whether the bytes of paths can be kept for undoing, were they deleted for good."""
        total = 0
        for path in paths:
            for place in _inside(self._workspace.root / path):
                try:
                    total += place.lstat().st_size
                except OSError:
                    return False
        try:
            return self._applier.has_room({"": total})
        except StoreError:
            return False

    def keep_for_undo(self, operations: Iterable[Operation]) -> None:
        """These, and no others, can be taken back: what they need is not evicted."""
        ids = [each.deleted.checkpoint_id for each in operations if each.deleted is not None]
        # An undo that is not kept all the same says so itself.
        with contextlib.suppress(StoreError):
            self._applier.history.pin(_OWNER, [each for each in ids if each])

    def delete(self, paths: Sequence[str], title: str, *, is_kept: bool) -> Outcome:
        """Delete for good, after the files' bytes went into the undo store; what stops half-way tells what is gone."""
        found = _Found()
        checkpoint_id = ""
        try:
            for path in paths:
                found.add(self._workspace.root, self._workspace.resolve(path))
            if is_kept and found.files:
                writes = [FileWrite(path, ANY_CONTENT, None) for path in found.files]
                checkpoint_id = self._applier.apply(writes, title, About(EntryKind.DELETE)).checkpoint_id
        except CopilotError as error:
            return Outcome(Operation(title), error)
        except OSError as error:
            return Outcome(Operation(title), write_error(paths[0], error))
        for path in paths:
            remove_place(self._workspace.root / path)
        left = tuple(path for path in paths if exists(self._workspace, path))
        gone = found.gone(self._workspace)
        shown = (*(path for path in paths if path not in left), *(each for each in gone.every if _is_below(each, left)))
        deleted = None
        if shown:
            deleted = (
                Deleted(shown, checkpoint_id, tuple(gone.folders), tuple(gone.links)) if is_kept else Deleted(shown)
            )
        problem = None
        if left:
            names = left[0] if len(left) == 1 else f"{left[0]} and {len(left) - 1} more"
            problem = WriteError(f"{names} could not be deleted as a whole.", advice="Check the permissions.")
        return Outcome(Operation(title, deleted=deleted), problem)


def _refuse_replacing_itself(source: Path, target: Path) -> None:
    """What is replaced goes first: it must not hold what takes its place, nor stand in it. Raises UnsafePathError."""
    places = (source, *source.parents), (target, *target.parents)
    if _holds(places[0], target) or _holds(places[1], source):
        raise UnsafePathError(
            f"{source.name} cannot replace {target.name}, since one is inside the other. Nothing was changed.",
            advice="Rename one of them first.",
        )


def _holds(folders: Iterable[Path], place: Path) -> bool:
    """Whether one of these is the place, also where the disk does not tell capital letters from small ones."""
    try:
        status = place.lstat()
        return any(os.path.samestat(status, folder.lstat()) for folder in folders)
    except OSError:
        return False


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _inside(place: Path) -> Iterable[Path]:
    """A place and everything in it, folders before what they hold; links are not followed."""
    yield place
    if place.is_dir() and not place.is_symlink():
        for name in sorted(os.listdir(place)):
            yield from _inside(place / name)
