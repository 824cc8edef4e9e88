"""Refused blocks that find their place later, put into the review of the answer they came with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.edits.change_sets import ChangeSet, change_set_from
from copilot_desktop.edits.extending import extended, waiting_lines, with_failures
from copilot_desktop.edits.proposal import Failure, Proposal
from copilot_desktop.edits.review import Texts


class ReviewExtender:
    """Adds to change sets that are under review, or were to be. GUI thread only."""

    def __init__(self, documents: DocumentsController, board: ReviewBoard, follower: FileFollower) -> None:
        self._documents = documents
        self._board = board
        self._follower = follower

    def extend(self, change_set: ChangeSet, proposal: Proposal, files: Mapping[str, str]) -> tuple[str, ...]:
        """Add the hunks of a proposal to a change set, which is put into the review where it is not there.

        `files` are the texts the proposal was made from; what was refused of the change set is what its failures say.
        Returns the ids of the new hunks, none where the proposal changes nothing.
        """
        made = change_set_from(
            proposal,
            files,
            turn_id=change_set.turn_id,
            title=change_set.title,
            model=change_set.model,
            prompt=change_set.prompt,
        )
        if not made.files:
            return ()
        more = replace(
            made,
            change_set_id=change_set.change_set_id,
            created_at=change_set.created_at,
            failures=change_set.failures,
        )
        self._follower.catch_up()
        live = {path: text for path in more.base_texts if (text := self._documents.text_of(path)) is not None}
        self._board.put(extended(self._board.state, more, live))
        self._follower.look_again(more.base_texts)
        return tuple(hunk.hunk_id for change in more.files for hunk in change.hunks)

    def waiting_lines(self, change_set_id: str, texts: Texts) -> dict[str, tuple[tuple[int, int], ...]]:
        """The lines [start, end) that undecided hunks of a change set are on, in the texts as they are now, by path."""
        self._follower.catch_up()
        return waiting_lines(self._board.state, change_set_id, texts)

    def set_failures(self, change_set_id: str, failures: tuple[Failure, ...]) -> None:
        """Other blocks of a change set are still refused."""
        self._board.put(with_failures(self._board.state, change_set_id, failures))
