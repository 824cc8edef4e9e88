"""Cards below answers of an earlier start that proposed changes: what is known of them, and the way to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.bridge.review.kept_proposals import KeptFound, KeptProposals
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.focus_order import hand_focus_on

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView


_GONE = "Proposed changes that are no longer in the review"
_FOLLOW_UP = "Another version of a change above, whose card says what became of it"


class KeptProposalCard(QFrame):
    """One sentence and one button."""

    again_chosen = Signal()

    def __init__(self, *, is_follow_up: bool) -> None:
        super().__init__()
        self.setObjectName("kept_proposal_card")
        said = _FOLLOW_UP if is_follow_up else _GONE
        self.setAccessibleName(said)
        self.setProperty("card", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(8)
        row.addWidget(label(said, "muted", name="kept_state"), 1)
        again = button("propose_again", "Propose again")
        again.setToolTip("Place this answer's changes on the files as they are now")
        again.clicked.connect(self.again_chosen)
        row.addWidget(again)


class KeptProposalCards(QObject):
    """Puts the cards below the turns of the conversation that is shown, and takes them away for real ones."""

    def __init__(self, conversation: ConversationView, kept: KeptProposals) -> None:
        super().__init__(conversation)
        self._conversation = conversation
        self._kept = kept
        self._turn_ids: frozenset[str] = frozenset()
        self._follow_up_ids: frozenset[str] = frozenset()
        self._review: ReviewController | None = None
        self._refused: RefusedBlocks | None = None
        conversation.turn_shown.connect(self._offer)
        kept.found.connect(self._on_found)
        kept.proposed.connect(self._on_proposed)

    def join(self, review: ReviewController, refused: RefusedBlocks) -> None:
        """What is in the review, or refused there, has cards of its own, also when it comes back after a restart."""
        self._review, self._refused = review, refused
        review.keeper.loaded.connect(self._offer_all)
        review.changed.connect(self._on_review_changed)

    def _on_found(self, found: KeptFound) -> None:
        self._turn_ids, self._follow_up_ids = found.turn_ids, found.follow_up_ids
        self._offer_all()

    def _offer_all(self) -> None:
        for view in self._conversation.transcript.turns:
            self._offer(view)

    def _offer(self, view: TurnView) -> None:
        if view.head.turn_id in self._turn_ids:
            # Whoever else hears of the turn now may bring the card of a proposal that is in the review.
            QTimer.singleShot(0, self, partial(self._add_card, view.head.turn_id))

    def _add_card(self, turn_id: str) -> None:
        view = self._conversation.transcript.turn(turn_id)
        is_wanted = view is not None and turn_id in self._turn_ids and not view.proposals
        if view is None or not is_wanted or view.findChild(KeptProposalCard) is not None:
            return
        if self._review is not None and (not self._review.keeper.is_loaded or self._is_known(view)):
            return
        card = KeptProposalCard(is_follow_up=turn_id in self._follow_up_ids)
        card.again_chosen.connect(partial(self._kept.propose, turn_id))
        view.add_card(card)

    def _is_known(self, view: TurnView) -> bool:
        turn_id = view.head.known_id
        if self._refused is not None and self._refused.of_turn(turn_id):
            return True
        sets = () if self._review is None else self._review.state.change_sets
        return any(each.turn_id == turn_id for each in sets)

    def _on_review_changed(self, _changed: ReviewChanged) -> None:
        for view in self._conversation.transcript.turns:
            if view.findChild(KeptProposalCard) is not None and self._is_known(view):
                self._withdraw_soon(view.head.turn_id)

    def _on_proposed(self, made: ProposalMade) -> None:
        self._withdraw_soon(made.turn_id)

    def _withdraw_soon(self, turn_id: str) -> None:
        # Whoever else hears of it brings the card of the review first, which then gets the keyboard.
        QTimer.singleShot(0, self, partial(self.withdraw, turn_id))

    def withdraw(self, turn_id: str) -> None:
        """Its changes are in the review: it has the card of these."""
        self._turn_ids -= {turn_id}
        view = self._conversation.transcript.turn(turn_id)
        # A turn that is not drawn has no card, and gets none when it is drawn again.
        card = None if view is None else view.findChild(KeptProposalCard)
        if view is not None and card is not None:
            hand_focus_on(card, view.proposals[-1].entry if view.proposals else view)
            card.hide()
            card.deleteLater()
