"""What becomes of a hunk whose lines were touched: a three-way merge with what they say now.

A pending hunk is merged from its base: what the lines say now, and what is proposed. An accepted one is merged to take
it back: from the lines that were written, what they say now, and what they were before.
"""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState, Pair
from copilot_desktop.text.diff import numbered_changes
from copilot_desktop.text.lined_text import Lines
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.merging import merge, merge_taking
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ConflictSides:
    """The three sides of a conflict: what a text was made from, what the file says now, and what contradicts it."""

    base: str
    yours: str
    theirs: str

    def resolved(self, *, is_both: bool) -> str:
        """What the lines become where theirs is taken for what contradicts itself, or yours and then theirs.

        What does not contradict itself is merged, whoever changed it.
        """
        return merge_taking(self.base, self.yours, self.theirs, is_both=is_both)


def is_written(hunk: ChangeHunk) -> bool:
    """Whether the hunk's text stands in the file because it was accepted, so that it can be taken back."""
    return hunk.decision is Decision.ACCEPTED and hunk.written is not None


def undo_pair(hunk: ChangeHunk) -> Pair:
    """The lines that accepting wrote, and those it replaced; empty for no file."""
    before, after = hunk.written or ("", "")
    return after or "", before or ""


def restated(hunk: ChangeHunk, start: int, end: int, lines: Lines, *, is_typed: bool) -> ChangeHunk:
    """Return a line hunk as it stands on lines [start, end), whatever they say.

    Where both sides changed lines that only meet, git sees a conflict. `is_typed`: who typed there has seen the hunk,
    and both stand.
    """
    hunk, start, end = _without_taken_in(hunk, start, end, lines)
    now = "".join(lines[start:end])
    if is_written(hunk):
        written, before = undo_pair(hunk)
        text = now if now == before else merged((written, before), now, is_typed)
        if text != now:
            here = replace(hunk, start=start, end=end, new_text=now)
            if text is None or not fits(lines, start, end, split_lines(text)):
                return replace(here, old_text=before, state=HunkState.CONFLICT)
            return replace(here, old_text=text, state=_state_of(hunk, start))
        # Nothing is left of it to take back.
        hunk = replace(hunk, decision=Decision.PENDING, written=None)
    return _restated_pending(hunk, start, end, lines, now, is_typed)


def _restated_pending(hunk: ChangeHunk, start: int, end: int, lines: Lines, now: str, is_typed: bool) -> ChangeHunk:
    base, proposed = hunk.pair
    text = merged((base, proposed), now, is_typed)
    if text == now:
        return replace(hunk, start=start, end=end, old_text=base, new_text=now, state=HunkState.ALREADY_THERE)
    # What was accepted without being written, since it stood there, is to be decided about.
    decision = Decision.PENDING if hunk.decision is Decision.ACCEPTED else hunk.decision
    here = replace(hunk, start=start, end=end, old_text=now, decision=decision)
    if text is None or not fits(lines, start, end, split_lines(text)):
        return replace(here, new_text=proposed, state=HunkState.CONFLICT)
    return replace(here, new_text=text, state=_state_of(hunk, start))


def _state_of(hunk: ChangeHunk, start: int) -> HunkState:
    has_moved = hunk.state is HunkState.MOVED or (hunk.state is HunkState.CLEAN and start != hunk.start)
    return HunkState.MOVED if has_moved else HunkState.CLEAN


def sides_of(hunk: ChangeHunk, now: str) -> ConflictSides:
    """The sides of a hunk's conflict, or of what it would be merged from; `now` are its lines."""
    base, theirs = undo_pair(hunk) if is_written(hunk) else hunk.pair
    return ConflictSides(base, now, theirs)


def with_lines_taken_in(hunk: ChangeHunk, above: str, below: str) -> ChangeHunk:
    """Make lines above and below part of a hunk; it leaves them as they are."""
    if not above and not below:
        return hunk
    taken = (above + hunk.taken_in[0], hunk.taken_in[1] + below)
    edits = tuple((above + old + below, above + new + below) for old, new in hunk.edits)
    written = None
    if hunk.written is not None:
        before, after = hunk.written
        written = (above + (before or "") + below, above + (after or "") + below)
    return replace(hunk, taken_in=taken, edits=edits, written=written)


def _without_taken_in(hunk: ChangeHunk, start: int, end: int, lines: Lines) -> tuple[ChangeHunk, int, int]:
    """Let go of lines that were taken in and are again what they were: typing taken back leaves nothing."""
    above, below = (split_lines(each) for each in hunk.taken_in)
    if not above and not below:
        return hunk, start, end
    others = [split_lines(each) for pair in hunk.edits for each in pair]
    if hunk.written is not None:
        others += [split_lines(each or "") for each in hunk.written]
    now = lines[start:end]
    top = 0
    while top < min(len(above), len(now)) and all(each[top : top + 1] == [above[top]] for each in (now, *others)):
        top += 1
    room = min(len(below), len(now) - top, *(len(each) - top for each in others))
    bottom = 0
    while bottom < room and all(each[-1 - bottom] == below[-1 - bottom] for each in (now, *others)):
        bottom += 1
    if not top and not bottom:
        return hunk, start, end

    def cut(text: str) -> str:
        kept = split_lines(text)
        return "".join(kept[top : len(kept) - bottom])

    left = ("".join(above[top:]), "".join(below[: len(below) - bottom]))
    edits = tuple((cut(old), cut(new)) for old, new in hunk.edits)
    written = None if hunk.written is None else (cut(hunk.written[0] or ""), cut(hunk.written[1] or ""))
    return replace(hunk, taken_in=left, edits=edits, written=written), start + top, end - bottom


def fits(lines: Lines, start: int, end: int, new_lines: list[str]) -> bool:
    r"""Whether whole lines stay whole: nothing is joined to a line without an ending, and no \r meets a \n."""
    near = [*lines[max(0, start - 1) : start], *new_lines, *lines[end : end + 1]]
    return split_lines("".join(near)) == near


def merged(pair: Pair, now: str, is_typed: bool) -> str | None:
    """What the lines become; None for a conflict."""
    base, theirs = pair
    merged = merge(base, now, theirs)
    if not merged.conflicts:
        return merged.text
    return side_by_side(base, now, theirs) if is_typed else None


def side_by_side(base: str, ours: str, theirs: str) -> str | None:
    """Merge, and let changes stand that meet without sharing a line; of two insertions in one place theirs is first."""
    lines, numbers = split_lines(base), dict[str, int]()
    changes: dict[tuple[int, int, str], bool] = {}
    for is_ours, side in ((False, split_lines(theirs)), (True, split_lines(ours))):
        for start, end, new_start, new_end in numbered_changes(lines, side, numbers):
            # What both sides changed to the same is one change.
            changes.setdefault((start, end, "".join(side[new_start:new_end])), is_ours)
    out: list[str] = []
    at = 0
    for start, end, text in sorted(changes, key=lambda each: (each[0], each[1], changes[each])):
        if start < at:
            return None
        out += [*lines[at:start], *split_lines(text)]
        at = end
    out += lines[at:]
    merged = "".join(out)
    return merged if split_lines(merged) == out else None
