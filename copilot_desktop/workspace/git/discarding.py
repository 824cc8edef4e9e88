"""What was done on disk since it was staged is taken back: as writes for the `Applier`, so that it can be undone.

Nothing is written here. A link, a submodule and what passes through a program that is missing are refused.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable

from copilot_desktop.errors import RepositoryError
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.git.filtering import Filters
from copilot_desktop.workspace.git.lines import changed_lines
from copilot_desktop.workspace.git.picking import left_text
from copilot_desktop.workspace.git.program import refuse_program, run_git
from copilot_desktop.workspace.git.repository import GitRepository, refusals_as_sentences
from copilot_desktop.workspace.git.staging import encoded, read_again, refuse_unlike
from copilot_desktop.workspace.git.values import (
    EXECUTABLE_MODE,
    ChangeKind,
    FileSides,
    GitChange,
    Nature,
    PickedLines,
)


@dataclass(frozen=True, slots=True)
class Discard:
    """Writes, by the paths of the opened folder, and the files (the same paths) that may be run after it or not."""

    writes: tuple[FileWrite, ...]
    executable: tuple[tuple[str, bool], ...] = ()


def discard_files(repository: GitRepository, changes: Iterable[GitChange]) -> Discard:
    """What takes files back to what is staged; those that git does not know go. Raises RepositoryError."""
    writes, modes = [], []
    for change in changes:
        path = _inside(repository, change)
        _refuse_odd(change)
        with refusals_as_sentences(f"read {change.path}"):
            place = repository.place(change.path)
            if place.is_symlink() or (place.exists() and not stat.S_ISREG(place.stat().st_mode)):
                raise _not_plain(change.path)
            now = repository.disk_bytes(change.path, change.new_mode)
        seen_hash = None if now is None else hashlib.sha256(now).hexdigest()
        wanted = None if change.kind is ChangeKind.UNTRACKED else _staged_bytes(repository, change)
        if wanted != now:
            writes.append(FileWrite(path, seen_hash, wanted))
        if wanted is not None and (now is None or change.has_new_mode):
            modes.append((path, change.old_mode == EXECUTABLE_MODE))
    return Discard(tuple(writes), tuple(modes))


def discard_lines(repository: GitRepository, seen: FileSides, picked: PickedLines) -> Discard:
    """What takes picked lines back to what is staged: `seen` compares index and disk.

    Raises FileChangedError where the file is not the one that was looked at, RepositoryError.
    """
    change = seen.change
    refuse_unlike(seen)
    now = read_again(repository, seen)
    if change.kind is ChangeKind.UNTRACKED and not left_text("", now.new.text or "", picked):
        return discard_files(repository, (change,))
    path = _inside(repository, change)
    with refusals_as_sentences(f"read {change.path}"):
        on_disk = repository.disk_bytes(change.path, change.new_mode)
    kept = encoded(left_text(now.old.text or "", now.new.text or "", picked), now.new, now.old)
    wanted = _as_on_disk(repository, change, on_disk, kept, now)
    expected = None if on_disk is None else hashlib.sha256(on_disk).hexdigest()
    return Discard((FileWrite(path, expected, wanted),))


def set_executable(place: str, *, is_executable: bool) -> None:
    """Let a file be run by those who may read it, or by nobody."""
    mode = stat.S_IMODE(os.stat(place).st_mode)
    wanted = mode | (mode & 0o444) >> 2 if is_executable else mode & ~0o111
    if wanted != mode:
        os.chmod(place, wanted)


def _as_on_disk(
    repository: GitRepository, change: GitChange, on_disk: bytes | None, kept: bytes, now: FileSides
) -> bytes:
    """A text as git keeps it in the bytes of the disk: lines that stay are left as they are there."""
    filters = Filters(repository, change.path)
    if on_disk is None or filters.encoding:
        return _smudged(filters, change, kept)
    if filters.to_git(on_disk) == on_disk:
        # What is on disk is what git would keep, so that a change of line ends on the way out would be one of the file.
        return kept
    old_disk = _smudged(filters, change, encoded(now.new.text or "", now.new, now.old))
    wanted = _smudged(filters, change, kept)
    if old_disk == on_disk:
        return wanted
    return _mixed(on_disk, old_disk, wanted)


def _mixed(on_disk: bytes, usual: bytes, wanted: bytes) -> bytes:
    """`wanted` with the lines of `on_disk` where it has those of `usual`: mixed line ends stay mixed."""
    here, there = on_disk.split(b"\n"), usual.split(b"\n")
    if len(here) != len(there):
        return wanted
    target, found, at = wanted.split(b"\n"), list[bytes](), 0
    for change in changed_lines(there, target):
        found += here[at : change.old.start]
        found += target[change.new.start : change.new.end]
        at = change.old.end
    return b"\n".join([*found, *here[at:]])


def _staged_bytes(repository: GitRepository, change: GitChange) -> bytes:
    """What git would write to disk of what is staged of a file."""
    name = change.old_id
    if not name:
        raise _not_plain(change.path)
    filters = Filters(repository, change.path)
    written = filters.to_disk(repository.blob(name))
    if written is None:
        if filters.program:
            refuse_program(repository, change.path, filters.program)
        # Through the user's program, or with signs in it that libgit2 cannot be given.
        return run_git(repository, ("cat-file", "--filters", f"--path={change.path}", name))
    return written


def _smudged(filters: Filters, change: GitChange, data: bytes) -> bytes:
    written = filters.to_disk(data)
    if written is None:
        raise RepositoryError(
            f"Single lines of {change.path} cannot be discarded, since a program of yours writes the file.",
            advice="Discard the file as a whole.",
        )
    return written


def _inside(repository: GitRepository, change: GitChange) -> str:
    if not change.path.startswith(repository.prefix):
        raise RepositoryError(
            f"{change.path} is outside of the opened folder, and nothing is written there.",
            advice=f"Open {repository.folder.name} to discard it.",
        )
    return change.path[len(repository.prefix) :]


def _refuse_odd(change: GitChange) -> None:
    if change.kind is ChangeKind.CONFLICT:
        raise RepositoryError(
            f"{change.path} is in conflict, so there is no staged state to go back to.",
            advice="Resolve it in the editor, then stage it.",
        )
    if change.nature in (Nature.SUBMODULE, Nature.LINK) or change.kind is ChangeKind.RETYPED:
        raise _not_plain(change.path)


def _not_plain(path: str) -> RepositoryError:
    return RepositoryError(
        f"{path} is a link, a submodule or no plain file: its old state could not be kept, so it was left alone.",
        advice="“git restore” in a terminal takes it back.",
    )
