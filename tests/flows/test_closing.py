"""Closing the window while something is under way: what came is kept, and the window goes at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.ui.chat.cards import ErrorCard
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text("total = 1\n", encoding="utf-8")
    return tmp_path / "shop"


def panel_of(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    """The chat, once it asks the test server."""
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
    return panel


def test_what_came_of_an_answer_is_kept_as_stopped(qtbot: QtBot, folder: Path, server: OpenAIServer) -> None:
    server.holds(["It sums ", "all items."], after=1)
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        QTest.keyClicks(panel.composer.prompt, "What is it")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        turn = panel.conversation.transcript.turns[0]
        qtbot.waitUntil(lambda: turn.answer.text == "It sums ")
        QTest.keyClick(first.window, Qt.Key.Key_Q, CTRL)
        assert not first.window.isVisible()
        qtbot.waitUntil(lambda: server.disconnects == 1)
    server.answers("Gone on.")
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        turn = panel.conversation.transcript.turns[0]
        qtbot.waitUntil(lambda: turn.status == "Stopped. What had arrived is kept.")
        assert turn.answer.text == "It sums "
        assert turn.findChild(ErrorCard) is None


def test_an_answer_that_waits_for_another_try_is_kept_as_stopped(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    server.rate_limit("30")
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        QTest.keyClicks(panel.composer.prompt, "What is it")
        QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: len(server.requests) == 1)
        first.window.close()
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second)
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        turn = panel.conversation.transcript.turns[0]
        qtbot.waitUntil(lambda: turn.status == "Stopped before anything arrived.")
        assert turn.findChild(ErrorCard) is None
