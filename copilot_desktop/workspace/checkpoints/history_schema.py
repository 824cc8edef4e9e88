"""The tables of a folder's history, and how it is opened."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace.atomic_write import make_private, sync_folder

VERSION: Final = 2
"""1 had no renames: a program that knows that one could not read them."""
_BUSY_S: Final = 10.0
_TABLES: Final = (
    # The prompt of a turn is written once, however many of its hunks are accepted one by one.
    "CREATE TABLE prompts (prompt_id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, text TEXT NOT NULL)",
    """CREATE TABLE entries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        entry_id TEXT NOT NULL UNIQUE,
        at REAL NOT NULL,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        prompt_id INTEGER REFERENCES prompts,
        model TEXT NOT NULL,
        turn_id TEXT NOT NULL,
        change_set_id TEXT NOT NULL,
        decisions TEXT NOT NULL,
        undoes TEXT NOT NULL,
        folders TEXT NOT NULL,
        is_kept INTEGER NOT NULL
    )""",
    """CREATE TABLE files (
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        position INTEGER NOT NULL,
        path TEXT NOT NULL,
        old_path TEXT,
        before_hash TEXT,
        after_hash TEXT,
        mode INTEGER,
        encoding TEXT NOT NULL,
        hunks TEXT NOT NULL,
        PRIMARY KEY (entry, position)
    ) WITHOUT ROWID""",
    "CREATE INDEX files_by_path ON files (path, entry)",
    "CREATE INDEX entries_by_prompt ON entries (prompt_id)",
    # Who will want to take which entry back.
    """CREATE TABLE pins (
        owner TEXT NOT NULL,
        entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
        PRIMARY KEY (owner, entry)
    ) WITHOUT ROWID""",
    "CREATE INDEX pins_by_entry ON pins (entry)",
    # Saves that have begun: what a kill leaves of one is told by its row.
    "CREATE TABLE saves (entry INTEGER PRIMARY KEY REFERENCES entries ON DELETE CASCADE, temporary TEXT NOT NULL)",
)


@contextlib.contextmanager
def as_store_error(place: Path) -> Iterator[None]:
    """Turn what SQLite and the disk refuse inside into a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            "The history of this folder cannot be read or written.",
            advice="Check that the disk is not full and the file is yours; to begin a new one, move it away.",
            detail=f"{place}: {type(error).__name__}: {error}",
        ) from error


def prepared(place: Path, bring_in: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    """Open a history, or make one; `bring_in` fills a new one with what an earlier version has left.

    Raises NewerStoreError, OSError, sqlite3.Error.
    """
    database = _connected(place)
    try:
        _prepare(database, place, bring_in)
    except BaseException:  # border: whatever ends the opening must not leave the file open
        database.close()
        raise
    return database


@contextlib.contextmanager
def transaction(database: sqlite3.Connection, *, is_lasting: bool = True) -> Iterator[sqlite3.Connection]:
    """What is written inside is written as a whole, and on the disk at the end unless it need not last."""
    database.execute(f"PRAGMA synchronous = {'FULL' if is_lasting else 'NORMAL'}")
    database.execute("BEGIN IMMEDIATE")
    try:
        yield database
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _connected(place: Path) -> sqlite3.Connection:
    if not place.exists():
        make_private(place.parent)
        # Made with the right mode before SQLite opens it; its -wal and -shm files take the same.
        os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
        sync_folder(place.parent)
    return sqlite3.connect(place, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)


def _prepare(database: sqlite3.Connection, place: Path, bring_in: Callable[[sqlite3.Connection], None]) -> None:
    database.execute("PRAGMA foreign_keys = ON")
    found = refuse_newer(database, place)
    if found == VERSION:
        return
    if found:
        _keep_copy(database, place, found)
    database.execute("PRAGMA auto_vacuum = INCREMENTAL")
    database.execute("PRAGMA journal_mode = WAL")
    with transaction(database):
        # Of two programs that start at once, the second finds the tables made; a newer one may have been quicker.
        if refuse_newer(database, place) == 0:
            for statement in _TABLES:
                database.execute(statement)
            bring_in(database)
        database.execute(f"PRAGMA user_version = {VERSION}")


def _keep_copy(database: sqlite3.Connection, place: Path, version: int) -> None:
    """Keep a private copy of the history as it is before its migration; what was begun of one is made anew."""
    target = place.with_name(f"{place.name}.version-{version}")
    begun = target.with_name(f"{target.name}.tmp")
    os.close(os.open(begun, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
    with contextlib.closing(sqlite3.connect(begun)) as copy:
        database.backup(copy)
    begun.replace(target)
    sync_folder(place.parent)


def refuse_newer(database: sqlite3.Connection, place: Path) -> int:
    """The version of a history. Raises NewerStoreError: another process may have brought it there meanwhile."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise NewerStoreError(
            "The history of this folder was written by a newer version of the program; it is left untouched.",
            advice="Start the newer version, or move the file away to begin a new one.",
            detail=str(place),
        )
    return int(version)
