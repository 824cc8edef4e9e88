"""Reviews for tests of hunks that follow their file: made from hunks of whole lines, without an answer."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.edits.change_sets import change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.lines import split_lines

PATH = "a.txt"
Cut = tuple[int, int, str]
"""Lines [start, end) become a text."""


def with_cuts(text: str, cuts: Iterable[Cut]) -> str:
    """A text with lines replaced; the cuts are given from top to bottom in its own lines."""
    lines = split_lines(text)
    for start, end, new in sorted(cuts, reverse=True):
        lines[start:end] = [new]
    return "".join(lines)


def add_cuts(state: ReviewState, text: str, cuts: Iterable[Cut], now: str | None = None) -> ReviewState:
    """A review with a change set more, made from a text, of which the file says `now` (None: the same)."""
    made = list(cuts)
    hunks = tuple(Hunk(PATH, start, end, new, "exact", 1.0) for start, end, new in made)
    proposal = Proposal({PATH: with_cuts(text, made)}, hunks)
    change_set = change_set_from(proposal, {PATH: text}, turn_id="t", title="", model="m")
    return state.with_change_set(change_set, {PATH: text if now is None else now})


def whole_file(files: dict[str, str], path: str, after: str | None, old_path: str | None = None) -> ReviewState:
    """A review of one file that is added, deleted or renamed."""
    strategy = "write" if old_path is None else f"rename:{old_path}"
    end = len(split_lines(files.get(old_path or path, "")))
    wanted: dict[str, str | None] = {path: after}
    if old_path is not None:
        wanted[old_path] = None
    proposal = Proposal(wanted, (Hunk(path, 0, end, after or "", strategy, 1.0),))
    change_set = change_set_from(proposal, files, turn_id="t", title="", model="m")
    return ReviewState().with_change_set(change_set, files)
