"""The review of a window: decisions go in, files are written at once, views hear what changed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.bulk_decisions import BulkDecisions
from copilot_desktop.bridge.review.changed_definitions import ChangedDefinitions
from copilot_desktop.bridge.review.commands import Step
from copilot_desktop.bridge.review.deciding import Decider
from copilot_desktop.bridge.review.editing import HunkEditing
from copilot_desktop.bridge.review.events import ReviewShown
from copilot_desktop.bridge.review.extending import ReviewExtender
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.following import FileFollower, RenameFollower
from copilot_desktop.bridge.review.hunk_splitting import HunkSplitting
from copilot_desktop.bridge.review.keeping import ReviewKeeper
from copilot_desktop.bridge.review.remarks import HunkRemarks
from copilot_desktop.bridge.review.taking_back import TakingBack
from copilot_desktop.bridge.review.undoing import Undoing
from copilot_desktop.bridge.review.versions import HunkVersions
from copilot_desktop.bridge.review.viewed import ViewedMarks
from copilot_desktop.edits.change_sets import ChangeSet, Decision, change_set_from
from copilot_desktop.edits.pending.place import place_of
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.step_recovery import RecoveryNotice

_KEPT_DECIDED = 8
_WENT_ALONG = "The changes under review went along with the folder, which is open under its new name in another window."


class ReviewController(QObject):
    """Owns the review state of a window. GUI thread only."""

    changed = Signal(object)
    """Carries one `ReviewChanged`."""
    noticed = Signal(object)
    """Carries one `ReviewNotice`."""
    undone = Signal(object)
    """Carries one `DecisionUndone`."""
    shown = Signal(object)
    """Carries one `ReviewShown`."""
    refused_wanted = Signal(str)
    """What was not placed of the change set of this id is to be shown."""

    def __init__(self, thread: AsyncThread, documents: DocumentsController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._documents = documents
        self._board = ReviewBoard(self)
        self._board.changed.connect(self.changed)
        self._board.noticed.connect(self.noticed)
        self._board.undone.connect(self.undone)
        self._follower = FileFollower(thread, documents, self._board)
        self.extender = ReviewExtender(documents, self._board, self._follower)
        self.versions = HunkVersions(documents, self._board, self._follower)
        self.taking_back = TakingBack(documents, self._board, self._follower)
        RenameFollower(thread, documents, self._board, self._follower)
        self._decider = Decider(thread, documents, self._board, self._follower)
        self.keeper = ReviewKeeper(thread, documents, self._board, self._follower)
        self.remarks = HunkRemarks(self._board)
        """Comments on hunks, and reasons for rejecting them."""
        self._undoing = Undoing(self._board, self._follower, self._decider, self.show)
        self.undo = self._undoing.undo
        """Takes back the last decision, also one still being written; what was written is given back exactly."""
        self.undo_accept = self._undoing.undo_accept
        """Takes back accepted hunks by their ids, whatever was decided since."""
        self._bulk = BulkDecisions(self._board, self._follower, self._decider, self._undoing)
        self.decide_all, self.decide_hunks = self._bulk.decide_all, self._bulk.decide_hunks
        """Decide what is undecided of a change set, or of the hunks of these ids: one step, which says what it left."""
        self.preview = self._bulk.preview
        """What deciding about the hunks of these ids would take and leave."""
        self.mention = self._board.mention
        """Tells the user a sentence for some seconds."""
        self.splitting = HunkSplitting(self._board, self._follower, self._decider)
        self.viewed = ViewedMarks(self._board)
        self.definitions = ChangedDefinitions(thread, self._board)
        editing = HunkEditing(self._decider)
        self.resolve, self.resolve_and_accept = editing.resolve, editing.resolve_and_accept
        """Take a hunk's id and the text that is to stand in the place of its conflict."""
        self.edit_new_text = editing.edit_new_text
        """Takes an undecided hunk's id and what it is to propose."""
        self.take_back = editing.take_back
        """Takes the id of an accepted hunk that was edited since and what is to stand in its place."""
        self.catch_up = self._follower.catch_up
        """Follows what was typed up to this moment."""
        self.when_settled = self._follower.when_settled
        """Calls what it is given once the review has the texts of now: at once, or when a worker has compared."""
        self.size_limit: SizeLimit = usual_limit
        """How much of old contents may be kept; asked on workers."""
        self.when_idle = self._decider.when_idle
        """Calls what it is given once everything decided is written."""

    @property
    def state(self) -> ReviewState:
        """Change sets, texts and decisions as they are now."""
        return self._board.state

    @property
    def comparing(self) -> frozenset[str]:
        """Hunks that are being compared with what was typed, where that takes long."""
        return self._board.comparing

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision to take back."""
        return bool(self._board.done)

    @property
    def is_busy(self) -> bool:
        """Whether a decision is being written."""
        return self._decider.is_busy

    def under_way(self) -> Mapping[str, Decision]:
        """Decisions that are still being written, by hunk: they count as made."""
        return self._decider.under_way()

    def open_workspace(self, workspace: Workspace, state_folder: Path, *, is_kept: bool = True) -> None:
        """Review an opened folder, with what was under review in it the last time; `is_kept`: also for the next time.

        Journal and checkpoints are kept below the state folder, and so is the review.
        """
        place = place_of(state_folder, os.fsencode(workspace.root)) if is_kept else None
        self.set_folder(ReviewFiles(workspace, Applier(workspace, state_folder, lambda: self.size_limit())), place)

    def set_folder(self, files: ReviewFiles | None, place: Path | None = None) -> None:
        """Review another folder from now on, which keeps its review in the file `place`. A crashed write is mended."""
        self.keeper.leave()
        self._follower.set_files(files)
        self._decider.set_files(files)
        self._board.put(ReviewState(), ())
        if files is None:
            self.keeper.open(None, None)
            return

        def look(notice: RecoveryNotice | None) -> None:
            # What was cut off stands on disk now, or is taken back.
            self.keeper.open(files, place)
            if notice is not None:
                self._board.say(notice.message)

        def fail(error: BaseException) -> None:
            self.keeper.open(files, place)
            self._board.refuse(error)

        self._thread.run_in_worker(files.recover, look, fail)

    def let_go(self) -> None:
        """Another window has the folder under its name of now: it gets the review, with all that was decided here."""
        has_changes = bool(self.state.pending())
        self.keeper.close()
        self.set_folder(None)
        if has_changes:
            self._board.say(_WENT_ALONG, "Decide about them in that window.")

    def change_set(self, change_set_id: str) -> ChangeSet | None:
        """A change set as it stands now; None when it is no longer in the review."""
        return next((each for each in self.state.change_sets if each.change_set_id == change_set_id), None)

    def add_proposal(
        self,
        proposal: Proposal,
        files: Mapping[str, str],
        turn_id: str,
        title: str,
        model: str,
        *,
        prompt: str = "",
        arriving: ChangeSet | None = None,
    ) -> str | None:
        """Take a proposal into review; `files` are the texts it was made from. None when it changes nothing.

        `arriving` is what was shown of it while it arrived: hunks that stay keep their ids.
        """
        made = change_set_from(proposal, files, turn_id=turn_id, title=title, model=model, prompt=prompt)
        if not made.files:
            return None
        if arriving is not None:
            from copilot_desktop.edits.arriving import with_ids_of  # with the engine, which is there by then

            made = with_ids_of(made, arriving)
        return self.add_change_set(made)

    def add_change_set(self, made: ChangeSet) -> str:
        """Take a change set into review, on what its files say now, and return its id."""
        self._follower.catch_up()
        self._board.put(*_without_settled(self.state, self._board.done))
        live = {path: text for path in made.base_texts if (text := self._documents.text_of(path)) is not None}
        self._board.put(self.state.with_change_set(made, live))
        self._follower.look_again(made.base_texts)
        return made.change_set_id

    def show(self, change_set_id: str, hunk_id: str | None = None) -> None:
        """Bring the review to the front."""
        self.shown.emit(ReviewShown(change_set_id, hunk_id))

    def accept(self, hunk_ids: Sequence[str]) -> None:
        """Accept hunks the user points at; they are written at once."""
        self._bulk.submit(hunk_ids, Decision.ACCEPTED)

    def reject(self, hunk_ids: Sequence[str]) -> None:
        """Reject hunks the user points at; an accepted one is taken back."""
        self._bulk.submit(hunk_ids, Decision.REJECTED)

    def look_at(self, hunk_id: str) -> None:
        """Note that the user has this hunk in view: an uncertain one may then be accepted with the others."""
        if self.state.hunk(hunk_id)[2].needs_look:
            self._board.put(self.state.looked_at([hunk_id]))


def _is_open(change_set: ChangeSet) -> bool:
    return any(hunk.decision is Decision.PENDING for change in change_set.files for hunk in change.hunks)


def _without_settled(state: ReviewState, done: tuple[Step, ...]) -> tuple[ReviewState, tuple[Step, ...]]:
    """Let go of the oldest change sets on which everything is decided, and of their steps."""
    settled = [each for each in state.change_sets if not _is_open(each)]
    for each in settled[:-_KEPT_DECIDED]:
        ids = {hunk.hunk_id for change in each.files for hunk in change.hunks}
        done = tuple(step for step in done if not ids & step.command.hunk_ids)
        state = state.without(each.change_set_id)
    return state, done
