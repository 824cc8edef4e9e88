"""Deleting for good what has no trash: the bytes go into the undo store first."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

from copilot_desktop.bridge.files.outcomes import Deleted, Operation, Outcome, Pair
from copilot_desktop.errors import CopilotError, WriteError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.atomic_write import write_error
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.file_operations import exists, remove_place
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.paths import Workspace


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
        for place in inside(outermost):
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


class FileDeleting:
    """Of one workspace; each call waits for the disk."""

    def __init__(self, workspace: Workspace, applier: Applier) -> None:
        self._workspace, self._applier = workspace, applier

    def delete(self, paths: Sequence[str], title: str, *, is_kept: bool, kind: EntryKind = EntryKind.DELETE) -> Outcome:
        """Delete, after the files' bytes went into the undo store; what stops half-way tells what is gone.

        `kind`: what the history calls it.
        """
        found = _Found()
        checkpoint_id = ""
        try:
            for path in paths:
                found.add(self._workspace.root, self._workspace.resolve(path))
            if is_kept and found.files:
                writes = [FileWrite(path, ANY_CONTENT, None) for path in found.files]
                checkpoint_id = self._applier.apply(writes, title, About(kind)).checkpoint_id
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


def inside(place: Path) -> Iterable[Path]:
    """A place and everything in it, folders before what they hold; links are not followed."""
    yield place
    if place.is_dir() and not place.is_symlink():
        for name in sorted(os.listdir(place)):
            yield from inside(place / name)


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)
