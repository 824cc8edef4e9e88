"""The tables of the store of pending reviews, and the way to them from older versions."""

from __future__ import annotations

import sqlite3
from typing import Final

VERSION: Final = 1

_TABLES: Final = (
    # One change of a file, one file's text, the decisions that can be taken back, …: what changes together.
    "CREATE TABLE parts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    # Of long texts, by SHA-256; `is_packed`: by zlib.
    "CREATE TABLE pieces (name TEXT PRIMARY KEY, is_packed INTEGER NOT NULL, data BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


def version_of(database: sqlite3.Connection) -> int:
    """The version of the program's tables in a file; 0 for a new one."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(database: sqlite3.Connection) -> None:
    """Make the tables; inside a transaction. A file that has them is not touched."""
    if version_of(database) == 0:
        for statement in _TABLES:
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")
