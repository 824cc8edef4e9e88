"""Finds what a folder's code defines, by a few letters of its name or by all of it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final

from copilot_desktop.context.index.indexed_file import HEADING, Symbol, symbols_of
from copilot_desktop.context.index.qualified import QualifiedName, find_qualified
from copilot_desktop.context.index.schema import UNREADABLE, unusable
from copilot_desktop.context.index.words import as_text
from copilot_desktop.text import fuzzy
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_LONGEST: Final = 400
"""Letters; no name has as many, and the database takes no patterns of many thousands."""
_LOOKED_AT: Final = 3_000
"""Names that hold the letters: so many are weighed against each other. Symbols of one name: so many are known."""
_RANGE: Final = r"SELECT name FROM symbols WHERE name >= ? AND name < ? AND name LIKE ? ESCAPE '\'"
_ESCAPED: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True)
class FoundSymbol:
    """A symbol with its file; `positions`: the letters of its name that were typed, `score` how well they fit."""

    path: str
    symbol: Symbol
    positions: tuple[int, ...] = ()
    score: int = 0


def find_symbols(
    database: sqlite3.Connection, letters: str, limit: int, without: AbstractSet[str] = frozenset()
) -> tuple[FoundSymbol, ...]:
    """The symbols whose names hold these letters in this order, the best first, but of these paths; with `Cart.` in
    front those of what is called so first. Raises StoreError."""
    wanted = as_text("".join(letters.split()))
    if len(wanted) > _LONGEST:
        return ()
    try:
        qualified = QualifiedName.of(wanted)
        if qualified is not None:
            fitting = find_qualified(database, qualified, partial(_names_for, database), limit, without)
            first = [FoundSymbol(path, symbol, match.positions, match.score) for path, symbol, match in fitting]
            known = {(each.path, each.symbol.lines) for each in first}
            named = _find(database, wanted, limit, without) if len(first) < limit else ()
            return (*first, *(each for each in named if (each.path, each.symbol.lines) not in known))[:limit]
        return _find(database, wanted, limit, without)
    except UNREADABLE as error:
        raise unusable(error) from error


def _find(database: sqlite3.Connection, wanted: str, limit: int, without: AbstractSet[str]) -> tuple[FoundSymbol, ...]:
    # A name that begins so fits better than any other, the shorter the better. Often there are enough of them, and
    # nothing has to be asked of all the others.
    found = _symbols_called(database, wanted, _beginning_so(database, wanted), limit, without)
    if len(found) < limit:
        found = _symbols_called(database, wanted, _best_names(wanted, _holding(database, wanted)), limit, without)
    return found


def _names_for(database: sqlite3.Connection, letters: str) -> Iterator[str]:
    """Names that hold these letters, those that begin so first, as they are needed."""
    first = _beginning_so(database, letters)
    yield from first
    known = set(first)
    yield from (name for name in _best_names(letters, _holding(database, letters)) if name not in known)


def _beginning_so(database: sqlite3.Connection, wanted: str) -> list[str]:
    """Names, the shortest first. The index of names knows capitals from small letters: each way to write the first one
    is a range of it."""
    starts = {wanted[:1].lower(), wanted[:1].upper()} if wanted.isascii() else {wanted[:1]}
    ranges = " UNION ".join([_RANGE] * len(starts))
    pattern = wanted.translate(_ESCAPED) + "%"
    values = [value for start in starts for value in (start, start + chr(sys.maxunicode), pattern)]
    query = f"SELECT name FROM ({ranges}) ORDER BY length(name), name LIMIT ?"
    return [name for (name,) in database.execute(query, (*values, _LOOKED_AT))]


def _holding(database: sqlite3.Connection, wanted: str) -> list[str]:
    """Names that hold the letters in their order, those that begin so first. Reads the index of names alone."""
    begins = wanted.translate(_ESCAPED) + "%"
    holds = "%" + "".join(letter.translate(_ESCAPED) + "%" for letter in wanted)
    rows = database.execute(
        r"""SELECT DISTINCT name FROM symbols WHERE name LIKE ? ESCAPE '\'
            ORDER BY name NOT LIKE ? ESCAPE '\', length(name), name LIMIT ?""",
        (holds, begins, _LOOKED_AT),
    )
    return [name for (name,) in rows]


def _best_names(wanted: str, names: Iterable[str]) -> list[str]:
    scores = {name: matched.score for name in names if (matched := fuzzy.match(wanted, name)) is not None}
    return sorted(scores, key=lambda name: -scores[name])


def _symbols_called(
    database: sqlite3.Connection, wanted: str, names: Iterable[str], limit: int, without: AbstractSet[str]
) -> tuple[FoundSymbol, ...]:
    """The first symbols of these names, in their order."""
    found: list[FoundSymbol] = []
    for name in names:
        if len(found) >= limit:
            break
        rows = database.execute(
            # Of thousands that are called the same nobody looks at all.
            """SELECT path, name, kind, first, last, outer_names, signature FROM
                (SELECT * FROM symbols WHERE name = ? AND kind != ? LIMIT ?) AS called
                JOIN files ON files.id = called.file ORDER BY path, first""",
            (name, HEADING, _LOOKED_AT),
        )
        found += _fitting((_found(row) for row in rows if row[0] not in without), wanted)
    return tuple(found[:limit])


def symbols_named(database: sqlite3.Connection, name: str, limit: int) -> tuple[FoundSymbol, ...]:
    """The symbols of exactly this name, those of files that many import first. Raises StoreError."""
    try:
        rows = database.execute(
            """SELECT path, name, kind, first, last, outer_names, signature FROM symbols
                JOIN files ON files.id = symbols.file WHERE kind != ? AND name = ?
                ORDER BY imported_by DESC, path, first LIMIT ?""",
            (HEADING, as_text(name), limit),
        )
        return tuple(map(_found, rows))
    except UNREADABLE as error:
        raise unusable(error) from error


def imported_files(database: sqlite3.Connection, path: str) -> tuple[str, ...]:
    """The files of the folder that a file imports, as it is on disk. Raises StoreError."""
    try:
        rows = database.execute(
            """SELECT others.path FROM files JOIN links ON links.source = files.id
                JOIN files AS others ON others.id = links.target WHERE files.path = ? ORDER BY others.path""",
            (as_text(path),),
        ).fetchall()
    except UNREADABLE as error:
        raise unusable(error) from error
    return tuple(row[0] for row in rows)


def symbols_in_texts(texts: Mapping[str, str], letters: str) -> tuple[FoundSymbol, ...]:
    """The same in texts that no index knows, by path."""
    found = (
        FoundSymbol(path, symbol)
        for path, text in texts.items()
        for symbol in symbols_of(path, text)
        if symbol.kind != HEADING
    )
    wanted = "".join(letters.split())
    qualified = QualifiedName.of(wanted)
    if qualified is None:
        return _fitting(found, wanted)
    fitting = ((each, qualified.fit(each.symbol)) for each in found)
    scored = (FoundSymbol(each.path, each.symbol, fit.positions, fit.score) for each, fit in fitting if fit is not None)
    return tuple(sorted(scored, key=lambda each: -each.score))


def _found(row: tuple[str, str, str, int, int, str, str]) -> FoundSymbol:
    path, name, kind, first, last, outer, signature = row
    return FoundSymbol(path, Symbol(name, kind, LineRange(first, last), outer, signature))


def _fitting(symbols: Iterable[FoundSymbol], wanted: str) -> tuple[FoundSymbol, ...]:
    """Those whose names hold the letters, the best first; equals stay in their order."""
    fitting = []
    for each in symbols:
        matched = fuzzy.match(wanted, each.symbol.name)
        if matched is not None:
            fitting.append(FoundSymbol(each.path, each.symbol, tuple(matched.positions), matched.score))
    return tuple(sorted(fitting, key=lambda each: -each.score))
