"""Commands of a review: what was decided in one go, and the sentences about it. Pure values, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import accumulate
from typing import Final, TypeVar

from copilot_desktop.bridge.review.files import Written
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, FileChange, HunkState
from copilot_desktop.edits.following_renames import with_renames_followed
from copilot_desktop.edits.pending.coding import KEPT
from copilot_desktop.edits.plan import PlannedFile
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.rewinding import decided
from copilot_desktop.edits.splitting import SplitHunk, joined
from copilot_desktop.edits.stood_before import StoodBefore, stood_before
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.entries import with_tabs

T = TypeVar("T")
MOST_STEPS: Final = 500
"""So many decisions U takes back, over restarts too; what is older is in the history."""
_MOST_WEIGHT: Final = 20_000
"""Hunks that all steps hold together: they are read when the folder is opened."""


@dataclass(frozen=True, slots=True)
class Command:
    """Decisions that are one step: written together, undone together.

    `edits` are texts that hunks are to propose from then on, `taken_back` those that take the place of what accepted
    hunks wrote. `reopened` are the texts that had resolved conflicts, which are conflicts again. `before` are the
    decisions that the command replaces, `edits_before` how often its hunks were edited. `undoes` is the step that this
    one takes back. `left` is the sentence about hunks that a bulk command did not take, `said` one for some seconds
    when it is done. `cuts` are hunks that were split for it: undoing it joins them again.
    `is_kept` False: the user wants it written without a way back, since what it overwrites does not fit into the store.
    """

    title: str
    targets: Mapping[str, Decision]
    before: Mapping[str, Decision] = field(default_factory=dict)
    undoes: Step | None = None
    left: str = ""
    is_retry: bool = False
    is_kept: bool = True
    edits: Mapping[str, str] = field(default_factory=dict)
    taken_back: Mapping[str, str] = field(default_factory=dict)
    edits_before: Mapping[str, int] = field(default_factory=dict)
    said: str = ""
    cuts: tuple[SplitHunk, ...] = ()
    reopened: Mapping[str, str] = field(default_factory=dict)

    @property
    def hunk_ids(self) -> frozenset[str]:
        """The hunks it is about."""
        parts = (part_id for cut in self.cuts for part_id in cut.part_ids)
        return frozenset((*self.targets, *self.edits, *self.edits_before, *parts))

    @property
    def left_ids(self) -> frozenset[str]:
        """The hunks that are there when it is done; what it joins again stands for its parts."""
        cuts = self.undoes.command.cuts if self.undoes is not None else ()
        return frozenset((*self.targets, *self.edits, *self.edits_before, *(cut.whole.hunk_id for cut in cuts)))

    def after(self, state: ReviewState) -> Command:
        """The command with what it replaces of a state. Raises UsageError for a hunk that is gone."""
        gone = _accepted_again(state, self)
        # What is accepted again when this is taken back is so in the order in which it was accepted.
        turns = {hunk_id: number for number, step in enumerate(state.steps) for hunk_id in step.decided}
        targets = sorted(self.targets, key=lambda hunk_id: turns.get(hunk_id, -1))
        before = {hunk_id: state.hunk(hunk_id)[2].decision for hunk_id in targets}
        # What the file has lost is not accepted any more once this is taken back.
        before.update(dict.fromkeys(gone, Decision.PENDING))
        counts = {hunk_id: len(state.hunk(hunk_id)[2].edits) for hunk_id in self.edits}
        return replace(self, before=before, edits_before=counts)

    def undoing(self, step: Step) -> Command:
        """The command that takes this one back, once it was carried out as a step."""
        return Command(
            f"Undo: {self.title}",
            self.before,
            self.targets,
            step,
            edits=self.reopened,
            edits_before=self.edits_before,
            said=f"Taken back: {self.title}.",
        )

    def without(self, hunk_ids: Container[str], left: str) -> Command:
        """The command for the other hunks; the sentence says why."""

        def kept(values: Mapping[str, T]) -> dict[str, T]:
            return {hunk_id: value for hunk_id, value in values.items() if hunk_id not in hunk_ids}

        return replace(
            self,
            targets=kept(self.targets),
            before=kept(self.before),
            edits=kept(self.edits),
            taken_back=kept(self.taken_back),
            edits_before=kept(self.edits_before),
            reopened=kept(self.reopened),
            left=f"{self.left} {left}".strip(),
        )

    def without_way_back(self) -> Command:
        """The command once more, for one that could not be kept."""
        return replace(self, is_kept=False)

    def again(self) -> Command:
        """The command for its second try."""
        return replace(self, is_retry=True)


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was carried out. `written` is None when no file on disk was touched. `stood` tells how the review
    stood before it: not of steps that version 6 has kept, nor where typing came in between. It is a part of its own
    where it is kept; `stood_id` names it."""

    command: Command
    written: Written | None
    stood: StoodBefore | None = field(default=None, compare=False, repr=False, metadata={KEPT: False})
    stood_id: str = field(default="", compare=False)

    def is_taken_back(self, state: ReviewState) -> bool:
        """Whether nothing is left of it: Ctrl+Z in the text has done what undoing it would do."""
        command = self.command
        known = {hunk.hunk_id for hunk in state.hunks()}
        if not command.hunk_ids <= known:
            # Other versions of its hunks, or parts of them, are in the review: there is nothing to give back.
            return True
        return (
            not command.cuts
            and all(state.hunk(hunk_id)[2].decision is decision for hunk_id, decision in command.before.items())
            and all(len(state.hunk(hunk_id)[2].edits) <= count for hunk_id, count in command.edits_before.items())
        )


def taken(command: Command, written: Written | None, before: ReviewState, after: ReviewState) -> Step:
    """The step of a command that has led from one state to another, with nothing else in between."""
    stood = stood_before(before, after)
    return Step(command, written, stood, stood.stood_id if stood is not None else "")


def with_step(done: tuple[Step, ...], step: Step) -> tuple[Step, ...]:
    """One step more; the oldest are forgotten where they are too many, or hold too much together."""
    weights = accumulate(1 if each.stood is None else each.stood.weight for each in (step, *reversed(done)))
    kept = sum(weight <= _MOST_WEIGHT for weight in weights)
    return (*done, step)[-max(1, min(kept, MOST_STEPS)) :]


def with_paths(done: tuple[Step, ...], moved: Callable[[str], str]) -> tuple[Step, ...]:
    """The steps with the paths that files have now."""
    return tuple(replace(step, stood=step.stood.with_paths(moved)) if step.stood is not None else step for step in done)


def _as_it_stood(state: ReviewState, step: Step) -> ReviewState | None:
    """The review as it was before a step, where all stands as it left it."""
    stood = step.stood
    if stood is None or not stood.stands(state):
        return None
    before = stood.given_back(state)
    for cut in step.command.cuts:
        # Changes are cut before the command that decides about the parts.
        before = joined(before, cut)
    return before


def carried_out(state: ReviewState, command: Command) -> ReviewState:
    """Return the state after a command. Raises UsageError with nothing of it done.

    What takes a step back gives the review as it was before it, to the letter, where nothing has happened since.
    """
    before = state
    back = _as_it_stood(state, command.undoes) if command.undoes is not None else None
    if back is not None:
        return back
    for hunk_id, text in command.taken_back.items():
        state = state.taken_back(hunk_id, text)
    for hunk_id, text in command.edits.items():
        state = state.resolved(hunk_id, text)
    # All that is taken back goes in one: what was accepted in one is undone to the letter.
    open_again = [hunk_id for hunk_id, each in command.targets.items() if each is not Decision.ACCEPTED]
    open_again += _accepted_again(state, command)
    if open_again:
        state = decided(state, open_again, Decision.PENDING)
    for decision in (Decision.ACCEPTED, Decision.REJECTED):
        ids = [hunk_id for hunk_id, each in command.targets.items() if each is decision]
        if ids:
            state = decided(state, ids, decision)
    if command.undoes is not None:
        for hunk_id, count in command.edits_before.items():
            state = state.with_edits(hunk_id, count)
        for cut in command.undoes.command.cuts:
            state = joined(state, cut)
    for hunk_id in command.reopened:
        state = state.with_edits(hunk_id, len(state.hunk(hunk_id)[2].edits) - 1)
    return with_renames_followed(before, state)


def _accepted_again(state: ReviewState, command: Command) -> list[str]:
    """What is accepted, gone from its file, and to be written anew."""
    wanted = (hunk_id for hunk_id, each in command.targets.items() if each is Decision.ACCEPTED)
    return [hunk_id for hunk_id in wanted if state.hunk(hunk_id)[2].state is HunkState.GONE]


def renames(state: ReviewState) -> dict[str, str]:
    """Both directions of every rename: a path → the path whose encoding it takes."""
    found = {}
    for change_set in state.change_sets:
        for change in change_set.files:
            if change.old_path is not None:
                found[change.path] = change.old_path
                found[change.old_path] = change.path
    return found


def changed_hunks(before: ReviewState, after: ReviewState) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return paths and ids of hunks that are not the same in two states."""
    same = {id(change) for change in _files(before)} & {id(change) for change in _files(after)}
    old, new = _by_id(before, same), _by_id(after, same)
    ids = [hunk_id for hunk_id, hunk in new.items() if _differ(hunk, old.get(hunk_id))]
    ids += [hunk_id for hunk_id in old if hunk_id not in new]
    # One that went along with its file is no longer at the old path.
    paths = {each[hunk_id][0] for hunk_id in ids for each in (old, new) if hunk_id in each}
    return tuple(sorted(paths)), tuple(ids)


def _files(state: ReviewState) -> Iterator[FileChange]:
    return (change for change_set in state.change_sets for change in change_set.files)


def _by_id(state: ReviewState, but: Container[int]) -> dict[str, tuple[str, ChangeHunk]]:
    """The hunks with their paths, without those of the files whose Python ids are given."""
    found: dict[str, tuple[str, ChangeHunk]] = {}
    for change in _files(state):
        if id(change) not in but:
            path = change.path
            found.update([(hunk.hunk_id, (path, hunk)) for hunk in change.hunks])
    return found


def _differ(one: tuple[str, ChangeHunk], other: tuple[str, ChangeHunk] | None) -> bool:
    # Mostly they are the same object or have moved: all of two hunks is compared last.
    return other is None or (one[1] is not other[1] and one[1].start != other[1].start) or one != other


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def named(paths: Sequence[str]) -> str:
    """Name a file, or the first one and how many more."""
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {counted(len(paths) - 1, 'more file')}"


def title_of_step(command: Command, state: ReviewState, in_tabs: Collection[str]) -> str:
    """The title of what a command writes to the disk; `in_tabs` are files that it changes in their tabs alone."""
    paths = [state.hunk(hunk_id)[1].path for hunk_id in command.targets]
    left = [path for path in paths if path in in_tabs]
    if not left or len(left) == len(paths):
        return command.title
    every, on_disk = counted(len(paths), "change"), counted(len(paths) - len(left), "change")
    return with_tabs(command.title.replace(every, on_disk, 1), len(left), named(sorted(set(left))))


def sentence(command: Command, buffered: Sequence[PlannedFile]) -> str:
    """Say what a finished command left for the user to know; empty when there is nothing to say."""
    parts = []
    if buffered:
        paths = [planned.path for planned in buffered]
        verb = "has" if len(paths) == 1 else "have"
        parts.append(
            f"{named(paths)} {verb} unsaved changes, so the change is in the tab only and not yet on disk; "
            "save to keep it."
        )
    if command.left:
        parts.append(command.left)
    return " ".join(parts)
