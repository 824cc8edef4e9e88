"""From a change set, as it was decided about so far, to what its card shows."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.edits.doubts import PLAIN, doubt_of
from copilot_desktop.text.diff import diff_lines
from copilot_desktop.ui.chat.proposal_card import CardState, FileCount, ProposalSummary


def summary_of(
    change_set: ChangeSet,
    before: ProposalSummary | None = None,
    *,
    is_unsaved: bool = False,
    is_part: bool = False,
) -> ProposalSummary:
    """The summary of a change set; `before` is what its card showed: tells an undo from a new proposal.

    `is_part`: its card decides about these hunks only, not about all of the change set.
    """
    hunks = [hunk for change in change_set.files for hunk in change.hunks]
    waiting = [hunk for hunk in hunks if hunk.decision is Decision.PENDING]
    unseen = [hunk for hunk in waiting if hunk.needs_look]
    undecided = len(waiting)
    state = _state(hunks, undecided, before)
    if before is not None and before.state is CardState.UNDONE and not before.is_unsaved:
        # It is undone in the files: what is typed into them later changes nothing about that.
        is_unsaved = False
    return ProposalSummary(
        change_set_id=change_set.change_set_id,
        files=tuple(_count(change) for change in change_set.files),
        notes=change_set.notes,
        state=state,
        undecided=undecided,
        confidence=_confidence(hunks),
        is_unsaved=is_unsaved and state is CardState.UNDONE,
        refused=len(change_set.failures),
        unseen=len(unseen),
        doubt="; ".join(dict.fromkeys(filter(None, map(doubt_of, unseen or waiting)))),
        only=tuple(hunk.hunk_id for hunk in hunks) if is_part else (),
    )


def _state(hunks: list[ChangeHunk], undecided: int, before: ProposalSummary | None) -> CardState:
    decisions = {hunk.decision for hunk in hunks}
    if decisions == {Decision.ACCEPTED}:
        return CardState.ACCEPTED
    if decisions == {Decision.REJECTED}:
        return CardState.REJECTED
    if undecided == len(hunks):
        was_decided = before is not None and before.state is not CardState.PENDING
        return CardState.UNDONE if was_decided else CardState.PENDING
    return CardState.PARTLY


def _count(change: FileChange) -> FileCount:
    removed, added = 0, 0
    for hunk in change.hunks:
        for lines in diff_lines(hunk.old_text, hunk.new_text):
            removed += len(lines.old)
            added += len(lines.new)
    is_replacing = change.replaced is not None
    return FileCount(change.path, change.status, added, removed, change.old_path or "", is_replacing)


def _confidence(hunks: Iterable[ChangeHunk]) -> str:
    """The weakest placing, where it is uncertain: `0.90`."""
    least = min(hunks, key=lambda hunk: hunk.confidence, default=None)
    if least is None or least.confidence >= PLAIN:
        return ""
    return f"{least.confidence:.2f}"
