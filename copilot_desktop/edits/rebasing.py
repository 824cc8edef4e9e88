"""Where a hunk stands after the file's text has changed below it.

A change replaces lines [start, end) by `length` lines. Hunks it does not touch move with the text; a touched one is
looked for in the lines that took its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.text.lined_text import Lines
from copilot_desktop.text.lines import split_lines
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines [start, end) of a text become `length` other lines."""

    start: int
    end: int
    length: int

    @property
    def delta(self) -> int:
        """By how many lines the text below moves."""
        return self.length - (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a hunk; `is_touched` when a change reached into or up to them."""

    start: int
    end: int
    is_touched: bool = False


def moved(place: Place, splice: Splice, *, is_after: bool = False) -> Place:
    """Return the place after one change. `is_after` decides for two insertions at the same line."""
    start, end = place.start, place.end
    if start == end == splice.start == splice.end:
        shift = splice.length if is_after else 0
        return Place(start + shift, end + shift, place.is_touched)
    if end <= splice.start:
        return place
    if start >= splice.end:
        return Place(start + splice.delta, end + splice.delta, place.is_touched)
    window_start = min(start, splice.start)
    window_end = end + splice.delta if end >= splice.end else splice.start + splice.length
    return Place(window_start, window_end, True)


def touches_edge(place: Place, splice: Splice) -> bool:
    """Whether a place without lines stands at the edge of a change, which may have brought its text."""
    return place.start == place.end and splice.start <= place.start <= splice.end


def rebased(
    hunk: ChangeHunk, splices: Sequence[Splice], lines: Lines, *, is_after: bool = False, by_user: bool = True
) -> ChangeHunk:
    """Return the hunk as it stands in `lines`, after changes given from top to bottom in the old text's lines.

    `by_user` marks an untouched hunk that moved; moving by another hunk's decision is not worth a mark.
    """
    place, at_edge = _followed(hunk, splices, is_after)
    if at_edge and not place.is_touched:
        found = _brought(hunk, place, at_edge, lines)
        if found is not None:
            return found
    if place.is_touched or hunk.state is HunkState.CONFLICT:
        return looked_for(hunk, place.start, place.end, lines)
    state = hunk.state
    if by_user and state is HunkState.CLEAN and place.start != hunk.start:
        state = HunkState.MOVED
    if (place.start, place.end, state) == (hunk.start, hunk.end, hunk.state):
        return hunk
    return replace(hunk, start=place.start, end=place.end, state=state)


def _followed(hunk: ChangeHunk, splices: Iterable[Splice], is_after: bool) -> tuple[Place, Place | None]:
    """The hunk's place after all changes, and the lines of a change at whose edge it stands without lines."""
    place = Place(hunk.start, hunk.end)
    delta = 0
    edge = None
    for splice in splices:
        here = Splice(splice.start + delta, splice.end + delta, splice.length)
        if touches_edge(place, here) and not place.is_touched:
            edge = Place(here.start, here.start + here.length)
        place = moved(place, here, is_after=is_after)
        delta += splice.delta
    return place, edge


def _brought(hunk: ChangeHunk, place: Place, edge: Place, lines: Lines) -> ChangeHunk | None:
    """A change at the edge of an insertion may have been the insertion; at that of a made deletion, its undoing."""
    if hunk.decision is Decision.ACCEPTED:
        wanted = split_lines(hunk.old_text)
        found = _find(wanted, edge.start - len(wanted), edge.end + len(wanted), lines, edge.start)
        if found is None or edge.end - edge.start < len(wanted):
            return None
        return replace(hunk, start=found, end=found + len(wanted), state=HunkState.CLEAN, decision=Decision.PENDING)
    wanted = split_lines(hunk.new_text)
    if wanted and lines[edge.start : edge.end] == wanted:
        return replace(hunk, start=edge.start, end=edge.end, state=HunkState.ALREADY_THERE)
    return None


def looked_for(hunk: ChangeHunk, start: int, end: int, lines: Lines) -> ChangeHunk:
    """Find a touched hunk again around lines [start, end): its own text, else the other side's, else a conflict."""
    start, end = max(0, min(start, len(lines))), max(0, min(end, len(lines)))
    stands_new = hunk.decision is Decision.ACCEPTED or hunk.state is HunkState.ALREADY_THERE
    own, other = split_lines(hunk.old_text), split_lines(hunk.new_text)
    if stands_new:
        own, other = other, own
    found = _place_of(hunk, own, start, end, lines)
    if found is not None:
        was_in_conflict = hunk.state is HunkState.CONFLICT
        state = HunkState.CLEAN if was_in_conflict or found == hunk.start else hunk.state
        return replace(hunk, start=found, end=found + len(own), state=state)
    found = _place_of(hunk, other, start, end, lines)
    if found is not None:
        there = replace(hunk, start=found, end=found + len(other))
        if stands_new:
            return replace(there, state=HunkState.CLEAN, decision=Decision.PENDING)
        return replace(there, state=HunkState.ALREADY_THERE)
    return replace(hunk, start=start, end=end, state=HunkState.CONFLICT)


def _place_of(hunk: ChangeHunk, wanted: list[str], start: int, end: int, lines: Lines) -> int | None:
    if wanted:
        return _find(wanted, start, end, lines, start)
    # Nothing to be found by but the neighbours: the lines that stood around the hunk must meet.
    near = lines[max(0, start - 1) : end + 1]
    padded = ["" if start == 0 else near[0], *near[min(start, 1) :], *([""] if end == len(lines) else [])]
    spots = [at for at in range(end + 1 - start) if (padded[at], padded[at + 1]) == hunk.around]
    return start + spots[0] if len(spots) == 1 else None


def _find(wanted: list[str], start: int, end: int, lines: Lines, preferred: int) -> int | None:
    """The one place of the lines within [start, end), or the preferred one of several."""
    start, end = max(0, start), min(end, len(lines))
    spots = [start + at for at in _spots(wanted, lines[start:end])]
    if len(spots) == 1 or preferred in spots:
        return preferred if preferred in spots else spots[0]
    return None


def _spots(wanted: Sequence[str], inside: Sequence[str]) -> Iterator[int]:
    at, last = 0, len(inside) - len(wanted)
    while at <= last:
        try:
            at = inside.index(wanted[0], at, last + 1)
        except ValueError:
            return
        if inside[at : at + len(wanted)] == wanted:
            yield at
        at += 1
