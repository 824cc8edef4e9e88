"""Pending changes go along with a file or folder that got another path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.edits.review import ReviewState

T = TypeVar("T")


def moving(old: str, new: str) -> Callable[[str], str]:
    """Where a path is once a file, or a folder with all in it, has another one."""
    return lambda path: new + path[len(old) :] if path == old or path.startswith(f"{old}/") else path


def path_moved(state: ReviewState, old: str, new: str) -> ReviewState:
    """The state in which a file, or all in a folder, has its new path. The same one where nothing of it is there.

    Nor where a path it would get is under review already: two files cannot share one.
    """

    moved = moving(old, new)
    known = {path for each in state.change_sets for path in _paths(each)} | set(state.texts)
    going = {path for path in known if moved(path) != path}
    if not going or {moved(path) for path in going} & (known - going):
        return state
    return ReviewState(
        tuple(_moved_set(each, moved) for each in state.change_sets),
        state.texts.renamed(moved),
        _moved_keys(state.order, moved),
        tuple(step.with_paths(moved) for step in state.steps),
        tuple(replace(each, path=moved(each.path)) for each in state.stood),
    )


def _paths(change_set: ChangeSet) -> set[str]:
    paths = {change.path for change in change_set.files} | set(change_set.base_texts)
    return paths | {change.old_path for change in change_set.files if change.old_path is not None}


def _moved_set(change_set: ChangeSet, moved: Callable[[str], str]) -> ChangeSet:
    files = tuple(
        replace(change, path=moved(change.path), old_path=None if change.old_path is None else moved(change.old_path))
        for change in change_set.files
    )
    return replace(change_set, files=files, base_texts=_moved_keys(change_set.base_texts, moved))


def _moved_keys(values: Mapping[str, T], moved: Callable[[str], str]) -> dict[str, T]:
    return {moved(path): value for path, value in values.items()}
