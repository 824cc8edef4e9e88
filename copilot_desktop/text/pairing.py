"""Which removed line became which added one, where a block of lines was changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

Pairs = tuple[tuple[int | None, int | None], ...]
_COMPARED = 900
"""Pairs of lines of a block that are compared at most: 30 by 30."""
_COMPARED_CHARACTERS = 400
_ALIKE = 50.0
"""Percent from which on two lines are one that was changed."""


def paired_lines(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Return the rows of a block side by side, from top to bottom: a line of each, or None where a side has none.

    Of blocks as long as each other the lines stand beside each other as they come; else those that are most alike. In
    large blocks the first stands beside the first.
    """
    if len(old) == len(new) or not old or not new or len(old) * len(new) > _COMPARED:
        return tuple(zip_longest(range(len(old)), range(len(new))))
    return _rows(_matched(old, new), len(old), len(new))


def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs in order whose likeness is largest in sum."""
    from rapidfuzz.fuzz import ratio

    ones = [line.strip()[:_COMPARED_CHARACTERS] for line in old]
    others = [line.strip()[:_COMPARED_CHARACTERS] for line in new]
    best = [[0.0] * (len(others) + 1) for _ in range(len(ones) + 1)]
    for row in range(len(ones) - 1, -1, -1):
        for column in range(len(others) - 1, -1, -1):
            likeness = ratio(ones[row], others[column], score_cutoff=_ALIKE) if ones[row] else 0.0
            beside = best[row + 1][column + 1] + likeness if likeness else 0.0
            best[row][column] = max(beside, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(ones) and column < len(others) and best[row][column]:
        if best[row][column] == best[row + 1][column]:
            row += 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            pairs.append((row, column))
            row, column = row + 1, column + 1
    return pairs


def _rows(pairs: list[tuple[int, int]], old_count: int, new_count: int) -> Pairs:
    """Lines between two pairs stand in rows of their own, since they have nothing to do with each other."""
    rows: list[tuple[int | None, int | None]] = []
    old_at = new_at = 0
    for row, column in pairs:
        rows += [(at, None) for at in range(old_at, row)]
        rows += [(None, at) for at in range(new_at, column)]
        rows.append((row, column))
        old_at, new_at = row + 1, column + 1
    rows += [(at, None) for at in range(old_at, old_count)]
    rows += [(None, at) for at in range(new_at, new_count)]
    return tuple(rows)
