"""Older turns summarised in the window: offered, priced, sent, shown, edited, taken back, and kept over a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.compaction_in_chat import CompactionBar
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from copilot_desktop.ui.chat.summary_card import SummaryCard
from copilot_desktop.ui.chat_in_window import ChatInWindow
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.support.shop import ask, panel_of, price_model

LEFT = Qt.MouseButton.LeftButton
TOLD = "The user wants speed. basket.py was named."


@pytest.fixture(autouse=True)
def priced(server: OpenAIServer) -> None:
    """A model with a small window, whose million of tokens costs 2 and 8 dollars."""
    price_model(server, 6000, (2.0, 8.0), max_output_tokens=1000)


def talk(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, count: int = 3) -> ChatPanel:
    """A conversation whose first turn does not fit any more."""
    panel = panel_of(qtbot, desktop)
    for number in range(count):
        server.answers(f"answer {number} " + "word " * 1900)
    for number in range(count):
        ask(qtbot, panel, f"question {number}")
    server.forget()
    return panel


def bar_of(qtbot: QtBot, panel: ChatPanel) -> CompactionBar:
    qtbot.waitUntil(lambda: panel.findChild(CompactionBar) is not None)
    bar = panel.findChild(CompactionBar)
    assert bar is not None
    return bar


def card_of(qtbot: QtBot, panel: ChatPanel) -> SummaryCard:
    qtbot.waitUntil(lambda: panel.findChild(SummaryCard) is not None)
    card = panel.findChild(SummaryCard)
    assert card is not None
    return card


def compact(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer) -> SummaryCard:
    """Take the offer, read the price, and send."""
    bar = bar_of(qtbot, panel)
    qtbot.waitUntil(lambda: bar.is_offering)
    assert bar.said.text() == "The oldest 1 turn does not fit any more and would be left out."
    sent = len(server.requests)
    QTest.mouseClick(bar.compact, LEFT)
    qtbot.waitUntil(bar.strip.send.isVisible)
    assert bar.strip.words.startswith("2 older turns to test-model: 4,")
    assert "about $0.0" in bar.strip.words
    assert len(server.requests) == sent
    server.answers(TOLD, usage=ServerUsage(1000, 125))
    QTest.mouseClick(bar.strip.send, LEFT)
    qtbot.waitUntil(lambda: bar.is_done)
    assert bar.said.text().startswith("2 earlier turns summarised · ")
    QTest.mouseClick(bar.show_card, LEFT)
    card = card_of(qtbot, panel)
    qtbot.waitUntil(lambda: not card.visibleRegion().isEmpty())
    server.forget()
    return card


def test_turns_that_do_not_fit_are_summarised_and_the_summary_is_sent(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = talk(qtbot, desktop, server)
    card = compact(qtbot, panel, server)
    asked = server.requests[-1].body["messages"]
    assert "question 0" in asked[-1]["content"]
    assert "question 2" not in asked[-1]["content"]
    assert card.sentence.startswith("2 earlier turns summarised · 3,8")
    assert card.sentence.endswith(" tk · $0.003 · test-model")
    # Below the last of the turns that are in it; the turns are still there.
    view = panel.conversation.transcript.turn(panel.conversation.turn_ids[1])
    assert view is not None
    assert view.isAncestorOf(card)
    assert len(panel.conversation.turn_ids) == 3
    bar = panel.composer.budget
    panel.composer.prompt.setPlainText("and now")
    qtbot.waitUntil(lambda: any(part.label == "Summary of 2 earlier turns" for part in bar.shown.parts))
    assert not bar.shown.is_short
    server.answers("fine")
    ask(qtbot, panel, "question 3")
    messages = server.requests[-1].body["messages"]
    assert TOLD in messages[1]["content"]
    assert messages[1]["content"].endswith("question 2")
    assert "answer 0" not in str(messages)


def test_the_summary_is_read_edited_taken_back_and_used_again(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = talk(qtbot, desktop, server)
    card = compact(qtbot, panel, server)
    card.request.click()
    qtbot.waitUntil(lambda: desktop.window.findChild(RequestDialog) is not None)
    dialog = desktop.window.findChild(RequestDialog)
    assert dialog is not None
    assert "memory of a conversation" in dialog.body.toPlainText()
    dialog.curl.click()
    copied = QApplication.clipboard().text()
    assert copied.startswith("curl http")
    # The profile has no key, so that none is to be filled in.
    assert "Authorization" not in copied
    dialog.close()
    card.show_button.click()
    assert card.text.isVisible()
    assert card.text.toPlainText() == TOLD
    card.edit.click()
    card.editor.setPlainText("Something else. ")
    QTest.keyClicks(card.editor, "Never mind. ")
    QTest.keyClick(card.editor, Qt.Key.Key_Escape)
    assert card.text.toPlainText() == TOLD
    card.edit.click()
    card.editor.setPlainText("By hand.")
    QTest.keyClick(card.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: card.text.toPlainText() == "By hand.")
    card.undo.click()
    qtbot.waitUntil(lambda: card.sentence.startswith("Summary of 2 earlier turns, not used"))
    panel.composer.prompt.setPlainText("and now")
    qtbot.waitUntil(lambda: panel.composer.budget.shown.is_short)
    card.again.click()
    qtbot.waitUntil(lambda: not panel.composer.budget.shown.is_short)
    server.answers("fine")
    ask(qtbot, panel, "question 3")
    assert "By hand." in server.requests[-1].body["messages"][1]["content"]
    # What is far from sight is drawn anew.
    panel.conversation.go_to(panel.conversation.turn_ids[1])
    qtbot.wait(300)
    card = card_of(qtbot, panel)
    card.undo.click()
    qtbot.waitUntil(card.delete.isVisible)
    card.delete.click()
    qtbot.waitUntil(lambda: panel.findChild(SummaryCard) is None)


def test_it_is_there_after_a_restart_and_not_on_a_branch_that_forks_before_its_end(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = talk(qtbot, desktop, server)
        compact(qtbot, panel, server)
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        qtbot.waitUntil(lambda: len(panel.conversation.turn_ids) == 3)
        panel.conversation.go_to(panel.conversation.turn_ids[1])
        card = card_of(qtbot, panel)
        assert card.sentence.startswith("2 earlier turns summarised")
        panel.composer.prompt.setPlainText("and now")
        qtbot.waitUntil(
            lambda: "Summary of 2 earlier turns" in {part.label for part in panel.composer.budget.shown.parts}
        )
        panel.composer.prompt.setPlainText("")
        panel.branching.edit(panel.conversation.turn_ids[1])
        server.answers("fine")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(panel.conversation.turn_ids) == 2)
        qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
        messages = str(server.requests[-1].body["messages"])
        assert TOLD not in messages
        assert "answer 0" in messages


def test_stop_cancel_and_a_failure_leave_all_as_it_was(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = talk(qtbot, desktop, server)
    bar = bar_of(qtbot, panel)
    qtbot.waitUntil(lambda: bar.is_offering)
    sent = len(server.requests)
    desktop.window.commands.run("chat.compact")
    qtbot.waitUntil(bar.strip.send.isVisible)
    QTest.mouseClick(bar.strip.cancel, LEFT)
    qtbot.waitUntil(lambda: bar.is_offering)
    assert len(server.requests) == sent
    server.holds("half of a summary", after=1)
    bar.compact.click()
    qtbot.waitUntil(bar.strip.send.isVisible)
    bar.strip.send.click()
    qtbot.waitUntil(lambda: len(server.requests) > sent)
    bar.strip.stop.click()
    qtbot.waitUntil(lambda: panel.composer.notice.toPlainText().startswith("Stopped."))
    server.release()
    server.forget()
    server.wrong_key()
    desktop.window.commands.run("chat.compact")
    qtbot.waitUntil(bar.strip.send.isVisible)
    bar.strip.send.click()
    qtbot.waitUntil(lambda: panel.composer.notice.toPlainText().startswith("The turns were not summarised."))
    assert panel.findChild(SummaryCard) is None


def test_an_export_has_the_turns_and_their_summary(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, tmp_path: Path
) -> None:
    panel = talk(qtbot, desktop, server)
    compact(qtbot, panel, server)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    assert chat.turns.conversation is not None
    chat.conversations.export(chat.turns.conversation, tmp_path / "talk.md", {})
    qtbot.waitUntil((tmp_path / "talk.md").exists)
    text = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert text.index("answer 1") < text.index(f"> {TOLD}") < text.index("question 2")


def test_the_built_in_model_is_not_asked_and_that_is_said(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = talk(qtbot, desktop, server)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    sent = len(server.requests)
    chat.models.choose("Built-in")
    qtbot.waitUntil(lambda: chat.models.current.is_weak)
    desktop.window.commands.run("chat.compact")
    qtbot.waitUntil(lambda: "too small to summarise" in panel.composer.notice.toPlainText())
    assert "the oldest turns first" in panel.composer.notice.toPlainText().replace("\n", " ")
    assert len(server.requests) == sent


def test_it_is_made_by_itself_where_the_settings_say_so(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    SettingsStore(program_folders(os.environ).config).save(ChatPage(summarises=True))
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        server.answers_with(
            lambda request: TOLD if "memory of a conversation" in str(request.body["messages"][0]) else "word " * 1900
        )
        for number in range(3):
            ask(qtbot, panel, f"question {number}")
        bar = bar_of(qtbot, panel)
        qtbot.waitUntil(lambda: bar.is_done)
        assert "summarised · " in bar.said.text()
        assert not bar.is_offering


def test_the_offer_can_be_put_aside(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer) -> None:
    panel = talk(qtbot, desktop, server)
    bar = bar_of(qtbot, panel)
    qtbot.waitUntil(lambda: bar.is_offering)
    bar.dismiss.click()
    assert not bar.is_offering
    panel.composer.prompt.setPlainText("something else")
    qtbot.waitUntil(lambda: panel.composer.budget.shown.is_short)
    assert not bar.is_offering
