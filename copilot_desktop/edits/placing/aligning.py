"""Lines of a shortened text that stand in the file as well: what the rest of it is placed by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise

Pair = tuple[int, int]
"""A line of the answer and the file's line that says the same."""
_LIKE = 0.6
_TOGETHER = 4
"""Lines that may stand once together though each of them stands more than once."""
_SAYING = 8
"""Letters of such lines at least: blank ones and brackets stand together anywhere."""
_MEETING = 100
"""Lines at a known place that new code may begin or end with."""
_TURNED = str.maketrans("([{)]}", ")]}([{")
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
    for count in range(2, _TOGETHER + 1):
        pairs = _with_groups(pairs, own, there, count)
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


def meeting(own: Sequence[str], there: Sequence[str], *, has_top: bool, has_bottom: bool) -> list[Pair]:
    """Lines of a segment's end away from the known place that meet the file's lines at that place.

    New code above a known place may begin with the lines that stand there already, and new code below end with them.
    """
    if not has_top and not has_bottom:
        return []
    mine = [at for at, line in enumerate(own) if line]
    files = [at for at, line in enumerate(there) if line]
    for count in range(min(len(mine), len(files), _MEETING), 0, -1):
        one, two = (mine[:count], files[-count:]) if has_bottom else (mine[-count:], files[:count])
        if [own[at] for at in one] == [there[at] for at in two]:
            return list(zip(one, two, strict=True))
    return []


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


def closes_more(lines: Sequence[str]) -> bool:
    """Whether lines close a bracket that is opened above them, read without regard to strings."""
    depth = 0
    for sign in "".join(lines):
        depth += (sign in "([{") - (sign in ")]}")
        if depth < 0:
            return True
    return False


def opens_more(lines: Sequence[str]) -> bool:
    """Whether lines open a bracket that is closed below them."""
    return closes_more(["".join(lines).translate(_TURNED)[::-1]])


def _with_groups(pairs: list[Pair], own: Sequence[str], there: Sequence[str], count: int) -> list[Pair]:
    """The pairs with those of so many lines that stand together once in both, between the pairs that are known."""
    found = list(pairs)
    bounds = [(-1, -1), *pairs, (len(own), len(there))]
    for (first, one), (second, two) in pairwise(bounds):
        if second - first <= count or two - one <= count:
            continue
        mine, files = _groups(own, first + 1, second, count), _groups(there, one + 1, two, count)
        known = [(mine[group], files[group]) for group in mine if mine[group] >= 0 and files.get(group, -1) >= 0]
        if all(later > earlier for (_, earlier), (_, later) in pairwise(sorted(known))):
            found += [(at + step, place + step) for at, place in known for step in range(count)]
    return _with_neighbours(sorted(set(found)), own, there)


def _groups(lines: Sequence[str], start: int, end: int, count: int) -> dict[tuple[str, ...], int]:
    """Where each group of lines stands; -1 for one that does so more than once, or says nothing."""
    found: dict[tuple[str, ...], int] = {}
    for at in range(start, end - count + 1):
        group = tuple(lines[at : at + count])
        found[group] = -1 if group in found or sum(map(str.isalnum, chain(*group))) < _SAYING else at
    return found


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
