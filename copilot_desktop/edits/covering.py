"""Accepted hunks that cannot be taken back by themselves, since one of another answer was accepted on their lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, FileChange, HunkState
from copilot_desktop.edits.taken_in import is_written


def covered(
    hunks: Mapping[str, ChangeHunk], files: Mapping[str, FileChange], order: Mapping[str, tuple[str, ...]]
) -> Iterator[ChangeHunk]:
    """Those that are so now and were not, and those that were and are in conflict with something else by now.

    `hunks` and `files` are by id of the hunk, `order` has the line hunks of each path.
    """
    # It is asked at each stroke, and there is hardly ever one.
    clean, moved = HunkState.CLEAN, HunkState.MOVED
    for hunk in [each for each in hunks.values() if each.state is not clean and each.state is not moved]:
        change = files[hunk.hunk_id]
        if hunk.state not in CLASHES or not is_written(hunk) or change.status != "modified":
            continue
        others = (hunks[each] for each in order.get(change.path, ()) if files[each] is not change)
        state = HunkState.COVERED if any(_is_over(each, hunk) for each in others) else HunkState.CONFLICT
        if hunk.state is not state:
            yield replace(hunk, state=state)


def _is_over(hunk: ChangeHunk, below: ChangeHunk) -> bool:
    """Whether a hunk stands on the lines of one, and can be taken back before it."""
    can_go = is_written(hunk) and hunk.state not in CLASHES
    return can_go and hunk.start <= below.end and below.start <= hunk.end
