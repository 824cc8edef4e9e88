"""Reading and writing the files of the workspace. A write is all or nothing; content hashes decide, never times."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copilot_desktop.errors import FileChangedError, NotTextError, UnreadableFileError, WriteError
from copilot_desktop.text.encodings import TextFormat, decode
from copilot_desktop.workspace.paths import Workspace

LIMIT_BYTES: Final = 50_000_000


class AnyContent:
    """What `expected_hash` may be when the file is to be overwritten whatever it holds."""


ANY_CONTENT: Final = AnyContent()


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's text as it was read: decoded without loss, line ends untouched."""

    path: str
    text: str
    format: TextFormat
    disk_hash: str
    size_bytes: int


def bytes_hash(data: bytes) -> str:
    """SHA-256 (hex) of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def read_bytes(workspace: Workspace, path: str, *, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """A regular file's bytes. Raises UnreadableFileError, NotTextError (too large) or UnsafePathError."""
    place = workspace.resolve(path)
    try:
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableFileError(f"{path} is a folder.")
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe would wait for ever.
            raise UnreadableFileError(f"{path} is a device, pipe or socket and cannot be opened as text.")
        if status.st_size > limit_bytes:
            raise NotTextError(
                f"{path} has {status.st_size / 1e6:.0f} MB; files over {limit_bytes / 1e6:.0f} MB are not opened.",
                advice="Nothing was read. Use a tool for large files.",
            )
        return place.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path} {_why(error)}.", detail=str(error)) from error


def read_file(workspace: Workspace, path: str) -> FileText:
    """A file's text. Raises UnreadableFileError, NotTextError or UnsafePathError, each with a sentence."""
    data = read_bytes(workspace, path)
    try:
        text, text_format = decode(data)
    except NotTextError as error:
        raise NotTextError(f"{path}: {error.message}", advice=error.advice) from error
    return FileText(path, text, text_format, bytes_hash(data), len(data))


def disk_hash(place: Path) -> str | None:
    """Hash of what is on disk now; None when there is no file."""
    try:
        return bytes_hash(place.read_bytes())
    except FileNotFoundError:
        return None


def write_file(workspace: Workspace, path: str, data: bytes, *, expected_hash: str | AnyContent | None) -> str:
    """Put `data` in the file's place and return its hash.

    The file must hold what `expected_hash` says (None: it must not exist), else FileChangedError. A symlink inside the
    folder stays one: its target is written. Mode bits are kept. WriteError leaves the old content in place.
    """
    try:
        place = workspace.resolve(path).resolve()
        check_content(path, place, expected_hash)
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, data)
    except OSError as error:
        raise WriteError(
            f"{path} could not be written: it {_why(error)}.",
            advice="Nothing on disk has changed; your text is kept here.",
            detail=str(error),
        ) from error
    return bytes_hash(data)


def check_content(path: str, place: Path, expected_hash: str | AnyContent | None) -> None:
    """Raise FileChangedError unless the file holds what the caller saw."""
    if isinstance(expected_hash, AnyContent):
        return
    found = disk_hash(place)
    if found == expected_hash:
        return
    what = "is gone" if found is None else "already exists" if expected_hash is None else "has changed on disk"
    raise FileChangedError(f"{path} {what} since it was read.", advice="Nothing was written. Look at it and try again.")


def replace_file(place: Path, data: bytes) -> None:
    """Write beside the file, sync, rename over it, sync the folder. Raises OSError with the old content in place."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", suffix=".tmp", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _keep_ownership(place, file.fileno())
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_ownership(place: Path, handle: int) -> None:
    try:
        old = place.stat()
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        os.fchmod(handle, 0o666 & ~umask)
        return
    if not old.st_mode & 0o222:
        raise PermissionError(errno.EACCES, "is read-only", str(place))
    os.fchmod(handle, stat.S_IMODE(old.st_mode))
    with suppress(PermissionError):
        os.fchown(handle, old.st_uid, old.st_gid)


_REASONS: Final = {
    errno.ENOENT: "is not there",
    errno.EACCES: "may not be accessed (permission denied or read-only)",
    errno.EPERM: "may not be accessed (permission denied)",
    errno.EROFS: "is on a read-only file system",
    errno.ENOSPC: "does not fit: the disk is full",
    errno.EDQUOT: "does not fit: your disk quota is used up",
    errno.EFBIG: "would be larger than this system allows",
    errno.EIO: "is on a disk that reports an error",
    errno.EISDIR: "is a folder",
    errno.ENOTDIR: "lies below something that is not a folder",
    errno.ENAMETOOLONG: "has a name that is too long",
    errno.ELOOP: "is a link that leads round in a circle",
}


def _why(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, f"cannot be used ({error.strerror or error})")
