"""A new conversation is made once, whoever waits for it and whoever stops waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Conversation
from copilot_desktop.errors import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    made = ConversationStore(tmp_path / "conversations.sqlite")
    yield made
    made.close()


def test_a_turn_that_is_stopped_while_its_conversation_is_written_leaves_one_that_can_be_used(
    store: ConversationStore,
) -> None:
    place, told = ConversationPlace("/shop"), list[Conversation]()

    async def work() -> None:
        with store.transaction():
            first = asyncio.create_task(place.keep(store, "First", told.append))
            await asyncio.sleep(0.05)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
        assert await place.keep(store, "Second", told.append) == place.conversation_id

    asyncio.run(work())
    (kept,) = store.conversations("/shop")
    assert (kept.conversation_id, kept.title) == (place.conversation_id, "First")
    assert told == [kept]


def test_what_could_not_be_written_is_tried_again(store: ConversationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    place, make = ConversationPlace("/shop"), store.new_conversation

    def fail(*_arguments: object) -> Conversation:
        raise StoreError("No room.")

    async def work() -> None:
        monkeypatch.setattr(store, "new_conversation", fail)
        with pytest.raises(StoreError):
            await place.keep(store, "First", lambda _: None)
        monkeypatch.setattr(store, "new_conversation", make)
        await place.keep(store, "Second", lambda _: None)

    asyncio.run(work())
    assert [each.title for each in store.conversations("/shop")] == ["Second"]
