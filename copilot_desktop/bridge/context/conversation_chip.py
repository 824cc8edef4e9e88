"""Adds an earlier conversation of the folder to a prompt, as it is exported. Read on workers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.context.items import ContextItem, ItemKind, Origin
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Conversation
from copilot_desktop.errors import UsageError

_MOST_CHARACTERS: Final = 100_000
_BEING_READ: Final = "It is still being read; a prompt that is sent meanwhile waits for it."


class ConversationChip:
    """Of one window. GUI thread. Its chip is there at once; what refuses it is told as `ChipsController.refused`."""

    def __init__(
        self, chips: ChipsController, turns: TurnController, store: ConversationStore, thread: AsyncThread
    ) -> None:
        self._chips, self._turns, self._store, self._thread = chips, turns, store, thread

    def add(self, conversation_id: str, title: str) -> None:
        """Add a conversation of the open folder."""
        origin = Origin(conversation_id, f"“{title}”", _BEING_READ)
        settle = self._chips.expect(ContextItem(_new_id(), ItemKind.CONVERSATION, "", "", origin=origin))
        self._thread.run_in_worker(self._work(conversation_id), settle, partial(settle, None))

    def remake(self, item: ContextItem) -> Callable[[], ContextItem]:
        """Reads it anew, on a worker."""
        return self._work("" if item.origin is None else item.origin.source)

    def _work(self, conversation_id: str) -> Callable[[], ContextItem]:
        workspace = self._turns.workspace
        limit = self._chips.limit_tokens()
        most = _MOST_CHARACTERS if limit is None else min(_MOST_CHARACTERS, 2 * limit)

        def work() -> ContextItem:
            every = self._store.conversations(workspace)
            found = next((each for each in every if each.conversation_id == conversation_id), None)
            if found is None:
                raise UsageError("This conversation is not there any more.", advice="Choose another one.")
            return conversation_item(self._store, found, most)

        return work


def _new_id() -> str:
    return uuid.uuid4().hex[:12]


def conversation_item(store: ConversationStore, conversation: Conversation, most: int) -> ContextItem:
    """The shown branch of a conversation as an item of at most about so many characters: the oldest turns give way.
    Raises StoreError."""
    from copilot_desktop.conversation.exporting import markdown_of

    turns = store.branch(conversation.conversation_id, store.leaf_id(conversation.conversation_id))
    text = markdown_of(conversation, turns)
    out = 0
    while len(text) > most and out < len(turns) - 1:
        # A text is as long as its turns: a long way is gone in few steps.
        out += max(1, (len(turns) - out) * (len(text) - most) // (2 * len(text)))
        text = markdown_of(conversation, turns[out:])
    count = len(turns)
    note = f"{'1 turn' if count == 1 else f'{count} turns'}, as it is exported: files that it was sent with are named."
    if len(text) > most:
        text = f"{text[:most]}\n… (the rest is left out)\n"
        note += f" Cut to {most:,} characters."
    if out:
        note += f" To keep it below {most:,} characters the first {out} are left out."
    origin = Origin(conversation.conversation_id, f"“{conversation.title}”", note)
    return ContextItem(_new_id(), ItemKind.CONVERSATION, "", text, origin=origin)
