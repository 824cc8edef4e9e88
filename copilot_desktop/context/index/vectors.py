"""The vectors of a folder's pieces: one SQLite file beside the index, and the pieces nearest to a question's vector.

They cost money and the index does not: making the index anew leaves them, and a piece whose text was embedded once is
not sent again, by the hash of that text. A vector is kept twice: its signs, which tell in a fraction of a microsecond
roughly how near it is, and its numbers in a byte each, which tell it well for the few hundred nearest.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import mul
from pathlib import Path
from typing import Final

from copilot_desktop.context.index.schema import forget_index, is_damage, size_of
from copilot_desktop.errors import StoreError
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

VERSION: Final = 1
_FOLDER: Final = "vectors"
_BUSY_S: Final = 10.0
_LOOKED_AT: Final = 400
"""So many, the nearest by their signs, are compared by their numbers."""
_NEAREST: Final = 60
_MOST_TIMES: Final = 2
"""Vectors of texts that are gone stay for when a branch comes back, until all are so many times those in use."""
_TABLES: Final = (
    "CREATE TABLE about (model TEXT NOT NULL, dimensions INTEGER NOT NULL)",
    "CREATE TABLE files (path TEXT PRIMARY KEY, hash BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE pieces (path TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, name TEXT NOT NULL,
        digest BLOB NOT NULL)""",
    "CREATE INDEX pieces_of_file ON pieces (path)",
    "CREATE INDEX pieces_of_text ON pieces (digest)",
    "CREATE TABLE signs (digest BLOB PRIMARY KEY, bits BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE numbers (digest BLOB PRIMARY KEY, scale REAL NOT NULL, bytes BLOB NOT NULL) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class EmbeddedPiece:
    """Lines of a file, what they define if anything, and the hash of the text that was, or is to be, embedded."""

    lines: LineRange
    name: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Similar:
    """Lines that are near to a question in meaning; `likeness` is the cosine, at most 1."""

    path: str
    lines: LineRange
    name: str
    likeness: float


def vectors_place(index_place: Path) -> Path:
    """Where the vectors to an index are: another version of the index has the same."""
    return index_place.parent.parent / f"{_FOLDER}-{VERSION}" / index_place.name


def open_vectors(place: Path, model: str) -> sqlite3.Connection:
    """Open the vectors that a model made, for writing; those of another one, and damaged ones, are deleted. Raises
    StoreError."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _opened(place, model)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            forget_index(place)
            return _opened(place, model)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(error) from error


def read_vectors(place: Path, model: str) -> sqlite3.Connection | None:
    """Open the vectors that a model made, for reading; None where it has made none. Raises StoreError."""
    if not place.exists():
        return None
    try:
        database = sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True, timeout=_BUSY_S, check_same_thread=False)
        try:
            row = database.execute("SELECT model FROM about").fetchone()
        except BaseException:
            database.close()
            raise
    except sqlite3.Error as error:
        raise _unusable(error) from error
    if row == (model,):
        return database
    database.close()
    return None


def forget_vectors(place: Path) -> None:
    """Delete them. Raises StoreError."""
    try:
        forget_index(place)
    except OSError as error:
        raise _unusable(error) from error


def size_of_vectors(place: Path) -> int:
    """How many bytes they have on disk."""
    return size_of(place)


def known_digests(database: sqlite3.Connection, digests: Iterable[bytes]) -> set[bytes]:
    """Those texts that have a vector."""
    query = "SELECT 1 FROM signs WHERE digest = ?"
    return {each for each in digests if database.execute(query, (each,)).fetchone() is not None}


def embedded_files(database: sqlite3.Connection) -> dict[str, bytes]:
    """The files all of whose pieces have vectors, with the hash of what they held."""
    return dict(database.execute("SELECT path, hash FROM files"))


def put_vectors(database: sqlite3.Connection, vectors: Mapping[bytes, Sequence[float]]) -> None:
    """Keep vectors, each as long as 1. Raises StoreError, also where they have not as many dimensions as all others."""
    with _writing(database):
        (dimensions,) = database.execute("SELECT dimensions FROM about").fetchone()
        for digest, vector in vectors.items():
            if dimensions not in (0, len(vector)):
                raise StoreError(
                    f"The model's vectors have {len(vector)} dimensions now, and had {dimensions}.",
                    advice="It is another model under the same name. Delete the vectors and switch finding by meaning "
                    "on again.",
                )
            dimensions = len(vector)
            scale, numbers = _packed(vector)
            database.execute("INSERT OR REPLACE INTO signs VALUES (?, ?)", (digest, _signs(vector)))
            database.execute("INSERT OR REPLACE INTO numbers VALUES (?, ?, ?)", (digest, scale, numbers))
        database.execute("UPDATE about SET dimensions = ?", (dimensions,))


def put_embedded(database: sqlite3.Connection, path: str, digest: bytes, pieces: Iterable[EmbeddedPiece]) -> None:
    """All pieces of a file have vectors now; `digest` is the index's hash of what it holds."""
    rows = ((path, each.lines.start, each.lines.end, each.name, each.digest) for each in pieces)
    with _writing(database):
        database.execute("DELETE FROM pieces WHERE path = ?", (path,))
        database.executemany("INSERT INTO pieces VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, digest))


def remove_embedded(database: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Files are gone."""
    with _writing(database):
        for path in paths:
            database.execute("DELETE FROM pieces WHERE path = ?", (path,))
            database.execute("DELETE FROM files WHERE path = ?", (path,))


def prune_vectors(database: sqlite3.Connection) -> None:
    """Delete the vectors of texts that are gone, where they are more than those in use."""
    with _writing(database):
        (kept,) = database.execute("SELECT count(*) FROM signs").fetchone()
        (used,) = database.execute("SELECT count(DISTINCT digest) FROM pieces").fetchone()
        if kept > _MOST_TIMES * used + _LOOKED_AT:
            for table in ("signs", "numbers"):
                database.execute(f"DELETE FROM {table} WHERE digest NOT IN (SELECT digest FROM pieces)")


def nearest(index: sqlite3.Connection, place: Path, model: str, question: Sequence[float]) -> tuple[Similar, ...]:
    """The pieces nearest to the vector of a question, the nearest first, of files that hold what they held then.

    Nothing where there are no vectors of this model. A microsecond of processor a piece. Raises StoreError.
    """
    database = read_vectors(place, model)
    if database is None:
        return ()
    try:
        with contextlib.closing(database):
            if database.execute("SELECT dimensions FROM about").fetchone() != (len(question),):
                return ()
            return tuple(_of_files(index, database, _nearest(database, question)))
    except sqlite3.Error as error:
        raise _unusable(error) from error


def _nearest(database: sqlite3.Connection, question: Sequence[float]) -> list[tuple[float, bytes]]:
    asked, bits = int.from_bytes(_signs(question), "big"), int.from_bytes
    rows = database.execute("SELECT digest, bits FROM signs")
    rough = heapq.nsmallest(_LOOKED_AT, (((bits(signs, "big") ^ asked).bit_count(), digest) for digest, signs in rows))
    found = []
    for _distance, digest in rough:
        row = database.execute("SELECT scale, bytes FROM numbers WHERE digest = ?", (digest,)).fetchone()
        if row is not None:
            found.append((row[0] * sum(map(mul, question, memoryview(row[1]).cast("b"))), digest))
    return heapq.nlargest(_NEAREST, found)


def _of_files(
    index: sqlite3.Connection, database: sqlite3.Connection, found: Iterable[tuple[float, bytes]]
) -> Iterator[Similar]:
    is_same: dict[str, bool] = {}
    for likeness, digest in found:
        query = "SELECT path, first, last, name, hash FROM pieces JOIN files USING (path) WHERE digest = ?"
        for path, first, last, name, held in database.execute(query, (digest,)):
            if path not in is_same:
                row = index.execute("SELECT hash FROM files WHERE path = ?", (path,)).fetchone()
                is_same[path] = row is not None and row[0] == held
            if is_same[path]:
                yield Similar(path, LineRange(first, last), name, likeness)


def _opened(place: Path, model: str) -> sqlite3.Connection:
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(place, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL").fetchall()
        database.execute("BEGIN IMMEDIATE")
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
            for statement in _TABLES:
                database.execute(statement)
            database.execute("INSERT INTO about VALUES (?, 0)", (model,))
        elif database.execute("SELECT model FROM about").fetchone() != (model,):
            # What two models make of a text cannot be compared.
            for table in ("files", "pieces", "signs", "numbers"):
                database.execute(f"DELETE FROM {table}")
            database.execute("UPDATE about SET model = ?, dimensions = 0", (model,))
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


@contextlib.contextmanager
def _writing(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")
    except sqlite3.Error as error:
        raise _unusable(error) from error


def _signs(vector: Sequence[float]) -> bytes:
    """A bit for each number: whether it is above 0."""
    return int("".join("1" if value > 0 else "0" for value in vector), 2).to_bytes((len(vector) + 7) // 8, "big")


def _packed(vector: Sequence[float]) -> tuple[float, bytes]:
    """The numbers in a byte each, and what they are to be multiplied by."""
    scale = max(map(abs, vector)) / 127 or 1.0
    return scale, array("b", (round(value / scale) for value in vector)).tobytes()


def _unusable(error: BaseException) -> StoreError:
    return StoreError(
        "The vectors of this folder cannot be read or written.",
        advice="Make room on the disk, or delete them in “Find by meaning”: they are made anew, at their price.",
        detail=str(error),
    )
