"""Writes what was read of files into the index, and takes out what is gone. One transaction for each portion."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from copilot_desktop.context.index.calls import forget_calls, put_calls
from copilot_desktop.context.index.indexed_file import IndexedFile
from copilot_desktop.context.index.schema import FILE_FTS

_VALUES: Final = ("modified_ns", "size_bytes", "hash", "lines", "characters", "is_sure", "problem")


class Standing(NamedTuple):
    """How a file stood on disk when it was read. `is_sure`: it was not written so shortly before that another write
    could have left the same time. `problem`: a sentence about why its content could not be read, or empty."""

    modified_ns: int
    size_bytes: int
    hash: bytes
    is_sure: bool = True
    problem: str = ""


class Known(NamedTuple):
    """A file that the index has."""

    file_id: int
    standing: Standing


def known_files(database: sqlite3.Connection, paths: Sequence[str] | None = None) -> dict[str, Known]:
    """The files of the index, by their paths; of these paths where some are given."""
    columns = "SELECT path, id, modified_ns, size_bytes, hash, is_sure, problem FROM files"
    rows: Iterable[tuple[Any, ...]]
    if paths is None:
        rows = database.execute(columns)
    else:
        rows = (row for path in paths for row in database.execute(f"{columns} WHERE path = ?", (path,)))
    return {
        path: Known(file_id, Standing(modified_ns, size_bytes, digest, bool(is_sure), problem))
        for path, file_id, modified_ns, size_bytes, digest, is_sure, problem in rows
    }


def known_below(database: sqlite3.Connection, folder: str) -> list[str]:
    """The files of the index that stand in a folder, or did."""
    # "0" comes next after "/".
    rows = database.execute("SELECT path FROM files WHERE path > ? AND path < ?", (f"{folder}/", f"{folder}0"))
    return [path for (path,) in rows]


def note_folder(database: sqlite3.Connection, root: Path) -> None:
    """Write down which folder this is the index of."""
    if database.execute("SELECT 1 FROM about").fetchone() is None:
        database.execute("INSERT INTO about VALUES (?)", (os.fsencode(root),))


def problems_of(database: sqlite3.Connection) -> dict[str, str]:
    """The files whose content could not be read, with a sentence each."""
    return dict(database.execute("SELECT path, problem FROM files WHERE problem != ''"))


def put_file(database: sqlite3.Connection, file: IndexedFile, standing: Standing, characters: int) -> set[str]:
    """Write one file, in place of what was known of it; it keeps its number, which others are linked to. Returns the
    names that it defines and did not before, or the other way round."""
    before: set[str] = set()
    row = database.execute("SELECT id FROM files WHERE path = ?", (file.path,)).fetchone()
    stood = (standing.modified_ns, standing.size_bytes, standing.hash, file.lines, characters)
    values = (*stood, standing.is_sure, standing.problem, file.path)
    if row is not None:
        before = _forget_content(database, row[0])
        database.execute(f"UPDATE files SET {', '.join(f'{name} = ?' for name in _VALUES)} WHERE path = ?", values)
        file_id = row[0]
    else:
        cursor = database.execute(
            f"INSERT INTO files ({', '.join(_VALUES)}, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values
        )
        file_id = cursor.lastrowid
    piece_ids = [
        database.execute(
            "INSERT INTO pieces (file, first, last, name, words) VALUES (?, ?, ?, ?, ?)",
            (file_id, piece.lines.start, piece.lines.end, piece.name, piece.terms.count(" ") + 1),
        ).lastrowid
        for piece in file.pieces
    ]
    database.executemany(
        "INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (file_id, each.name, each.kind, each.lines.start, each.lines.end, each.outer, each.signature)
            for each in file.symbols
        ),
    )
    if file.imports:
        database.execute("INSERT INTO imports VALUES (?, ?)", (file_id, json.dumps(file.imports)))
    terms = [file.text_terms, file.path_terms, file.name_terms, file.note_terms, *(each.terms for each in file.pieces)]
    packed = zlib.compress("\n".join(terms).encode("utf-8", "surrogatepass"), 1)
    database.execute("INSERT INTO packed VALUES (?, ?)", (file_id, packed))
    for name, value in zip(FILE_FTS, terms, strict=False):
        database.execute(f"INSERT INTO {name} (rowid, terms) VALUES (?, ?)", (file_id, value))
    database.executemany("INSERT INTO piece_fts (rowid, terms) VALUES (?, ?)", zip(piece_ids, terms[4:], strict=True))
    put_calls(database, file_id, (each.calls for each in file.pieces))
    return before ^ {each.name for each in file.symbols}


def stand_as(database: sqlite3.Connection, file_id: int, standing: Standing) -> None:
    """The file was written and says the same."""
    database.execute(
        "UPDATE files SET modified_ns = ?, size_bytes = ?, is_sure = ?, problem = ? WHERE id = ?",
        (standing.modified_ns, standing.size_bytes, standing.is_sure, standing.problem, file_id),
    )


def remove_file(database: sqlite3.Connection, path: str) -> set[str]:
    """Forget a file, if it is known; returns the names that it defined."""
    names: set[str] = set()
    row = database.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
    if row is not None:
        names = _forget_content(database, row[0])
        database.execute("DELETE FROM files WHERE id = ?", row)
    return names


def _forget_content(database: sqlite3.Connection, file_id: int) -> set[str]:
    """Returns the names that it defined."""
    names = {name for (name,) in database.execute("SELECT name FROM symbols WHERE file = ?", (file_id,))}
    forget_calls(database, file_id)
    (packed,) = database.execute("SELECT terms FROM packed WHERE file = ?", (file_id,)).fetchone()
    terms = zlib.decompress(packed).decode("utf-8", "surrogatepass").split("\n")
    # A table without content is told what it had.
    for name, value in zip(FILE_FTS, terms, strict=False):
        database.execute(
            f"INSERT INTO {name} ({name}, rowid, terms) VALUES ('delete', ?, ?)",
            (file_id, value),
        )
    ids = [each for (each,) in database.execute("SELECT id FROM pieces WHERE file = ? ORDER BY id", (file_id,))]
    database.executemany(
        "INSERT INTO piece_fts (piece_fts, rowid, terms) VALUES ('delete', ?, ?)", zip(ids, terms[4:], strict=True)
    )
    for table in ("packed", "pieces", "symbols", "imports"):
        database.execute(f"DELETE FROM {table} WHERE file = ?", (file_id,))
    return names
