"""Tabs by mouse and keyboard: previews, where the keyboard goes, and what is said of the text in front."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import (
    CTRL,
    click_in_explorer,
    click_tab,
    front_path,
    front_view,
    make_letters,
    opened,
    titles,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_letters(tmp_path, lines=200)


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def test_a_click_in_the_explorer_previews_and_leaves_the_keyboard_there(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    for name in ("a.py", "b.py", "c.py", "image.bin", "b.py"):
        tree = click_in_explorer(qtbot, desktop, name)
        qtbot.waitUntil(lambda name=name: titles(group) == [name])  # type: ignore[misc]
        assert group.currentWidget() is group.marks.preview
        assert tree.hasFocus()
    assert [document.path for document in desktop.documents.documents] == ["b.py"]
    click_in_explorer(qtbot, desktop, "a.py", is_double=True)
    qtbot.waitUntil(lambda: titles(group) == ["a.py"])
    qtbot.waitUntil(front_view(qtbot, desktop).code.hasFocus)
    assert group.marks.preview is None
    click_in_explorer(qtbot, desktop, "image.bin")
    qtbot.waitUntil(lambda: titles(group) == ["a.py", "image.bin"])
    assert isinstance(group.currentWidget(), FailurePage)
    click_in_explorer(qtbot, desktop, "a.py")
    qtbot.waitUntil(lambda: front_path(desktop) == "a.py")
    assert titles(group) == ["a.py", "image.bin"]


def test_typing_or_a_double_click_on_the_tab_keeps_a_preview(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    click_in_explorer(qtbot, desktop, "a.py")
    qtbot.waitUntil(lambda: titles(group) == ["a.py"])
    QTest.keyClicks(front_view(qtbot, desktop).code, "x")
    qtbot.waitUntil(lambda: group.marks.preview is None)
    click_in_explorer(qtbot, desktop, "b.py")
    qtbot.waitUntil(lambda: titles(group) == ["a.py ●", "b.py"])
    assert group.marks.preview is group.currentWidget()
    QTest.mouseDClick(group.bar, Qt.MouseButton.LeftButton, pos=group.bar.tabRect(1).center())
    qtbot.waitUntil(lambda: group.marks.preview is None)
    click_in_explorer(qtbot, desktop, "c.py")
    qtbot.waitUntil(lambda: titles(group) == ["a.py ●", "b.py", "c.py"])


def test_closing_by_key_gives_the_keyboard_to_the_tab_used_before(qtbot: QtBot, desktop: DesktopWindow) -> None:
    for name in ("a.py", "b.py", "c.py"):
        line = (len(desktop.documents.documents) + 1) * 10
        opened(qtbot, desktop, name).show_lines(LineRange(line, line))
    group = desktop.window.editors.tabs
    click_tab(group, "a.py")
    view = front_view(qtbot, desktop)
    assert front_path(desktop) == "a.py"
    assert view.code.hasFocus()
    QTest.keyClick(view.code, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: titles(group) == ["b.py", "c.py"])
    assert front_path(desktop) == "c.py"
    assert front_view(qtbot, desktop).code.hasFocus()
    assert desktop.window.status.text_of(StatusField.CARET) == "Ln 31, Col 1"
    click_tab(group, "c.py", Qt.MouseButton.MiddleButton)
    qtbot.waitUntil(lambda: titles(group) == ["b.py"])
    assert front_view(qtbot, desktop).code.hasFocus()
    assert desktop.window.status.text_of(StatusField.CARET) == "Ln 21, Col 1"
    QTest.keyClick(front_view(qtbot, desktop).code, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: group.count() == 0)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert desktop.window.editors.isAncestorOf(focused)


def test_closing_a_tab_leaves_the_keyboard_in_the_explorer(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "a.py")
    tree = click_in_explorer(qtbot, desktop, "b.py")
    group = desktop.window.editors.tabs
    qtbot.waitUntil(lambda: titles(group) == ["a.py", "b.py"])
    QTest.keyClick(tree, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: titles(group) == ["a.py"])
    assert tree.hasFocus()


def test_go_to_line_gives_the_keyboard_to_the_text(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "a.py")
    tree = click_in_explorer(qtbot, desktop, "a.py")
    assert tree.hasFocus()
    QTest.keyClick(tree, Qt.Key.Key_G, CTRL)
    field = desktop.window.findChild(QLineEdit, "go_to_line.place")
    assert field is not None
    QTest.keyClicks(field, "42")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(front_view(qtbot, desktop).code.hasFocus)
    qtbot.waitUntil(lambda: desktop.window.status.text_of(StatusField.CARET) == "Ln 42, Col 1")
