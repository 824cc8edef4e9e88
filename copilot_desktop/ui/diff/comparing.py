"""Two texts of a file as a diff view is given them, for who has no hunks of its own. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from copilot_desktop.text.diff import LineChange, diff_line_lists
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.values import DiffFile, DiffHunk, HunkLabel

JOINED_LINES = 6
"""Changes with at most so many unchanged lines between them are one hunk, as in git."""
CHANGED = HunkLabel("Changed", "circle-dot", "muted")
Compare = Callable[[Sequence[str], Sequence[str]], tuple[LineChange, ...]]
"""Finds the changed lines of two lists of lines."""


def compared_file(
    path: str,
    old_text: str,
    new_text: str,
    *,
    label: HunkLabel = CHANGED,
    old_path: str | None = None,
    compare: Compare = diff_line_lists,
) -> DiffFile:
    """Return a file with one hunk for every group of changed lines; `dataclasses.replace` gives it labels and notes.

    The id of a hunk is its path and its first lines on both sides: the same texts give the same ids.
    """
    old, new = split_lines(old_text), split_lines(new_text)
    changes = compare(old, new)
    hunks = tuple(
        DiffHunk(f"{path}\n{group[0].old.start}:{group[0].new.start}", *_around(group), label)
        for group in _groups(changes)
    )
    return DiffFile(path, tuple(old), tuple(_sharing(old, new, changes)), hunks, old_path)


def _groups(changes: tuple[LineChange, ...]) -> list[list[LineChange]]:
    groups: list[list[LineChange]] = []
    for change in changes:
        if groups and change.old.start - groups[-1][-1].old.end <= JOINED_LINES:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _around(group: list[LineChange]) -> tuple[LineRange, LineRange]:
    return LineRange(group[0].old.start, group[-1].old.end), LineRange(group[0].new.start, group[-1].new.end)


def _sharing(old: list[str], new: list[str], changes: tuple[LineChange, ...]) -> list[str]:
    """The new lines, those that did not change being the old ones: half the memory."""
    lines: list[str] = []
    at = 0
    for change in changes:
        lines += old[at : change.old.start]
        lines += new[change.new.start : change.new.end]
        at = change.old.end
    return lines + old[at:]
