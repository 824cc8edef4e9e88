"""What a turn of the conversation began with; known of all of them, also of those that are not drawn."""

from __future__ import annotations

from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class TurnHead:
    """What a turn began with: the prompt and the items it was sent with, in order, and where it was asked."""

    turn_id: str
    prompt: str
    items: tuple[ContextItem, ...] = ()
    mode: TurnMode = TurnMode.CHAT
    origin_id: str = ""

    @property
    def known_id(self) -> str:
        """The id under which the ledger and the review know the turn: that of the one it is a copy of."""
        return self.origin_id or self.turn_id
