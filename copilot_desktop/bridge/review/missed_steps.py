"""Steps that the history has and a kept review does not know of: the program ended right after it had written them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from copilot_desktop.bridge.review.commands import Command, Step, carried_out, taken
from copilot_desktop.bridge.review.files import Written
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.pending.standing import standing_on
from copilot_desktop.edits.review import ReviewState, Texts
from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.text.encodings import TextFormat, decode
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.entries import HistoryEntry
from copilot_desktop.workspace.checkpoints.history import History

_LOOKED_AT = 50
"""Steps are written one after the other, and the review after each: more than one or two are never missed."""


@dataclass(frozen=True, slots=True)
class MissedStep:
    """An entry of the history with the texts its files had before, as far as they are text, and their formats."""

    entry: HistoryEntry
    before: Texts
    formats: Mapping[str, TextFormat]


def missed_since(history: History, entry_id: str) -> tuple[MissedStep, ...]:
    """The decisions written after this entry, the oldest first. Raises StoreError."""
    newer = [each for each in history.entries(limit=_LOOKED_AT) if each.entry_id > entry_id and each.decisions]
    return tuple(_read(history, entry) for entry in reversed(newer))


def with_missed(kept: PendingReview, missed: Iterable[MissedStep]) -> PendingReview:
    """The review with decisions that it did not know of; their steps can be taken back as any other."""
    for step in missed:
        kept = _with(kept, step)
    return kept


def _read(history: History, entry: HistoryEntry) -> MissedStep:
    texts: dict[str, str | None] = {}
    formats: dict[str, TextFormat] = {}
    for file in entry.files:
        if file.before is None:
            texts[file.path] = None
            continue
        try:
            texts[file.path], formats[file.path] = decode(history.content(file.before))
        except CopilotError:
            continue  # no longer kept, or no text any more: what the review knows of it must do
    return MissedStep(entry, texts, formats)


def _with(kept: PendingReview, missed: MissedStep) -> PendingReview:
    entry = missed.entry
    kept = replace(kept, last_entry=entry.entry_id)
    state = standing_on(kept.state, missed.before, by=ChangedBy.OUTSIDE)
    earlier = next((step for step in kept.done if _is_of(step, entry.undoes)), None)
    try:
        if earlier is not None:
            undoing = earlier.command.undoing(earlier)
            done = tuple(step for step in kept.done if step is not earlier)
            return replace(kept, state=carried_out(state, undoing), done=done)
        command = _command(state, entry)
        if not command.targets:
            return kept
        before, state = state, carried_out(state, command)
    except UsageError:
        # The lines are others than those that were written: what stands on disk now decides.
        return kept
    if entry.undoes:
        return replace(kept, state=state)
    written = Written({}, {file.path: file.after for file in entry.files}, entry.entry_id, missed.formats)
    return replace(kept, state=state, done=(*kept.done, taken(command, written, before, state)))


def _is_of(step: Step, entry_id: str) -> bool:
    return step.written is not None and step.written.checkpoint_id == entry_id


def _command(state: ReviewState, entry: HistoryEntry) -> Command:
    """What was decided, with the texts that were written in other words than the hunks had."""
    known = {hunk.hunk_id: hunk for hunk in state.hunks()}
    targets = {hunk_id: Decision(each) for hunk_id, each in entry.decisions.items() if hunk_id in known}
    edits: dict[str, str] = {}
    taken_back: dict[str, str] = {}
    for written in (each for file in entry.files for each in file.hunks if each.hunk_id in targets):
        hunk = known[written.hunk_id]
        if targets[written.hunk_id] is Decision.ACCEPTED:
            if hunk.state is HunkState.CONFLICT or written.new_text != hunk.new_text:
                edits[written.hunk_id] = written.new_text
        elif hunk.decision is Decision.ACCEPTED and written.new_text != hunk.old_text:
            taken_back[written.hunk_id] = written.new_text
    return Command(entry.title, targets, edits=edits, taken_back=taken_back).after(state)
