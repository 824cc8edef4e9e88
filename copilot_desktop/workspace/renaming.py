"""Renames that never take the place of something: the system's own, where it has one."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1
_RENAME_EXCL: Final = 4
# What says that the system or this file system knows no such rename.
_UNKNOWN: Final = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})


def rename_without_replacing(source: Path, target: Path) -> None:
    """Give a file, folder or link another name. Raises FileExistsError where something has that name, and OSError.

    A name in another case is free where the file system takes both for the same.
    """
    try:
        _rename(source, target)
    except FileExistsError:
        if source.parent != target.parent or source.name == target.name or not _is_same(source, target):
            raise
        # One name in two cases: by way of a third, since some systems leave it as it is otherwise.
        between = target.with_name(f".copilot-desktop-{os.urandom(8).hex()}.tmp")
        os.rename(source, between)
        os.rename(between, target)


def _rename(source: Path, target: Path) -> None:
    if sys.platform == "linux" and _exclusive("renameat2", _AT_FDCWD, source, _AT_FDCWD, target, _RENAME_NOREPLACE):
        return
    if sys.platform == "darwin" and _exclusive("renamex_np", source, target, _RENAME_EXCL):
        return
    # Windows refuses by itself. Elsewhere the moment between look and rename is all that is left open.
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    os.rename(source, target)


def _exclusive(name: str, *arguments: int | Path) -> bool:
    """Call a rename of the C library; False where it is not known there."""
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if call is None:
        return False
    plain = [os.fsencode(each) if isinstance(each, Path) else each for each in arguments]
    if call(*plain) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(arguments[-2]))


def _is_same(source: Path, target: Path) -> bool:
    try:
        return os.path.samestat(os.lstat(source), os.lstat(target)) and source.name.casefold() == target.name.casefold()
    except OSError:
        return False
