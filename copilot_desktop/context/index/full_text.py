"""How the full-text tables of an index are asked: which words are worth it, and what they give.

BM25 of several words is the sum of BM25 of each, so what two questions share is asked once.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from copilot_desktop.context.index.schema import PIECE_FTS

_MOST_TERMS: Final = 40
_MOST_FILES: Final = 2_500
_MOST_PIECES: Final = 8_000
"""Terms are looked up from the rarest on, until their files, or pieces, are so many: common ones say little."""
_WEIGHED_PIECES: Final = 400
_BEST_PIECES: Final = 300
_WEIGHT: Final = 0.25
"""Where a table keeps no lengths, SQLite takes each row for empty, and what a word gives grows hardly with how often it
is there; with this weight it grows as it does in BM25 for a row of usual length."""
_LENGTH: Final = 0.003
"""What a word more takes from a piece, looked for on histories of thirteen repositories."""

Scores = dict[int, float]
"""By the number of a file, the more the better."""
FoundPieces = dict[int, list[tuple[float, int]]]
"""By the number of a file: how well each of its pieces fits, and the piece's number, the best first."""


def counts_of(database: sqlite3.Connection, table: str, terms: Iterable[str]) -> dict[str, int]:
    """How many rows have each of the terms."""
    query = f"SELECT doc FROM {table}_counts WHERE term = ?"
    return {
        term: row[0] if (row := database.execute(query, (term,)).fetchone()) is not None else 0
        for term in dict.fromkeys(terms)
    }


def rare(terms: Sequence[str], counts: Mapping[str, int], most: int = _MOST_FILES) -> list[str]:
    """Those that are looked up, the rare ones; one that is said twice counts twice."""
    chosen: list[str] = []
    rows = 0
    for count, term in sorted((counts[term], term) for term in dict.fromkeys(terms) if counts.get(term))[:_MOST_TERMS]:
        rows += count
        if chosen and rows > most:
            break
        chosen.extend([term] * (2 if terms.count(term) > 1 else 1))
    return chosen


def by_words(database: sqlite3.Connection, table: str, terms: Iterable[str]) -> Scores:
    """The rows of a table that have any of the terms."""
    match = _match(terms)
    if not match:
        return {}
    # SQLite's own measure is the smaller the better.
    rows = database.execute(f"SELECT rowid, -bm25({table}) FROM {table} WHERE {table} MATCH ?", (match,))
    return dict(rows)


def by_both(
    database: sqlite3.Connection, table: str, whole: Sequence[str], beginning: Sequence[str]
) -> tuple[Scores, Scores]:
    """The same for two lists of terms that share many."""
    every, first = Counter(whole), Counter(beginning)
    shared = by_words(database, table, (every & first).elements())
    return (
        _sum(shared, by_words(database, table, (every - first).elements())),
        _sum(shared, by_words(database, table, (first - every).elements())),
    )


def best_pieces(database: sqlite3.Connection, terms: Sequence[str]) -> FoundPieces:
    """The pieces that fit best. On a thread of its own beside the rest it takes no less time: memory of both is given
    by SQLite under one lock."""
    match = _match(rare(terms, counts_of(database, PIECE_FTS, terms), _MOST_PIECES))
    found: FoundPieces = {}
    if not match:
        return found
    # To order by `rank` would be a search in the search, and take a third longer.
    rows = database.execute(
        f"""SELECT -found.score, pieces.words, pieces.id, pieces.file FROM
            (SELECT rowid AS id, bm25({PIECE_FTS}, {_WEIGHT}) AS score FROM {PIECE_FTS} WHERE {PIECE_FTS} MATCH ?
            ORDER BY score LIMIT {_WEIGHED_PIECES}) AS found JOIN pieces ON pieces.id = found.id""",
        (match,),
    )
    weighed = ((score / (1 + _LENGTH * words), piece, file) for score, words, piece, file in rows)
    for score, piece, file in heapq.nlargest(_BEST_PIECES, weighed):
        found.setdefault(file, []).append((score, piece))
    for pieces in found.values():
        pieces.sort(reverse=True)
    return found


def _match(terms: Iterable[str]) -> str:
    """What is asked of a table: any of the terms."""
    return " OR ".join(f'"{term}"' for term in terms)


def _sum(one: Scores, other: Scores) -> Scores:
    both = dict(one)
    for file, score in other.items():
        both[file] = both.get(file, 0.0) + score
    return both
