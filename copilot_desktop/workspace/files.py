"""Reading and writing the texts of the opened folder, byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.errors import (
    FileChangedError,
    MissingFileError,
    TooLargeError,
    UndecodableError,
    UnreadableFileError,
    WorkspaceError,
)
from copilot_desktop.text.encodings import TextFormat, decode, decode_as
from copilot_desktop.workspace.atomic_write import (
    as_write_error,
    bytes_hash,
    create_file,
    hash_or_none,
    kept_beside,
    mode_of,
    other_names,
    refuse_read_only,
    replace_file,
    stage,
    temporary_for,
)
from copilot_desktop.workspace.paths import Workspace

_log = logging.getLogger(__name__)

__all__ = [
    "ANY_CONTENT",
    "LIMIT_BYTES",
    "FileText",
    "bytes_hash",
    "missing_files",
    "read_file",
    "refuse_changed",
    "write_file",
]

LIMIT_BYTES: Final = 50 * 1024 * 1024
"""Larger files are of no use to a model; the editor shows them in a limited mode."""
WHOLE_BYTES: Final = 20_000_000
"""Larger files are read piece by piece when they are opened: one piece would hold up the window."""
OPENED_BYTES: Final = 1024 * 1024 * 1024
"""Larger files are not opened at all."""

ANY_CONTENT: Final = "any content"
"""In place of an expected hash: write whatever is there now, also nothing."""


class FileText(NamedTuple):
    """A text file as it was read. `disk_hash` is the SHA-256 (hex) of its bytes; the text has no BOM."""

    path: str
    text: str
    format: TextFormat
    disk_hash: str
    size_bytes: int


def read_file(
    workspace: Workspace, path: str, encoding: str | None = None, *, limit_bytes: int = LIMIT_BYTES
) -> FileText:
    """Read a text file without changing a character; its encoding is found out where none is given.

    Raises UnsafePathError, UnreadableFileError (gone, a folder, denied), NotTextError (binary, undecodable, > 50 MB).
    """
    data = read_data(workspace.resolve(path), path, limit_bytes)
    try:
        text, text_format = decode(data) if encoding is None else decode_as(data, encoding)
    except UndecodableError as error:
        raise UndecodableError(f"{path}: {error.message}", advice=error.advice, detail=error.detail) from error
    _log.debug("read %s: %d bytes, %s", path, len(data), text_format.encoding)
    return FileText(path, text, text_format, bytes_hash(data), len(data))


def missing_files(workspace: Workspace, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths at which there is nothing; one that cannot be looked at may be there."""
    missing: list[str] = []
    for path in paths:
        try:
            os.lstat(workspace.root / path)
        except (FileNotFoundError, NotADirectoryError):
            missing.append(path)
        except (OSError, ValueError):
            continue
    return tuple(missing)


def read_data(place: Path, path: str, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """The bytes of a regular file of at most so many; the errors of `read_file`."""
    with opened_for_reading(place, path, limit_bytes) as file:
        data = file.read(limit_bytes + 1)
    _refuse_too_large(path, len(data), limit_bytes)
    return data


@contextlib.contextmanager
def opened_for_reading(place: Path, path: str, limit_bytes: int) -> Iterator[BufferedReader]:
    """A regular file of at most so many bytes, opened; what the system refuses inside becomes an error of ours."""
    try:
        # A pipe or device must not even be opened: that could block for ever.
        _refuse_unreadable_kind(path, place.stat(), limit_bytes)
        with open(place, "rb", opener=_open_at_once) as file:
            _refuse_unreadable_kind(path, os.fstat(file.fileno()), limit_bytes)
            yield file
    except FileNotFoundError as error:
        gone = f"{path} is a link to a file that does not exist." if place.is_symlink() else f"{path} does not exist."
        raise MissingFileError(gone, advice="It may have been moved or deleted; check its name and folder.") from error
    except PermissionError as error:
        raise UnreadableFileError(
            f"This account may not read {path}.", advice="Check the permissions of the file and its folder."
        ) from error
    except OSError as error:
        raise UnreadableFileError(f"{path} could not be read.", detail=f"{error.strerror} ({error.errno})") from error


def write_file(workspace: Workspace, path: str, data: bytes, *, expected_hash: str | None) -> str:
    """Write a file atomically, as `write_pieces` does."""
    return write_pieces(workspace, path, (data,), expected_hash=expected_hash)


class WriteWatch:
    """Is told of a write at the points where something can still be kept."""

    def begins(self, target: Path, before: str | None, mode: int | None, temporary: Path) -> None:
        """Nothing is on the disk yet; the new content goes to `temporary` first."""

    def moves(self, target: Path, before: str | None, after: str) -> None:
        """The new content is staged and takes the place of the old one next; the arguments are hashes."""


def write_pieces(
    workspace: Workspace,
    path: str,
    pieces: Iterable[bytes],
    *,
    expected_hash: str | None,
    watch: WriteWatch | None = None,
) -> str:
    """Write a file atomically and return the hash of what it holds now.

    `expected_hash`: what the file must hold (`bytes_hash`), None when it must not exist, or `ANY_CONTENT`. Permission
    bits stay, a symlink stays one, missing folders are created. On any error the file is as it was. Raises
    UnsafePathError, FileChangedError, WriteError.
    """
    target, watch = Path(os.path.realpath(workspace.resolve(path))), watch or WriteWatch()
    with as_write_error(path):
        before = hash_or_none(target)
        refuse_changed(path, before, expected_hash)
        seen = _signature(target)
        mode = mode_of(target)
        refuse_read_only(path, target, mode)
        temporary, digest = temporary_for(target), hashlib.sha256()
        watch.begins(target, before, mode, temporary)
        target.parent.mkdir(parents=True, exist_ok=True)
        stage(temporary, _hashed(pieces, digest), like=target if before is not None else None, mode=mode)
        try:
            size_bytes = temporary.stat().st_size
            watch.moves(target, before, digest.hexdigest())
            if _signature(target) != seen:
                raise _changed(path)
            _move(temporary, target, digest.hexdigest(), is_new=before is None and expected_hash is None)
        except FileExistsError as error:
            raise _changed(path) from error
        finally:
            for left in (temporary, kept_beside(temporary)):
                with contextlib.suppress(OSError):
                    os.unlink(left)
    _log.debug("wrote %s: %d bytes", path, size_bytes)
    return digest.hexdigest()


def _move(temporary: Path, target: Path, after: str, *, is_new: bool) -> None:
    """Bring a staged content (`after`: its hash) to its place."""
    try:
        if is_new:
            create_file(temporary, target)
        else:
            replace_file(temporary, target)
    except FileExistsError:
        raise
    except OSError as error:
        # Refused after the move, as syncing the folder can be: it has taken place, and must not be told as a failure.
        if hash_or_none(target) != after:
            raise
        _log.info("written, but not tidied or synced: %s", error)


def names_beside(workspace: Workspace, path: str) -> int:
    """Under how many other names (hard links) a file is known; 0 where it cannot be asked."""
    try:
        return other_names(Path(os.path.realpath(workspace.resolve(path))))
    except (OSError, WorkspaceError):
        return 0


def refuse_changed(path: str, found_hash: str | None, expected_hash: str | None) -> None:
    """Raise FileChangedError unless what was found is what the caller decided about."""
    if expected_hash in (found_hash, ANY_CONTENT):
        return
    if found_hash is None:
        raise FileChangedError(
            f"{path} is gone: another program deleted or moved it, so it was not written.",
            advice="Save it under a name of your choice, or close it.",
        )
    if expected_hash is None:
        raise FileChangedError(
            f"{path} exists already, so it was not created.", advice="Choose another name, or open the existing file."
        )
    raise _changed(path)


def _changed(path: str) -> FileChangedError:
    return FileChangedError(
        f"{path} was changed by another program, so it was not written.",
        advice="Look at both versions and decide which one to keep.",
    )


def _hashed(pieces: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _signature(place: Path) -> tuple[int, int, int, int] | None:
    """Tells whether a file was replaced or written between the hash check and the rename."""
    try:
        status = place.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _open_at_once(place: str, flags: int) -> int:
    """What has become a pipe since it was looked at does not wait for somebody who writes into it."""
    return os.open(place, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_unreadable_kind(path: str, status: os.stat_result, limit_bytes: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFileError(f"{path} is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError(f"{path} is a device, pipe or socket and cannot be opened as text.")
    _refuse_too_large(path, status.st_size, limit_bytes)


def _refuse_too_large(path: str, size_bytes: int, limit_bytes: int) -> None:
    if size_bytes > limit_bytes:
        raise too_large(path, size_bytes, limit_bytes)


def too_large(path: str, size_bytes: int, limit_bytes: int) -> TooLargeError:
    """The error for a file with more bytes than are read."""
    limit = f"{limit_bytes // 1024**2} MB" if limit_bytes < 1024**3 else f"{limit_bytes // 1024**3} GB"
    return TooLargeError(
        f"{path} has {size_bytes / 1024**2:,.0f} MB; files over {limit} are not opened.",
        size_bytes,
        advice="Open it with a program made for large files.",
    )
