"""The tables of the store of pending reviews, and the way to them from older versions."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

VERSION: Final = 8
"""3 (what was viewed), 4 (remarks), 5 (identities of files), 6 (hunks that are gone, versions), 7 (how the review stood
before each step) and 8 (the names of the folder's files) have what an older program takes for damage, and are otherwise
the same."""

_TABLES: Final = (
    # One change of a file, one file's text, the decisions that can be taken back, …: what changes together.
    "CREATE TABLE parts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    # Of long texts, by SHA-256; `is_packed`: by zlib.
    "CREATE TABLE pieces (name TEXT PRIMARY KEY, is_packed INTEGER NOT NULL, data BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


def version_of(database: sqlite3.Connection) -> int:
    """The version of the program's tables in a file; 0 for a new one."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def keep_copy(database: sqlite3.Connection, path: Path) -> None:
    """Keep a private copy of the file as it is before its migration, where it needs one."""
    version = version_of(database)
    if version in (0, VERSION):
        return
    place = path.with_name(f"{path.name}.version-{version}")
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(place)) as copy:
        database.backup(copy)


def bring_up_to_date(database: sqlite3.Connection) -> None:
    """Make the tables or migrate them; inside a transaction. A file of this version is not touched."""
    version = version_of(database)
    if version == VERSION:
        return
    if version == 0:
        for statement in _TABLES:
            database.execute(statement)
    if version == 1:
        _give_hunks_their_base(database)
    database.execute(f"PRAGMA user_version = {VERSION}")


def _give_hunks_their_base(database: sqlite3.Connection) -> None:
    """Version 1 knew what a hunk's lines are and would be, and not what they were made from: that is the same there,
    but for the lines that accepting wrote."""
    for name, value in database.execute("SELECT name, value FROM parts WHERE name LIKE 'file/%'").fetchall():
        change = json.loads(value)
        for hunk in change["hunks"]:
            hunk["base_text"], hunk["proposed_text"] = hunk["old_text"], hunk["new_text"]
            is_written = hunk["decision"] == "accepted" and hunk["state"] != "already_there"
            before = None if change["status"] == "added" else hunk["old_text"]
            after = None if change["status"] == "deleted" else hunk["new_text"]
            hunk["written"] = [before, after] if is_written else None
        database.execute("UPDATE parts SET value = ? WHERE name = ?", (json.dumps(change), name))
