"""The review of one folder in one SQLite file: written as it changes, read when the folder is opened again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from copilot_desktop.edits.pending.coding import Encoder, decode, piece_bytes
from copilot_desktop.edits.pending.schema import VERSION, bring_up_to_date, keep_copy, version_of
from copilot_desktop.errors import NewerStoreError, StoreError

_BUSY_S: Final = 5.0
_PACKED_BYTES: Final = 512
"""A shorter piece is kept as it is."""

T = TypeVar("T")
KindOf = Callable[[str], Any]
"""The type of a part, by its name. Raises KeyError for a name that nothing has."""


class PendingStore:
    """Keeps named values, `parts`. May be used from any thread; every call waits for the disk.

    The file is made when there is something to keep, and goes with the last of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._names: set[str] = set()
        self._kept: set[str] = set()
        self._saved: dict[str, object] = {}
        self._needed: dict[str, frozenset[str]] = {}
        self._encoders: dict[str, Encoder] = {}

    def load(self, kind_of: KindOf, make: Callable[[Mapping[str, Any]], T]) -> T:
        """What is made of all parts that are kept, of none where there is no file.

        Raises NewerStoreError for a file of a newer version and StoreError for a damaged one; both stay as they are.
        """
        with self._lock:
            if not self._path.exists():
                return make({})
            with self._reported(self._unread):
                database = self._opened()
                names = dict(database.execute("SELECT name, value FROM parts"))
                packed = {name: (flag, data) for name, flag, data in database.execute("SELECT * FROM pieces")}
                try:
                    found = make({name: _read(kind_of(name), value, packed) for name, value in names.items()})
                except (ValueError, KeyError, TypeError, zlib.error) as error:
                    raise self._damaged(error) from error
                self._forget()
                self._names, self._kept = set(names), set(packed)
                return found

    def save(self, parts: Mapping[str, object]) -> None:
        """Keep these parts and no others, all or nothing. Raises StoreError with what was kept before untouched."""
        with self._lock:
            if not parts and not self._path.exists():
                return
            with self._reported(self._unwritten):
                database = self._opened()
                try:
                    database.execute("BEGIN IMMEDIATE")
                    self._write(database, parts)
                    database.execute("COMMIT")
                except BaseException:
                    # What was written down of it is not known: all of it is given again the next time.
                    self._forget()
                    with contextlib.suppress(sqlite3.Error):
                        database.execute("ROLLBACK")
                    self._close()
                    raise

    def close(self) -> None:
        """Let go of the file; one that keeps nothing is deleted."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            is_empty = self._database is not None and not self._saved and not self._names
            self._close()
            if is_empty:
                self._path.unlink(missing_ok=True)

    def _write(self, database: sqlite3.Connection, parts: Mapping[str, object]) -> None:
        changed = [name for name, value in parts.items() if not self._is_saved(name, value)]
        for name in changed:
            encoder = self._encoders.setdefault(name, Encoder())
            encoded = encoder.encode(parts[name], self._kept)
            database.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?, ?)", map(_row, encoded.fresh.items()))
            self._kept |= encoded.fresh.keys()
            database.execute("INSERT OR REPLACE INTO parts VALUES (?, ?)", (name, encoded.json))
            self._needed[name] = encoded.needed
        gone = self._names - parts.keys()
        database.executemany("DELETE FROM parts WHERE name = ?", [(name,) for name in gone])
        for name in gone:
            self._encoders.pop(name, None)
            self._needed.pop(name, None)
        unneeded = self._kept - frozenset[str]().union(*self._needed.values())
        database.executemany("DELETE FROM pieces WHERE name = ?", [(name,) for name in unneeded])
        self._kept -= unneeded
        self._saved, self._names = dict(parts), set(parts)

    def _is_saved(self, name: str, value: object) -> bool:
        before = self._saved.get(name, self)
        return before is value or bool(before == value)

    def _forget(self) -> None:
        """Take nothing for known that stands in the file."""
        self._names, self._kept = set(), set()
        self._saved, self._needed, self._encoders = {}, {}, {}

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            database = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(database)
            except BaseException:
                database.close()
                raise
            self._database = database
            self._names = {name for (name,) in database.execute("SELECT name FROM parts")}
            self._kept = {name for (name,) in database.execute("SELECT name FROM pieces")}
        return self._database

    def _prepare(self, database: sqlite3.Connection) -> None:
        if version_of(database) > VERSION:
            raise NewerStoreError(
                f"A newer version of the program has written {self._path}, which keeps the changes under review in "
                "this folder. It was left untouched.",
                advice="Start the newer version. Changes that are proposed here now are not kept over a restart.",
            )
        keep_copy(database, self._path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")
        bring_up_to_date(database)
        database.execute("COMMIT")

    def _close(self) -> None:
        if self._database is not None:
            database, self._database = self._database, None
            database.close()

    @contextlib.contextmanager
    def _reported(self, refused: Callable[[Exception], StoreError]) -> Iterator[None]:
        """Errors of the disk and the database as sentences."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if type(error) is sqlite3.DatabaseError:
                raise self._damaged(error) from error
            raise refused(error) from error
        except OSError as error:
            raise refused(error) from error

    def _damaged(self, error: Exception) -> StoreError:
        return StoreError(
            f"The changes under review in this folder cannot be read: {self._path} is damaged. It was left untouched.",
            advice="Move the file away. Until then, changes that are proposed here are not kept over a restart; an "
            "answer in the chat can propose its changes again.",
            detail=str(error),
        )

    def _unread(self, error: Exception) -> StoreError:
        return StoreError(
            f"The changes under review in this folder cannot be read: {self._path} cannot be opened.",
            advice="Check the file and open the folder again. Until then, changes that are proposed here are not kept "
            "over a restart.",
            detail=str(error),
        )

    def _unwritten(self, error: Exception) -> StoreError:
        return StoreError(
            "The changes under review cannot be written down, so they would not come back after a crash.",
            advice=f"Nothing is lost while the window is open, and the program tries again. Check that the disk has "
            f"space and {self._path.parent} can be written to.",
            detail=str(error),
        )


def _row(piece: tuple[str, str]) -> tuple[str, int, bytes]:
    data = piece_bytes(piece[1])
    if len(data) < _PACKED_BYTES:
        return piece[0], 0, data
    return piece[0], 1, zlib.compress(data, 1)


def _read(kind: Any, value: str, pieces: Mapping[str, tuple[int, bytes]]) -> Any:
    def read(name: str) -> str:
        is_packed, data = pieces[name]
        plain = zlib.decompress(data) if is_packed else data
        if hashlib.sha256(plain).hexdigest() != name:
            raise ValueError(f"the piece {name} says something else")
        return plain.decode("utf-8", "surrogatepass")

    return decode(kind, value, read)
