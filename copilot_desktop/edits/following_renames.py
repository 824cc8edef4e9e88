"""Changes of other answers go along where the rename of their file is accepted, and back where it is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeSet, FileChange
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.file_texts import FileTexts
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.taken_in import is_written, turn_of


def with_renames_followed(before: ReviewState, after: ReviewState) -> ReviewState:
    """The state after a decision, with the line hunks of each file that it has given another name at that name.

    They stand on the new text as they stood on the old one, as far as both go together.
    """
    for renaming, old, new in renamed(before, after):
        after = _gone_along(before, after, renaming, old, new)
    return after


def renamed(before: ReviewState, after: ReviewState) -> Iterator[tuple[FileChange, str, str]]:
    """The changes that have renamed a file, or taken that back: each with the path that is gone and that there is."""
    stood = {hunk.hunk_id: hunk for hunk in before.hunks()}
    for change in (change for each in after.change_sets for change in each.files if change.old_path is not None):
        (hunk,) = change.hunks
        old = stood.get(hunk.hunk_id)
        if old is not None and is_written(old) is not is_written(hunk) and change.old_path is not None:
            paths = (change.old_path, change.path) if is_written(hunk) else (change.path, change.old_path)
            yield change, *paths


def _gone_along(before: ReviewState, after: ReviewState, renaming: FileChange, old: str, new: str) -> ReviewState:
    stood, text = before.texts.lined(old), after.texts.lined(new)
    going = {
        hunk.hunk_id
        for each in after.change_sets
        if renaming not in each.files and new not in _changed_paths(each)
        for change in each.files
        if change.path == old and change.status == "modified"
        for hunk in change.hunks
    }
    if not going or stood is None or text is None:
        return after
    sets = tuple(_only(each, going, new) for each in before.change_sets)
    order = tuple(hunk_id for hunk_id in before.order.get(old, ()) if hunk_id in going)
    moved = ReviewState(sets, FileTexts({new: stood}), {new: order}).text_changed(
        new, text.text, by=ChangedBy.OTHER_SET
    )
    made = {change.hunks[0].hunk_id: change for each in moved.change_sets for change in each.files}
    turns = {hunk.hunk_id: turn_of(hunk) for state in (after, moved) for hunk in state.hunks()}
    both = sorted((*after.order.get(new, ()), *order), key=lambda hunk_id: turns[hunk_id])
    left = tuple(hunk_id for hunk_id in after.order.get(old, ()) if hunk_id not in going)
    return replace(
        after,
        change_sets=tuple(_with_moved(each, made, old, new) for each in after.change_sets),
        order={**after.order, old: left, new: tuple(both)},
        steps=tuple(
            step.with_paths(lambda path: new if path == old else path) if going.issuperset(step.decided) else step
            for step in after.steps
        ),
    )


def _changed_paths(change_set: ChangeSet) -> set[str | None]:
    return {path for change in change_set.files for path in (change.path, change.old_path)}


def _only(change_set: ChangeSet, going: set[str], path: str) -> ChangeSet:
    files = (change for change in change_set.files if any(hunk.hunk_id in going for hunk in change.hunks))
    return replace(change_set, files=tuple(replace(change, path=path) for change in files), base_texts={})


def _with_moved(change_set: ChangeSet, made: Mapping[str, FileChange], old: str, new: str) -> ChangeSet:
    files = tuple(made.get(change.hunks[0].hunk_id, change) if change.hunks else change for change in change_set.files)
    if files == change_set.files:
        return change_set
    base = {new if path == old else path: text for path, text in change_set.base_texts.items()}
    return replace(change_set, files=files, base_texts=base)
