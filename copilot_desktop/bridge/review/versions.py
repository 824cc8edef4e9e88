"""Puts another version of undecided hunks into the review, in the place of the one that is there."""

from __future__ import annotations

from collections.abc import Collection

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.edits.change_sets import ChangeSet
from copilot_desktop.edits.refining import version_of, with_version


class HunkVersions:
    """GUI thread only."""

    def __init__(self, documents: DocumentsController, board: ReviewBoard, follower: FileFollower) -> None:
        self._documents = documents
        self._board = board
        self._follower = follower

    def now(self, change_set_id: str, hunk_ids: Collection[str]) -> ChangeSet | None:
        """The hunks as they stand, to be put back later; None where their change set is gone."""
        self._follower.catch_up()
        return version_of(self._board.state, change_set_id, hunk_ids)

    def put(self, hunk_ids: Collection[str], version: ChangeSet) -> None:
        """Show a version instead of these hunks, fitted to what the files say now; decided ones stay as they are."""
        self._follower.catch_up()
        live = {path: text for path in version.base_texts if (text := self._documents.text_of(path)) is not None}
        state = with_version(self._board.state, hunk_ids, version, live)
        left = {hunk.hunk_id for hunk in state.hunks()}
        # A step about a hunk that is no more can not be taken back.
        done = tuple(step for step in self._board.done if step.command.hunk_ids <= left)
        self._board.put(state, done)
        self._follower.look_again(version.base_texts)
