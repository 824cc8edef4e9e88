"""More hunks for a change set that is under review: a refused block that found its place after all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange, HunkState
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.review import ReviewState, Texts


def extended(state: ReviewState, more: ChangeSet, texts: Texts) -> ReviewState:
    """The review with the hunks of `more` in the change set of the same id, or with `more` where there is none.

    `texts` are the files' texts now. The failures are those of `more` from then on.
    """
    state = state.with_change_set(more, texts)
    *others, added = state.change_sets
    at = next((at for at, each in enumerate(others) if each.change_set_id == more.change_set_id), None)
    if at is None:
        return state
    old = others[at]
    others[at] = replace(
        old,
        files=_joined(old.files, added.files),
        failures=more.failures,
        base_texts={**added.base_texts, **old.base_texts},
    )
    return replace(state, change_sets=tuple(others))


def waiting_lines(state: ReviewState, change_set_id: str, texts: Texts) -> dict[str, tuple[tuple[int, int], ...]]:
    """The lines [start, end) of files that undecided hunks of a change set are on, in the texts as they are now."""
    for path, text in texts.items():
        state = state.text_changed(path, text)
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for change in (
        change for each in state.change_sets if each.change_set_id == change_set_id for change in each.files
    ):
        places = tuple((hunk.start, hunk.end) for hunk in change.hunks if _waits(hunk))
        for path in {change.path, change.old_path or change.path} if places else ():
            found[path] = (*found.get(path, ()), *places)
    return found


def _waits(hunk: ChangeHunk) -> bool:
    return hunk.decision is Decision.PENDING and hunk.state in (HunkState.CLEAN, HunkState.MOVED)


def with_failures(state: ReviewState, change_set_id: str, failures: tuple[Failure, ...]) -> ReviewState:
    """The review with other refused blocks in a change set."""
    sets = tuple(
        replace(each, failures=failures) if each.change_set_id == change_set_id else each for each in state.change_sets
    )
    return replace(state, change_sets=sets)


def _joined(files: Sequence[FileChange], added: Sequence[FileChange]) -> tuple[FileChange, ...]:
    found = list(files)
    for change in added:
        at = next((at for at, each in enumerate(found) if _is_same(each, change)), None)
        if at is None:
            found.append(change)
        else:
            hunks = (*found[at].hunks, *change.hunks)
            found[at] = replace(found[at], hunks=tuple(sorted(hunks, key=lambda hunk: (hunk.start, hunk.end))))
    return tuple(found)


def _is_same(one: FileChange, other: FileChange) -> bool:
    """Whether the hunks of two changes can stand in one: an added or deleted file is one hunk over its whole text, so
    that another one takes its place where it is gone."""
    return one.path == other.path and one.status == other.status and (one.status == "modified" or not one.hunks)
