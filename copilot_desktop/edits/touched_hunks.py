"""What becomes of a hunk whose lines were touched: a three-way merge with what they say now.

A pending hunk is merged from its base: what the lines say now, and what is proposed. An accepted one is merged to take
it back: from the lines that were written, what they say now, and what they were before.
"""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, Decision, HunkState, Pair
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.merged_lines import merged
from copilot_desktop.edits.taken_in import is_written, narrowed, undo_pair, without_unchanged
from copilot_desktop.text.lined_text import Lines
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.merging import merge_taking
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


def restated(
    hunk: ChangeHunk, start: int, end: int, lines: Lines, *, may_meet: bool, by: ChangedBy = ChangedBy.TYPING
) -> ChangeHunk:
    """Return a line hunk as it stands on lines [start, end), whatever they say.

    Where both sides changed lines that only meet, git sees a conflict; `may_meet`: both stand all the same. Of an
    accepted one nothing may be left: `by` tells whether it is undecided then, or gone.
    """
    is_lenient = may_meet and not (hunk.is_strict and not hunk.edits)
    made = _merged_again(hunk, start, end, lines, may_meet=is_lenient, by=by)
    if made.state in (*CLASHES, HunkState.GONE):
        is_strict = made.is_strict or not may_meet
    else:
        # A resolution may be forgotten again.
        is_strict = made.is_strict and bool(made.edits)
    return made if made.is_strict is is_strict else replace(made, is_strict=is_strict)


def _merged_again(hunk: ChangeHunk, start: int, end: int, lines: Lines, *, may_meet: bool, by: ChangedBy) -> ChangeHunk:
    hunk, start, end = without_unchanged(hunk, start, end, lines)
    now = "".join(lines[start:end])
    was_gone = hunk.state is HunkState.GONE
    if hunk.decision is Decision.ACCEPTED and hunk.written is not None:
        written, before = undo_pair(hunk)
        text = now if now == before else merged((written, before), now, may_meet)
        stands = text is not None and fits(lines, start, end, split_lines(text))
        here = replace(hunk, start=start, end=end, new_text=now)
        if text is not None and text != now and stands:
            back = replace(here, old_text=text, state=_state_of(hunk))
            return narrowed(back, written)
        if text != now and not (was_gone and by is ChangedBy.TYPING):
            return replace(here, old_text=before, state=HunkState.CONFLICT)
        # Nothing is left of it to take back.
        if was_gone or not by.opens(is_written=True):
            return gone(hunk, start, end, now, (before, written), may_meet=may_meet)
        hunk = replace(hunk, decision=Decision.PENDING)
    elif hunk.decision is Decision.PENDING and hunk.written is not None and undo_pair(hunk)[0] == now:
        # What the user had taken out by hand is there again.
        written, before = undo_pair(hunk)
        back = replace(hunk, start=start, end=end, old_text=before, new_text=now, decision=Decision.ACCEPTED)
        return narrowed(replace(back, state=_state_of(hunk)), written)
    made = _restated_pending(hunk, start, end, lines, now, may_meet)
    is_lost = hunk.decision is Decision.ACCEPTED and made.decision is not Decision.ACCEPTED
    if is_lost and (was_gone or not by.opens(is_written=False)):
        return gone(hunk, start, end, now, hunk.pair, may_meet=may_meet)
    return made


def gone(hunk: ChangeHunk, start: int, end: int, now: str, pair: Pair, *, may_meet: bool) -> ChangeHunk:
    """An accepted hunk, nothing of which stands in its lines any more: `pair` is what it made of which lines."""
    text = merged(pair, now, may_meet)
    new_text = pair[1] if text is None else text
    made = replace(hunk, start=start, end=end, old_text=now, new_text=new_text, state=HunkState.GONE)
    return made if text is None else narrowed(made, pair[0])


def _restated_pending(hunk: ChangeHunk, start: int, end: int, lines: Lines, now: str, may_meet: bool) -> ChangeHunk:
    base, proposed = hunk.pair
    text = merged((base, proposed), now, may_meet)
    if text == now:
        there = replace(hunk, start=start, end=end, old_text=base, new_text=now, state=HunkState.ALREADY_THERE)
        return narrowed(there, base)
    # What was accepted without being written, since it stood there, is to be decided about.
    decision = Decision.PENDING if hunk.decision is Decision.ACCEPTED else hunk.decision
    here = replace(hunk, start=start, end=end, old_text=now, decision=decision)
    if text is None or not fits(lines, start, end, split_lines(text)):
        return replace(here, new_text=proposed, state=HunkState.CONFLICT)
    return narrowed(replace(here, new_text=text, state=_state_of(hunk)), base)


def _state_of(hunk: ChangeHunk) -> HunkState:
    return HunkState.CLEAN if hunk.home < 0 else HunkState.MOVED


def sides_of(hunk: ChangeHunk, now: str) -> ConflictSides:
    """The sides of a hunk's conflict, or of what it would be merged from; `now` are its lines."""
    base, theirs = undo_pair(hunk) if is_written(hunk) else hunk.pair
    return ConflictSides(base, now, theirs)


def fits(lines: Lines, start: int, end: int, new_lines: list[str]) -> bool:
    r"""Whether whole lines stay whole: nothing is joined to a line without an ending, and no \r meets a \n."""
    near = [*lines[max(0, start - 1) : start], *new_lines, *lines[end : end + 1]]
    return split_lines("".join(near)) == near
