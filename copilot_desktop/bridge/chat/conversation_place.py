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
    _making: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationPlace:
        """The place of a conversation that is kept."""
        return cls(conversation.workspace, conversation, conversation.conversation_id)

    @property
    def is_new(self) -> bool:
        """Whether nothing was sent here yet."""
        return self.kept is None and not self.is_used

    async def keep(self, store: ConversationStore, title: str, made: Callable[[Conversation], None]) -> str:
        """On the asyncio thread: the id of the conversation; of a new one once it is in the store, and told of.

        To stop the turn that waits for it stops only the waiting: what is being written would be there all the same,
        and a second time is an error.
        """
        if self.kept is None:
            if self._making is None or self._making.done():
                self._making = asyncio.create_task(self._make(store, title, made))
                self._making.add_done_callback(_is_told)
            await asyncio.shield(self._making)
        return self.conversation_id

    async def _make(self, store: ConversationStore, title: str, made: Callable[[Conversation], None]) -> None:
        self.kept = await asyncio.to_thread(store.new_conversation, self.workspace, title, self.conversation_id)
        made(self.kept)


def _is_told(making: asyncio.Task[None]) -> None:
    """Whoever waited has its error; where nobody does any more the next turn tries again."""
    if not making.cancelled():
        making.exception()
