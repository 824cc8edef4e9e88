"""The merge of a hunk's lines: git's, and for what was typed one in which changes may meet."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import Pair
from copilot_desktop.text.diff import NumberedLines, numbered_changes
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.merging import merge


def merged(pair: Pair, now: str, may_meet: bool) -> str | None:
    """What the lines become; None for a conflict."""
    base, theirs = pair
    merged = merge(base, now, theirs)
    if not merged.conflicts:
        return merged.text
    return side_by_side(base, now, theirs) if may_meet else None


def side_by_side(base: str, ours: str, theirs: str) -> str | None:
    """Merge, and let changes stand that meet without sharing a line; of two insertions in one place theirs is first."""
    lines, numbers = split_lines(base), NumberedLines[str]()
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
