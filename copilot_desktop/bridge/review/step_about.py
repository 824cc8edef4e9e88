"""What the history is told of a command of the review: what was asked, by whom it was answered, which hunks."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.bridge.review.commands import Command, Step, renames
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, EntryKind, FileAbout


def step_about(state: ReviewState, command: Command) -> About:
    """The command as the history keeps it; `state` is that before it."""
    hunks: dict[str, list[AcceptedHunk]] = {}
    change_set = None
    for hunk_id, decision in command.targets.items():
        change_set, change, hunk = state.hunk(hunk_id)
        text = {**command.edits, **command.taken_back}.get(hunk_id)
        written = _written(hunk, decision, text)
        if written is not None:
            hunks.setdefault(change.path, []).append(written)
    old_paths = renames(state)
    files = {
        path: FileAbout(old_path=old_paths.get(path), hunks=tuple(sorted(each, key=lambda hunk: hunk.start)))
        for path, each in hunks.items()
    }
    return About(
        kind=_kind(command),
        prompt=change_set.prompt if change_set is not None else "",
        model=change_set.model if change_set is not None else "",
        turn_id=change_set.turn_id if change_set is not None else "",
        change_set_id=change_set.change_set_id if change_set is not None else "",
        decisions={hunk_id: decision.value for hunk_id, decision in command.targets.items()},
        files=files,
        undoes=_checkpoint(command.undoes),
    )


def still_wanted(done: Iterable[Step]) -> tuple[str, ...]:
    """The entries of the steps that can be taken back."""
    return tuple(_checkpoint(step) for step in done if step.written is not None)


def _checkpoint(step: Step | None) -> str:
    return step.written.checkpoint_id if step is not None and step.written is not None else ""


def _kind(command: Command) -> EntryKind:
    is_accept = command.undoes is None and Decision.ACCEPTED in command.targets.values()
    return EntryKind.ACCEPT if is_accept else EntryKind.UNDO


def _written(hunk: ChangeHunk, decision: Decision, text: str | None) -> AcceptedHunk | None:
    """What a decision does to the lines of a hunk; None where it leaves them as they are.

    `text` is what the user has written for them instead.
    """
    was_accepted, is_accepted = hunk.decision is Decision.ACCEPTED, decision is Decision.ACCEPTED
    if was_accepted is is_accepted or hunk.state is HunkState.ALREADY_THERE:
        return None
    old_text, new_text = (hunk.old_text, hunk.new_text) if is_accepted else (hunk.new_text, hunk.old_text)
    new_text = new_text if text is None else text
    return AcceptedHunk(hunk.hunk_id, hunk.start, hunk.end, old_text, new_text, decision.value)
