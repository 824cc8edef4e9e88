"""Settings that are saved hold at once in the open window: theme, font, wrapping, keys. And closing always ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox
from pytestqt.qtbot import QtBot

from copilot_desktop.app import program
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.child_processes import worker_command
from copilot_desktop.editor.view import EditorView
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import LocalServer
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.theme.tokens import DARK, LIGHT
from tests.support.desktop import open_desktop, open_program


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "words.txt").write_text("one two\n" * 3)
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("words.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("words.txt") is not None)
    found = desktop.window.editors.view_of("words.txt")
    assert found is not None
    return found


def settings(desktop: DesktopWindow, section: str) -> PreferencesPage:
    desktop.window.commands.run("settings.open")
    page = desktop.window.findChild(PreferencesPage)
    assert page is not None
    titles = [page.sections.item(row).text() for row in range(page.sections.count())]
    page.sections.setCurrentRow(titles.index(section))
    return page


def scintilla_colour(colour: str) -> int:
    """#RRGGBB as Scintilla keeps it: blue, green, red."""
    return int(colour[5:7] + colour[3:5] + colour[1:3], 16)


def test_another_theme_dresses_the_open_window(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    box = settings(desktop, "Appearance").findChild(QComboBox, "setting_theme")
    assert box is not None
    qtbot.waitUntil(lambda: box.currentText() == "System")
    for name, tokens in (("Dark", DARK), ("Light", LIGHT)):
        box.setCurrentIndex(box.findText(name))
        assert view.code.styleBack(32) == scintilla_colour(tokens.base)
        assert desktop.window.palette().color(QPalette.ColorRole.Window).name().upper() == tokens.surface


def test_font_and_wrapping_reach_the_open_text_and_new_ones(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    page = settings(desktop, "Editor")
    size, wrap = page.findChild(QSpinBox, "setting_font_size_pt"), page.findChild(QCheckBox, "setting_word_wrap")
    assert size is not None
    assert wrap is not None
    size.setValue(23)
    wrap.click()
    assert view.code.styleSize(32) == 23
    assert view.code.wrapMode() == 1
    desktop.window.commands.run("file.new")
    other = desktop.window.editors.current_view()
    assert other is not None
    assert other is not view
    assert (other.code.styleSize(32), other.code.wrapMode()) == (23, 1)


def test_opening_the_settings_keeps_what_was_switched_in_a_view(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    desktop.window.commands.run("view.wrap")
    assert view.code.wrapMode() == 1
    box = settings(desktop, "Editor").findChild(QSpinBox, "setting_tab_width")
    assert box is not None
    qtbot.waitUntil(lambda: box.value() == 4)
    assert view.code.wrapMode() == 1


def test_other_keys_hold_at_once(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    chat.preferences.save(KeysPage({"view.chat": "Ctrl+Alt+J", "edit.find": ""}))
    view.setFocus()
    was_shown = desktop.window.is_chat_shown()
    QTest.keyClick(view.code, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert desktop.window.is_chat_shown() is not was_shown
    assert desktop.window.commands.shortcut_text("edit.find") == ""


class StuckClient(ModelClient):
    """A client whose connections do not end."""

    async def aclose(self) -> None:
        try:
            await asyncio.sleep(600)
        finally:
            await super().aclose()


def test_the_window_closes_though_a_connection_does_not_end(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "CLOSING_LIMIT_S", 0.3)
    with open_program(qtbot, tmp_path) as running:
        core = running.core
        assert core is not None
        stuck = StuckClient(core.ledger, core.keys.read_on_worker, LocalServer(worker_command("model")))
        assert running._cores is not None
        running._cores.core = replace(core, client=stuck)
        running.windows[0].window.close()
        assert running.windows == []
        assert running.loop.is_closed
