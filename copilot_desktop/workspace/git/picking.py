"""A text between two others: some of the changed lines taken, the others left. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from copilot_desktop.text.diff import LineChange
from copilot_desktop.text.lines import dominant_ending, line_ending_of, split_lines
from copilot_desktop.workspace.git.lines import changed_lines
from copilot_desktop.workspace.git.values import PickedLines


def picked_text(old: str, new: str, picked: PickedLines) -> str:
    """The old text without the picked ones of its lines, and with the picked ones of the new text."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    return "".join(picked_lines(old_lines, new_lines, picked, dominant_ending(new or old)))


def left_text(old: str, new: str, picked: PickedLines) -> str:
    """The new text with the picked lines taken back: those that were added go, those that were removed come again."""
    old_lines, new_lines = split_lines(old), split_lines(new)
    rest = all_changed(old_lines, new_lines, picked.changes)
    left = PickedLines(rest.old - picked.old, rest.new - picked.new, picked.changes)
    return "".join(picked_lines(old_lines, new_lines, left, dominant_ending(new or old)))


def picked_lines(old: Sequence[str], new: Sequence[str], picked: PickedLines, ending: str) -> list[str]:
    """The lines of `picked_text`; `ending` is what a last line gets that is not the last any more."""
    found: list[str] = []
    at = 0
    for change in picked.changes or changed_lines(old, new):
        found += old[at : change.old.start]
        found += _of_change(old, new, change, picked)
        at = change.old.end
    found += old[at:]
    return [
        line if line_ending_of(line) or number == len(found) else line + ending for number, line in _numbered(found)
    ]


def all_changed(old: Sequence[str], new: Sequence[str], changes: tuple[LineChange, ...] = ()) -> PickedLines:
    """Every line that differs."""
    found = changes or changed_lines(old, new)
    return PickedLines(
        frozenset(line for change in found for line in range(change.old.start, change.old.end)),
        frozenset(line for change in found for line in range(change.new.start, change.new.end)),
        changes,
    )


def _of_change(old: Sequence[str], new: Sequence[str], change: LineChange, picked: PickedLines) -> list[str]:
    """Lines that stay come before those that are new, as git has them in a patch that was cut down."""
    kept = _chosen(old, range(change.old.start, change.old.end), picked.old, are_taken=False)
    return kept + _chosen(new, range(change.new.start, change.new.end), picked.new, are_taken=True)


def _chosen(lines: Sequence[str], numbers: range, picked: Collection[int], *, are_taken: bool) -> list[str]:
    return [lines[number] for number in numbers if (number in picked) is are_taken]


def _numbered(lines: list[str]) -> enumerate[str]:
    return enumerate(lines, 1)
