"""Changed files as a diff view is given them, and which lines of both sides its rows and hunks stand for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from copilot_desktop.text.diff import LineChange
from copilot_desktop.ui.changes.change_words import labels_of, shown_path
from copilot_desktop.ui.diff.blocks import changes_of
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffFile, HunkLabel, RowKind
from copilot_desktop.workspace.git.lines import changed_lines
from copilot_desktop.workspace.git.values import ChangeKind, FileSides, GitChange, Nature, PickedLines

_LABEL = HunkLabel("Changed", "circle-dot", "muted")
_WORDS = {
    ChangeKind.ADDED: "new file",
    ChangeKind.DELETED: "deleted",
    ChangeKind.RENAMED: "renamed",
    ChangeKind.RETYPED: "type changed",
    ChangeKind.UNTRACKED: "untracked",
    ChangeKind.CONFLICT: "in conflict",
}
_BINARY_FOR_GIT = "Git takes it for binary and counts no lines of it."
_IN_CONFLICT = "It is in conflict: ours against what is on disk. Resolve it in the editor, then stage it."


def file_of(sides: FileSides) -> DiffFile:
    """A file with its hunks; one whose lines cannot be shown has a sentence instead."""
    change = sides.change
    notes = [note for note in (change.note, sides.problem) if note]
    if change.nature is Nature.BINARY:
        # Of a binary file both say the same; lines of UTF-16 are shown though git counts none.
        notes = [change.note] if sides.problem else [_BINARY_FOR_GIT]
    if change.kind is ChangeKind.CONFLICT:
        notes.append(_IN_CONFLICT)
    old, new = sides.old.text or "", sides.new.text or ""
    if change.nature is Nature.LINK:
        # Where a link leads ends with no line end, which is nothing to be told of.
        old, new = (f"{text}\n" if text else "" for text in (old, new))
    made = compared_file(change.path, old, new, label=_LABEL, old_path=change.old_path, compare=changed_lines)
    if sides.problem:
        made = replace(made, old_lines=(), new_lines=(), hunks=())
    elif sides.old.format is not None and sides.new.format is not None and old and new:
        one, other = sides.old.format, sides.new.format
        if (one.encoding, one.has_bom) != (other.encoding, other.has_bom):
            notes.append(f"Its encoding has changed: {one.encoding} → {other.encoding}.")
    return replace(made, title=_title(change), labels=_labels(change), notes=tuple(dict.fromkeys(notes)))


def lines_of_hunk(file: DiffFile, hunk_id: str) -> PickedLines:
    """All lines that a hunk changes."""
    changes = changes_of(file).changes
    every = tuple(each for of_hunk in changes for each in of_hunk)
    for hunk, of_hunk in zip(file.hunks, changes, strict=True):
        if hunk.hunk_id == hunk_id:
            return _picked(of_hunk, every)
    return PickedLines(changes=every)


def lines_of_rows(file: DiffFile, rows: Iterable[DiffRow]) -> PickedLines:
    """The changed lines that rows of a file show."""
    every = tuple(each for of_hunk in changes_of(file).changes for each in of_hunk)
    sides = [side for row in rows if row.path == file.path for side in row.sides()]
    old = {side.old_number - 1 for side in sides if side.kind is RowKind.REMOVED and side.old_number}
    new = {side.new_number - 1 for side in sides if side.kind is RowKind.ADDED and side.new_number}
    return PickedLines(frozenset(old), frozenset(new), every)


def sums_of(changes: Iterable[GitChange]) -> tuple[int, int]:
    """Lines added and removed in all, as git counts them."""
    counted = list(changes)
    return sum(each.added or 0 for each in counted), sum(each.removed or 0 for each in counted)


def _picked(of_hunk: tuple[LineChange, ...], every: tuple[LineChange, ...]) -> PickedLines:
    return PickedLines(
        frozenset(line for each in of_hunk for line in range(each.old.start, each.old.end)),
        frozenset(line for each in of_hunk for line in range(each.new.start, each.new.end)),
        every,
    )


def _title(change: GitChange) -> str:
    path = shown_path(change.path)
    return path if change.old_path is None else f"{shown_path(change.old_path)} → {path}"


def _labels(change: GitChange) -> tuple[str, ...]:
    words = (_WORDS[change.kind],) if change.kind in _WORDS else ()
    counts = () if change.added is None else (f"+{change.added} −{change.removed}",)
    return (*words, *labels_of(change), *counts)
