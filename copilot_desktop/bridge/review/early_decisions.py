"""Decisions made while an answer arrived: carried out at its end, where they are about the same change still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from copilot_desktop.bridge.review.arriving_proposals import EarlyDecision
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.edits.change_sets import ChangeSet, Decision, HunkState
from copilot_desktop.edits.review import ReviewState


def carry_out(
    review: ReviewController, decisions: Sequence[EarlyDecision], named: Mapping[str, str] | None = None
) -> list[EarlyDecision]:
    """Decide so about hunks of a proposal that was just taken into review, and return what was carried out.

    What is not as it was seen is told. `named`: ids that hunks got in the review, by those that they arrived with.
    """
    names = named or {}
    decisions = [
        replace(each, hunk=replace(each.hunk, hunk_id=names.get(each.hunk.hunk_id, each.hunk.hunk_id)))
        for each in decisions
    ]
    same = [each for each in decisions if _is_as_seen(review.state, each)]
    for decision, decide in ((Decision.ACCEPTED, review.accept), (Decision.REJECTED, review.reject)):
        hunk_ids = [each.hunk.hunk_id for each in same if each.decision is decision]
        if hunk_ids:
            decide(hunk_ids)
    left = len(decisions) - len(same)
    if left:
        said = "1 change is" if left == 1 else f"{left} changes are"
        message = f"{said} not as seen while the answer arrived, and not decided about."
        review.noticed.emit(ReviewNotice(message, "Look again.", is_error=True))
    return same


def tell_stopped(review: ReviewController, change_set: ChangeSet, carried_out: Sequence[EarlyDecision]) -> None:
    """Say what becomes of the changes of an answer that was stopped."""
    decisions = [each.decision for each in carried_out]
    waiting = sum(len(change.hunks) for change in change_set.files) - len(decisions)
    parts = [
        _counted(count, what)
        for count, what in (
            (decisions.count(Decision.ACCEPTED), "accepted as you decided"),
            (decisions.count(Decision.REJECTED), "rejected as you decided"),
            (waiting, "in the review, for you to decide about"),
        )
        if count
    ]
    review.noticed.emit(ReviewNotice(f"The answer was stopped: {', '.join(parts)}.", is_passing=True))


def _counted(count: int, what: str) -> str:
    return f"1 change is {what}" if count == 1 else f"{count} changes are {what}"


def _is_as_seen(state: ReviewState, early: EarlyDecision) -> bool:
    """Whether a hunk can be decided about as it was before: the same text, and nothing to look at beyond it."""
    seen = early.hunk
    now = next((hunk for hunk in state.pending() if hunk.hunk_id == seen.hunk_id), None)
    if now is None or not early.is_about(now):
        return False
    is_new_doubt = (now.needs_look and not seen.needs_look) or now.state is HunkState.CONFLICT
    return early.decision is Decision.REJECTED or not is_new_doubt
