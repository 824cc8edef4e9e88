"""Symbols by the name of what they stand in: `Cart.to`, `Cart::to` and `Cart#to` find the method `total` of `Cart`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from copilot_desktop.context.index.indexed_file import HEADING, Symbol
from copilot_desktop.text import fuzzy
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_SEPARATOR: Final = re.compile(r"::|[.#]")
_OF_GO: Final = re.compile(r"func \(\s*(?:\w+\s+)?\*?\s*(\w+)")
"""A method of Go names what it belongs to in front of its name."""
_EXACT, _SAME, _BEGINS, _HOLDS = 4, 3, 2, 1
_RANK: Final = 1_000_000
"""By so much a better container outweighs how well the name itself fits."""
_CONTAINERS: Final = 60
"""So many names of classes and the like are looked into."""
_NAMES: Final = 300
_FILES: Final = 200
_IN_FILES: Final = f"symbols.file IN (SELECT DISTINCT file FROM symbols WHERE name = ? LIMIT {_FILES})"
"""Of what thousands of files have nobody looks at all."""

Names = Callable[[str], Iterable[str]]
"""Gives names of the index that hold some letters, the best first."""


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """Letters of the names that something stands in, outermost first, and of its own, which may be none yet."""

    outer: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, letters: str) -> QualifiedName | None:
        """What was typed; None where it names no container."""
        *outer, name = _SEPARATOR.split(letters)
        return cls(tuple(outer), name) if outer and all(outer) else None

    def fit(self, symbol: Symbol) -> fuzzy.Match | None:
        """How well a symbol fits; None where it or what it stands in is called otherwise."""
        outer = container_of(symbol)
        if len(outer) < len(self.outer):
            return None
        ranks = [_rank(typed, name) for typed, name in zip(reversed(self.outer), reversed(outer), strict=False)]
        matched = fuzzy.match(self.name, symbol.name) if self.name else fuzzy.Match(0, ())
        if matched is None or not all(ranks):
            return None
        return fuzzy.Match(min(ranks) * _RANK + matched.score, matched.positions)


def container_of(symbol: Symbol) -> tuple[str, ...]:
    """The names that a symbol stands in or belongs to, outermost first; `impl Show for Cart` is of Cart."""
    outer = symbol.outer.split(".") if symbol.outer else []
    outer += symbol.name.split("::")[:-1]
    if not outer and (of_go := _OF_GO.match(symbol.signature)) is not None:
        outer = [of_go[1]]
    return tuple(name.rsplit(" ", 1)[-1] for name in outer)


def find_qualified(
    database: sqlite3.Connection, wanted: QualifiedName, names: Names, limit: int, without: AbstractSet[str]
) -> list[tuple[str, Symbol, fuzzy.Match]]:
    """The symbols that fit with their paths, the best first, but of paths in `without`; `names` gives those of the
    index. Raises what the database does."""
    found: dict[tuple[str, Symbol], fuzzy.Match] = {}

    def take(rows: Iterable[tuple[str, Symbol]]) -> None:
        for path, symbol in rows:
            matched = None if path in without else wanted.fit(symbol)
            if matched is not None:
                found[path, symbol] = matched

    for at, container in enumerate(names(wanted.outer[-1])):
        if at >= _CONTAINERS or len(found) >= limit:
            break
        if "::" in container:
            take(_rows(database, "symbols.name = ?", container))
        elif _rank(wanted.outer[-1], container):
            take(_rows(database, _IN_FILES, container))
    if wanted.name and len(found) < limit:
        # Of what stands elsewhere than its class, or in one that is called only a little like that.
        for at, name in enumerate(names(wanted.name)):
            if at >= _NAMES or len(found) >= limit:
                break
            take(_rows(database, "symbols.name = ?", name))
    ranked = sorted(found.items(), key=lambda each: -each[1].score)[:limit]
    return [(path, symbol, matched) for (path, symbol), matched in ranked]


def _rows(database: sqlite3.Connection, where: str, name: str) -> Iterator[tuple[str, Symbol]]:
    rows = database.execute(
        f"""SELECT path, name, kind, first, last, outer_names, signature FROM symbols
            JOIN files ON files.id = symbols.file WHERE {where} AND kind != ? ORDER BY path, first LIMIT ?""",
        (name, HEADING, _NAMES * 10),
    )
    for path, found, kind, first, last, outer, signature in rows:
        yield path, Symbol(found, kind, LineRange(first, last), outer, signature)


def _rank(typed: str, name: str) -> int:
    """How well the letters of a container fit its name; 0: not at all."""
    if typed == name:
        return _EXACT
    if typed.casefold() == name.casefold():
        return _SAME
    if name.casefold().startswith(typed.casefold()):
        return _BEGINS
    return _HOLDS if fuzzy.match(typed, name) is not None else 0
