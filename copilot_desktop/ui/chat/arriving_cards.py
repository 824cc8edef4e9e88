"""Cards below answers that still arrive: what they propose so far, in the conversation that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.review.arriving_proposals import ArrivingChanged, ArrivingProposals
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.proposal_card import FileCount

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView


class ArrivingCards(QObject):
    """Lets the cards follow; the proposal's own card takes the place of each."""

    def __init__(self, conversation: ConversationView, arriving: ArrivingProposals) -> None:
        super().__init__(conversation)
        self._conversation = conversation
        self._arriving = arriving
        arriving.changed.connect(self._on_arriving_changed)
        # One that is shown again while its answer goes on.
        conversation.turn_shown.connect(self._on_turn_shown)

    def _files(self, turn_id: str) -> tuple[FileCount, ...]:
        return tuple(
            FileCount(file.path, file.status, file.added_lines, file.removed_lines)
            for file in self._arriving.files(turn_id)
        )

    def _on_arriving_changed(self, changed: ArrivingChanged) -> None:
        self._conversation.show_arriving(changed.turn_id, self._files(changed.turn_id))

    def _on_turn_shown(self, view: TurnView) -> None:
        view.show_arriving(self._files(view.head.turn_id))
