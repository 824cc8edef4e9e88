"""What an operation of the explorer has done, and so what undoing it takes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path

from copilot_desktop.errors import CopilotError
from copilot_desktop.values import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trashed:
    """A path and where it stands in the trash."""

    path: str
    place: Path


@dataclass(frozen=True, slots=True)
class Deleted:
    """Paths deleted for good; `checkpoint_id` brings the files back, "" when none was kept. Links by path and aim."""

    paths: tuple[str, ...]
    checkpoint_id: str = ""
    folders: tuple[str, ...] = ()
    links: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What was done, all of it, and so what undoing has to take back. Folders of `made` are the outermost first."""

    title: str
    made: tuple[str, ...] = ()
    moved: tuple[Pair, ...] = ()
    trashed: tuple[Trashed, ...] = ()
    deleted: Deleted | None = None
    shown: tuple[str, ...] = ()
    """What the tree selects afterwards."""
    entry_id: str = ""
    """The step of the history that says what was moved; "" for none."""

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths that are no longer there."""
        return (*(each.path for each in self.trashed), *(self.deleted.paths if self.deleted is not None else ()))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done."""
        return not (self.made or self.moved or self.trashed or self.deleted)

    @property
    def can_undo(self) -> bool:
        """Whether it can be taken back."""
        return self.deleted is None or bool(self.deleted.checkpoint_id or self.deleted.folders or self.deleted.links)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what kept the rest from being done. `without_trash`: paths whose place has no trash.

    `left`: of an operation that was taken back only in part, what may be tried once more.
    """

    operation: Operation
    problem: CopilotError | None = None
    without_trash: tuple[str, ...] = ()
    left: Operation | None = None


@dataclass(slots=True)
class Progress:
    """Gathers what is done of several things, so that a failure in between leaves a true account."""

    made: list[str] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    trashed: list[Trashed] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    without_trash: list[str] = field(default_factory=list)

    def outcome(self, title: str, problem: CopilotError | None) -> Outcome:
        """All of it, as the operation of this title."""
        operation = Operation(title, tuple(self.made), tuple(self.moved), tuple(self.trashed), None, tuple(self.shown))
        return Outcome(operation, problem, tuple(self.without_trash))


def outcome_of(title: str, work: Callable[[Progress], None]) -> Outcome:
    """Do it, and tell what was done, also where it was refused half-way."""
    progress = Progress()
    try:
        work(progress)
    except CopilotError as error:
        return progress.outcome(title, error)
    return progress.outcome(title, None)
