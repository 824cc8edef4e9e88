"""What a block says about its place besides its text: line numbers, anchors, order, the end of the file."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.placing.levels import Match
from copilot_desktop.values import dataclass

_REACH_LINES = 20
_CLEARER = 3
_MANY = 50
"""Anchors, or lines an anchor may mean, beyond which they no longer tell anything."""
_DISAGREES, _AGREES = -0.05, 0.02


@dataclass(frozen=True, slots=True)
class Hints:
    """`line` is 1-based; `anchors` are the lines the anchor may mean; `after` the first line the block may start at."""

    line: int | None = None
    anchors: tuple[int, ...] = ()
    after: int = 0
    is_at_end: bool = False

    @property
    def may_cut(self) -> bool:
        """Whether they may choose among several places."""
        return self.line is not None or bool(self.anchors or self.after) or self.is_at_end


def anchored(anchors: Sequence[str], lines: IndexedLines) -> tuple[int, ...]:
    """Return the lines the last anchor may mean: below the anchor before it, inside what that heads where it is there.

    Empty where an anchor is not found in its order.
    """
    above: list[int] = []
    for index, anchor in enumerate(anchors):
        if index >= _MANY:
            return ()
        spots = _spots(anchor.strip(), lines, above[0] + 1 if above else 0)
        if not spots:
            return ()
        if index and len(above) <= _MANY:
            scopes = [(at, lines.scope_end(at)) for at in above]
            inside = [spot for spot in spots[:_MANY] if any(start < spot < end for start, end in scopes)]
            spots = inside or spots
        above = spots
    return tuple(above)


def missing_anchor(anchors: Sequence[str], lines: IndexedLines) -> tuple[str, tuple[int, ...]]:
    """The first anchor that is not found in its order, and the lines where it stands out of it."""
    for index, anchor in enumerate(anchors[:_MANY]):
        if not anchored(anchors[: index + 1], lines):
            return anchor.strip(), tuple(_spots(anchor.strip(), lines, 0))
    return anchors[-1].strip() if anchors else "", ()


def _spots(anchor: str, lines: IndexedLines, start: int) -> list[int]:
    if not anchor:
        return []
    spots = _from(start, lines.stripped.get(anchor, []))
    # Models cut the end off a long heading.
    return spots or _from(start, lines.beginning(anchor))


def _from(start: int, spots: list[int]) -> list[int]:
    """The lines from one on, no more of them than tell anything."""
    at = bisect_left(spots, start)
    return spots[at : at + _MANY + 1]


def cut(places: Sequence[Match], hints: Hints, lines: IndexedLines) -> Sequence[Match]:
    """Return the places the hints leave: one where they decide, several where they do not, none above the anchor."""
    left = places
    if hints.anchors:
        left = [place for place in left if place.end > hints.anchors[0]]
    if len(left) > 1 and hints.is_at_end:
        left = [place for place in left if _is_end(place, lines)] or left
    if len(left) > 1 and 0 < len(hints.anchors) <= _MANY:
        scopes = [(anchor, lines.scope_end(anchor)) for anchor in hints.anchors]
        left = [place for place in left if any(start <= place.start < end for start, end in scopes)] or left
    if len(left) > 1 and hints.after:
        left = [place for place in left if place.start >= hints.after] or left
    if len(left) > 1 and hints.line is not None:
        left = _near(left, hints.line)
    return left


def agrees(place: Match, hints: Hints, lines: IndexedLines) -> float:
    """Return what the hints add to the confidence of a place, or take from it."""
    if hints.line is not None and place.start != hints.line - 1:
        return _DISAGREES
    if hints.is_at_end and not _is_end(place, lines):
        return _DISAGREES
    return _AGREES if hints.line is not None or hints.anchors or hints.is_at_end else 0.0


def in_words(place: Match, hints: Hints) -> str:
    """What a place that they do not agree with goes against."""
    if hints.line is None or place.start == hints.line - 1:
        return "a mark of the file's end"
    off = abs(place.start - (hints.line - 1))
    return f"a line number that is {off} {'line' if off == 1 else 'lines'} off"


def _is_end(place: Match, lines: IndexedLines) -> bool:
    return place.end >= lines.said_end


def _near(places: Sequence[Match], line: int) -> Sequence[Match]:
    # They stand from top to bottom: the two that are nearest are among those right above and below.
    at = bisect_left(places, line - 1, key=lambda match: match.start)
    ranked = sorted(places[max(0, at - 2) : at + 2], key=lambda match: abs(match.start - (line - 1)))
    nearest, next_one = (abs(match.start - (line - 1)) for match in ranked[:2])
    is_clear = nearest <= _REACH_LINES and next_one >= _CLEARER * nearest and next_one > nearest
    return ranked[:1] if is_clear else places
