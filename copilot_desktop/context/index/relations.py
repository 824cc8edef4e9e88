"""Why a piece was found, beyond its words: what it calls of the other files that were found, or which of them call
it."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from copilot_desktop.context.index.calls import calls_of
from copilot_desktop.context.index.words import stemmed_terms
from copilot_desktop.syntax.definitions import CLASSES
from copilot_desktop.text.ranges import LineRange

_TYPES: Final = CLASSES | {"type", "enum"}
"""These are rather used than called."""


class Related(NamedTuple):
    """A piece that calls, or is called by, another file that was found; `name` is what it defines, or empty."""

    lines: LineRange
    name: str
    why: str


class _Defined(NamedTuple):
    """Where a file defines a name."""

    line: int
    kind: str


class Relations:
    """Between the files that were found; these come best first, with their paths."""

    def __init__(
        self, database: sqlite3.Connection, order: Sequence[int], paths: Mapping[int, str], question: Collection[str]
    ) -> None:
        self._database, self._paths, self._question = database, paths, frozenset(question)
        self._rank = {file: place for place, file in enumerate(order)}
        self._callees: dict[int, list[tuple[int, list[str]]]] = defaultdict(list)
        self._callers: dict[int, list[tuple[int, list[str]]]] = defaultdict(list)
        marks = ",".join("?" * len(order))
        query = f"SELECT source, target, names FROM call_links WHERE source IN ({marks}) AND target IN ({marks})"
        for source, target, names in database.execute(query, (*order, *order)):
            wanted = names.split()
            if len(wanted) > 1:
                wanted.sort(key=self._fits)
            self._callees[source].append((target, wanted))
            self._callers[target].append((source, wanted))
        for others in (*self._callees.values(), *self._callers.values()):
            others.sort(key=lambda other: self._rank[other[0]])
        self._calls: dict[int, list[str]] = {}
        self._defined: dict[tuple[int, str], tuple[_Defined, ...]] = {}

    def why(self, file: int, piece: int, lines: LineRange) -> str:
        """What a piece has to do with the best of the others; empty where it calls none, and none calls it."""
        calls = next(self._calling(file, piece), None)
        called = next(self._called(file, lines), None)
        if called is not None and (calls is None or self._rank[called[0]] < self._rank[calls[0]]):
            return self._is_called(file, *called)
        return self._does_call(*calls) if calls is not None else ""

    def found_by(self, file: int) -> Related | None:
        """The piece of a file that one of the others calls, or that calls one; None where there is none."""
        pieces = "SELECT first, last, name FROM pieces WHERE file = ?"
        for source, names in self._callers.get(file, ()):
            for name in names:
                for defined in self._defining(file, name):
                    query = f"{pieces} AND first <= ? AND last > ?"
                    for first, last, named in self._database.execute(query, (file, defined.line, defined.line)):
                        return Related(LineRange(first, last), named, self._is_called(file, source, name))
        for target, names in self._callees.get(file, ()):
            for name in names:
                place = self._place_of(file, name)
                row = self._database.execute(f"{pieces} ORDER BY id LIMIT 1 OFFSET ?", (file, place)).fetchone()
                if row is not None:
                    return Related(LineRange(row[0], row[1]), row[2], self._does_call(target, name))
        return None

    def _fits(self, name: str) -> tuple[bool, int, str]:
        """What the question speaks of first, then what says the most."""
        return self._question.isdisjoint(stemmed_terms(name).split()), -len(name), name

    def _calling(self, file: int, piece: int) -> Iterator[tuple[int, str]]:
        """The others that a piece calls, with the names."""
        if file not in self._callees:
            return
        query = "SELECT count(*) FROM pieces WHERE file = ? AND id < ?"
        (place,) = self._database.execute(query, (file, piece)).fetchone()
        calls = self._calls_of(file)
        if place < len(calls):
            called = frozenset(calls[place].split())
            yield from ((target, name) for target, names in self._callees[file] for name in names if name in called)

    def _called(self, file: int, lines: LineRange) -> Iterator[tuple[int, str]]:
        """The others that call what these lines define, with the names."""
        for source, names in self._callers.get(file, ()):
            for name in names:
                if any(lines.start <= each.line < lines.end for each in self._defining(file, name)):
                    yield source, name

    def _does_call(self, target: int, name: str) -> str:
        kinds = {each.kind for each in self._defining(target, name)}
        return f"{'uses' if kinds <= _TYPES else 'calls'} {name} of {self._paths[target]}"

    def _is_called(self, file: int, source: int, name: str) -> str:
        kinds = {each.kind for each in self._defining(file, name)}
        query = "SELECT name FROM pieces WHERE file = ? ORDER BY id LIMIT 1 OFFSET ?"
        row = self._database.execute(query, (source, self._place_of(source, name))).fetchone()
        caller = f"{row[0]} in " if row is not None and row[0] else ""
        return f"is {'used' if kinds <= _TYPES else 'called'} by {caller}{self._paths[source]}"

    def _place_of(self, file: int, name: str) -> int:
        """Which of a file's pieces calls a name first; a number too large where none does."""
        calls = self._calls_of(file)
        return next((place for place, names in enumerate(calls) if name in names and name in names.split()), len(calls))

    def _calls_of(self, file: int) -> list[str]:
        if file not in self._calls:
            self._calls[file] = calls_of(self._database, file)
        return self._calls[file]

    def _defining(self, file: int, name: str) -> tuple[_Defined, ...]:
        if (file, name) not in self._defined:
            query = "SELECT first, kind FROM symbols WHERE name = ? AND file = ? ORDER BY first"
            rows = self._database.execute(query, (name, file))
            self._defined[file, name] = tuple(_Defined(*row) for row in rows)
        return self._defined[file, name]
