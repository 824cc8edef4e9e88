"""What git says of a whole file that another program has changed, beside what its hunks say one by one.

Which lines of two texts are the same ones is a guess where lines repeat, and git guesses over the whole file: what it
sees as a conflict, or would write otherwise, is not to be taken as clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.merging import Merge, merge

_LIVE = (HunkState.CLEAN, HunkState.MOVED)


def contradicted(
    before: LinedText, after: LinedText, hunks: Iterable[tuple[ChangeHunk, ChangeHunk]]
) -> tuple[ChangeHunk, ...]:
    """Those hunks of a change set that git's merge of the file contradicts, in conflict; each is given as it stood on
    the lines before and stands on those after."""
    live = [pair for pair in hunks if all(each.state in _LIVE and _is_open(each) for each in pair)]
    if not live:
        return ()
    proposed = _with(before, [each for each, _ in live])
    wanted = _with(after, [each for _, each in live])
    merged = merge(before.text, after.text, proposed)
    if not merged.conflicts and merged.text == wanted:
        return ()
    rebased = [each for _, each in live]
    return tuple(_in_conflict(each) for each in _near(merged, rebased, after) or rebased)


def _is_open(hunk: ChangeHunk) -> bool:
    return hunk.decision is not Decision.ACCEPTED


def _with(lines: LinedText, hunks: Sequence[ChangeHunk]) -> str:
    out: list[str] = []
    at = 0
    for hunk in sorted(hunks, key=lambda each: (each.start, each.end)):
        out += lines[at : hunk.start]
        out.append(hunk.new_text)
        at = max(at, hunk.end)
    return "".join([*out, *lines[at:]])


def _near(merged: Merge, hunks: Sequence[ChangeHunk], after: LinedText) -> list[ChangeHunk]:
    """The hunks whose lines a conflict reaches; none where that cannot be told."""
    if "\r" in after.text.replace("\r\n", ""):
        # Git's lines are not ours.
        return []
    places = [ours for _, ours, _ in merged.conflicts]
    reached = [[each for each in hunks if each.start <= place.end and place.start <= each.end] for place in places]
    return [each for found in reached for each in found] if all(reached) else []


def _in_conflict(hunk: ChangeHunk) -> ChangeHunk:
    return replace(hunk, new_text=hunk.pair[1], state=HunkState.CONFLICT, is_strict=True)
