"""The settings opened, closed and opened again, in one window and in two: what is gone hears nothing any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.models_page import ProfileSetting
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from tests.support.desktop import open_program
from tests.support.preferences import settings_page


def close_settings(qtbot: QtBot, desktop: DesktopWindow, page: PreferencesPage) -> None:
    """Close the tab by its key; the page is deleted with it."""
    page.sections.setFocus()
    QTest.keyClick(page.sections, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not isValid(page))


def change_everything(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """Change theme, keys' size, fonts and models, as all signals of what lives long tell."""
    page = settings_page(qtbot, desktop, "Appearance")
    box = page.findChild(QComboBox, "setting_theme")
    assert isinstance(box, QComboBox)
    box.setFocus()
    for _ in range(box.count()):
        QTest.keyClick(box, Qt.Key.Key_Down)
    box.setCurrentIndex(0)
    chat = desktop.window.findChild(ChatInWindow)
    assert chat is not None
    before = len(chat.models.profiles)
    chat.models.save(ProfileSetting("Mine", base_url="http://localhost:9/v1", model="m-1", key_source="none"))
    qtbot.waitUntil(lambda: len(chat.models.profiles) == before + 1)
    chat.models.delete("Mine")
    qtbot.waitUntil(lambda: len(chat.models.profiles) == before)


@pytest.mark.parametrize("section", ["Models", "Appearance", "Editor", "Explorer", "Keys"])
def test_the_theme_is_changed_after_the_settings_were_opened_again(qtbot: QtBot, tmp_path: Path, section: str) -> None:
    # The program's hook for crashes fails the test when a deleted widget is called.
    with open_program(qtbot, tmp_path) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
        close_settings(qtbot, desktop, settings_page(qtbot, desktop, section))
        close_settings(qtbot, desktop, settings_page(qtbot, desktop, section))
        change_everything(qtbot, desktop)


def test_the_theme_is_changed_after_another_window_with_settings_was_closed(qtbot: QtBot, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    with open_program(qtbot, one) as program:
        program.open_places([Place(two)])
        qtbot.waitUntil(lambda: len(program.windows) == 2)
        qtbot.waitUntil(lambda: all(each.window.findChild(ChatInWindow) for each in program.windows))
        first, second = program.windows
        gone = settings_page(qtbot, second, "Models")
        settings_page(qtbot, first, "Models")
        second.window.close()
        qtbot.waitUntil(lambda: len(program.windows) == 1 and not isValid(gone))
        change_everything(qtbot, first)


def test_a_profile_half_typed_is_there_again_after_the_settings_were_closed(qtbot: QtBot, tmp_path: Path) -> None:
    with open_program(qtbot, tmp_path) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.list.count() == 1)
        QTest.mouseClick(page.models.add, Qt.MouseButton.LeftButton)
        QTest.keyClicks(page.models.fields.name, "Half done")
        close_settings(qtbot, desktop, page)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.fields.name.text() == "Half done")
        assert page.models.list.count() == 2
        assert page.models.status.text() == "These changes are not saved yet."
        QTest.mouseClick(page.models.delete, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.models.list.count() == 1)
        close_settings(qtbot, desktop, page)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.list.count() > 0)
        assert page.models.list.count() == 1


def test_a_changed_profile_is_not_saved_and_not_lost_by_closing(qtbot: QtBot, tmp_path: Path) -> None:
    with open_program(qtbot, tmp_path) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        chat.models.save(ProfileSetting("Mine", base_url="http://localhost:9/v1", model="m-1", key_source="none"))
        qtbot.waitUntil(lambda: len(chat.models.profiles) == 2)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.fields.model.currentText() == "m-1")
        page.models.fields.model.setEditText("m-2")
        close_settings(qtbot, desktop, page)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.fields.model.currentText() == "m-2")
        kept = chat.models.setting("Mine")
        assert kept is not None
        assert kept.model == "m-1"
        QTest.mouseClick(page.models.save, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.models.status.text() == "Saved.")
        page.models.fields.model.setEditText("m-3")
        page.models.fields.model.setEditText("m-2")
        close_settings(qtbot, desktop, page)
        page = settings_page(qtbot, desktop, "Models")
        qtbot.waitUntil(lambda: page.models.fields.model.currentText() == "m-2")
        assert page.models.status.text() == ""


def test_the_text_of_a_settings_file_outlives_the_tab(qtbot: QtBot, tmp_path: Path) -> None:
    with open_program(qtbot, tmp_path) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: desktop.window.findChild(ChatInWindow) is not None)
        page = settings_page(qtbot, desktop, "Appearance")
        QTest.mouseClick(page.file_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "version" in page.file.text.toPlainText())
        QTest.keyClicks(page.file.text, "half ")
        desktop.documents.open_untitled()
        qtbot.waitUntil(lambda: not page.isVisible())
        page = settings_page(qtbot, desktop, "Appearance")
        QTest.keyClicks(page.file.text, "typed ")
        typed = page.file.text.toPlainText()
        assert typed.startswith("half typed ")
        close_settings(qtbot, desktop, page)
        page = settings_page(qtbot, desktop, "Appearance")
        QTest.mouseClick(page.file_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: page.file.text.toPlainText() == typed)
        assert page.file.status.text() == "These changes are not saved yet."
