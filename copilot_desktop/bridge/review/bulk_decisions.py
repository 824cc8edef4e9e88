"""Decisions about hunks, one or many in one go: what is taken, what is left, and the sentences about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import Command, counted
from copilot_desktop.bridge.review.deciding import Decider
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.bridge.review.undoing import Undoing
from copilot_desktop.edits.bulk import Bulk, bulk
from copilot_desktop.edits.change_sets import Decision

_GONE = "These changes are no longer under review in this window."


class BulkDecisions:
    """GUI thread only. Every call is one step: written together, undone together."""

    def __init__(self, board: ReviewBoard, follower: FileFollower, decider: Decider, undoing: Undoing) -> None:
        self._board = board
        self._follower = follower
        self._decider = decider
        self._undoing = undoing

    def submit(self, hunk_ids: Iterable[str], decision: Decision, *, left: str = "", said: str = "") -> None:
        """Decide about hunks the user points at. `left` is told when some were left out, `said` in passing."""
        under_way = self._decider.under_way()
        targets = {hunk_id: decision for hunk_id in hunk_ids if under_way.get(hunk_id) is not decision}
        verb = "Accept" if decision is Decision.ACCEPTED else "Reject"
        command = Command(f"{verb} {counted(len(targets), 'change')}", targets, left=left, said=said)
        possible = self._undoing.possible(command) if targets else None
        if possible is not None:
            self._decider.submit(possible)

    def preview(self, hunk_ids: Collection[str], decision: Decision) -> Bulk:
        """What deciding about these hunks would take and leave, as they are known to stand now."""
        return bulk(self._board.state, hunk_ids, decision, self._decider.under_way())

    def decide_hunks(self, hunk_ids: Collection[str], decision: Decision) -> None:
        """Decide what is undecided of these hunks, in whichever change sets they are.

        Accepting leaves out conflicts and uncertain hunks nobody looked at, and says how many.
        """
        self._follower.when_settled(partial(self._decide, frozenset(hunk_ids), decision))

    def decide_all(self, change_set_id: str, decision: Decision, only: Collection[str] | None = None) -> None:
        """The same for a change set; `only` of these hunks, where some are given."""
        change_set = next((each for each in self._board.state.change_sets if each.change_set_id == change_set_id), None)
        if change_set is None:
            self._board.mention(_GONE)
            return
        self.decide_hunks(
            [
                hunk.hunk_id
                for change in change_set.files
                for hunk in change.hunks
                if only is None or hunk.hunk_id in only
            ],
            decision,
        )

    def _decide(self, hunk_ids: Collection[str], decision: Decision) -> None:
        found = self.preview(hunk_ids, decision)
        said = f"{found.result()}."
        if found.taken:
            is_told = bool(found.skipped)
            self.submit(found.taken, decision, left=said if is_told else "", said="" if is_told else said)
        elif found.skipped:
            self._board.say(said)
        else:
            self._board.mention("Everything here is already decided.")
