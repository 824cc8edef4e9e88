"""Deletes the indexes of folders that are gone or have not been opened for long: each has half the size of its text."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from copilot_desktop.context.index.schema import forget_index, other_versions, size_of
from copilot_desktop.context.index.vectors import vectors_place

_DAY_S: Final = 86_400.0
_GONE_DAYS: Final = 7
"""A disk that is not there today may be there tomorrow."""
_UNUSED_DAYS: Final = 60
_OTHER_VERSION_DAYS: Final = 7
"""An older program may be used beside this one, or again; it makes its index anew."""
_MOST_BYTES: Final = 2_000_000_000
"""Of all indexes together; the one in use is kept whatever it has."""


def note_use(place: Path) -> None:
    """An index is used now."""
    with contextlib.suppress(OSError):
        os.utime(place)


def forget_unused(place: Path, *, most_bytes: int = _MOST_BYTES) -> None:
    """Delete those beside this one that nobody needs, the longest unused first where all are too large; and those that
    another version of the program has made and not used for a week."""
    others = [(unused_s, each) for each in _indexes(place.parent) if each != place and (unused_s := _unused_s(each))]
    total = size_of(place)
    for unused_s, each in sorted(others):
        total += size_of(each)
        is_gone = unused_s > _GONE_DAYS * _DAY_S and _is_gone(each)
        if is_gone or unused_s > _UNUSED_DAYS * _DAY_S or total > most_bytes:
            _forget(each)
            with contextlib.suppress(OSError):
                forget_index(vectors_place(each))
    for folder in other_versions(place):
        for each in _indexes(folder):
            # Its vectors are those of the index that this version has of the folder.
            if _unused_s(each) > _OTHER_VERSION_DAYS * _DAY_S:
                _forget(each)
        with contextlib.suppress(OSError):
            folder.rmdir()  # refused while there is one left


def _indexes(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return list(folder.glob("*.sqlite"))
    return []


def _unused_s(place: Path) -> float:
    """0 for one that is gone meanwhile."""
    with contextlib.suppress(OSError):
        return time.time() - place.stat().st_mtime
    return 0.0


def _forget(place: Path) -> None:
    with contextlib.suppress(OSError):
        forget_index(place)


def _is_gone(place: Path) -> bool:
    """Whether the folder of an index is not there any more; one that cannot be read is of no use to anybody."""
    try:
        with contextlib.closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as database:
            (folder,) = database.execute("SELECT folder FROM about").fetchone()
        return not os.path.isdir(os.fsdecode(folder))
    except (sqlite3.Error, TypeError, ValueError):
        return True
