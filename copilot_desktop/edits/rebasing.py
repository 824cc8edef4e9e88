"""Where a hunk stands after the file's text has changed below it.

A change replaces lines [start, end) by `length` lines. Hunks it does not touch move with the text; a touched one is
merged with the lines that took its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.taken_in import is_written, lacks_edge, with_lines_taken_in
from copilot_desktop.edits.touched_hunks import fits, restated
from copilot_desktop.text.lined_text import Lines
from copilot_desktop.text.lines import count_lines, split_lines
from copilot_desktop.values import dataclass

_LIVE: Final = (HunkState.CLEAN, HunkState.MOVED)


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
class Change:
    """A change of a text: its lines before and after, and the splices between them from top to bottom, apart."""

    before: Lines
    after: Lines
    splices: Sequence[Splice]
    by: ChangedBy


def rebased(hunk: ChangeHunk, change: Change, *, is_after: bool = False) -> ChangeHunk:
    """Return a line hunk as it stands after a change.

    `is_after` decides for two insertions at the same line. A hunk is marked as moved by what the
    user or another program did, not by other hunks.
    """
    splices = change.splices
    is_empty = hunk.start == hunk.end
    touched: list[Splice] = []
    edge: Splice | None = None
    meeting, above = False, 0
    for splice in splices:
        if _is_touching(hunk, splice, change.by):
            touched.append(splice)
        elif splice.start > hunk.end:
            break
        else:
            meeting = meeting or splice.end >= hunk.start
            is_at_edge = is_empty and splice.start <= hunk.start <= splice.end
            if is_at_edge:
                edge = edge or Splice(splice.start + above, splice.start + above + splice.length, 0)
            is_above = splice.end <= hunk.start and (is_after or not is_at_edge or splice.start < splice.end)
            above += splice.delta if is_above else 0
    if touched:
        return _stretched(hunk, touched, above, change)
    start, end = hunk.start + above, hunk.end + above
    # A decision about one hunk is none about another: only one of another answer may bring what this one would.
    may_bring = change.by is ChangedBy.OTHER_SET and not is_written(hunk) if change.by.is_decision else True
    if edge is not None and may_bring:
        found = _brought(hunk, edge, change)
        if found is not None:
            return _settled(hunk, found, above, change)
    if meeting and (hunk.state in CLASHES or not _fits(hunk, start, end, change.after)):
        made = restated(hunk, start, end, change.after, may_meet=True, by=change.by)
        return _settled(hunk, made, above, change)
    return _moved(hunk, above, change)


def rebased_on_typing(hunks: Iterable[ChangeHunk], change: Change) -> Iterator[ChangeHunk]:
    """Yield line hunks as they stand after what was typed: most are above all of it or below, and only move."""
    first, last = change.splices[0].start, change.splices[-1].end
    by = sum(splice.delta for splice in change.splices)
    for hunk in hunks:
        if hunk.start > last:
            yield _moved(hunk, by, change)
        elif hunk.end < first:
            yield hunk
        else:
            yield rebased(hunk, change)


def _moved(hunk: ChangeHunk, by: int, change: Change) -> ChangeHunk:
    if not by:
        return hunk
    home = _home(hunk, by, change, by)
    return hunk.moved_to(hunk.start + by, hunk.end + by, home, _state(hunk.state, home))


def _home(hunk: ChangeHunk, above: int, change: Change, moved: int) -> int:
    """The home of a hunk after a change: the lines above moved it by `above`, and all in all it has `moved`."""
    if change.by.is_decision:
        return hunk.home if hunk.home < 0 else hunk.home + above
    own = hunk.start + (count_lines(hunk.taken_in[0]) if hunk.taken_in[0] else 0)
    home = own if hunk.home < 0 else hunk.home
    return -1 if own + moved == home else home


def _state(state: HunkState, home: int) -> HunkState:
    if state not in _LIVE:
        return state
    return HunkState.CLEAN if home < 0 else HunkState.MOVED


def _settled(hunk: ChangeHunk, made: ChangeHunk, above: int, change: Change) -> ChangeHunk:
    """What became of a hunk, marked as moved or not."""
    moved = made.start + count_lines(made.taken_in[0]) - hunk.start - count_lines(hunk.taken_in[0])
    home = _home(hunk, above, change, moved)
    return replace(made, home=home, state=_state(made.state, home))


def _is_touching(hunk: ChangeHunk, splice: Splice, by: ChangedBy) -> bool:
    if by.is_whole:
        return splice.start <= hunk.end and hunk.start <= splice.end
    if splice.start < hunk.end and hunk.start < splice.end:
        return True
    # Lines that come to where a first or last line of the hunk was deleted may be this line again.
    is_insertion = splice.start == splice.end and by is not ChangedBy.SIBLING
    return is_insertion and (
        (splice.start == hunk.start and lacks_edge(hunk, 0)) or (splice.start == hunk.end and lacks_edge(hunk, -1))
    )


def _stretched(hunk: ChangeHunk, touched: Sequence[Splice], above: int, change: Change) -> ChangeHunk:
    """The hunk over all lines that the changes touched, too, merged with what they say now."""
    old_start, old_end = min(hunk.start, touched[0].start), max(hunk.end, touched[-1].end)
    taken_above = "".join(change.before[old_start : hunk.start])
    taken_below = "".join(change.before[hunk.end : old_end])
    start = old_start + above
    end = old_end + above + sum(splice.delta for splice in touched)
    wide = with_lines_taken_in(hunk, taken_above, taken_below)
    made = restated(wide, start, end, change.after, may_meet=change.by.may_meet, by=change.by)
    return _settled(hunk, made, above, change)


def _fits(hunk: ChangeHunk, start: int, end: int, lines: Lines) -> bool:
    """Whether the hunk can still be accepted or taken back where it stands: a last line may have no ending."""
    return fits(lines, start, end, split_lines(hunk.old_text if is_written(hunk) else hunk.new_text))


def _brought(hunk: ChangeHunk, edge: Splice, change: Change) -> ChangeHunk | None:
    """A change at the edge of an insertion may have been the insertion; at that of a made deletion, its undoing."""
    lines, start, end = change.after, edge.start, edge.end
    if is_written(hunk):
        wanted = split_lines(hunk.old_text)
        found = _find(wanted, start - len(wanted), end + len(wanted), lines, start)
        if found is None or end - start < len(wanted):
            return None
        return restated(hunk, found, found + len(wanted), lines, may_meet=True, by=change.by)
    wanted = split_lines(hunk.new_text)
    if wanted and lines[start:end] == wanted:
        return restated(hunk, start, end, lines, may_meet=True, by=change.by)
    return None


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
