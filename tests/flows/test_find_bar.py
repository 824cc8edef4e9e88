"""Find and replace in the whole window, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.find_bar import FindBar
from tests.support.desktop import open_desktop

TEXT = "cat\nCat\nconcat\ncat\n"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    (tmp_path / "words.txt").write_text(TEXT)
    with open_desktop(qtbot, tmp_path) as shown:
        yield shown


@pytest.fixture
def view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    desktop.documents.open("words.txt")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("words.txt") is not None)
    found = desktop.window.editors.view_of("words.txt")
    assert found is not None
    return found


def field(desktop: DesktopWindow, name: str) -> QLineEdit:
    found = desktop.window.findChild(QLineEdit, f"find_bar.{name}")
    assert found is not None
    return found


def count(desktop: DesktopWindow) -> str:
    found = desktop.window.findChild(QLabel, "find_bar.count")
    assert found is not None
    return found.text()


def toggle(desktop: DesktopWindow, name: str) -> None:
    found = desktop.window.findChild(QToolButton, f"find_bar.{name}")
    assert found is not None
    found.click()


def test_enter_goes_on_and_shift_enter_back(desktop: DesktopWindow, view: EditorView) -> None:
    QTest.keyClick(view.code, Qt.Key.Key_F, CTRL)
    find = field(desktop, "find")
    assert find.hasFocus()
    QTest.keyClicks(find, "cat")
    assert count(desktop) == "1 of 4"
    QTest.keyClick(find, Qt.Key.Key_Return)
    assert count(desktop) == "2 of 4"
    assert view.selection().lines.start == 1
    QTest.keyClick(find, Qt.Key.Key_Return, SHIFT)
    assert count(desktop) == "1 of 4"
    QTest.keyClick(find, Qt.Key.Key_Return, SHIFT)
    assert count(desktop) == "4 of 4, from the other end"
    QTest.keyClick(find, Qt.Key.Key_Escape)
    bar = desktop.window.findChild(FindBar)
    assert bar is not None
    assert bar.isHidden()
    assert view.code.hasFocus()


def test_the_toggles_narrow_what_is_found(desktop: DesktopWindow, view: EditorView) -> None:
    desktop.window.commands.run("edit.find")
    QTest.keyClicks(field(desktop, "find"), "cat")
    toggle(desktop, "word")
    assert count(desktop).endswith("of 3")
    toggle(desktop, "case")
    assert count(desktop).endswith("of 2")
    field(desktop, "find").setText("dog")
    assert count(desktop) == "Not found"


def test_a_broken_expression_is_said_and_marked(desktop: DesktopWindow, view: EditorView) -> None:
    desktop.window.commands.run("edit.find")
    toggle(desktop, "regex")
    field(desktop, "find").setText("(cat")
    assert count(desktop) not in ("", "Not found")
    assert field(desktop, "find").property("invalid") is True
    field(desktop, "find").setText("(cat)$")
    assert count(desktop) == "1 of 4"
    assert field(desktop, "find").property("invalid") is False


def test_replacing_one_and_all_is_undone_in_one_step(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    QTest.keyClick(view.code, Qt.Key.Key_H, CTRL)
    QTest.keyClicks(field(desktop, "find"), "cat")
    replace = field(desktop, "replace")
    replace.setText("dog")
    QTest.keyClick(replace, Qt.Key.Key_Return)
    assert view.text() == "dog\nCat\nconcat\ncat\n"
    every = desktop.window.findChild(QPushButton, "find_bar.replace_all")
    assert every is not None
    every.click()
    assert view.text() == "dog\ndog\ncondog\ndog\n"
    assert count(desktop) == "3 replaced"
    view.commands.undo()
    assert view.text() == "dog\nCat\nconcat\ncat\n"
    assert desktop.documents.is_dirty("words.txt")


def test_a_selection_is_what_is_looked_for_and_the_last_tab_takes_the_bar_away(
    desktop: DesktopWindow, view: EditorView
) -> None:
    view.select(8, 11)
    desktop.window.commands.run("edit.find")
    assert field(desktop, "find").text() == "con"
    desktop.window.commands.run("file.close")
    bar = desktop.window.findChild(FindBar)
    assert bar is not None
    assert bar.isHidden()
    assert not desktop.window.commands.run("edit.find")
