"""Words found in a conversation, in the whole window: also in turns that are not drawn, by keys and by mouse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.assembly import CONVERSATIONS_FILE
from copilot_desktop.conversation.events import TurnStatus
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import StoredTurn
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.find_bar import FindBar
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, opened, panel_of

TURNS = 500
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    folder = make_shop(tmp_path)
    with closing(ConversationStore(program_folders(os.environ).data / CONVERSATIONS_FILE)) as store:
        made, parent_id = store.new_conversation(str(folder), "A long one"), ""
        for number in range(TURNS):
            answer = f"Answer **{number}** with `code`.\n\n```python\nvalue = {number}\nprint(value)\n```\n\n- a\n- b\n"
            if number in (3, 250, 499):
                answer += "\nThe wal**rus** is here: 🙂 Walrus, and a second walrus.\n"
            turn_id = f"t{number}"
            store.save_turn(
                StoredTurn(
                    turn_id,
                    made.conversation_id,
                    f"Question {number}",
                    answer=answer,
                    status=TurnStatus.FINISHED,
                    parent_id=parent_id,
                )
            )
            parent_id = turn_id
    with open_desktop(qtbot, folder) as shown:
        yield shown


def ready(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    panel = panel_of(qtbot, desktop)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript) == TURNS)
    qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns))
    return panel


def said(panel: ChatPanel) -> str:
    return panel.find_bar.count.text()


def marked(panel: ChatPanel) -> list[str]:
    """The marked words that are in sight, the chosen one in brackets."""
    transcript, found = panel.conversation.transcript, []
    accent = panel.find_bar._theme.tokens.accent
    for view in transcript.turns:
        for field in (view.prompt.text, view.answer):
            for each in field.extraSelections():
                rect = field.cursorRect(each.cursor)
                top = field.viewport().mapTo(transcript.viewport(), rect.topLeft())
                if transcript.viewport().rect().intersects(QRect(top, rect.size())):
                    text = each.cursor.selectedText()
                    found.append(f"[{text}]" if each.format.background().color().name() == accent.lower() else text)
    return found


def press(pressed: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, pressed, modifiers)


def test_all_of_a_long_conversation_is_found_by_keys(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = ready(qtbot, desktop)
    panel.composer.focus_prompt()
    press(Qt.Key.Key_F, _CTRL)
    assert panel.find_bar.isVisible()
    assert panel.find_bar.field.hasFocus()
    QTest.keyClicks(panel.find_bar.field, "walrus")
    # From what is seen on, which is the end.
    qtbot.waitUntil(lambda: said(panel) == "7 of 9")
    qtbot.waitUntil(lambda: marked(panel) == ["[walrus]", "Walrus", "walrus"])
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said(panel) == "8 of 9")
    qtbot.waitUntil(lambda: marked(panel) == ["walrus", "[Walrus]", "walrus"])
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_F3)
    # Round to the first turns, which were never drawn.
    qtbot.waitUntil(lambda: said(panel) == "1 of 9")
    qtbot.waitUntil(lambda: marked(panel) == ["[walrus]", "Walrus", "walrus"])
    assert panel.conversation.transcript.turn("t3") is not None
    for _step in range(3):
        press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said(panel) == "4 of 9" and panel.conversation.transcript.turn("t250") is not None)
    qtbot.waitUntil(lambda: marked(panel)[:1] == ["[walrus]"])
    press(Qt.Key.Key_Return, _SHIFT)
    qtbot.waitUntil(lambda: said(panel) == "3 of 9")
    press(Qt.Key.Key_C, _ALT)
    qtbot.waitUntil(lambda: said(panel).endswith(" of 6"))
    press(Qt.Key.Key_Escape)
    assert not panel.find_bar.isVisible()
    assert panel.composer.prompt.hasFocus()
    assert marked(panel) == []


def test_by_mouse_and_a_wrong_expression(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = ready(qtbot, desktop)
    assert desktop.window.commands.run("chat.find")
    QTest.keyClicks(panel.find_bar.field, "Question 49")
    qtbot.waitUntil(lambda: said(panel).endswith(" of 11"))

    def click(name: str) -> None:
        button = panel.find_bar.findChild(QToolButton, f"chat_find.{name}")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    before = said(panel)
    click("next")
    assert said(panel) != before
    click("previous")
    assert said(panel) == before
    click("word")
    qtbot.waitUntil(lambda: said(panel) == "1 of 1")
    qtbot.waitUntil(lambda: marked(panel) == ["[Question 49]"])
    click("regex")
    panel.find_bar.field.setText("Question (4")
    qtbot.waitUntil(lambda: said(panel).startswith("This regular expression cannot be used"))
    panel.find_bar.field.setText(r"value = \d00")
    qtbot.waitUntil(lambda: said(panel).endswith(" of 4"))
    panel.find_bar.field.setText("nothing like this")
    qtbot.waitUntil(lambda: said(panel) == "Not found")
    assert marked(panel) == []
    click("close")
    assert not panel.find_bar.isVisible()


def test_the_selection_is_looked_for_and_the_keyboard_goes_back_to_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = ready(qtbot, desktop)
    transcript = panel.conversation.transcript
    qtbot.waitUntil(lambda: transcript.turn("t499") is not None and not transcript.is_drawing("t499"))
    view = transcript.turn("t499")
    assert view is not None
    view.answer.setFocus()
    cursor = view.answer.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(6, cursor.MoveMode.KeepAnchor)
    view.answer.setTextCursor(cursor)
    press(Qt.Key.Key_F, _CTRL)
    assert panel.find_bar.field.text() == "Answer"
    qtbot.waitUntil(lambda: said(panel).endswith(f" of {TURNS}"))
    press(Qt.Key.Key_Escape)
    assert view.answer.hasFocus()


def test_the_editor_keeps_its_own_find_bar(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = ready(qtbot, desktop)
    view = opened(qtbot, desktop)
    QTest.keyClick(view.code, Qt.Key.Key_F, _CTRL)
    bar = desktop.window.findChild(FindBar)
    assert bar is not None
    assert bar.isVisible()
    assert not panel.find_bar.isVisible()
    panel.composer.focus_prompt()
    press(Qt.Key.Key_F3)
    assert panel.find_bar.isVisible()


def test_an_answer_that_arrives_is_looked_through_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    server.holds(["A narwhal ", "and another narwhal."])
    panel = ready(qtbot, desktop)
    panel.composer.focus_prompt()
    press(Qt.Key.Key_F, _CTRL)
    QTest.keyClicks(panel.find_bar.field, "narwhal")
    qtbot.waitUntil(lambda: said(panel) == "Not found")
    panel.composer.focus_prompt()
    QTest.keyClicks(panel.composer.prompt, "go")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: said(panel).endswith(" of 1"))
    server.release()
    qtbot.waitUntil(lambda: said(panel).endswith(" of 2"))
    qtbot.waitUntil(lambda: marked(panel) == ["narwhal", "narwhal"])
    # The list of conversations takes the place of the turns: there is nothing to find in.
    QTest.keyClick(desktop.window, Qt.Key.Key_H, _CTRL | _ALT)
    assert not panel.find_bar.isVisible()
    press(Qt.Key.Key_F, _CTRL)
    assert panel.pages.list.field.hasFocus()


def test_typing_stays_quick_while_it_looks(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = ready(qtbot, desktop)
    panel.composer.focus_prompt()
    press(Qt.Key.Key_F, _CTRL)
    for letter in "value":
        QTest.keyClicks(panel.find_bar.field, letter)
    qtbot.waitUntil(lambda: said(panel).endswith(f" of {2 * TURNS:,}"))
    assert all(isinstance(field, QTextEdit) for field in panel.findChildren(QTextEdit))
