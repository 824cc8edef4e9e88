"""The worker side of the explorer's operations."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from copilot_desktop.bridge.files.deleting import FileDeleting, inside
from copilot_desktop.bridge.files.noting import noted
from copilot_desktop.bridge.files.outcomes import Deleted, Operation, Outcome, Pair, Progress, outcome_of
from copilot_desktop.bridge.files.trash import put_in_trash
from copilot_desktop.bridge.files.undoing import FileUndoing
from copilot_desktop.errors import StoreError, UnsafePathError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import EntryKind
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.file_operations import copy, create, exists, free_path, move
from copilot_desktop.workspace.paths import Workspace

_OWNER: Final = "explorer"
"""Who pins the steps that the explorer may take back."""


class FileWork:
    """Operations on the files of one workspace; each call waits for the disk."""

    def __init__(self, workspace: Workspace, state_folder: Path, limit: SizeLimit = usual_limit) -> None:
        self._workspace = workspace
        self._applier = Applier(workspace, state_folder, limit)
        self._deleting = FileDeleting(workspace, self._applier)
        self.undoing = FileUndoing(workspace, self._applier, self._deleting)

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

        return noted(self._workspace, self._applier.history, outcome_of(title, work))

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

    def replace(
        self, sources: Sequence[Path], folder: str, *, is_move: bool, title: str, is_kept: bool = True
    ) -> Outcome:
        """Move or copy places into a folder after the user agreed: what has their names there goes to the trash.

        Where there is none its bytes go into the undo store, unless `is_kept` is False. What does not fit there is
        refused with NotKeptError.
        """
        deleted: list[Deleted] = []
        targets = [(source, f"{folder}/{source.name}" if folder else source.name) for source in sources]

        def work(progress: Progress) -> None:
            for source in sources:
                _refuse_replacing_itself(source, self._workspace.root / folder / source.name)
            for _source, target in targets:
                if exists(self._workspace, target):
                    put_in_trash(self._workspace, target, progress)
            without, progress.without_trash = tuple(progress.without_trash), []
            if without:
                gone = self._deleting.delete(without, title, is_kept=is_kept, kind=EntryKind.REPLACE)
                deleted.extend([gone.operation.deleted] if gone.operation.deleted is not None else [])
                if gone.problem is not None:
                    raise gone.problem
            for source, target in targets:
                old = self._workspace.relative(source)
                if is_move and old is not None:
                    progress.made += move(self._workspace, old, target)
                    progress.moved.append((old, target))
                else:
                    progress.made += (*copy(self._workspace, source, target), target)
                progress.shown.append(target)

        outcome = noted(self._workspace, self._applier.history, outcome_of(title, work))
        return replace(outcome, operation=replace(outcome.operation, deleted=deleted[0])) if deleted else outcome

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
            for place in inside(self._workspace.root / path):
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
        return self._deleting.delete(paths, title, is_kept=is_kept)


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
