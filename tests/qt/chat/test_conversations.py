"""Many conversations: the list found by words, opened, renamed, pinned, deleted with a way back, exported."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.chat.conversations import ConversationExported, ConversationsDeleted
from copilot_desktop.context.collecting import item_of
from copilot_desktop.conversation.events import ErrorNotice, TurnStatus
from copilot_desktop.conversation.turns import Conversation, StoredTurn
from copilot_desktop.ui.chat.conversation_list import ConversationList
from tests.qt.chat.conftest import Chat

LIMIT_MS = 20_000


def keep(chat: Chat, title: str, *turns: tuple[str, str]) -> Conversation:
    store = chat.core.conversations
    made = store.new_conversation(str(chat.folder), title)
    parent_id = ""
    for number, (prompt, answer) in enumerate(turns):
        turn_id = f"{title}-{number}"
        status = TurnStatus.FINISHED
        turn = StoredTurn(turn_id, made.conversation_id, prompt, answer=answer, status=status, parent_id=parent_id)
        store.save_turn(turn)
        parent_id = turn_id
    return made


@pytest.fixture
def listed(qtbot: QtBot, chat: Chat) -> ConversationList:
    """The list with three conversations, opened by its button."""
    keep(chat, "Alpha", ("How does the parser work?", "It reads."))
    keep(chat, "Beta", ("Rename it", "Yes."), ("The needle", "Found."))
    keep(chat, "Gamma", ("Other", "Thing."))
    QTest.mouseClick(chat.panel.header.more, Qt.MouseButton.LeftButton)
    shown = chat.panel.pages.list
    qtbot.waitUntil(lambda: len(shown.found) == 3, timeout=LIMIT_MS)
    return shown


def titles(shown: ConversationList) -> list[str]:
    return [found.conversation.title for found in shown.found]


def wait_titles(qtbot: QtBot, shown: ConversationList, *wanted: str) -> None:
    qtbot.waitUntil(lambda: titles(shown) == list(wanted), timeout=LIMIT_MS)


def test_words_find_a_conversation_and_enter_opens_it_at_the_turn(
    qtbot: QtBot, chat: Chat, listed: ConversationList
) -> None:
    assert titles(listed) == ["Gamma", "Beta", "Alpha"]
    assert listed.field.hasFocus()
    QTest.keyClicks(listed.field, "needl")
    wait_titles(qtbot, listed, "Beta")
    assert listed.found[0].excerpt == "The needle"
    QTest.keyClick(listed.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chat.panel.header.title == "Beta", timeout=LIMIT_MS)
    assert not listed.isVisible()
    assert chat.panel.composer.prompt.hasFocus()
    transcript = chat.panel.conversation.transcript
    qtbot.waitUntil(lambda: [turn.head.prompt for turn in transcript.turns] == ["Rename it", "The needle"])


def test_nothing_found_is_a_sentence_and_esc_goes_back(qtbot: QtBot, chat: Chat, listed: ConversationList) -> None:
    QTest.keyClicks(listed.field, "zebra")
    wait_titles(qtbot, listed)
    said = listed.findChild(QLabel, "conversations_empty")
    assert said is not None
    assert said.text() == "No conversation has “zebra”."
    QTest.keyClick(listed.field, Qt.Key.Key_Escape)
    wait_titles(qtbot, listed, "Gamma", "Beta", "Alpha")
    QTest.keyClick(listed.field, Qt.Key.Key_Escape)
    assert not listed.isVisible()
    assert not chat.panel.header.more.isChecked()


def test_f2_renames_in_place(qtbot: QtBot, chat: Chat, listed: ConversationList) -> None:
    QTest.keyClick(listed.field, Qt.Key.Key_Down)
    QTest.keyClick(listed.field, Qt.Key.Key_F2)
    editor = listed.list.findChild(QLineEdit, "conversation_title")
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Better name")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_titles(qtbot, listed, "Gamma", "Better name", "Alpha")
    assert "Better name" in [each.title for each in chat.core.conversations.conversations(str(chat.folder))]
    assert listed.isVisible()
    assert chat.panel.header.title != "Beta"


def test_an_empty_name_changes_nothing(qtbot: QtBot, chat: Chat, listed: ConversationList) -> None:
    QTest.keyClick(listed.field, Qt.Key.Key_F2)
    editor = listed.list.findChild(QLineEdit, "conversation_title")
    assert editor is not None
    editor.clear()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_titles(qtbot, listed, "Gamma", "Beta", "Alpha")
    assert listed.list.currentIndex().data() == "Gamma"


def test_delete_takes_it_away_and_it_comes_back(qtbot: QtBot, chat: Chat, listed: ConversationList) -> None:
    told: list[ConversationsDeleted] = []
    controller = chat.conversations
    controller.deleted.connect(told.append)
    listed.list.setFocus()
    QTest.keyClick(listed.list, Qt.Key.Key_Delete)
    wait_titles(qtbot, listed, "Beta", "Alpha")
    assert [each.title for each in told[-1].conversations] == ["Gamma"]
    button = listed.findChild(QToolButton, "conversation_delete")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_titles(qtbot, listed, "Alpha")
    controller.restore_deleted()
    wait_titles(qtbot, listed, "Gamma", "Beta", "Alpha")
    assert not controller.has_deleted


def test_deleting_the_shown_one_leaves_a_new_one(qtbot: QtBot, chat: Chat, listed: ConversationList) -> None:
    QTest.keyClick(listed.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chat.panel.header.title == "Gamma", timeout=LIMIT_MS)
    chat.panel.conversations.delete_shown()
    qtbot.waitUntil(lambda: chat.turns.conversation is None, timeout=LIMIT_MS)
    assert chat.panel.header.title == "New conversation"
    assert chat.panel.conversation.transcript.turns == ()


def test_a_pinned_one_goes_to_the_top(qtbot: QtBot, listed: ConversationList) -> None:
    QTest.keyClick(listed.field, Qt.Key.Key_Down)
    QTest.keyClick(listed.field, Qt.Key.Key_Down)
    button = listed.findChild(QToolButton, "conversation_pin")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_titles(qtbot, listed, "Alpha", "Gamma", "Beta")
    assert listed.list.currentIndex().data() == "Alpha"


def test_export_writes_markdown_without_keys(qtbot: QtBot, chat: Chat, tmp_path: Path) -> None:
    store = chat.core.conversations
    key = "sk-abcdefghijklmnop1234"
    made = keep(chat, "Export me", ("First", "Answer."))
    turn = StoredTurn(
        "x",
        made.conversation_id,
        f"Use {key}",
        items=(item_of("basket.py", "secret text of the file"),),
        model="m-1",
        answer="```python\nx = 1\n```",
        status=TurnStatus.STOPPED,
        parent_id="Export me-0",
    )
    store.save_turn(turn)
    told: list[ConversationExported] = []
    chat.conversations.exported.connect(told.append)
    chat.panel.conversations.ask_export(made)
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog))
    place = tmp_path / "out.md"
    dialog.fileSelected.emit(str(place))
    dialog.reject()
    qtbot.waitUntil(lambda: len(told) == 1, timeout=LIMIT_MS)
    text = place.read_text(encoding="utf-8")
    assert text.startswith("# Export me\n\n")
    assert text.endswith(
        "## You\n\nContext: `basket.py`\n\nUse [key]\n\n## m-1\n\n```python\nx = 1\n```\n\n*Stopped here.*\n"
    )
    assert key not in text
    assert "secret text" not in text
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".copilot")] == []


def test_an_export_that_cannot_be_written_is_a_sentence(qtbot: QtBot, chat: Chat, tmp_path: Path) -> None:
    made = keep(chat, "Export me", ("First", "Answer."))
    told: list[ErrorNotice] = []
    chat.conversations.failed.connect(told.append)
    chat.conversations.export(made, tmp_path / "gone" / "out.md", {})
    qtbot.waitUntil(lambda: len(told) == 1, timeout=LIMIT_MS)
    assert "disappeared" in chat.panel.composer.notice.toPlainText()


def test_hundreds_of_conversations_are_found_quickly(qtbot: QtBot, chat: Chat) -> None:
    for number in range(300):
        keep(chat, f"Talk {number}", (f"Question {number}", "word " * 200))
    began = time.monotonic()
    found = chat.core.conversations.search(str(chat.folder), "question 29")
    assert "Talk 29" in [each.conversation.title for each in found]
    assert time.monotonic() - began < 2
