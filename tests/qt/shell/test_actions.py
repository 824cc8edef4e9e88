"""One list of actions feeds menus, keys and the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.actions import Action, ActionSet
from copilot_desktop.ui.command_palette import CommandPalette


class Calls:
    def __init__(self) -> None:
        self.done: list[str] = []
        self.is_possible = True

    def save(self) -> None:
        self.done.append("save")

    def open(self) -> None:
        self.done.append("open")

    def can(self) -> bool:
        return self.is_possible


def field_of(window: QMainWindow) -> QLineEdit:
    field = window.centralWidget()
    assert isinstance(field, QLineEdit)
    return field


def window_with(qtbot: QtBot, calls: Calls, overrides: dict[str, str] | None = None) -> tuple[QMainWindow, ActionSet]:
    window = QMainWindow()
    window.setCentralWidget(QLineEdit())
    qtbot.addWidget(window)
    actions = ActionSet(window, overrides or {})
    actions.add((
        Action("file.open", "Open folder…", calls.open, ("Ctrl+K, Ctrl+O",), "File", 0),
        Action("file.save", "Save", calls.save, ("Ctrl+S",), "File", 1, when=calls.can),
    ))  # fmt: skip
    actions.fill_menu_bar(window.menuBar())
    window.show()
    with qtbot.waitExposed(window):
        window.activateWindow()
    field_of(window).setFocus()
    return window, actions


def test_keys_and_chords_run_actions_and_overrides_replace_them(qtbot: QtBot) -> None:
    calls = Calls()
    window, actions = window_with(qtbot, calls)
    field = field_of(window)
    QTest.keyClick(field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert calls.done == ["open", "save"]
    actions.set_overrides({"file.save": "Ctrl+K Ctrl+S", "file.open": ""})
    assert actions.shortcut_text("file.save") == "Ctrl+K Ctrl+S"
    assert actions.shortcut_text("file.open") == ""
    QTest.keyClick(field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert calls.done == ["open", "save"]


def test_what_cannot_be_done_is_not_done_and_shown_disabled(qtbot: QtBot) -> None:
    calls = Calls()
    window, actions = window_with(qtbot, calls)
    calls.is_possible = False
    QTest.keyClick(field_of(window), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert calls.done == []
    menu = window.menuBar().actions()[0].menu()
    assert menu is not None
    menu.aboutToShow.emit()  # type: ignore[attr-defined]  # menu() is typed as QObject
    assert not actions.qaction("file.save").isEnabled()
    menu.aboutToHide.emit()  # type: ignore[attr-defined]
    calls.is_possible = True
    QTest.keyClick(field_of(window), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert calls.done == ["save"]


def test_two_actions_with_one_id_are_refused(qtbot: QtBot) -> None:
    calls = Calls()
    _window, actions = window_with(qtbot, calls)
    with pytest.raises(ValueError, match=r"file\.save"):
        actions.add((Action("file.save", "Again", calls.save),))


def test_the_palette_finds_by_letters_and_runs(qtbot: QtBot) -> None:
    calls = Calls()
    window, actions = window_with(qtbot, calls)
    palette = CommandPalette(actions, window)
    palette.popup()
    field = palette.findChild(QLineEdit)
    assert field is not None
    assert [row.title for row in palette.rows()] == ["File: Open folder", "File: Save"]
    QTest.keyClicks(field, "opfo")
    assert [row.title for row in palette.rows() if row.is_possible] == ["File: Open folder"]
    assert palette.rows()[0].is_possible
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert calls.done == ["open"]
    assert not palette.isVisible()
    palette.popup()
    QTest.keyClicks(field, "xyz")
    assert palette.rows() == ()
    assert palette.empty.text() == "No command matches “xyz”."
    assert palette.empty.isVisible()
    palette.hide()
