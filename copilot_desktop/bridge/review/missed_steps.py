"""Steps that the history has and a kept review does not know of: the program ended right after it had written them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from copilot_desktop.bridge.review.commands import Command, Step, decided
from copilot_desktop.bridge.review.files import Written
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.pending.standing import standing_on
from copilot_desktop.edits.review import Texts
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
    known = {hunk.hunk_id: hunk.decision for hunk in kept.state.hunks()}
    targets = {hunk_id: Decision(each) for hunk_id, each in entry.decisions.items() if hunk_id in known}
    if not targets:
        return replace(kept, last_entry=entry.entry_id)
    state = standing_on(kept.state, missed.before)
    try:
        state = decided(state, targets)
    except UsageError:
        # The lines are others than those that were written: what stands on disk now decides.
        return replace(kept, last_entry=entry.entry_id)
    if entry.undoes:
        done = tuple(step for step in kept.done if step.written is None or step.written.checkpoint_id != entry.undoes)
    else:
        before = {hunk_id: known[hunk_id] for hunk_id in targets}
        hashes = {file.path: file.after for file in entry.files}
        written = Written({}, hashes, entry.entry_id, missed.formats)
        done = (*kept.done, Step(Command(entry.title, targets, before), written))
    return replace(kept, state=state, done=done, last_entry=entry.entry_id)
