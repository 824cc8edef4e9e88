"""One file at a time, safely: temporary file in the same folder, fsync, rename, fsync of the folder.

A file that has other names (hard links) is written in place instead, since a rename would leave them with the old text,
and so is one of another account that this one may not give files to: a rename would make it the owner. Its old content
stands beside it meanwhile.

Also the sentences for everything a disk can refuse. Paths here are real places, already checked by `Workspace`.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from copilot_desktop.errors import WriteError
from copilot_desktop.text.snapshots import sha256_hex

_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = ".copilot-desktop-", ".tmp"
_PIECE_BYTES = 1_048_576
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


def bytes_hash(data: bytes) -> str:
    """SHA-256 of the bytes, as hex."""
    return sha256_hex(data)


def is_temporary(name: str) -> bool:
    """Whether a file name is one of this program's own temporary files."""
    return name.startswith(_TEMPORARY_PREFIX) and name.endswith(_TEMPORARY_SUFFIX)


def temporary_for(target: Path) -> Path:
    """A fresh name for a temporary file beside the target."""
    return target.with_name(f"{_TEMPORARY_PREFIX}{os.urandom(8).hex()}{_TEMPORARY_SUFFIX}")


def hash_or_none(place: Path) -> str | None:
    """SHA-256 (hex) of a regular file, read in pieces; None when nothing is there. Raises OSError otherwise."""
    try:
        if not stat.S_ISREG(place.stat().st_mode):
            raise OSError(errno.EISDIR, "not a regular file", str(place))
        with open(place, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def read_bytes_or_none(place: Path) -> bytes | None:
    """The content of a regular file, None when nothing is there. Raises OSError otherwise."""
    try:
        if not stat.S_ISREG(place.stat().st_mode):
            raise OSError(errno.EISDIR, "not a regular file", str(place))
        return place.read_bytes()
    except FileNotFoundError:
        return None


def mode_of(place: Path) -> int | None:
    """Permission bits of a file, None when it does not exist."""
    try:
        return stat.S_IMODE(place.stat().st_mode)
    except FileNotFoundError:
        return None


def refuse_read_only(path: str, target: Path, mode: int | None) -> None:
    """Refuse a file that a rename would replace against its owner's wish (`mode`: its bits, None: there is none).

    Raises WriteError for one that is marked read-only, OSError for one that this account may not write.
    """
    if mode is None:
        return
    if not mode & 0o222:
        raise WriteError(
            f"{path} is marked read-only, so nothing was written.", advice="Make the file writable and try again."
        )
    if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        os.close(os.open(target, os.O_WRONLY))  # says why


def stage(temporary: Path, pieces: Iterable[bytes], *, like: Path | None, mode: int | None) -> None:
    """Write pieces down to the disk as a temporary file. Owner and attributes come from `like` where that is allowed.

    `mode`: permission bits; None for those a new file gets. On failure, of the pieces' maker as well, the temporary is
    removed.
    """
    handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode or 0o666)
    try:
        try:
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[os.write(handle, view) :]
            if like is not None:
                _copy_owner_and_attributes(like, temporary, handle)
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(handle, mode)
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def replace_file(temporary: Path, target: Path) -> None:
    """Put a staged file in the place of its target and make that last. Raises OSError; the target is as it was then."""
    if other_names(target) or _is_of_others(temporary, target):
        _write_through(temporary, target)
        os.unlink(temporary)
    else:
        os.replace(temporary, target)
    sync_folder(target.parent)


def other_names(place: Path) -> int:
    """Under how many other names (hard links) a file is known."""
    try:
        status = place.stat()
    except FileNotFoundError:
        return 0
    return status.st_nlink - 1 if stat.S_ISREG(status.st_mode) else 0


def is_written_through(place: Path) -> bool:
    """Whether a file may be one that is written in place; as seen when it is found half written."""
    try:
        status = place.stat()
    except FileNotFoundError:
        return False
    is_mine = not hasattr(os, "geteuid") or (status.st_uid, status.st_gid) == (os.geteuid(), os.getegid())
    return other_names(place) > 0 or not is_mine


def _is_of_others(temporary: Path, target: Path) -> bool:
    """Whether a staged file did not get the owner and the group of its target."""
    try:
        one, other = temporary.stat(), target.stat()
    except FileNotFoundError:
        return False
    return (one.st_uid, one.st_gid) != (other.st_uid, other.st_gid)


def is_cut_off(found: bytes, old: bytes, new: bytes) -> bool:
    """Whether a content is what a crash leaves of `new` being written through over `old`."""
    if len(found) > len(old):
        return new.startswith(found)
    if len(found) < len(old):
        return False
    # From the front as far as it is the new one, then the old one.
    same = _common_length(found, new)
    return found[same:] == old[same:]


def _common_length(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def kept_beside(temporary: Path) -> Path:
    """Where the old content of a file stands while it is written through from this temporary file."""
    return temporary.with_name(f"{temporary.name.removesuffix(_TEMPORARY_SUFFIX)}-old{_TEMPORARY_SUFFIX}")


def _write_through(temporary: Path, target: Path) -> None:
    """Write a staged content over a file that stays the same file."""
    kept = kept_beside(temporary)
    handle = os.open(target, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(kept)  # of a process that was killed here
        stage(kept, iter(partial(os.read, handle, _PIECE_BYTES), b""), like=None, mode=0o600)
        try:
            try:
                _copy_into(temporary, handle)
            except OSError:
                # What it had takes no more room than it has.
                _copy_into(kept, handle)
                raise
        finally:
            os.unlink(kept)
    finally:
        os.close(handle)


def _copy_into(source: Path, handle: int) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    with open(source, "rb", buffering=0) as read:
        while piece := read.read(_PIECE_BYTES):
            view = memoryview(piece)
            while view:
                view = view[os.write(handle, view) :]
    os.ftruncate(handle, os.lseek(handle, 0, os.SEEK_CUR))
    os.fsync(handle)


def create_file(temporary: Path, target: Path) -> None:
    """Move a staged file to a place where nothing is; raises FileExistsError if something appeared meanwhile."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links; a rename is then the best there is.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "exists", str(target)) from None
        os.replace(temporary, target)
    else:
        os.unlink(temporary)
    sync_folder(target.parent)


def remove_file(target: Path) -> None:
    """Remove a file, if it is there, and make that last. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(target)
    sync_folder(target.parent)


def write_private(target: Path, *pieces: bytes) -> None:
    """Write one of the program's own files atomically, readable by its user only. Raises OSError."""
    temporary = temporary_for(target)
    stage(temporary, pieces, like=None, mode=0o600)
    try:
        replace_file(temporary, target)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def make_private(folder: Path) -> None:
    """Create a folder of the program's own, readable by its user only, so that it lasts."""
    if not folder.is_dir():
        # `parents=True` would leave the folders above open to everyone.
        make_private(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last. Systems that cannot sync a folder order them by themselves."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)


def write_error(path: str, error: OSError) -> WriteError:
    """The sentence for what the system refused while `path` was written."""
    detail = f"{type(error).__name__}: {error.strerror or error} ({error.errno})"
    nothing = "nothing was changed"
    if error.errno in _FULL:
        message, advice = f"The disk is full: {path} could not be written, {nothing}.", "Free some space and try again."
    elif error.errno == errno.EFBIG:
        message = f"{path} would be larger than this account or disk allows; {nothing}."
        advice = "Ask who administers the system about the limit on file sizes."
    elif error.errno == errno.EROFS:
        message, advice = f"The disk of {path} is mounted read-only; {nothing}.", "Save to another place."
    elif error.errno in _DENIED:
        message = f"This account may not write {path}; {nothing}."
        advice = "Check the permissions of the file and its folder."
    elif error.errno in (errno.ENOTDIR, errno.EEXIST):
        message, advice = f"A file stands where {path} needs a folder; {nothing}.", "Rename one of them."
    elif error.errno == errno.EISDIR:
        message, advice = f"{path} is not a regular file and cannot be written; {nothing}.", ""
    elif error.errno == errno.ENOENT:
        message, advice = f"The folder of {path} has disappeared; {nothing}.", "Save to another place."
    else:
        message, advice = f"{path} could not be written; {nothing}.", "Try again, or save to another place."
    return WriteError(message, advice=advice, detail=detail)


@contextlib.contextmanager
def as_write_error(path: str) -> Iterator[None]:
    """Turn what the system refuses inside into a WriteError about `path`."""
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error


def _copy_owner_and_attributes(source: Path, temporary: Path, handle: int) -> None:
    """Best effort: an account that is not the owner may not give files away, and many disks have no attributes."""
    with contextlib.suppress(OSError):
        status = source.stat()
        made = os.fstat(handle)  # in some folders of the folder's group
        if hasattr(os, "fchown") and (status.st_uid, status.st_gid) != (made.st_uid, made.st_gid):
            os.fchown(handle, status.st_uid, status.st_gid)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                with contextlib.suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(source, name))
