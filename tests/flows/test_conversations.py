"""Many conversations and branches in the whole window, by keys: as a person works through a day of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import make_shop, panel_of, serving_model

LIMIT_MS = 30_000
_CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with serving_model() as running:
        running.answers_with(lambda request: f"Answer to {request.prompt.splitlines()[-1]}.")
        yield running


def prompts(panel: ChatPanel) -> list[str]:
    return [view.head.prompt for view in panel.conversation.transcript.turns]


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    """Type and press Enter, and wait for the end of the turn."""
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(panel)[-1:] == [prompt], timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send", timeout=LIMIT_MS)


def key(desktop: DesktopWindow, pressed: Qt.Key) -> None:
    QTest.keyClick(desktop.window, pressed, _CTRL_ALT)


def titles(panel: ChatPanel) -> list[str]:
    return [each.conversation.title for each in panel.pages.list.found]


def test_a_day_of_conversations_by_keys(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "about walruses")
    key(desktop, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: panel.header.title == "New conversation", timeout=LIMIT_MS)
    assert panel.composer.prompt.hasFocus()
    ask(qtbot, panel, "about narwhals")
    key(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: titles(panel) == ["about narwhals", "about walruses"], timeout=LIMIT_MS)
    found = panel.pages.list
    assert found.field.hasFocus()
    QTest.keyClicks(found.field, "walr")
    qtbot.waitUntil(lambda: titles(panel) == ["about walruses"], timeout=LIMIT_MS)
    QTest.keyClick(found.field, Qt.Key.Key_F2)
    editor = found.list.findChild(QLineEdit, "conversation_title")
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Walruses, all of them")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(panel) == ["Walruses, all of them"], timeout=LIMIT_MS)
    found.list.setFocus()
    QTest.keyClick(found.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: titles(panel) == [], timeout=LIMIT_MS)
    notices = desktop.window.notices
    qtbot.waitUntil(lambda: bool(notices.shown()), timeout=LIMIT_MS)
    assert notices.shown()[0].message == "The conversation “Walruses, all of them” was deleted."
    undo = notices.findChild(QPushButton, "banner.undo")
    assert undo is not None
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: titles(panel) == ["Walruses, all of them"], timeout=LIMIT_MS)
    assert notices.shown() == ()
    QTest.keyClick(found.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(panel) == ["about walruses"], timeout=LIMIT_MS)
    assert panel.header.title == "Walruses, all of them"


def test_a_prompt_is_edited_and_branches_are_switched_by_keys(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "one")
    ask(qtbot, panel, "two")
    # The key brings back a chat that was put away.
    key(desktop, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: not panel.isVisible(), timeout=LIMIT_MS)
    key(desktop, Qt.Key.Key_E)
    assert panel.composer.prompt.hasFocus()
    assert panel.composer.editing.text.startswith("Editing an earlier prompt.")
    QTest.keyClicks(panel.composer.prompt, " or more")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts(panel) == ["one", "two or more"], timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send", timeout=LIMIT_MS)
    assert "Answer to two." not in server.requests[-1].raw
    QTest.keyClick(desktop.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: prompts(panel) == ["one", "two"], timeout=LIMIT_MS)
    assert panel.conversation.transcript.turns[1].prompt.branches == "1 of 2"
    QTest.keyClick(desktop.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: prompts(panel) == ["one", "two or more"], timeout=LIMIT_MS)
    assert desktop.window.commands.run("chat.branch")
    qtbot.waitUntil(lambda: panel.header.title == "one (branch)", timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: prompts(panel) == ["one", "two or more"], timeout=LIMIT_MS)


def test_the_branch_and_the_title_are_there_after_a_restart(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> None:
    folder = make_shop(tmp_path)
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        ask(qtbot, panel, "one")
        panel.branching.edit_current()
        QTest.keyClicks(panel.composer.prompt, " more")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: prompts(panel) == ["one more"], timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: panel.composer.send.text() == "Send", timeout=LIMIT_MS)
        panel.branching.step_branch(-1)
        qtbot.waitUntil(lambda: prompts(panel) == ["one"], timeout=LIMIT_MS)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: prompts(panel) == ["one"], timeout=LIMIT_MS)
        card = panel.conversation.transcript.turns[0].prompt
        qtbot.waitUntil(lambda: card.branches == "1 of 2", timeout=LIMIT_MS)


def test_enter_while_an_answer_arrives_queues_the_prompt(qtbot: QtBot, tmp_path: Path, private_home: Path) -> None:
    with serving_model() as server, open_desktop(qtbot, make_shop(tmp_path)) as desktop:
        server.holds(["Half ", "and half."])
        server.answers("Next.")
        panel = panel_of(qtbot, desktop)
        QTest.keyClicks(panel.composer.prompt, "first")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop", timeout=LIMIT_MS)
        QTest.keyClicks(panel.composer.prompt, "second")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        assert [each.prompt for each in panel.queue.prompts] == ["second"]
        qtbot.waitUntil(lambda: len(server.requests) == 1, timeout=LIMIT_MS)
        server.release()
        qtbot.waitUntil(lambda: prompts(panel) == ["first", "second"], timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: panel.composer.send.text() == "Send", timeout=LIMIT_MS)
        assert panel.queue.prompts == ()


def test_esc_leaves_an_edited_prompt_and_the_list_in_the_window(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "one")
    QTest.keyClicks(panel.composer.prompt, "my draft")
    key(desktop, Qt.Key.Key_E)
    QTest.keyClicks(panel.composer.prompt, " changed")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    assert panel.composer.editing.text == ""
    assert panel.composer.prompt.toPlainText() == "my draft"
    key(desktop, Qt.Key.Key_H)
    qtbot.waitUntil(lambda: titles(panel) == ["one"], timeout=LIMIT_MS)
    QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Escape)
    assert not panel.pages.is_list_shown
    assert panel.composer.prompt.hasFocus()
