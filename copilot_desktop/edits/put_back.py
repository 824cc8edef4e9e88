"""Accepted hunks whose file says again what it said before them: nothing of them stands there any more.

Where a hunk was accepted over lines that another one had written, its own lines do not tell: they are neither what it
wrote nor what stood there before it. The text of the file tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from copilot_desktop.edits.change_sets import CLASHES, ChangeHunk, ChangeSet, Decision
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.taken_in import is_written, undo_pair
from copilot_desktop.edits.touched_hunks import gone, restated
from copilot_desktop.text.lined_text import LinedText


def put_back(
    change_sets: Iterable[ChangeSet],
    path: str,
    text: LinedText | None,
    hunks: Mapping[str, ChangeHunk],
    *,
    by: ChangedBy,
) -> tuple[ChangeHunk, ...]:
    """The hunks of a path that are accepted and in conflict, where the file says what it said before them: gone, or
    undecided, as `by` tells.

    `hunks` are all as they stand now, by their ids. A change set is made from a text: where the file says this, neither
    its hunks stand there nor those of the change sets that came after it.
    """
    if text is None or not any(map(_is_stuck, hunks.values())):
        return ()  # as at almost every stroke
    without = _undecided if by.opens(is_written=True) else _gone
    found: list[ChangeHunk] = []
    is_before = False
    for each in change_sets:
        base = each.base_texts.get(path)
        is_before = is_before or (base is not None and text.is_text(base))
        if is_before:
            mine = (hunks[hunk.hunk_id] for change in each.files if change.path == path for hunk in change.hunks)
            found += (without(hunk, text) for hunk in mine if _is_stuck(hunk))
    return tuple(found)


def _gone(hunk: ChangeHunk, text: LinedText) -> ChangeHunk:
    written, before = undo_pair(hunk)
    return gone(hunk, hunk.start, hunk.end, "".join(text[hunk.start : hunk.end]), (before, written), may_meet=False)


def _undecided(hunk: ChangeHunk, text: LinedText) -> ChangeHunk:
    back = replace(hunk, decision=Decision.PENDING, written=None)
    return restated(back, hunk.start, hunk.end, text, may_meet=True)


def _is_stuck(hunk: ChangeHunk) -> bool:
    return hunk.state in CLASHES and is_written(hunk)
