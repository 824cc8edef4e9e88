"""What the history page is told, and what it asks for. Frozen values, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum

from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.comparing import ComparedFile
from copilot_desktop.workspace.checkpoints.entries import AcceptedHunk, HistoryEntry
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan


@dataclass(frozen=True, slots=True)
class Query:
    """Which steps are wanted. `path` None: those of the whole folder; `words`: all of them stand in the step."""

    path: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One step of the time line. Lines added and removed are None where the hunks are not known.

    `is_lost`: a content that it needs is no longer kept.
    """

    entry: HistoryEntry
    added: int | None = None
    removed: int | None = None
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class StepsListed:
    """Steps of a query, the newest first. `is_more`: they follow those that were listed before, else they replace
    them; `is_last`: there are no older ones."""

    query: Query
    steps: tuple[TimelineStep, ...]
    is_more: bool
    is_last: bool


class Comparison(StrEnum):
    """What is shown of a step."""

    STEP = "step"
    """What it did."""
    NOW = "now"
    """From the state right after it to what the files say now."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Files compared, as a change set fit for the diff. `texts` are those its hunks stand in.

    `unshown` are the files of which no lines can be shown, with the reason.
    """

    change_set: ChangeSet
    texts: Mapping[str, str | None]
    unshown: tuple[ComparedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step that was asked for. `lost` are the paths of which a content is no longer kept."""

    step: TimelineStep
    comparison: Comparison
    shown: Shown
    lost: frozenset[str] = frozenset()


class Wanted(StrEnum):
    """What is to be put back."""

    UNDO = "undo"
    """What the step wrote, and nothing else; of a file or a hunk where one is named."""
    LINES = "lines"
    """The lines of a hunk between the state after the step and now."""
    BEFORE = "before"
    """The state right before the step, of one file or of everything the program has written since."""
    AFTER = "after"
    """The state right after the step."""


@dataclass(frozen=True, slots=True)
class RestoreRequest:
    """What the user asks to have back. `path` "": everything; `hunk_id` "": the whole file."""

    wanted: Wanted
    entry_id: str
    path: str = ""
    hunk_id: str = ""


@dataclass(frozen=True, slots=True)
class TabText:
    """The text of a tab with unsaved changes: what its file says now, as far as the user is concerned."""

    text: str
    format: TextFormat


@dataclass(frozen=True, slots=True)
class RestorePlanned:
    """What a request would change, to be looked at. `conflicts` are sentences about what somebody has to decide.

    `inverse` is the change set that takes the conflict to the review, None where it is not text that conflicts.
    `tabs` are the texts that it was planned on, `hunks` what it does to the lines of each path.
    """

    request: RestoreRequest
    plan: RestorePlan
    shown: Shown
    conflicts: tuple[str, ...] = ()
    inverse: ChangeSet | None = None
    tabs: Mapping[str, TabText] = field(default_factory=dict)
    hunks: Mapping[str, tuple[AcceptedHunk, ...]] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """All of it is as wanted already."""
        return not self.plan.written and not self.conflicts and not self.plan.lost

    @property
    def can_be_written(self) -> bool:
        """Nothing has to be decided first."""
        return bool(self.plan.written) and not self.conflicts and not self.plan.lost


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: on the disk as the step `entry_id` ("": no file on disk was touched), and in tabs.

    `left_in_tabs` names what the undone command had changed in unsaved tabs, which stays there.
    """

    title: str
    entry_id: str
    written: tuple[str, ...]
    in_tabs: tuple[str, ...]
    left_in_tabs: str = ""


@dataclass(frozen=True, slots=True)
class HistoryFailed:
    """Something could not be read or written. `is_list`: the time line itself."""

    message: str
    advice: str = ""
    is_list: bool = False
    without_way_back: Callable[[], None] | None = None
    """Writes it all the same, where what it overwrites does not fit into the store."""
