"""How much there is to be merged when a file changes: what takes long is not done while the window waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit

HEAVY: Final = 2_400
"""Lines of the three sides together that can take 8 ms to merge; measured: 3,000 take 8 on a busy machine."""
_USUAL_LINE: Final = 40


def touched_by(state: ReviewState, path: str, edits: Sequence[LineEdit]) -> list[ChangeHunk]:
    """The hunks that may have to be merged when these lines of a path are edited (from top to bottom)."""
    if not edits:
        return []
    first, last = edits[0].lines.start, edits[-1].lines.end
    found: list[ChangeHunk] = []
    for change in (change for each in state.change_sets for change in each.files):
        if change.status != "modified":
            # It is one hunk over the whole text, whatever lines it has.
            found += change.hunks if path in (change.path, change.old_path) else ()
        elif change.path == path:
            near = [hunk for hunk in change.hunks if hunk.end >= first and hunk.start <= last]
            found += [hunk for hunk in near if any(_is_near(hunk, edit) for edit in edits)]
    return found


def weight_of(hunks: Iterable[ChangeHunk]) -> int:
    """Lines of all sides of these hunks; a very long one counts as several."""
    sides = (text for hunk in hunks for text in (hunk.base_text, hunk.old_text, hunk.new_text))
    return sum(max(text.count("\n"), len(text) // _USUAL_LINE) for text in sides)


def _is_near(hunk: ChangeHunk, edit: LineEdit) -> bool:
    return edit.lines.start <= hunk.end and hunk.start <= edit.lines.end
