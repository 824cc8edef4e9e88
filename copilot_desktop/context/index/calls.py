"""Which file calls what another one defines: names before a parenthesis, and names of types, matched by what the folder
defines.

No language's own rules of scopes are followed. A name that one file of the folder defines is that file's; of several
that the caller imports, or else the nearest, as long as they are few. What a file defines itself is its own.
"""

from __future__ import annotations

import builtins
import io
import keyword
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from copilot_desktop.context.index.imports import family_of, suffix_of

_CALLED: Final = re.compile(r"\b(?:[A-Za-z_]\w*+(?=!?\()|[A-Z][A-Z0-9]*+[a-z]\w*+)")
"""`total(`, `vec!(`, and names like `ShoppingCart` wherever they stand."""
_NAME: Final = re.compile(r"[A-Za-z_]\w*+")
_OF_OTHER_LANGUAGES: Final = (
    # ruff: noqa: SIM905 - so many words in quotes each would be pages
    "elif switch catch typeof sizeof function func new delete undefined null true false self this Self "
    "push shift unshift slice splice concat forEach filter reduce some every includes charAt substring toString "
    "then finally resolve has entries assign keys values hasOwnProperty bind apply call test exec match trim "
    "clone iter iter_mut into_iter into from collect unwrap unwrap_or unwrap_or_else expect as_ref as_str to_string "
    "to_owned is_some is_none is_ok is_err borrow push_str contains length size equals hashCode add put make cap "
    "String Option Some None Ok Err Vec Box Result Array Object Promise Date Number Boolean Map Set RegExp Math JSON"
).split()
EVERYWHERE: Final = frozenset(
    [
        *keyword.kwlist,
        *dir(builtins),
        *(name for kind in (str, bytes, list, dict, set, int, float, io.StringIO) for name in dir(kind)),
        *_OF_OTHER_LANGUAGES,
    ]
)
"""What the languages themselves bring: whoever calls `append` hardly means the one class of the folder that has it."""
_PARTS: Final = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[^_]_+[^_]")
"""In a name of several words."""
_FEW: Final = 3
"""A name that more files define is one's only where the caller imports one of these."""
_MANY: Final = 40
"""A name that so many files define says nothing, whoever imports them."""
_NAMES: Final = 8
"""So many names that one file calls of another are kept."""
_KNOWN: Final = 50_000
_PLACES: Final = """SELECT DISTINCT files.id, path FROM symbols JOIN files ON files.id = symbols.file
    WHERE name = ? AND kind != 'heading' LIMIT ?"""
_CALLERS: Final = "SELECT rowid FROM call_fts WHERE call_fts MATCH ?"


def called_names(text: str, without: AbstractSet[str]) -> str:
    """The names that a text of code calls, or whose types it uses, each once, with blanks between; but for some."""
    return " ".join(sorted(set(_CALLED.findall(text)) - without))


def put_calls(database: sqlite3.Connection, file: int, calls: Iterable[str]) -> None:
    """Write down what the pieces of a file call, in the order of their numbers."""
    whole = "\n".join(calls)
    if whole.strip():
        database.execute("INSERT INTO calls VALUES (?, ?)", (file, zlib.compress(whole.encode(), 1)))
        database.execute("INSERT INTO call_fts (rowid, terms) VALUES (?, ?)", (file, whole))


def calls_of(database: sqlite3.Connection, file: int) -> list[str]:
    """What each piece of a file calls, in the order of their numbers; nothing where none does."""
    row = database.execute("SELECT names FROM calls WHERE file = ?", (file,)).fetchone()
    return zlib.decompress(row[0]).decode().split("\n") if row is not None else []


def forget_calls(database: sqlite3.Connection, file: int) -> None:
    """Take out what `put_calls` has written."""
    calls = calls_of(database, file)
    if calls:
        row = (file, "\n".join(calls))
        database.execute("INSERT INTO call_fts (call_fts, rowid, terms) VALUES ('delete', ?, ?)", row)
        database.execute("DELETE FROM calls WHERE file = ?", (file,))


def link_calls(
    database: sqlite3.Connection, changed: Iterable[int], names: Mapping[str, int], *, is_whole: bool = False
) -> set[int]:
    """Find out anew whom these files call, and whoever calls one of these names, which so many more or fewer files
    define than before; of all files where it is whole. Returns the files that have other links now."""
    found = _Callees(database)
    if is_whole:
        sources = [file for (file,) in database.execute("SELECT file FROM calls")]
        database.execute("DELETE FROM call_links WHERE source NOT IN (SELECT file FROM calls)")
    else:
        sources = sorted({*changed, *_callers(database, names)})
    touched: set[int] = set()
    for source in sources:
        query = "SELECT target, names FROM call_links WHERE source = ?"
        before: dict[int, str] = dict(database.execute(query, (source,)))
        now = found.of(source)
        if before != now:
            touched |= {source, *(before.keys() ^ now.keys())}
            database.execute("DELETE FROM call_links WHERE source = ?", (source,))
            rows = ((source, target, called) for target, called in now.items())
            database.executemany("INSERT INTO call_links VALUES (?, ?, ?)", rows)
    return touched


def _callers(database: sqlite3.Connection, names: Mapping[str, int]) -> Iterator[int]:
    """The files that call one of these names, and some that call one that differs by its capitals."""
    for name, changes in names.items():
        # A name that too many files define was nobody's before, and is nobody's now.
        if len(database.execute(_PLACES, (name, _MANY + changes + 1)).fetchall()) > _MANY + changes:
            continue
        if _NAME.fullmatch(name):
            yield from (file for (file,) in database.execute(_CALLERS, (f'"{name}"',)))


_Place = tuple[int, str, str]
"""A file that defines a name: its number, its path and how that ends."""


class _Callees:
    """Finds whom a file calls."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._places: dict[str, tuple[_Place, ...]] = {}

    def of(self, source: int) -> dict[int, str]:
        """The files it calls, each with the first few names that it calls of it."""
        row = self._database.execute("SELECT path FROM files WHERE id = ?", (source,)).fetchone()
        if row is None:
            return {}
        (path,) = row
        family = family_of(path)
        imports: frozenset[int] | None = None
        found: dict[int, list[str]] = {}
        for name in sorted(set(" ".join(calls_of(self._database, source)).split())):
            places = self._defining(name)
            places = tuple(each for each in places if each[2] in family)
            if len(places) > 1 or (places and not _PARTS.search(name)):
                if imports is None:
                    imports = self._imports(source)
                places = _meant(path, places, imports, is_plain=not _PARTS.search(name))
            for file, _path, _suffix in places:
                found.setdefault(file, []).append(name)
        return {file: " ".join(names[:_NAMES]) for file, names in sorted(found.items())}

    def _defining(self, name: str) -> tuple[_Place, ...]:
        places = self._places.get(name)
        if places is None:
            if len(self._places) >= _KNOWN:
                self._places.clear()
            rows = self._database.execute(_PLACES, (name, _MANY + 1)).fetchall()
            places = self._places[name] = tuple((*row, suffix_of(row[1])) for row in rows) if len(rows) <= _MANY else ()
        return places

    def _imports(self, source: int) -> frozenset[int]:
        return frozenset(
            target for (target,) in self._database.execute("SELECT target FROM links WHERE source = ?", (source,))
        )


def _meant(path: str, places: tuple[_Place, ...], imports: frozenset[int], *, is_plain: bool) -> tuple[_Place, ...]:
    """Those of several files that a call from this path is likely to mean, none where that is not clear; a name of one
    plain word is another's with the same name more often."""
    imported = tuple(each for each in places if each[0] in imports)
    if imported:
        return imported if len(imported) < _FEW else ()
    if is_plain and imports:
        # Who imports something says what it uses; but for what is in the same package.
        folder = path.rpartition("/")[0]
        places = tuple(each for each in places if each[1].rpartition("/")[0] == folder)
    if not 0 < len(places) <= _FEW:
        return ()
    depths = {each: _common(path, each[1]) for each in places}
    nearest = max(depths.values())
    meant = tuple(each for each in places if depths[each] == nearest)
    return meant if len(meant) == 1 else ()


def _common(path: str, other: str) -> int:
    """How many folders from the top on two paths share."""
    count = 0
    for one, two in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if one != two:
            break
        count += 1
    return count
