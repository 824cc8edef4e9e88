"""A model behind the Responses API in the whole window: its thoughts folded, its answer counted, and stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.reasoning_view import ReasoningView
from copilot_desktop.ui.chat.request_dialog import RequestDialog
from tests.support.desktop import open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.wire_answers import Answer, ServerUsage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        profile = ProfileSetting("Thinker", "responses", running.base_url, "o-test", "none")
        SettingsStore(program_folders(os.environ).config).save(ModelsPage((profile,), "Thinker"))
        yield running


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, server: OpenAIServer) -> Iterator[DesktopWindow]:
    (tmp_path / "shop").mkdir()
    with open_desktop(qtbot, tmp_path / "shop") as shown:
        yield shown


@pytest.fixture
def panel(qtbot: QtBot, desktop: DesktopWindow) -> ChatPanel:
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.header.model.text() == "Thinker")
    return panel


def ask(panel: ChatPanel, prompt: str) -> None:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)


def test_thoughts_are_folded_and_the_answer_is_counted(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer) -> None:
    usage = ServerUsage(1200, 148, 40, 96)
    server.replies(Answer(["It is ", "so."], usage=usage, reasoning_parts=[["Look at the folder."], ["Then say so."]]))
    ask(panel, "Why?")
    qtbot.waitUntil(lambda: bool(panel.conversation.transcript.turns))
    turn = panel.conversation.transcript.turns[0]
    qtbot.waitUntil(lambda: turn.answer.text == "It is so.")
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    (reasoning,) = panel.findChildren(ReasoningView)
    assert reasoning.text.isHidden()
    QTest.mouseClick(reasoning.toggle, LEFT)
    assert not reasoning.text.isHidden()
    assert reasoning.text.toPlainText() == "Look at the folder.\n\nThen say so."
    shown = panel.findChild(QPushButton, "show_request")
    assert shown is not None
    QTest.mouseClick(shown, LEFT)
    qtbot.waitUntil(lambda: panel.window().findChild(RequestDialog) is not None)
    dialog = panel.window().findChild(RequestDialog)
    assert dialog is not None
    assert "148 out (96 thinking)" in dialog._figures.text().replace("\u00a0", " ")
    assert '"store": false' in dialog.body.toPlainText()
    dialog.close()


def test_stopping_keeps_what_came(qtbot: QtBot, panel: ChatPanel, server: OpenAIServer) -> None:
    server.stall(["first ", "second"], after=1)
    ask(panel, "Go on")
    qtbot.waitUntil(
        lambda: (
            bool(panel.conversation.transcript.turns)
            and panel.conversation.transcript.turns[0].answer.text.startswith("first")
        ),
        timeout=20_000,
    )
    QTest.mouseClick(panel.composer.send, LEFT)
    qtbot.waitUntil(lambda: panel.composer.send.text() == "Send")
    assert server.wait_disconnect()
