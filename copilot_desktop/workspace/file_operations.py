"""What the explorer does with files and folders: create, move, copy. Nothing is ever overwritten.

Links are handled as links. Every function waits for the disk; what fails leaves all as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from copilot_desktop.errors import FileChangedError, MissingFileError, UnsafePathError
from copilot_desktop.workspace.atomic_write import as_write_error, sync_folder, temporary_for
from copilot_desktop.workspace.paths import Workspace, parents_of
from copilot_desktop.workspace.renaming import rename_without_replacing

_COPY = re.compile(r" copy(?: (\d+))?$")


def create(workspace: Workspace, path: str, *, is_folder: bool) -> tuple[str, ...]:
    """Make an empty file or a folder, and the folders above that are missing; returns what was made, outermost first.

    Raises UnsafePathError, FileChangedError where the name is taken, WriteError.
    """
    target = workspace.resolve(path)
    with _as_sentence(path):
        made = _make_folders(workspace, path)
        try:
            if is_folder:
                target.mkdir()
            else:
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except OSError:
            _remove_folders(workspace, made)
            raise
        sync_folder(target.parent)
    return (*made, path)


def move(workspace: Workspace, old: str, new: str) -> tuple[str, ...]:
    """Give a file or folder another path; returns the folders made for it, outermost first.

    Raises UnsafePathError, MissingFileError, FileChangedError where the name is taken, WriteError.
    """
    source = _existing(workspace, old)
    target = workspace.resolve(new, instead_of=old)
    _refuse_into_itself(old, new)
    with _as_sentence(new):
        made = _make_folders(workspace, new)
        try:
            move_place(source, target)
        except OSError:
            _remove_folders(workspace, made)
            raise
        for folder in {source.parent, target.parent}:
            with contextlib.suppress(OSError):
                sync_folder(folder)
    return made


def copy(workspace: Workspace, source: Path, new: str) -> tuple[str, ...]:
    """Copy a file or folder, also one from outside, to a free path; returns the folders made for it.

    It appears as a whole or not at all. Raises UnsafePathError, MissingFileError, FileChangedError, WriteError.
    """
    target = workspace.resolve(new)
    if not os.path.lexists(source):
        raise _gone(source.name)
    if target == source or target.is_relative_to(source):
        raise UnsafePathError(f"{source.name} cannot be copied into itself.")
    with _as_sentence(new):
        made = _make_folders(workspace, new)
        temporary = temporary_for(target)
        try:
            _copy(source, temporary)
            rename_without_replacing(temporary, target)
        except OSError:
            remove_place(temporary)
            _remove_folders(workspace, made)
            raise
        sync_folder(target.parent)
    return made


def exists(workspace: Workspace, path: str) -> bool:
    """Whether something, be it a dead link, has this path."""
    return os.path.lexists(workspace.root.joinpath(*path.split("/")))


def free_path(is_taken: Callable[[str], bool], path: str, *, is_folder: bool) -> str:
    """The path itself when it is free, else one for a copy beside it: `a copy.py`, `a copy 2.py`."""
    if not is_taken(path):
        return path
    folder, _slash, name = path.rpartition("/")
    stem, ending = (name, "") if is_folder else split_name(name)
    found = _COPY.search(stem)
    number = int(found[1] or 1) + 1 if found is not None else 1
    stem = stem[: found.start()] if found is not None else stem
    while True:
        copy_name = f"{stem} copy{f' {number}' if number > 1 else ''}{ending}"
        candidate = f"{folder}/{copy_name}" if folder else copy_name
        if not is_taken(candidate):
            return candidate
        number += 1


def split_name(name: str) -> tuple[str, str]:
    """The part of a file's name that people change, and its ending: `.tar.gz` is one, `.gitignore` is none."""
    stem, ending = os.path.splitext(name)
    if stem.endswith(".tar"):
        stem, ending = stem[:-4], f".tar{ending}"
    return (stem, ending) if stem else (name, "")


def _existing(workspace: Workspace, path: str) -> Path:
    place = workspace.resolve(path)
    if not os.path.lexists(place):
        raise _gone(path)
    return place


def _gone(path: str) -> MissingFileError:
    return MissingFileError(
        f"{path} is gone: another program has moved or deleted it.", advice="Refresh the explorer to see what is there."
    )


def _refuse_into_itself(old: str, new: str) -> None:
    if new.startswith(f"{old}/"):
        raise UnsafePathError(f"{old} cannot be moved into itself.", advice="Choose a folder outside of it.")


def _make_folders(workspace: Workspace, path: str) -> tuple[str, ...]:
    """Make the folders above a path that are missing, all or none."""
    made: list[str] = []
    try:
        for folder in parents_of(path):
            place = workspace.root / folder
            if not place.is_dir():
                place.mkdir()
                made.append(folder)
    except FileExistsError as error:
        _remove_folders(workspace, tuple(made))
        raise NotADirectoryError(errno.ENOTDIR, "a file stands there") from error
    except OSError:
        _remove_folders(workspace, tuple(made))
        raise
    return tuple(made)


def _remove_folders(workspace: Workspace, made: tuple[str, ...]) -> None:
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            (workspace.root / folder).rmdir()


def move_place(source: Path, target: Path) -> None:
    """Move something on the disk to a free place, be it on another disk. Raises OSError."""
    try:
        rename_without_replacing(source, target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    # Another disk: the copy stands as a whole before the original goes.
    temporary = temporary_for(target)
    try:
        _copy(source, temporary)
        rename_without_replacing(temporary, target)
    except OSError:
        remove_place(temporary)
        raise
    remove_place(source)


def _copy(source: Path, target: Path) -> None:
    """Raises OSError at the first thing that cannot be copied."""
    mode = os.lstat(source).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISDIR(mode):
        target.mkdir()
        for name in os.listdir(source):
            _copy(source / name, target / name)
        shutil.copystat(source, target)
    elif stat.S_ISREG(mode):
        shutil.copy2(source, target)
    else:
        raise OSError(errno.EISDIR, "not a regular file", str(source))


def remove_place(place: Path) -> None:
    """Remove for good what stands there, as far as that is possible."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            place.unlink()


@contextlib.contextmanager
def _as_sentence(path: str) -> Iterator[None]:
    """Turn what the system refuses inside into an error about `path`."""
    with as_write_error(path):
        try:
            yield
        except FileExistsError as error:
            raise FileChangedError(
                f"{path} is there already, so nothing was changed.", advice="Choose another name."
            ) from error
