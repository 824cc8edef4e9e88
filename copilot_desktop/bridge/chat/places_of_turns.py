"""Where turns were asked, also those of conversations that are not shown: what is asked about an answer goes there."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.conversations import ConversationsController
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.conversation.turns import Conversation


class PlacesOfTurns:
    """Of one window. GUI thread only."""

    def __init__(self, turns: TurnController, conversations: ConversationsController) -> None:
        self._turns, self._conversations = turns, conversations
        self._found: dict[str, ConversationPlace] = {}
        turns.workspace_opened.connect(lambda _folder: self._found.clear())

    def find(self, turn_id: str, found: Callable[[ConversationPlace], object]) -> None:
        """Give `found` the place of a turn, soon or at once.

        It is the one that is shown where the turn is in no conversation, for instance since that was deleted.
        """
        turns = self._turns
        if turn_id in turns.branch.tree.parents:
            found(turns.place)
            return
        known = turns.running.place_of(turn_id) or self._found.get(turn_id)
        if known is not None:
            found(known)
            return
        folder = turns.workspace

        def answer(conversation: Conversation | None) -> None:
            if conversation is None or turns.workspace != folder:
                found(turns.place)
                return
            # Held here: a conversation that nobody shows has its place only as long as somebody asks there.
            place = self._found[turn_id] = turns.place_in(conversation)
            found(place)

        self._conversations.find_turn(turn_id, answer, lambda: found(turns.place))
