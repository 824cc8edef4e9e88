"""What the history is told of a command of the review: what was asked, by whom it was answered, which hunks."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.bridge.review.commands import Command, Step, renames
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, EntryKind, FileAbout


def step_about(state: ReviewState, command: Command) -> About:
    """The command as the history keeps it; `state` is that before it.

    One over the answers to several prompts names all of them, and belongs to no single turn.
    """
    hunks: dict[str, list[AcceptedHunk]] = {}
    change_sets: dict[str, ChangeSet] = {}
    for hunk_id, decision in command.targets.items():
        change_set, change, hunk = state.hunk(hunk_id)
        change_sets[change_set.change_set_id] = change_set
        text = {**command.edits, **command.taken_back}.get(hunk_id)
        written = _written(hunk, decision, text)
        if written is not None:
            hunks.setdefault(change.path, []).append(written)
    old_paths = renames(state)
    files = {
        path: FileAbout(old_path=old_paths.get(path), hunks=tuple(sorted(each, key=lambda hunk: hunk.start)))
        for path, each in hunks.items()
    }
    asked = [each for each in state.change_sets if each.change_set_id in change_sets]
    only = asked[0] if len(asked) == 1 else None
    return About(
        kind=_kind(command),
        prompt=_joined("\n+ ", (each.prompt for each in asked)),
        model=_joined(", ", (each.model for each in asked)),
        turn_id=only.turn_id if only is not None else "",
        change_set_id=only.change_set_id if only is not None else "",
        decisions={hunk_id: decision.value for hunk_id, decision in command.targets.items()},
        files=files,
        undoes=_checkpoint(command.undoes),
    )


def _joined(sign: str, texts: Iterable[str]) -> str:
    """Each text once, in the order of the answers."""
    return sign.join(dict.fromkeys(text for text in texts if text))


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
    was_accepted = hunk.decision is Decision.ACCEPTED and hunk.state is not HunkState.GONE
    is_accepted = decision is Decision.ACCEPTED
    if was_accepted is is_accepted or hunk.state is HunkState.ALREADY_THERE:
        return None
    old_text, new_text = (hunk.old_text, hunk.new_text) if is_accepted else (hunk.new_text, hunk.old_text)
    new_text = new_text if text is None else text
    return AcceptedHunk(hunk.hunk_id, hunk.start, hunk.end, old_text, new_text, decision.value)
