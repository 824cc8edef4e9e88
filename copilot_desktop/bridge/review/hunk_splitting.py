"""Cuts changes into parts that are decided alone: at their pieces, at a line, or around lines that were picked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import Command, counted
from copilot_desktop.bridge.review.deciding import Decider
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.edits.splitting import (
    ChangedLine,
    Cut,
    SplitHunk,
    cut_above,
    picked_parts,
    pieces,
    split,
)
from copilot_desktop.edits.word_picking import RewrittenLine, split_words, without_words
from copilot_desktop.errors import UsageError

_OTHER = "This change was edited meanwhile, so nothing was done."


class HunkSplitting:
    """GUI thread only. Each is a step like a decision: U joins the parts again.

    Hunks are given as the user saw them: where one says something else by now, nothing is done.
    """

    def __init__(self, board: ReviewBoard, follower: FileFollower, decider: Decider) -> None:
        self._board = board
        self._follower = follower
        self._decider = decider

    def split(self, seen: ChangeHunk) -> None:
        """Cut a change into its pieces, which have unchanged lines between them."""
        self._when_settled(seen, lambda: self._split_up(seen))

    def split_above(self, seen: ChangeHunk, line: ChangedLine) -> None:
        """Cut a change in two above a line."""
        self._when_settled(seen, lambda: self._split(seen, cut_above(seen, line)))

    def decide_lines(self, seen: ChangeHunk, lines: Collection[ChangedLine], decision: Decision) -> None:
        """Accept or reject the picked lines of a change; the others stay, and wait."""
        self._when_settled(seen, lambda: self._decide_lines(seen, lines, decision))

    def decide_words(self, seen: ChangeHunk, line: RewrittenLine, picked: Collection[int], decision: Decision) -> None:
        """Accept the picked words of a line, and the others wait; or have the change leave them as they are."""
        if len(picked) == len(line.words):
            self.decide_lines(seen, {line.old, line.new}, decision)
        elif decision is Decision.REJECTED:
            edits = {seen.hunk_id: without_words(seen, line, picked)}
            self._when_settled(seen, lambda: self._decider.submit(Command("Edit 1 change", {}, edits=edits)))
        else:
            self._when_settled(seen, lambda: self._accept_words(seen, line, picked))

    def _accept_words(self, seen: ChangeHunk, line: RewrittenLine, picked: Collection[int]) -> None:
        state, ids, taken = split_words(self._board.state, seen.hunk_id, line, picked)
        self._board.put(state)
        title = f"Accept {counted(len(picked), 'place')} of a line"
        cuts, said = (SplitHunk(seen, ids),), f"{title.replace('Accept', 'Accepted')}; the others wait."
        self._decider.submit(Command(title, {taken: Decision.ACCEPTED}, said=said, cuts=cuts))

    def _split_up(self, seen: ChangeHunk) -> None:
        try:
            self._split(seen, pieces(seen))
        except UsageError as error:
            # Nothing is lost where this is not read; a notice would stand there when the next change has been split.
            self._board.mention(f"{error.message} {error.advice}".rstrip())

    def _split(self, seen: ChangeHunk, cuts: Collection[Cut]) -> None:
        ids = self._cut(seen, cuts)
        said = f"Split into {len(ids)} changes."
        self._decider.submit(Command("Split 1 change", {}, said=said, cuts=(SplitHunk(seen, ids),)))

    def _decide_lines(self, seen: ChangeHunk, lines: Collection[ChangedLine], decision: Decision) -> None:
        picked = picked_parts(seen, lines)
        verb = "Accept" if decision is Decision.ACCEPTED else "Reject"
        title = f"{verb} {counted(len(lines), 'line')}"
        if not picked.cuts:
            self._decider.submit(Command(title, {seen.hunk_id: decision}))
            return
        ids = self._cut(seen, picked.cuts)
        targets = {ids[number]: decision for number in picked.taken}
        said = f"{verb}ed {counted(len(lines), 'line')}; the others wait."
        self._decider.submit(Command(title, targets, said=said, cuts=(SplitHunk(seen, ids),)))

    def _cut(self, seen: ChangeHunk, cuts: Collection[Cut]) -> tuple[str, ...]:
        state, ids = split(self._board.state, seen.hunk_id, tuple(cuts))
        self._board.put(state)
        return ids

    def _when_settled(self, seen: ChangeHunk, call: Callable[[], None]) -> None:
        self._follower.when_settled(partial(self._carry_out, seen, call))

    def _carry_out(self, seen: ChangeHunk, call: Callable[[], None]) -> None:
        try:
            if seen.hunk_id in self._decider.under_way():
                raise UsageError("This change is being written: undo that first.")
            now = self._board.state.hunk(seen.hunk_id)[2]
            if (now.old_text, now.new_text, now.decision) != (seen.old_text, seen.new_text, seen.decision):
                raise UsageError(_OTHER, advice="Look at it again.")
            call()
        except UsageError as error:
            self._board.refuse(error)
