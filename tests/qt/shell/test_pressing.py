"""A checkable button is pressed by a click and by what a screen reader does with it, once each."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.icon_button import Pressing


def toggle_as_a_screen_reader(button: QPushButton) -> None:
    """The first action that Qt offers for it."""
    actions = QAccessible.queryAccessibleInterface(button).actionInterface()
    actions.doAction(actions.actionNames()[0])


def test_clicks_and_toggles_are_told_once_and_marks_not_at_all(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    buttons = [QPushButton(name, holder) for name in ("one", "other")]
    pressed: list[str] = []
    for button in buttons:
        button.setCheckable(True)
    pressings = [Pressing(button, partial(pressed.append, button.text())) for button in buttons]
    buttons[0].click()
    qtbot.wait(10)
    assert pressed == ["one"]
    toggle_as_a_screen_reader(buttons[0])
    qtbot.waitUntil(lambda: pressed == ["one", "one"])
    assert not buttons[0].isChecked()
    pressings[1].show_checked(True)
    qtbot.wait(10)
    assert pressed == ["one", "one"]
    group = QButtonGroup(holder)
    for button in buttons:
        group.addButton(button)
    toggle_as_a_screen_reader(buttons[0])
    qtbot.waitUntil(lambda: pressed == ["one", "one", "one"])
    qtbot.wait(10)
    assert pressed == ["one", "one", "one"]
