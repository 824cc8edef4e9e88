"""When a folder was made: tells it from a later one that a file system gave the same number."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Final

_STATX_BTIME: Final = 0x800
_HERE: Final = -100  # AT_FDCWD
_SIZE: Final = 256
_MASK = struct.Struct("=I")
_TIME = struct.Struct("=qI")
_BIRTH_AT: Final = 80


def birth_ns(folder: Path) -> int | None:
    """In nanoseconds after 1970, kept through a rename; None where the system does not say. Raises OSError."""
    status = folder.stat()
    if os.name == "nt":
        return status.st_ctime_ns
    birth_s: float | None = getattr(status, "st_birthtime", None)
    return _by_statx(folder) if birth_s is None else int(birth_s * 1e9)


def _by_statx(folder: Path) -> int | None:
    """Linux, whose answer Python does not read."""
    import ctypes

    call = getattr(ctypes.CDLL(None), "statx", None)
    found = ctypes.create_string_buffer(_SIZE)
    if call is None or call(_HERE, os.fsencode(folder), 0, _STATX_BTIME, found) != 0:
        return None
    (mask,) = _MASK.unpack_from(found, 0)
    seconds, nanoseconds = _TIME.unpack_from(found, _BIRTH_AT)
    return int(seconds) * 1_000_000_000 + int(nanoseconds) if mask & _STATX_BTIME else None
