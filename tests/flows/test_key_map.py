"""Settings → Keys by keyboard and mouse: find a command, record keys, see conflicts, take keys, go back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.keys_page import KeysPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.key_conflicts import bound_keys, clashing_ids
from copilot_desktop.ui.preferences.keys_form import KeysForm
from tests.support.desktop import open_desktop

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "words.txt").write_text("one two\n" * 3)
    with open_desktop(qtbot, tmp_path) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatInWindow) is not None)
        yield shown


@pytest.fixture
def form(qtbot: QtBot, desktop: DesktopWindow) -> KeysForm:
    """Opened by its keys."""
    QTest.keyClick(desktop.window, Qt.Key.Key_K, CTRL)
    QTest.keyClick(desktop.window, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: desktop.window.findChild(KeysForm) is not None)
    found = desktop.window.findChild(KeysForm)
    assert found is not None
    qtbot.waitUntil(found.search.hasFocus)
    return found


def kept() -> KeysPage:
    return SettingsStore(program_folders(os.environ).config).load(KeysPage)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(*keys: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    for key, modifiers in keys:
        QTest.keyClick(focused(), key, modifiers)


def tab_to(name: str) -> None:
    for _ in range(30):
        if focused().objectName() == name:
            return
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_command_that_was_filtered_out_can_be_chosen_again(
    qtbot: QtBot, desktop: DesktopWindow, form: KeysForm
) -> None:
    of = form.findChild(QLabel, "keys_of")
    assert of is not None
    QTest.keyClicks(form.search, "chat pane")
    assert "Chat pane" in of.text()
    QTest.keyClicks(form.search, "zz")
    assert of.text() == "Choose a command above"
    form.search.clear()
    QTest.keyClicks(form.search, "chat pane")
    assert form.list.current_id == "view.chat"
    assert "Chat pane" in of.text()
    assert form.none.isEnabled()


def test_all_own_keys_taken_away_can_be_had_back(qtbot: QtBot, desktop: DesktopWindow, form: KeysForm) -> None:
    commands = desktop.window.commands
    SettingsStore(program_folders(os.environ).config).save(KeysPage({"view.chat": "Ctrl+Alt+J", "file.save": ""}))
    qtbot.waitUntil(lambda: commands.shortcut_text("view.chat") == "Ctrl+Alt+J")
    QTest.mouseClick(form.reset_all, LEFT)
    qtbot.waitUntil(lambda: commands.shortcut_text("view.chat") == "Ctrl+Alt+B")
    assert form.reset_all.text() == "Undo reset"
    QTest.mouseClick(form.reset_all, LEFT)
    qtbot.waitUntil(lambda: commands.shortcut_text("view.chat") == "Ctrl+Alt+J")
    assert commands.shortcut_text("file.save") == ""
    qtbot.waitUntil(lambda: kept().shortcuts == {"view.chat": "Ctrl+Alt+J", "file.save": ""})
    assert form.reset_all.text() == "Reset all"


def test_new_keys_are_found_recorded_and_kept_by_keyboard_alone(
    qtbot: QtBot, desktop: DesktopWindow, form: KeysForm
) -> None:
    QTest.keyClicks(form.search, "chat pane")
    assert form.list.current_id == "view.chat"
    tab_to("keys_recorder")
    press((Qt.Key.Key_J, CTRL | ALT), (Qt.Key.Key_C, CTRL))
    assert "free" in form.status.text()
    tab_to("keys_set")
    press((Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier))
    assert desktop.window.commands.shortcut_text("view.chat") == "Ctrl+Alt+J Ctrl+C"
    qtbot.waitUntil(lambda: kept().shortcuts == {"view.chat": "Ctrl+Alt+J Ctrl+C"})
    was_shown = desktop.window.is_chat_shown()
    press((Qt.Key.Key_J, CTRL | ALT), (Qt.Key.Key_C, CTRL))
    assert desktop.window.is_chat_shown() is not was_shown
    item = form.list.currentItem()
    assert item is not None
    assert item.text(3) == "Changed"
    assert form.list.hasFocus()


def test_keys_in_use_are_named_before_they_are_taken(qtbot: QtBot, desktop: DesktopWindow, form: KeysForm) -> None:
    form.list.select("view.chat")
    QTest.mouseClick(form.recorder, LEFT)
    form.recorder.setFocus()
    press((Qt.Key.Key_Z, CTRL | SHIFT))
    assert "Redo" in form.status.text()
    assert form.set.text() == "Take these keys"
    assert kept() == KeysPage()
    QTest.mouseClick(form.set, LEFT)
    commands = desktop.window.commands
    assert commands.shortcut_text("view.chat") == "Ctrl+Shift+Z"
    assert [each.toString() for each in commands.keys("edit.redo")] == ["Ctrl+Y"]
    assert clashing_ids(bound_keys(commands)) == frozenset()


def test_the_beginning_of_a_chord_and_a_single_letter_are_refused_or_named(
    qtbot: QtBot, desktop: DesktopWindow, form: KeysForm
) -> None:
    form.list.select("view.chat")
    form.recorder.setFocus()
    press((Qt.Key.Key_K, CTRL))
    assert "in use" in form.status.text()
    form.recorder.clear()
    press((Qt.Key.Key_J, Qt.KeyboardModifier.NoModifier))
    assert "needed for typing" in form.status.text()
    assert not form.set.isEnabled()


def test_a_command_is_found_by_pressing_its_keys(qtbot: QtBot, desktop: DesktopWindow, form: KeysForm) -> None:
    tab_to("keys_pressed")
    press((Qt.Key.Key_S, CTRL | ALT))
    assert form.list.shown_ids() == ("file.save_all",)
    form.pressed.clear()
    press((Qt.Key.Key_K, CTRL))
    assert "file.open_folder" in form.list.shown_ids()
    assert "file.save" not in form.list.shown_ids()
    form.pressed.clear()
    form.search.setText("no such command at all")
    assert form.status.text().startswith("No command")


def test_keys_are_taken_away_reset_and_all_reset(qtbot: QtBot, desktop: DesktopWindow, form: KeysForm) -> None:
    commands = desktop.window.commands
    for action_id in ("view.chat", "edit.find"):
        form.list.select(action_id)
        QTest.mouseClick(form.none, LEFT)
        assert commands.shortcut_text(action_id) == ""
    QTest.mouseClick(form.reset, LEFT)
    assert commands.shortcut_text("edit.find") == "Ctrl+F"
    QTest.mouseClick(form.reset_all, LEFT)
    assert commands.shortcut_text("view.chat") == "Ctrl+Alt+B"
    assert form.reset_all.text() == "Undo reset"
    qtbot.waitUntil(lambda: kept() == KeysPage())


def test_a_conflict_in_a_file_written_by_hand_is_marked(qtbot: QtBot, desktop: DesktopWindow, form: KeysForm) -> None:
    desktop.follow_settings(KeysPage({"view.chat": "Ctrl+S"}))
    form.list.select("view.chat")
    item = form.list.currentItem()
    assert item is not None
    assert item.text(3) == "Conflict"


def test_enter_and_down_go_from_the_search_to_the_list_and_on_to_the_keys(form: KeysForm) -> None:
    QTest.keyClicks(form.search, "chat pane")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Down):
        form.search.setFocus()
        QTest.keyClick(form.search, key)
        assert form.list.hasFocus()
        assert form.list.current_id == "view.chat"
    QTest.keyClick(form.list, Qt.Key.Key_Return)
    assert form.recorder.hasFocus()
    form.search.setFocus()
    form.search.setText("no such command at all")
    QTest.keyClick(form.search, Qt.Key.Key_Down)
    assert form.search.hasFocus()


def test_reset_gives_back_what_was_taken_and_says_what_it_cannot_have(desktop: DesktopWindow, form: KeysForm) -> None:
    commands = desktop.window.commands

    def take(action_id: str, key: Qt.Key) -> None:
        form.list.select(action_id)
        form.recorder.setFocus()
        press((key, CTRL | SHIFT))
        QTest.mouseClick(form.set, LEFT)

    take("view.chat", Qt.Key.Key_Z)
    assert [each.toString() for each in commands.keys("edit.redo")] == ["Ctrl+Y"]
    QTest.mouseClick(form.reset, LEFT)
    assert [each.toString() for each in commands.keys("edit.redo")] == ["Ctrl+Shift+Z", "Ctrl+Y"]
    assert commands.overrides == {}
    assert form.status.text() == "It has its own keys, and “Edit: Redo” has back what was taken from it."

    take("view.chat", Qt.Key.Key_Z)
    form.list.select("edit.redo")
    QTest.mouseClick(form.reset, LEFT)
    assert form.status.text().startswith("Ctrl+Shift+Z is in use by “View: Chat pane”, too")
    item = form.list.currentItem()
    assert item is not None
    assert item.text(3) == "Conflict"
