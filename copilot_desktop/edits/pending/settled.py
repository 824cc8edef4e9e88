"""Reviews of folders that are opened no more, with nothing left to decide: they go after a while."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

PENDING: Final = "pending"
"""The part that says how many changes wait for a decision."""
KEPT_DAYS: Final = 30
"""As long as the old contents that taking a decision back needs."""


def forget_settled(folder: Path, but: Path) -> None:
    """Delete the reviews of this folder that nobody has changed for so long and that wait for nothing.

    `but`: the one that is open here. Whatever cannot be read is left alone.
    """
    limit = time.time() - KEPT_DAYS * 86_400
    for place in folder.glob("*.sqlite"):
        with contextlib.suppress(OSError, sqlite3.Error, ValueError):
            if place != but and place.stat().st_mtime < limit and not _pending(place):
                place.unlink()


def _pending(place: Path) -> int:
    with closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as database:
        row = database.execute("SELECT value FROM parts WHERE name = ?", (PENDING,)).fetchone()
    # Without it only blocks that were not placed are kept.
    return 0 if row is None else int(row[0])
