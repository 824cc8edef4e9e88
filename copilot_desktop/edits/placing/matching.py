"""Every place of a block's lines among a file's, at one level of comparison."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from copilot_desktop.edits.placing.indentation import uniform_shift
from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.placing.levels import EqualPlaces, Level, Match

_REMEMBERED = 16
"""Searches kept: a block is looked for again while its new text arrives."""


def matches(level: Level, old: Sequence[str], lines: IndexedLines, most: int | None = None) -> Sequence[Match]:
    """Return the places of the block's lines among the file's lines at one level: all, or the first so many."""
    key = (level.name, tuple(old), most)
    known = lines.remembered.get(key)
    if known is not None:
        # Counted as if it were looked for: what becomes of a block must not depend on what is remembered.
        found, work = known
        lines.spend(work)
        return found
    before = lines.work
    found = _matches(level, old, lines, most)
    if len(lines.remembered) >= _REMEMBERED:
        lines.remembered.clear()
    lines.remembered[key] = found, lines.work - before
    return found


def _matches(level: Level, old: Sequence[str], lines: IndexedLines, most: int | None) -> Sequence[Match]:
    there = lines.keyed(level)
    if not level.skips_blank and len(old) > len(lines):
        return []
    wanted: list[tuple[int, str]] = []
    for index, line in enumerate(old):
        key = level.key(line)
        if key or not level.skips_blank:
            if key not in there:
                return []
            wanted.append((index, key))
            if len(wanted) > len(there.numbers):
                return []
    if not wanted:
        return []
    if not level.shifts and not level.skips_blank:
        starts = list(islice(there.places([key for _, key in wanted]), most))
        lines.spend((len(starts) - 1) * (10 + 3 * len(wanted)) if starts else 0)
        return EqualPlaces(starts, len(old))
    found: list[Match] = []
    for at in there.places([key for _, key in wanted]):
        own = there.numbers[at : at + len(wanted)]
        if found:
            lines.spend(10 + 3 * len(wanted))
        if level.shifts:
            lines.spend(30 + 10 * len(wanted))
            if not uniform_shift([old[index] for index, _ in wanted], [lines[index] for index in own]):
                continue
        pairs: list[int | None] = [None] * len(old)
        for (index, _), number in zip(wanted, own, strict=True):
            pairs[index] = number
        start, end = own[0], own[-1] + 1
        if level.skips_blank:
            _pair_blanks(pairs, lines)
            start, end = _with_outer_blanks(pairs, lines)
        found.append(Match(start, end, tuple(pairs)))
        if len(found) == most:
            break
    return found


def _pair_blanks(pairs: list[int | None], lines: Sequence[str]) -> None:
    """Give blank lines of the block the file's blank lines between the same neighbours, as far as there are as many."""
    known = [(index, there) for index, there in enumerate(pairs) if there is not None]
    for (index, there), (next_index, next_there) in pairwise(known):
        blanks = [at for at in range(there + 1, next_there) if not lines[at].strip()]
        pairs[index + 1 : next_index] = (blanks + [None] * (next_index - index - 1))[: next_index - index - 1]


def _with_outer_blanks(pairs: list[int | None], lines: Sequence[str]) -> tuple[int, int]:
    """Give blank lines above and below the others the file's there: what goes below one must not end up above it."""
    known = [index for index, there in enumerate(pairs) if there is not None]
    start, end = pairs[known[0]] or 0, (pairs[known[-1]] or 0) + 1
    for index in range(known[0] - 1, -1, -1):
        if start == 0 or lines[start - 1].strip():
            break
        start -= 1
        pairs[index] = start
    for index in range(known[-1] + 1, len(pairs)):
        if end == len(lines) or lines[end].strip():
            break
        pairs[index] = end
        end += 1
    return start, end
