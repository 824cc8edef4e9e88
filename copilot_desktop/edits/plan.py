"""What a decision means for the files: the difference of two review states."""

from __future__ import annotations

from copilot_desktop.edits.review import ReviewState
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write: its text before and after, None where it does not exist."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ApplyPlan:
    """The files of one command, in the order of their paths; they are written all or not at all."""

    files: tuple[PlannedFile, ...]


def plan(before: ReviewState, after: ReviewState) -> ApplyPlan:
    """Return the files whose texts differ between two states; a file that only one of them knows is left alone."""
    paths = sorted(set(before.texts) & set(after.texts))
    return ApplyPlan(
        tuple(
            PlannedFile(path, before.texts[path], after.texts[path])
            for path in paths
            if before.texts[path] != after.texts[path]
        )
    )
