"""The same prompt asked again in the whole window: another answer beside the first one, which stays within reach."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.turn_view import TurnView
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of, serving_model

_ALT, _CTRL_ALT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    numbers = count(1)
    with serving_model() as running:
        running.answers_with(lambda request: f"Answer {next(numbers)} to {request.prompt.splitlines()[-1]}.")
        yield running


def turns(panel: ChatPanel) -> tuple[TurnView, ...]:
    return panel.conversation.transcript.turns


def answers(panel: ChatPanel) -> list[str]:
    return [view.answer.text for view in turns(panel)]


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    """Type and press Enter, and wait for the end of the turn."""
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [view.head.prompt for view in turns(panel)][-1:] == [prompt])
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")


def click(view: TurnView, name: str) -> None:
    button = view.findChild(QToolButton, name)
    assert button is not None
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_another_answer_stands_beside_the_first_by_mouse(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "one")
    QTest.keyClicks(panel.composer.prompt, "my draft")
    click(turns(panel)[0], "turn_retry")
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 2 to one."])
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert "Answer 1" not in server.requests[-1].raw
    assert panel.composer.prompt.toPlainText() == "my draft"
    assert turns(panel)[0].prompt.branches == "2 of 2"
    click(turns(panel)[0], "branch_older")
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 1 to one."])
    assert turns(panel)[0].prompt.branches == "1 of 2"
    click(turns(panel)[0], "branch_newer")
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 2 to one."])


def test_another_answer_by_keys_and_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "one")
    ask(qtbot, panel, "two")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_R, _CTRL_ALT)
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 1 to one.", "Answer 3 to two."])
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_PageUp, _ALT)
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 1 to one.", "Answer 2 to two."])
    # On the prompt itself: the keyboard goes along with the branch.
    turns(panel)[1].prompt.setFocus()
    QTest.keyClick(turns(panel)[1].prompt, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 1 to one.", "Answer 3 to two."])
    qtbot.waitUntil(lambda: turns(panel)[1].prompt.hasFocus())
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 1 to one.", "Answer 2 to two."])


def test_of_an_earlier_prompt_it_says_what_becomes_of_the_later_answers(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    for prompt in ("one", "two", "three"):
        ask(qtbot, panel, prompt)
    turns(panel)[0].prompt.setFocus()
    QTest.keyClick(turns(panel)[0].prompt, Qt.Key.Key_R, _CTRL_ALT)
    qtbot.waitUntil(lambda: answers(panel) == ["Answer 4 to one."])
    assert "the 2 answers after it stay in the other" in panel.composer.notice.toPlainText()
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_PageUp, _ALT)
    qtbot.waitUntil(lambda: [view.head.prompt for view in turns(panel)] == ["one", "two", "three"])


def test_while_an_answer_arrives_or_a_prompt_is_edited_it_says_why_not(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer
) -> None:
    panel = panel_of(qtbot, desktop)
    ask(qtbot, panel, "one")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_E, _CTRL_ALT)
    QTest.keyClicks(panel.composer.prompt, " and more")
    click(turns(panel)[0], "turn_retry")
    assert "is being edited" in panel.composer.notice.toPlainText()
    assert panel.composer.prompt.toPlainText() == "one and more"
    server.replies(lambda exchange: exchange.wait(None))
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Stop")
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_R, _CTRL_ALT)
    assert "still arrives" in panel.composer.notice.toPlainText()
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")


def test_keys_are_about_the_last_turn_wherever_one_has_scrolled(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = panel_of(qtbot, desktop)
    for number in range(14):
        ask(qtbot, panel, f"question {number}")
    transcript = panel.conversation.transcript
    transcript.verticalScrollBar().setValue(0)
    panel.resize(panel.width(), 300)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_E, _CTRL_ALT)
    assert panel.composer.prompt.toPlainText() == "question 13"
