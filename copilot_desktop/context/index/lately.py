"""Which files somebody works on: of the last commits, written or changed lately, and open in tabs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from copilot_desktop.context.index.history import changed_lately
from copilot_desktop.values import dataclass

_DAY_S: Final = 86_400
_MOST_WRITTEN: Final = 20
_LARGEST_SHARE: Final = 0.25
"""More files written at once are a checkout, or a folder just made: that says nothing of any of them."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a window has around a question: paths of open tabs, paths with unsaved changes, and the time, without which
    it does not count when files were written."""

    opened: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    now_s: float = 0.0


NOTHING_AROUND: Final = Around()


def edited_lately(database: sqlite3.Connection, around: Around) -> dict[int, float]:
    """Files, and how lately each was edited: 1 for now."""
    found = changed_lately(database)
    found.update((file, 1.0) for file in (*_written(database, around.now_s), *numbers_of(database, around.edited)))
    return found


def numbers_of(database: sqlite3.Connection, paths: Iterable[str]) -> list[int]:
    """What the index calls these files, as far as it knows them."""
    query = "SELECT id FROM files WHERE path = ?"
    return [file for path in paths if _is_text(path) for (file,) in database.execute(query, (path,))]


def _written(database: sqlite3.Connection, now_s: float) -> list[int]:
    if not now_s:
        return []
    since_ns = int((now_s - _DAY_S) * 1_000_000_000)
    query = "SELECT id FROM files WHERE modified_ns > ? LIMIT ?"
    files = [file for (file,) in database.execute(query, (since_ns, _MOST_WRITTEN + 1))]
    (count,) = database.execute("SELECT count(*) FROM (SELECT 1 FROM files LIMIT 1000)").fetchone()
    return files if len(files) <= min(_MOST_WRITTEN, count * _LARGEST_SHARE) else []


def _is_text(path: str) -> bool:
    """Names that are not UTF-8 are in no index."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
