"""Taking decisions back: the last one, or those of hunks the user points at, in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import MOST_STEPS, Command, carried_out, counted
from copilot_desktop.bridge.review.deciding import Decider
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.edits.change_sets import CLASHES, Decision, HunkState
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import UsageError

_ACCEPTED: Final = Decision.ACCEPTED
_NONE: Final = "There is no decision to take back. What was discarded comes back by U in “My changes”."
Show = Callable[[str, str], None]
"""Brings a change set of the review to the front, at one of its hunks."""


class Undoing:
    """GUI thread only. What was written is given back exactly; what was typed since stays.

    A hunk in whose lines both cannot be told apart stays accepted: the review shows its three sides.
    """

    def __init__(self, board: ReviewBoard, follower: FileFollower, decider: Decider, show: Show) -> None:
        self._board = board
        self._follower = follower
        self._decider = decider
        self._show = show

    def undo(self) -> None:
        """Take back the last decision, also one still being written."""
        self._decider.submit(self._last)

    def undo_accept(self, hunk_ids: Sequence[str]) -> None:
        """Take back accepted hunks, whatever was decided since: they are undecided again."""

        def command() -> Command | None:
            self._follower.catch_up()
            hunks = [self._board.state.hunk(hunk_id)[2] for hunk_id in hunk_ids]
            accepted = [hunk.hunk_id for hunk in hunks if hunk.decision is Decision.ACCEPTED]
            title = f"Undo: Accept {counted(len(accepted), 'change')}"
            reopened = self._resolved_with(accepted)
            command = Command(title, dict.fromkeys(accepted, Decision.PENDING), reopened=reopened)
            return self.possible(command) if accepted else None

        self._decider.submit(command)

    def _resolved_with(self, hunk_ids: Sequence[str]) -> dict[str, str]:
        """Those that were conflicts until the step that accepted them, with the text that resolved them."""
        found: dict[str, str] = {}
        for hunk_id in hunk_ids:
            steps = [each.command for each in self._board.done if each.command.targets.get(hunk_id) is _ACCEPTED]
            edits = self._board.state.hunk(hunk_id)[2].edits
            if steps and hunk_id in steps[-1].edits and edits:
                found[hunk_id] = edits[-1][1]
        return found

    def possible(self, command: Command) -> Command | None:
        """A command without accepted hunks that cannot be taken back by themselves; None where none is left."""
        state = self._board.state
        stuck = [hunk_id for hunk_id, each in command.targets.items() if _is_stuck(state, hunk_id, each)]
        # What stands on another one may go together with it.
        if not stuck or _can_be(state, command):
            return command
        change_set, _, hunk = self._board.state.hunk(stuck[0])
        self._show(change_set.change_set_id, hunk.hunk_id)
        stays = "1 change stays" if len(stuck) == 1 else f"{len(stuck)} changes stay"
        is_covered = hunk.state is HunkState.COVERED
        since = "another accepted change stands on its lines" if is_covered else "its lines were edited since"
        left = f"{stays} accepted: {since}." if len(stuck) == 1 else f"{stays} accepted."
        advice = "Take that one back first." if is_covered else "Choose in the review what is to stand there."
        if len(stuck) < len(command.targets):
            return command.without(stuck, f"{left} {advice}")
        self._board.say(left, advice, is_error=True)
        return None

    def _last(self) -> Command | None:
        self._follower.catch_up()
        done, state = self._board.done, self._board.state
        while done and done[-1].is_taken_back(state):
            # Ctrl+Z in the text has taken it back already: undoing it would do nothing.
            done = done[:-1]
        self._board.put(state, done)
        if not done:
            self._tell_of_none(state)
            return None
        return self.possible(done[-1].command.undoing(done[-1]))

    def _tell_of_none(self, state: ReviewState) -> None:
        if any(hunk.decision is not Decision.PENDING for hunk in state.hunks()):
            # Decided longer ago than is kept, or before a file was taken back by other means.
            self._board.say(
                f"There is no decision left that U takes back: it goes back over the last {MOST_STEPS}.",
                "“Undo accept” takes a single change back however old it is, and the history brings back any state.",
            )
        else:
            self._board.mention(_NONE)


def _is_stuck(state: ReviewState, hunk_id: str, wanted: Decision) -> bool:
    """Whether an accepted hunk cannot be taken back by itself."""
    hunk = state.hunk(hunk_id)[2]
    is_taken_back = hunk.decision is Decision.ACCEPTED and wanted is not Decision.ACCEPTED
    if not is_taken_back or hunk.state not in CLASHES:
        return False
    return not _can_be(state, Command("", {hunk_id: wanted}))


def _can_be(state: ReviewState, command: Command) -> bool:
    try:
        carried_out(state, command)
    except UsageError:
        return False
    return True
