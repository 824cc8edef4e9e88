"""The model chosen in the chat comes back with its folder, and with the conversation it was asked in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.models_page import ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from tests.support.desktop import is_closed, open_desktop
from tests.support.openai_server import OpenAIServer
from tests.support.shop import panel_of

_CTRL = Qt.KeyboardModifier.ControlModifier
_CTRL_ALT = _CTRL | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def server(private_home: Path) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        names = ("Test", "Other", "Third")
        profiles = (ProfileSetting(name, base_url=running.base_url, model=name, key_source="none") for name in names)
        SettingsStore(program_folders(os.environ).config).save(ModelsPage(tuple(profiles), "Test"))
        yield running


def choose(panel: ChatPanel, name: str) -> None:
    """By the menu in the chat's header."""
    menu = panel.header.model.menu()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.data() == name).trigger()
    assert panel.header.model.text() == name


def ask(qtbot: QtBot, panel: ChatPanel, prompt: str) -> None:
    QTest.keyClicks(panel.composer.prompt, prompt)
    QTest.keyClick(panel.composer.prompt, Qt.Key.Key_Return)
    turns = panel.conversation.transcript.turns
    qtbot.waitUntil(lambda: bool(turns) and turns[-1].head.prompt == prompt and panel.composer.send.text() == "Send")


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, _CTRL)
    qtbot.waitUntil(lambda: is_closed(desktop))


def test_the_chosen_model_is_asked_after_a_restart(
    qtbot: QtBot, folder: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    with open_desktop(qtbot, folder) as first:
        panel = panel_of(qtbot, first)
        ask(qtbot, panel, "one")
        # Not asked yet, and yet it is what the user wants.
        choose(panel, "Other")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, folder) as second:
        panel = panel_of(qtbot, second, "Other")
        qtbot.waitUntil(lambda: len(panel.conversation.transcript.turns) == 1)
        qtbot.wait(300)
        assert panel.header.model.text() == "Other"
        ask(qtbot, panel, "two")
        assert server.requests[-1].body["model"] == "Other"
        # Another folder has its own.
        second.files.open_place(tmp_path / "elsewhere")
        qtbot.waitUntil(lambda: panel.header.model.text() == "Test")
        quit_by_key(qtbot, second)


def test_without_a_folder_it_comes_back_too(qtbot: QtBot, server: OpenAIServer) -> None:
    with open_desktop(qtbot, None) as first:
        choose(panel_of(qtbot, first), "Third")
        quit_by_key(qtbot, first)
    with open_desktop(qtbot, None) as second:
        panel_of(qtbot, second, "Third")


def test_a_conversation_is_gone_on_with_by_the_model_that_was_asked_in_it(
    qtbot: QtBot, folder: Path, server: OpenAIServer
) -> None:
    with open_desktop(qtbot, folder) as desktop:
        panel = panel_of(qtbot, desktop)
        choose(panel, "Other")
        ask(qtbot, panel, "one")
        QTest.keyClick(desktop.window, Qt.Key.Key_N, _CTRL_ALT)
        qtbot.waitUntil(lambda: not panel.conversation.transcript.turns)
        # A new one goes on with what is chosen.
        assert panel.header.model.text() == "Other"
        choose(panel, "Third")
        ask(qtbot, panel, "two")
        QTest.keyClick(desktop.window, Qt.Key.Key_H, _CTRL_ALT)
        qtbot.waitUntil(lambda: len(panel.pages.list.found) == 2)
        QTest.keyClicks(panel.pages.list.field, "one")
        qtbot.waitUntil(lambda: len(panel.pages.list.found) == 1)
        QTest.keyClick(panel.pages.list.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: [turn.head.prompt for turn in panel.conversation.transcript.turns] == ["one"])
        assert panel.header.model.text() == "Other"
        # Chosen there, and another branch of it shown: it stays.
        choose(panel, "Test")
        ask(qtbot, panel, "three")
        assert server.requests[-1].body["model"] == "Test"
