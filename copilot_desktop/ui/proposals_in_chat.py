"""Proposals of answers: they go to the review, and the cards in the chat follow what becomes of them there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.review import early_decisions
from copilot_desktop.bridge.review.arriving_proposals import ArrivingProposals
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.bridge.review.refining import HunkRefiner
from copilot_desktop.edits.change_sets import ChangeSet, Decision, change_set_from
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.proposal_card import ProposalSummary
from copilot_desktop.ui.refused_in_window import RefusedInWindow
from copilot_desktop.workspace.documents import Document


class ProposalsInChat(QObject):
    """Of one chat."""

    def __init__(
        self,
        panel: ChatPanel,
        review: ReviewController,
        refused: RefusedInWindow,
        arriving: ArrivingProposals,
        documents: DocumentsController,
    ) -> None:
        super().__init__(panel)
        self._panel, self._review, self._refused = panel, review, refused
        self._arriving, self._documents = arriving, documents
        self.refiner: HunkRefiner | None = None
        """Takes the answers of follow-ups about changes that wait."""
        review.changed.connect(self._on_review_changed)
        panel.conversation.turn_shown.connect(lambda view: self._show_cards(turn_id=view.head.known_id))
        documents.state_changed.connect(self._on_document_state_changed)
        panel.review_chosen.connect(self._on_review_chosen)
        panel.accept_chosen.connect(lambda chosen: self._decide(Decision.ACCEPTED, chosen))
        panel.reject_chosen.connect(lambda chosen: self._decide(Decision.REJECTED, chosen))

    def forget(self) -> None:
        """Another folder is opened."""
        self._refused.blocks.restore(())
        self._arriving.forget()

    def take(self, made: ProposalMade) -> None:
        """An answer with changes has ended."""
        arriving = self._arriving.change_set(made.turn_id)
        named = None if self.refiner is None else self.refiner.take(made, arriving)
        if named is not None:
            self._take_refined(made, named)
            return
        change_set_id = self._review.add_proposal(
            made.proposal,
            made.files,
            made.turn_id,
            made.title,
            made.model,
            prompt=made.prompt,
            arriving=arriving,
        )
        change_set: ChangeSet | None = None
        if change_set_id is not None:
            change_set = self._review.change_set(change_set_id)
        if change_set is None:
            # Nothing could be placed: the card says why.
            change_set = change_set_from(
                made.proposal,
                made.files,
                turn_id=made.turn_id,
                title=made.title,
                model=made.model,
                prompt=made.prompt,
            )
        self._panel.conversation.show_change_set(change_set)
        self._refused.blocks.take(change_set, made.files)
        if not made.is_stopped:
            self._refused.repairs.begin(made.turn_id)
        carried_out = early_decisions.carry_out(self._review, self._arriving.decided(made.turn_id))
        if made.is_stopped:
            early_decisions.tell_stopped(self._review, change_set, carried_out)

    def _take_refined(self, made: ProposalMade, named: Mapping[str, str]) -> None:
        """The answer of a follow-up is another version of changes that wait; what has no place is told below it."""
        if made.proposal.failures:
            left = change_set_from(
                replace(made.proposal, files={}, hunks=()),
                made.files,
                turn_id=made.turn_id,
                title=made.title,
                model=made.model,
            )
            self._refused.blocks.take(left, made.files)
        self._show_cards(turn_id=made.turn_id)
        early_decisions.carry_out(self._review, self._arriving.decided(made.turn_id), named)

    def _on_review_changed(self, _changed: ReviewChanged) -> None:
        self._show_cards()

    def _on_document_state_changed(self, document: Document) -> None:
        if document.path is not None:
            self._show_cards(path=document.path)

    def _on_review_chosen(self, chosen: ProposalSummary) -> None:
        self._review.show(chosen.change_set_id, chosen.only[0] if chosen.only else None)

    def _decide(self, decision: Decision, chosen: ProposalSummary) -> None:
        self._review.decide_all(chosen.change_set_id, decision, only=chosen.only or None)

    def _show_cards(self, *, path: str | None = None, turn_id: str | None = None) -> None:
        """Show or refresh the cards of all change sets, or of those about one file or of one turn."""
        dirty = {document.path for document in self._documents.dirty()}
        # Of some nothing was placed: they are in no review.
        known = {each.change_set_id: each for each in self._review.state.change_sets}
        known = known | {
            each.change_set_id: each for each in self._refused.blocks.change_sets() if each.change_set_id not in known
        }
        for change_set in known.values():
            # Below a follow-up stands what it was about, and nothing else can be decided there.
            parts = {} if self.refiner is None else self.refiner.follow_ups(change_set)
            for each, shown in {change_set.turn_id: change_set, **parts}.items():
                paths = {change.path for change in shown.files}
                if path in (None, *paths) and turn_id in (None, each):
                    is_part, is_unsaved = shown is not change_set, bool(paths & dirty)
                    self._panel.conversation.show_change_set(shown, is_unsaved=is_unsaved, is_part=is_part)
