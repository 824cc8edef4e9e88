"""Ask about code in the whole window: by key, menu and button, against a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.proposal_card import CardState
from copilot_desktop.ui.chat.reasoning_view import ReasoningView
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.wire_answers import Answer

SOURCE = "def total(items):\n    return sum(items)\n\n\ndef other():\n    return 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "shop" / ".env").write_text("KEY=1\n", encoding="utf-8")
    return tmp_path / "shop"


def panel_of(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    """The chat, once it asks the test server."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    return panel


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    """Type and press Enter, and wait for the end of the turn."""
    turns = len(panel.conversation.transcript.turns)
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == turns + 1)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")


def test_select_lines_press_ctrl_l_ask_and_read(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: desktop.documents.current() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view.code, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    assert panel.composer.chips.views[0].chip.text == "def total(items):\n"
    assert panel.composer.prompt.hasFocus()
    server.answers("It sums **all** items.")
    ask(qtbot, panel, "What is this")
    assert "def total(items):\n" in server.requests[-1].prompt
    assert "def other" not in server.requests[-1].prompt
    assert panel.conversation.transcript.turns[0].answer.toPlainText() == "It sums all items."


def test_enter_right_after_ctrl_l_sends_the_selection(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: desktop.documents.current() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    view.show_lines(LineRange(0, 0))
    QTest.keyClick(view.code, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view.code, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    # No wait between: the first chip is checked and counted on workers meanwhile.
    QTest.keyClicks(panel.composer.prompt, "What is this")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 1)
    assert "def total(items):\n" in server.requests[0].prompt
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert panel.composer.chips.views == ()


def test_the_conversation_is_there_after_a_restart(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    server.answers("Kept.")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        ask(qtbot, panel, "Keep this")
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        qtbot.waitUntil(lambda: panel.conversation.transcript.turns[0].answer.text == "Kept.")
        assert panel.header.title == "Keep this"


def test_the_explorer_never_adds_a_file_of_secrets(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    desktop.window.explorer_add_to_chat.emit(".env")
    qtbot.waitUntil(lambda: "never given to a model" in panel.composer.notice.toPlainText())
    desktop.window.explorer_add_to_chat.emit("basket.py")
    qtbot.waitUntil(lambda: [view.chip.label for view in panel.composer.chips.views] == ["basket.py"])


def test_ctrl_alt_l_in_the_explorer_adds_the_file_that_is_chosen_there(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "other.py").write_text("x = 1\n", encoding="utf-8")
    (folder / "lib").mkdir()
    (folder / "lib" / "a.py").write_text("x = 1\n", encoding="utf-8")
    panel = panel_of(qtbot, desktop)
    desktop.documents.open("basket.py")
    qtbot.waitUntil(lambda: desktop.documents.current() is not None)
    desktop.window.commands.run("view.explorer")
    explorer = desktop.window.findChild(ExplorerPanel)
    assert explorer is not None
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    for path in ("other.py", "lib"):
        qtbot.waitUntil(lambda path=path: explorer.model.index_of(path).isValid())  # type: ignore[misc]
        explorer.select(path)
        explorer.tree.setFocus()
        QTest.keyClick(explorer.tree, Qt.Key.Key_L, modifiers)
    qtbot.waitUntil(lambda: [view.chip.label for view in panel.composer.chips.views] == ["other.py"])
    assert "lib is a folder" in panel.composer.notice.toPlainText()
    view = desktop.window.editors.current_view()
    assert view is not None
    desktop.window.commands.run("go.editor")
    QTest.keyClick(view.code, Qt.Key.Key_L, modifiers)
    qtbot.waitUntil(lambda: [view.chip.label for view in panel.composer.chips.views] == ["other.py", "basket.py"])


def test_what_was_said_of_a_folder_does_not_follow_into_another(
    qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "Anything")
    status, notices = desktop.window.status, desktop.window.notices
    assert status.text_of(StatusField.TOKENS).endswith(" tk")
    notices.show_notice(Notice("A file was not saved.", key="save"))
    notices.show_notice(Notice("The program failed.", key="crash", is_of_folder=False))
    panel.composer.show_notice("This file is never given to a model.")
    desktop.files.open_place(tmp_path / "other")
    qtbot.waitUntil(lambda: panel.conversation.transcript.turns == ())
    assert status.text_of(StatusField.TOKENS) == ""
    # That the other one is restricted is said as soon as it is known.
    assert [notice.key for notice in notices.shown() if notice.key != "trust"] == ["crash"]
    assert panel.composer.notice.isHidden()


def test_show_request_is_what_the_server_got(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "Anything")
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    shown: list[str] = []
    chat.requests.read.connect(lambda read: shown.extend(each.record.body for each in read.requests))
    panel.request_chosen.emit(panel.conversation.transcript.turns[0].head.turn_id)
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0] == server.requests[-1].raw


def test_show_request_pressed_again_shows_one_window(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "Anything")
    button = panel.conversation.transcript.turns[0].findChild(QPushButton, "show_request")
    assert button is not None
    qtbot.waitUntil(button.isVisible)

    def windows() -> list[RequestDialog]:
        return [each for each in desktop.window.findChildren(RequestDialog) if each.isVisible()]

    for times in (3, 1):  # before the window is there, and while it is
        for _press in range(times):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(windows()) == 1)
        qtbot.wait(500)
        assert len(windows()) == 1


def test_show_request_is_offered_only_where_something_was_sent(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    (folder / "long.txt").write_text("one two three\n" * 60_000, encoding="utf-8")

    def offered(number: int) -> bool:
        turns = panel.conversation.transcript.turns
        shown = turns[number].findChild(QPushButton, "show_request") if len(turns) > number else None
        return shown is not None and not shown.isHidden()

    ask(qtbot, panel, "Anything")
    qtbot.waitUntil(lambda: offered(0))
    server.stall(after=0)
    QTest.keyClicks(panel.composer.prompt, "Stopped")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(server.requests) == 2)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: offered(1))
    server.answers("unused")
    panel.add_file("long.txt")
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.models.choose("Built-in")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 3)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    qtbot.wait(500)
    assert not offered(2)
    assert chat.turns.conversation is not None
    opened: list[object] = []
    chat.turns.conversation_opened.connect(opened.append)
    chat.turns.open_conversation(chat.turns.conversation)
    qtbot.waitUntil(lambda: bool(opened))
    qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 3 and offered(0) and offered(1))
    assert not offered(2)


def test_ctrl_comma_opens_the_settings(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel_of(qtbot, desktop)
    QTest.keyClick(desktop.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desktop.window.findChild(PreferencesPage) is not None)
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    qtbot.waitUntil(lambda: page.models.list.count() == 2)


def test_an_answer_becomes_a_card_and_accepting_it_writes_the_file(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    panel = panel_of(qtbot, desktop)
    panel.add_file("basket.py")
    qtbot.waitUntil(lambda: len(panel.composer.chips.views) == 1)
    server.answers("```basket.py\n<<<<<<< SEARCH\n    return 1\n=======\n    return 2\n>>>>>>> REPLACE\n```\n")
    ask(qtbot, panel, "Change it")
    turn = panel.conversation.transcript.turns[0]
    qtbot.waitUntil(lambda: len(turn.proposals) == 1)
    card = turn.proposals[0]
    assert [(file.path, file.added_lines, file.removed_lines) for file in card.summary.files] == [("basket.py", 1, 1)]
    assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE
    accept = card.findChild(QPushButton, "proposal_accept")
    assert accept is not None
    QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.summary.state is CardState.ACCEPTED)
    assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE.replace("return 1", "return 2")
    desktop.window.commands.run("review.undo")
    qtbot.waitUntil(lambda: card.summary.state is CardState.UNDONE)
    assert (folder / "basket.py").read_text(encoding="utf-8") == SOURCE


def test_bold_thoughts_of_a_chat_model_are_bold_and_powers_are_powers(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    thoughts = ["**Look ", "first**\nthen 2**3 ", "and x**2, **all", "** of it"]
    server.replies(Answer(["So."], reasoning_parts=[thoughts]))
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "Why?")
    (reasoning,) = panel.findChildren(ReasoningView)
    QTest.mouseClick(reasoning.toggle, Qt.MouseButton.LeftButton)
    assert reasoning.text.toPlainText() == "Look first\nthen 2**3 and x**2, all of it"
    bold, document = "", reasoning.text.document()
    for at in range(1, document.characterCount()):
        cursor = QTextCursor(document)
        cursor.setPosition(at)
        bold += document.characterAt(at - 1) if cursor.charFormat().fontWeight() == QFont.Weight.Bold else ""
    assert bold == "Look firstall"
