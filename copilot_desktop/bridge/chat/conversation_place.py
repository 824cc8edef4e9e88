"""Where turns are kept: a conversation, or a new one that the first of its turns makes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Conversation, new_id


@dataclass(slots=True, eq=False, weakref_slot=True)
class ConversationPlace:
    """`is_used`: a prompt was sent here. What is sent goes to its place, whatever is shown by then."""

    workspace: str
    kept: Conversation | None = None
    conversation_id: str = field(default_factory=new_id)
    """Also that of a conversation which is not made yet."""
    is_used: bool = False
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationPlace:
        """The place of a conversation that is kept."""
        return cls(conversation.workspace, conversation, conversation.conversation_id)

    @property
    def is_new(self) -> bool:
        """Whether nothing was sent here yet."""
        return self.kept is None and not self.is_used

    async def keep(self, store: ConversationStore, title: str, made: Callable[[Conversation], None]) -> str:
        """On the asyncio thread: the id of the conversation; of a new one once it is in the store, and told of."""
        async with self._making:
            if self.kept is None:
                self.kept = await asyncio.to_thread(store.new_conversation, self.workspace, title, self.conversation_id)
                made(self.kept)
            return self.kept.conversation_id
