"""The index on disk: one SQLite file for each folder, in the cache. It can be made anew at any time."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError

VERSION: Final = 7
"""Another one is another file: what an older or newer program has made is left to it."""
_FOLDER: Final = "index"
_BUSY_S: Final = 10.0
FILE_FTS: Final = ("text_fts", "path_fts", "name_fts", "note_fts")
PIECE_FTS: Final = "piece_fts"
"""Each has one column, `terms`; the rows are those of `files`, and of `pieces`. That of the pieces keeps no lengths: to
look one up for each row found takes twice as long as all else. They are in `pieces`, for the best (full_text.py)."""
CALL_FTS: Final = "call_fts"
"""Who calls a name, without where and how often; the rows are those of `files`."""
_OPTIONS: Final = "content='', tokenize=\"ascii tokenchars '_'\""
_TABLES: Final = (
    "CREATE TABLE about (folder BLOB NOT NULL)",
    """CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, modified_ns INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL, hash BLOB NOT NULL, lines INTEGER NOT NULL, characters INTEGER NOT NULL,
        is_sure INTEGER NOT NULL, problem TEXT NOT NULL, imported_by INTEGER NOT NULL DEFAULT 0,
        used_by INTEGER NOT NULL DEFAULT 0, neighbours INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX files_by_time ON files (modified_ns)",
    "CREATE TABLE packed (file INTEGER PRIMARY KEY, terms BLOB NOT NULL)",
    """CREATE TABLE pieces (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, name TEXT NOT NULL, words INTEGER NOT NULL)""",
    "CREATE INDEX pieces_of_file ON pieces (file)",
    """CREATE TABLE symbols (file INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, first INTEGER NOT NULL,
        last INTEGER NOT NULL, outer_names TEXT NOT NULL, signature TEXT NOT NULL)""",
    "CREATE INDEX symbols_of_file ON symbols (file)",
    "CREATE INDEX symbols_by_name ON symbols (name)",
    "CREATE TABLE imports (file INTEGER PRIMARY KEY, targets TEXT NOT NULL)",
    "CREATE TABLE links (source INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (source, target)) WITHOUT ROWID",
    "CREATE INDEX links_by_target ON links (target)",
    "CREATE TABLE calls (file INTEGER PRIMARY KEY, names BLOB NOT NULL)",
    """CREATE TABLE call_links (source INTEGER NOT NULL, target INTEGER NOT NULL, names TEXT NOT NULL,
        PRIMARY KEY (source, target)) WITHOUT ROWID""",
    "CREATE INDEX call_links_by_target ON call_links (target)",
    # Who imports or calls whom, from either side, so that a question asks one table once.
    "CREATE TABLE near (file INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (file, other)) WITHOUT ROWID",
    # A row while files are written that are not linked yet: who is ended before links all of them anew.
    "CREATE TABLE unlinked (is_so INTEGER PRIMARY KEY)",
    "CREATE TABLE history (head TEXT NOT NULL)",
    "CREATE TABLE commits (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, place INTEGER NOT NULL)",
    """CREATE TABLE committed (path TEXT NOT NULL, commit_id INTEGER NOT NULL, PRIMARY KEY (path, commit_id))
        WITHOUT ROWID""",
    "CREATE INDEX committed_by_commit ON committed (commit_id)",
    *(f"CREATE VIRTUAL TABLE {name} USING fts5(terms, {_OPTIONS})" for name in FILE_FTS),
    f"CREATE VIRTUAL TABLE {PIECE_FTS} USING fts5(terms, {_OPTIONS}, columnsize=0)",
    f"CREATE VIRTUAL TABLE {CALL_FTS} USING fts5(terms, {_OPTIONS}, columnsize=0, detail=none)",
    *(f"CREATE VIRTUAL TABLE {name}_counts USING fts5vocab({name}, 'row')" for name in (*FILE_FTS, PIECE_FTS)),
)


OF_DAMAGE: Final = (zlib.error, ValueError, TypeError)
"""What comes of bytes that are no longer what was written, where SQLite itself sees nothing wrong."""
UNREADABLE: Final = (sqlite3.Error, *OF_DAMAGE)
"""What a question of an index may meet; SQLite's words about a damaged one may themselves be no text."""


def index_place(cache_folder: Path, root: Path) -> Path:
    """Where the index of a folder is, by its real path."""
    named = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
    return cache_folder / f"{_FOLDER}-{VERSION}" / f"{named}.sqlite"


def other_versions(place: Path) -> list[Path]:
    """The folders beside that of an index in which other versions of the program have theirs."""
    with contextlib.suppress(OSError):
        folders = place.parent.parent.glob(f"{_FOLDER}-*")
        return [each for each in folders if each != place.parent and each.name.removeprefix(f"{_FOLDER}-").isdecimal()]
    return []


def open_index(place: Path) -> sqlite3.Connection:
    """Open the index, made where there is none; a damaged one is made anew. Raises StoreError."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _opened(place)
        except (sqlite3.DatabaseError, PermissionError) as error:
            # One that another account has made is a cache like any other.
            if not is_damage(error) and not isinstance(error, PermissionError):
                raise
            forget_index(place)
            return _opened(place)
    except (OSError, sqlite3.Error) as error:
        raise unusable(error) from error


def read_index(place: Path) -> sqlite3.Connection | None:
    """Open the index for reading; None where there is none yet. Raises StoreError."""
    if not place.exists():
        return None
    try:
        database = sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, check_same_thread=False)
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'text_fts'").fetchone():
            database.close()
            return None
    except UNREADABLE as error:
        raise unusable(error) from error
    return database


def forget_index(place: Path) -> None:
    """Delete an index with what SQLite keeps beside it."""
    for each in _files_of(place):
        with contextlib.suppress(FileNotFoundError):
            each.unlink()


def size_of(place: Path) -> int:
    """How many bytes an index has on disk."""
    size = 0
    for each in _files_of(place):
        with contextlib.suppress(OSError):
            size += each.stat().st_size
    return size


def count_files(place: Path) -> int:
    """How many files an index knows; none where it cannot be read."""
    try:
        database = read_index(place)
        if database is None:
            return 0
        with contextlib.closing(database):
            (count,) = database.execute("SELECT count(*) FROM files").fetchone()
            return int(count)
    except (StoreError, *UNREADABLE):
        return 0


def _files_of(place: Path) -> Iterator[Path]:
    yield from (place.with_name(f"{place.name}{end}") for end in ("", "-wal", "-shm", "-journal"))


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. Raises StoreError."""
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")
    except sqlite3.Error as error:
        raise unusable(error) from error


def unusable(error: BaseException) -> StoreError:
    """What is told of an index that cannot be read or written."""
    code = _code(error)
    number = error.errno if isinstance(error, OSError) else None
    if code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            "The disk is full: there is no room for the index of this folder.",
            advice="Make room on the disk of the program's cache.",
            detail=str(error),
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            "Another program holds the index of this folder, and did not let go of it.",
            advice="Wait until it is done.",
            detail=str(error),
        )
    if code in _DENIED or number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError(
            "This account may not write the index of this folder.",
            advice="Make the program's cache folder writable for you.",
            detail=str(error),
        )
    return StoreError(
        "The index of this folder cannot be read or written.",
        advice="Make room on the disk, or delete the folder of the index in the program's cache: it is made anew.",
        detail=str(error),
    )


_DENIED: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN)
_OF_THE_DISK: Final = (
    *_DENIED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOLFS,
)
"""Errors that say nothing of what is in the index."""


def is_damage(error: BaseException) -> bool:
    """Whether an error, or what is behind it, says that the index is damaged, and not that it is in use or the disk
    full. What is asked of it is right, so that tables which are not there are damage too."""
    cause = error.__cause__ if isinstance(error, StoreError) else error
    if isinstance(cause, (sqlite3.ProgrammingError, sqlite3.InterfaceError, UnicodeEncodeError)):
        return False
    if isinstance(cause, sqlite3.Error):
        return _code(cause) not in _OF_THE_DISK
    return isinstance(cause, OF_DAMAGE)


def _code(error: BaseException) -> int | None:
    """SQLite's number for an error, without what it adds to it; None where it has none."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None


def _opened(place: Path) -> sqlite3.Connection:
    # Before SQLite makes it, which gives what it keeps beside it the same rights.
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(place, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        # A cache: what a power cut takes is found when the folder is next looked at.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -32000", "temp_store = MEMORY"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'text_fts'").fetchone():
            database.execute("BEGIN IMMEDIATE")
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'text_fts'").fetchone():
                for statement in _TABLES:
                    database.execute(statement)
            database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database
