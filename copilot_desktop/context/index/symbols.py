"""Finds what a folder's code defines by a few letters of its name."""

from __future__ import annotations

import sqlite3
from typing import Final

from copilot_desktop.context.index.indexed_file import Symbol
from copilot_desktop.context.index.schema import unusable
from copilot_desktop.text import fuzzy
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_LOOKED_AT: Final = 3_000
"""Names that hold the letters: so many are weighed against each other."""
_ESCAPED: Final = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


@dataclass(frozen=True, slots=True)
class FoundSymbol:
    """A symbol with its file; `positions`: the letters of its name that were typed."""

    path: str
    symbol: Symbol
    positions: tuple[int, ...]


def find_symbols(database: sqlite3.Connection, letters: str, limit: int) -> tuple[FoundSymbol, ...]:
    """The symbols whose names hold these letters in this order, the best first. Raises StoreError."""
    wanted = "".join(letters.split())
    # Names that begin so are looked at first: `a` is in nearly all of them.
    begins = wanted.translate(_ESCAPED) + "%"
    holds = "%" + "".join(letter.translate(_ESCAPED) + "%" for letter in wanted)
    try:
        rows = database.execute(
            r"""SELECT path, name, kind, first, last, outer_names, signature FROM symbols
                JOIN files ON files.id = symbols.file WHERE kind != 'heading' AND name LIKE ? ESCAPE '\'
                ORDER BY name NOT LIKE ? ESCAPE '\', length(name), path, first LIMIT ?""",
            (holds, begins, _LOOKED_AT),
        ).fetchall()
    except sqlite3.Error as error:
        raise unusable(error) from error
    scored = []
    for number, (path, name, kind, first, last, outer, signature) in enumerate(rows):
        matched = fuzzy.match(wanted, name)
        if matched is not None:
            symbol = Symbol(name, kind, LineRange(first, last), outer, signature)
            scored.append((-matched.score, number, FoundSymbol(path, symbol, tuple(matched.positions))))
    scored.sort(key=lambda each: each[:2])
    return tuple(found for _score, _number, found in scored[:limit])
