"""What the chat shows when something else is chosen before a conversation has been read."""

from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Conversation, StoredTurn
from tests.qt.chat.conftest import Chat


class SlowStore:
    """Reads turns of one conversation only once it is let go, as from a slow disk."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, conversation: Conversation) -> None:
        self._go, self._read_one = threading.Event(), threading.Event()
        real = ConversationStore.turns

        def turns(store: ConversationStore, conversation_id: str) -> tuple[StoredTurn, ...]:
            if conversation_id != conversation.conversation_id:
                return real(store, conversation_id)
            assert self._go.wait(10)
            self._read_one.set()
            return real(store, conversation_id)

        monkeypatch.setattr(ConversationStore, "turns", turns)

    def let_go(self, qtbot: QtBot) -> None:
        """Read, and let what was read arrive."""
        self._go.set()
        qtbot.waitUntil(self._read_one.is_set)
        qtbot.wait(200)


@pytest.fixture
def kept(qtbot: QtBot, chat: Chat) -> Conversation:
    """A conversation of the open folder."""
    return chat.core.conversations.new_conversation(str(chat.folder), "Of the first folder")


def test_a_conversation_does_not_follow_into_another_folder(
    qtbot: QtBot, chat: Chat, kept: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SlowStore(monkeypatch, kept)
    chat.turns.open_conversation(kept)
    chat.turns.open_workspace("/elsewhere")
    store.let_go(qtbot)
    assert chat.turns.conversation is None


def test_the_conversation_chosen_last_is_the_one_that_opens(
    qtbot: QtBot, chat: Chat, kept: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = chat.core.conversations.new_conversation(str(chat.folder), "Chosen last")
    store = SlowStore(monkeypatch, kept)
    chat.turns.open_conversation(kept)
    chat.turns.open_conversation(last)
    qtbot.waitUntil(lambda: chat.turns.conversation == last)
    store.let_go(qtbot)
    assert chat.turns.conversation == last


def test_a_prompt_sent_meanwhile_stays_where_it_was_sent(
    qtbot: QtBot, chat: Chat, kept: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SlowStore(monkeypatch, kept)
    chat.turns.open_conversation(kept)
    chat.turns.start("At once", FrozenContext((), {}), chat.models.current)
    store.let_go(qtbot)
    qtbot.waitUntil(lambda: not chat.turns.is_running)
    assert [turn.head.prompt for turn in chat.panel.conversation.transcript.turns] == ["At once"]
