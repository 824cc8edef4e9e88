"""Merges the segments of the full-text tables: each word of a question is looked up in every one of them.

Each transaction leaves a segment, and SQLite merges four of a size as they come, which after a first index leaves up to
twenty. One of each table makes a question a fifth quicker, and takes a thirtieth of the time of the first index.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from copilot_desktop.context.index.schema import CALL_FTS, FILE_FTS, PIECE_FTS, transaction

_TABLES: Final = (*FILE_FTS, PIECE_FTS, CALL_FTS)
_MOST_SEGMENTS: Final = 8
"""As many as single changes leave for a while; more are of many files at once, or of fifty changes."""
_PAGES: Final = 1_000
"""So much is written at once, a twentieth of a second: what is asked for waits for it."""
_OWN_ROWS: Final = 2
"""A command that merges nothing counts as less than so many changed rows."""


class SegmentMerger:
    """Of an open index; used by the thread that writes it."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._left: list[str] = []
        self._pages = -_PAGES

    def merge(self) -> bool:
        """Do a part of the work; whether there may be more. Raises StoreError."""
        if not self._left:
            if not self._is_worth_it():
                return False
            self._left = list(_TABLES)
        table = self._left[0]
        with transaction(self._database):
            before = self._database.total_changes
            self._database.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (self._pages,))
            changed = self._database.total_changes - before
        # The first of a table, with its sign, says that all of its segments are to become one.
        self._pages = _PAGES if changed >= _OWN_ROWS else -_PAGES
        if changed < _OWN_ROWS:
            del self._left[0]
        return True

    def _is_worth_it(self) -> bool:
        with transaction(self._database):
            return any(
                self._database.execute(f"SELECT count(DISTINCT segid) FROM {table}_idx").fetchone()[0] > _MOST_SEGMENTS
                for table in _TABLES
            )
