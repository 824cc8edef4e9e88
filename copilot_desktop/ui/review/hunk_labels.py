"""How a hunk of a change set stands, where it is and how much it changes, in words."""

from __future__ import annotations

from functools import lru_cache

from copilot_desktop.edits.change_sets import (
    CHANGED_SINCE,
    WOULD_BE_WRITTEN,
    WRITTEN_BY_STEP,
    ChangeHunk,
    Decision,
    FileChange,
    HunkState,
)
from copilot_desktop.edits.doubts import PLAIN, doubt_of, is_doubtful
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.ui.diff.values import HunkLabel

_IN_HISTORY = {
    WRITTEN_BY_STEP: "Written by this step",
    CHANGED_SINCE: "Changed since",
    WOULD_BE_WRITTEN: "Would be written",
}


def line_counts(hunk: ChangeHunk) -> tuple[int, int]:
    """Return the added and removed lines of a hunk."""
    return _counted(hunk.old_text, hunk.new_text)


@lru_cache(maxsize=1024)
def _counted(old: str, new: str) -> tuple[int, int]:
    # Asked for by the list, the head of the page and every tip, after every decision.
    changes = diff_line_lists(split_lines(old), split_lines(new))
    return sum(len(change.new) for change in changes), sum(len(change.old) for change in changes)


def file_title(change: FileChange) -> str:
    """The path, and where a renamed file comes from."""
    return change.path if change.old_path is None else f"{change.old_path} → {change.path}"


def place_of(hunk: ChangeHunk) -> str:
    """The lines a change is about: `Line 3`, `Lines 3–9`."""
    first, last = hunk.start + 1, max(hunk.end, hunk.start + 1)
    return f"Line {first}" if first == last else f"Lines {first}–{last}"


def hunk_label(hunk: ChangeHunk) -> HunkLabel:
    """Say how a hunk stands."""
    if hunk.decision is Decision.REJECTED:
        return HunkLabel("Rejected", "x", "muted")
    if hunk.state is HunkState.GONE:
        return HunkLabel("Gone: accepted, and taken out of the file by another program since", "file-minus", "muted")
    if hunk.state is HunkState.COVERED:
        return HunkLabel("Accepted: another accepted change is on its lines", "layers", "addf")
    if hunk.state is HunkState.CONFLICT:
        if is_written(hunk):
            return HunkLabel("Accepted, and edited since", "git-merge", "conf")
        return HunkLabel("Conflict: these lines were edited since", "git-merge", "conf")
    if hunk.strategy in _IN_HISTORY:
        return HunkLabel(_IN_HISTORY[hunk.strategy], "history", "muted")
    if hunk.decision is Decision.ACCEPTED:
        return HunkLabel("Accepted", "check", "addf")
    if hunk.state is HunkState.ALREADY_THERE:
        return HunkLabel("Already in the file", "check-check", "muted")
    if hunk.needs_look:
        return HunkLabel("Uncertain: look before accepting", "triangle-alert", "amber", _doubt(hunk))
    if is_doubtful(hunk):
        return HunkLabel("Uncertain, looked at", "eye", "amber", _doubt(hunk))
    if hunk.state is HunkState.MOVED:
        return HunkLabel("Moved with your edits", "circle-dot", "muted")
    return HunkLabel("To review", "circle-dot", "accent")


def certainty_of(hunk: ChangeHunk) -> str:
    """How sure its place is, as a figure up to 1; "" for a plain one."""
    return "" if hunk.confidence >= PLAIN else f"{hunk.confidence:.2f}"


def _doubt(hunk: ChangeHunk) -> str:
    certainty = certainty_of(hunk)
    return f"{doubt_of(hunk)}. Certainty {certainty}" if certainty else doubt_of(hunk)
