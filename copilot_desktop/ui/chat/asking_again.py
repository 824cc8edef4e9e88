"""Prompts asked once more: by Retry, as another branch beside the earlier answer; or by hand, out of the composer, when
they got no answer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.turns import TurnController, TurnSent
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnMode, TurnRequest
from copilot_desktop.ui.chat.branching import Branching
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.prompt_sender import PromptSender
from copilot_desktop.ui.focus_order import focus_inside


class AskingAgain(QObject):
    """Remembers what was sent in the conversation that is shown."""

    def __init__(
        self,
        composer: Composer,
        conversation: ConversationView,
        turns: TurnController,
        sender: PromptSender,
        branching: Branching,
    ) -> None:
        super().__init__(composer)
        self._composer, self._conversation, self._turns = composer, conversation, turns
        self._sender, self._branching = sender, branching
        self._requests: dict[str, TurnRequest] = {}
        turns.sent.connect(self._on_turn_sent)
        turns.turn_event.connect(self._on_turn_event)
        turns.conversation_opened.connect(self._on_conversation_opened)

    def stop(self) -> None:
        """The window closes: nothing is put back into the composer any more."""
        self._turns.turn_event.disconnect(self._on_turn_event)

    def ask(self, turn_id: str) -> None:
        """Send the prompt of a turn once more, as it was sent; its answer stays, as another branch."""
        head = self._conversation.head(turn_id)
        if head is None or not self._branching.may_ask_again():
            return
        later = len(self._turns.branch.later(turn_id)) - 1
        if focus_inside(self._conversation.transcript):
            # What is pressed goes away with its turn.
            self._composer.focus_prompt()
        if head.mode is TurnMode.EDIT:
            request = self._requests.get(turn_id)
            sent = None if request is None else FrozenContext(request.items, request.files, request.refine)
            self._sender.send_in_place_again(head.prompt, head.items, sent, edited_id=turn_id)
        else:
            self._sender.send_again(head.prompt, head.items, edited_id=turn_id)
        if later > 0:
            answers = "the answer after it stay" if later == 1 else f"the {later} answers after it stay"
            self._composer.show_notice(f"Asked again in another branch; its first answer and {answers} in the other.")

    def ask_current(self) -> None:
        """The same for the turn with the focus, or the last one."""
        turn_id = self._branching.current_id()
        if turn_id:
            self.ask(turn_id)

    def _on_turn_sent(self, sent: TurnSent) -> None:
        self._requests[sent.request.turn_id] = sent.request

    def _on_conversation_opened(self, opened: ConversationOpened) -> None:
        self._requests = {each.request.turn_id: each.request for each in opened.running if each.request.repair is None}

    def _on_turn_event(self, event: object) -> None:
        """A prompt that got no answer goes back into the field with its chips."""
        if not isinstance(event, TurnFinished) or event.status is TurnStatus.FINISHED:
            return
        request = self._requests.get(event.turn_id)
        # One that was asked in the text stands in its own field above the lines it is about.
        if request is None or self._conversation.answer(event.turn_id) or request.mode is TurnMode.EDIT:
            return
        if not self._composer.prompt.toPlainText() and not self._sender.has_items:
            self._sender.put_back(request.prompt, request.items)
