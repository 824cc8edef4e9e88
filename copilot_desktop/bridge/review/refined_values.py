"""What is told and kept of follow-ups about pending hunks."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """What was asked for it, and the hunks with the texts that they stand in."""

    prompt: str
    change_set: ChangeSet


@dataclass(frozen=True, slots=True)
class KeptRefinement:
    """A `Refinement` as it is kept over a restart, field by field."""

    change_set_id: str
    path: str
    hunk_ids: tuple[str, ...]
    versions: tuple[Version, ...]
    at: int = 0
    is_in_place: bool = False
    asked_lines: LineRange | None = None
    asked_text: str = ""
    turn_ids: tuple[str, ...] = ()
