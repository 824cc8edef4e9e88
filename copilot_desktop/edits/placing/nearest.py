"""The place most like a block's old text: for a match by likeness, and for a refusal that helps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from copilot_desktop.edits.placing.indexed_lines import LINE_LENGTH, IndexedLines, TooMuchWorkError
from copilot_desktop.edits.proposal import Candidate
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.values import dataclass

_LIKE_LINE = 0.8
_LIKE_WHOLE = 0.9
_AHEAD = 0.1
_FACTOR = 0.85
_WORTH_SHOWING = 0.3
_BELOW = 0.79
"""Confidence a place that was not taken has at the most."""
_PLACES = 30
_SHOWN_LINES = 12


@dataclass(frozen=True, slots=True)
class Likeness:
    """File lines [start, end) that are like the block: `similarity` 0..1 of the whole and `least` of the worst line."""

    start: int
    end: int
    similarity: float
    least: float

    @property
    def confidence(self) -> float:
        """Confidence of an edit placed here."""
        return round(self.similarity * _FACTOR, 3)


def alike(old: Sequence[str], lines: IndexedLines) -> list[Likeness]:
    """Return the places with as many lines as the block that are most like it, best first; at most a few.

    Raises TooMuchWorkError where so many blocks were compared that no more are.
    """
    if lines and not lines.may_spend(200 * len(old)):
        lines.spend(200 * len(old))
    wanted = [_bare(line) for line in old]
    there = lines.bare
    if not any(wanted) or not lines:
        return []
    # What comparing every line with the longest wanted one takes, and the block with the places chosen.
    lines.spend(1_500 + len(lines) + lines.bare_size * max(map(len, wanted)) // 8_000 + 200 * len(wanted))
    from rapidfuzz import fuzz

    found = [_likeness(wanted, there, start, fuzz.ratio) for start in _starts(wanted, lines)]
    return sorted(found, key=lambda each: (-each.similarity, each.start))


def is_clear(ranked: Sequence[Likeness]) -> bool:
    """Whether the first place is like enough and the second far enough behind to place an edit there."""
    if not ranked or ranked[0].least < _LIKE_LINE or ranked[0].similarity < _LIKE_WHOLE:
        return False
    return len(ranked) == 1 or ranked[0].similarity - ranked[1].similarity >= _AHEAD


def worth_showing(ranked: Sequence[Likeness]) -> list[Likeness]:
    """The places a refusal names: the best, and others about as good."""
    return [each for each in ranked[:3] if each.similarity >= max(_WORTH_SHOWING, ranked[0].similarity - _AHEAD)]


def nearest_candidates(old: str, path: str, lines: IndexedLines) -> tuple[Candidate, ...]:
    """Return the places a refusal names for an old text that was not placed."""
    try:
        ranked = alike(split_lines(old), lines)
    except TooMuchWorkError:
        return ()
    near = worth_showing(ranked) if ranked else []
    return tuple((path, each.start, each.end, min(each.confidence, _BELOW)) for each in near)


def differences(old: Sequence[str], lines: Sequence[str], place: Likeness) -> str:
    """Return the lines that differ, the block's marked `-` and the file's `+`, at most a dozen."""
    out: list[str] = []
    for mine, own in zip(old, lines[place.start : place.end], strict=False):
        if without_ending(mine).rstrip() != without_ending(own).rstrip():
            out += [f"- {without_ending(mine)[:LINE_LENGTH]}", f"+ {without_ending(own)[:LINE_LENGTH]}"]
    if len(old) > place.end - place.start:
        out.append(f"The file ends after line {place.end}.")
    if len(out) > _SHOWN_LINES:
        out[_SHOWN_LINES:] = [f"… {len(out) - _SHOWN_LINES} more"]
    return "\n".join(out)


def _bare(line: str) -> str:
    return line.strip()[:LINE_LENGTH]


def _starts(wanted: Sequence[str], lines: IndexedLines) -> list[int]:
    from rapidfuzz import fuzz, process

    there, where = lines.bare, lines.bare_spots
    votes: Counter[int] = Counter()
    for offset, line in enumerate(wanted):
        spots = where.get(line, [])
        # A line that stands everywhere says nothing about the place, and would make this quadratic.
        if len(line) > 2 and len(spots) <= _PLACES:
            votes.update({at - offset: len(line) for at in spots})
    longest = max(range(len(wanted)), key=lambda index: len(wanted[index]))
    # Of a large file only lines of about the same length are compared.
    for _, score, at in process.extract(wanted[longest], there, scorer=fuzz.ratio, limit=_PLACES, score_cutoff=50):
        votes[at - longest] += int(score)
    room = max(0, len(there) - len(wanted))
    return list(dict.fromkeys(min(max(start, 0), room) for start, _ in votes.most_common(_PLACES)))


def _likeness(
    wanted: Sequence[str], there: Sequence[str], start: int, compare: Callable[[str, str], float]
) -> Likeness:
    end = min(start + len(wanted), len(there))
    weights = score = 0.0
    least = 1.0 if end - start == len(wanted) else 0.0
    for index, line in enumerate(wanted):
        own = there[start + index] if start + index < end else ""
        ratio = 1.0 if line == own else compare(line, own) / 100
        weight = max(len(line), len(own)) + 1
        weights, score, least = weights + weight, score + ratio * weight, min(least, ratio)
    return Likeness(start, end, score / weights, least)
