"""Prompts written while an answer arrives wait for its end, and for the user when it ended badly."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from tests.qt.chat.conftest import Chat, selected
from tests.qt.chat.test_branching import LIMIT_MS, prompts
from tests.qt.chat.test_chat_panel import send


def begin(qtbot: QtBot, chat: Chat) -> None:
    """An answer that waits in its middle, with a prompt queued behind it."""
    chat.server.holds(["Half ", "and half."])
    chat.server.answers("Next.")
    send(qtbot, chat, "first")
    transcript = chat.panel.conversation.transcript
    qtbot.waitUntil(lambda: transcript.turns[0].answer.text == "Half ", timeout=LIMIT_MS)
    selected(chat)
    chat.panel.add_selection()
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1, timeout=LIMIT_MS)
    send(qtbot, chat, "second")


def buttons(chat: Chat, name: str) -> list[QToolButton]:
    return [each for each in chat.panel.findChildren(QToolButton, name) if each.isVisible()]


def queued(chat: Chat) -> list[str]:
    return [each.prompt for each in chat.panel.queue.prompts]


def test_enter_while_busy_queues_and_the_end_sends(qtbot: QtBot, chat: Chat) -> None:
    begin(qtbot, chat)
    assert queued(chat) == ["second"]
    assert chat.panel.composer.prompt.toPlainText() == ""
    assert chat.chips.items == ()
    assert len(chat.server.requests) == 1
    chat.server.release()
    qtbot.waitUntil(lambda: prompts(chat) == ["first", "second"] and not chat.turns.is_running, timeout=LIMIT_MS)
    assert queued(chat) == []
    assert "def total(items)" in chat.server.requests[-1].prompt
    assert "second" in chat.server.requests[-1].prompt


def test_several_are_sent_one_after_the_other(qtbot: QtBot, chat: Chat) -> None:
    begin(qtbot, chat)
    send(qtbot, chat, "third")
    assert queued(chat) == ["second", "third"]
    chat.server.release()
    qtbot.waitUntil(
        lambda: prompts(chat) == ["first", "second", "third"] and not chat.turns.is_running, timeout=LIMIT_MS
    )
    assert [request.prompt.split("\n")[-1] for request in chat.server.requests] == ["first", "second", "third"]


def test_after_a_stop_it_waits_until_it_is_sent_by_hand(qtbot: QtBot, chat: Chat) -> None:
    begin(qtbot, chat)
    QTest.keyClick(chat.panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not chat.turns.is_running, timeout=LIMIT_MS)
    qtbot.wait(200)
    assert queued(chat) == ["second"]
    assert len(chat.server.requests) == 1
    button = chat.panel.findChild(QPushButton, "queue_send")
    assert button is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: prompts(chat)[-1] == "second" and not chat.turns.is_running, timeout=LIMIT_MS)
    assert queued(chat) == []


def test_after_a_failure_it_stays(qtbot: QtBot, chat: Chat) -> None:
    chat.server.cut(["Half ", "rest"])
    chat.server.answers("Next.")
    chat.server.released.clear()
    send(qtbot, chat, "first")
    qtbot.waitUntil(lambda: chat.turns.is_running or bool(prompts(chat)), timeout=LIMIT_MS)
    if chat.turns.is_running:
        send(qtbot, chat, "second")
        qtbot.waitUntil(lambda: not chat.turns.is_running, timeout=LIMIT_MS)
        assert queued(chat) == ["second"]
        assert len(chat.server.requests) == 1


def test_it_can_be_edited_and_removed(qtbot: QtBot, chat: Chat) -> None:
    begin(qtbot, chat)
    send(qtbot, chat, "third")
    qtbot.waitUntil(lambda: len(buttons(chat, "queued_remove")) == 2)
    QTest.mouseClick(buttons(chat, "queued_remove")[1], Qt.MouseButton.LeftButton)
    assert queued(chat) == ["second"]
    qtbot.waitUntil(lambda: len(buttons(chat, "queued_edit")) == 1)
    edit = buttons(chat, "queued_edit")[0]
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_Space)
    assert queued(chat) == []
    assert chat.panel.composer.prompt.toPlainText() == "second"
    assert len(chat.chips.items) == 1
    chat.server.release()
    qtbot.waitUntil(lambda: not chat.turns.is_running, timeout=LIMIT_MS)
    assert len(chat.server.requests) == 1


def test_a_queued_prompt_whose_file_has_gone_comes_back_to_the_queue(qtbot: QtBot, chat: Chat) -> None:
    chat.server.holds(["Half ", "and half."])
    send(qtbot, chat, "first")
    transcript = chat.panel.conversation.transcript
    qtbot.waitUntil(lambda: transcript.turns[0].answer.text == "Half ", timeout=LIMIT_MS)
    chat.panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(chat.chips.items) == 1 and bool(chat.chips.items[0].text), timeout=LIMIT_MS)
    send(qtbot, chat, "second")
    (chat.folder / "basket.py").unlink()
    chat.server.release()
    qtbot.waitUntil(lambda: not chat.panel.composer.notice.isHidden(), timeout=LIMIT_MS)
    assert queued(chat) == ["second"]
    assert prompts(chat) == ["first"]


def test_each_conversation_has_its_own(qtbot: QtBot, chat: Chat) -> None:
    begin(qtbot, chat)
    conversation = chat.turns.conversation
    assert conversation is not None
    chat.turns.new_conversation()
    assert queued(chat) == []
    chat.turns.open_conversation(conversation)
    qtbot.waitUntil(lambda: queued(chat) == ["second"], timeout=LIMIT_MS)
