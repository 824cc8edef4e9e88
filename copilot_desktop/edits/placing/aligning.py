"""Lines of a shortened text that stand in the file as well: what the rest of it is placed by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

Pair = tuple[int, int]
"""A line of the answer and the file's line that says the same."""
_LIKE = 0.6
_NAMED = re.compile(r"""([\w.\-"'\[\]$@ ]+?)\s*(?::=|[:=](?!=))""")


def aligned(own: Sequence[str], there: Sequence[str]) -> list[Pair] | None:
    """Pairs of equal lines in order, from lines that stand once in both; neighbours that are equal go along.

    All lines are stripped. Pairs count from the starts of the two sequences. None where lines have another order.
    """
    own_count, there_count = Counter(own), Counter(there)
    where = {line: at for at, line in enumerate(there)}
    single = [
        (index, where[line])
        for index, line in enumerate(own)
        if len(line) > 2 and own_count[line] == 1 and there_count.get(line) == 1
    ]
    if any(two <= one for (_, one), (_, two) in pairwise(single)):
        return None
    pairs = _with_neighbours(single, own, there)
    # Blank lines at the ends go with what is new there.
    while pairs and not own[pairs[0][0]]:
        pairs = pairs[1:]
    while pairs and not own[pairs[-1][0]]:
        pairs = pairs[:-1]
    return pairs


def from_top(own: Sequence[str], there: Sequence[str]) -> list[Pair]:
    """Pairs of equal lines from the start on, blank ones aside, up to the first that differs."""
    pairs: list[Pair] = []
    first, second = 0, 0
    while first < len(own) and second < len(there):
        if own[first] == there[second]:
            if own[first]:
                pairs.append((first, second))
            first, second = first + 1, second + 1
        elif not own[first]:
            first += 1
        elif not there[second]:
            second += 1
        else:
            break
    return pairs


def from_bottom(own: Sequence[str], there: Sequence[str]) -> list[Pair]:
    """Like `from_top`, from the end up."""
    pairs = from_top(own[::-1], there[::-1])
    return [(len(own) - 1 - one, len(there) - 1 - two) for one, two in reversed(pairs)]


def likeness(one: str, two: str) -> float:
    """How much two lines say the same, 0..1."""
    from rapidfuzz import fuzz

    # Lines of definitions are masked by a NUL: they are compared by name.
    return fuzz.ratio(one, two) / 100 if one and two and "\0" not in one + two else 0.0


def is_like(one: str, two: str) -> bool:
    """Whether a line may be another one changed."""
    return likeness(one, two) >= _LIKE


def sets_the_same(one: str, two: str) -> bool:
    """Whether two lines give a value to the same name: then the one is the other changed, and not a new line."""
    first, second = _NAMED.match(one), _NAMED.match(two)
    return first is not None and second is not None and first[1].split() == second[1].split()


def _with_neighbours(pairs: list[Pair], own: Sequence[str], there: Sequence[str]) -> list[Pair]:
    known = dict(pairs)
    taken = set(known.values())
    for step in (1, -1):
        for first, second in pairs if step > 0 else reversed(pairs):
            one, two = first + step, second + step
            while 0 <= one < len(own) and 0 <= two < len(there) and one not in known and two not in taken:
                if own[one] != there[two]:
                    break
                known[one] = two
                taken.add(two)
                one, two = one + step, two + step
    return sorted(known.items())
