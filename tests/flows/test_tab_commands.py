"""Tabs closed, pinned, reopened and switched: by their menu, by keys, and by the list at their end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.events import Opening
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.tab_switcher import TabSwitcher
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import (
    CTRL,
    SHIFT,
    click_in_explorer,
    click_tab,
    front_path,
    front_view,
    make_letters,
    opened,
    tab_place,
    titles,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = make_letters(tmp_path, "abcd")
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "deep" / "inner.py").write_text("x = 1\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(shown.window.isActiveWindow)
        for name in ("a.py", "b.py", "c.py", "d.py"):
            opened(qtbot, shown, name)
        yield shown


def choose(desktop: DesktopWindow, title: str, entry: str) -> None:
    """Choose an entry of a tab's menu by the mouse."""
    group = desktop.window.editors.tabs
    place = tab_place(group, title)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, group.bar.mapToGlobal(place))
    QApplication.sendEvent(group.bar, event)
    menu = desktop.window.findChild(QMenu, "menu.tab")
    assert menu is not None
    action = next(action for action in menu.actions() if action.text().replace("&", "") == entry)
    assert action.isEnabled(), entry
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()
    desktop.window.activateWindow()  # offscreen nobody does after a menu
    QApplication.processEvents()


def test_closing_others_and_those_to_the_right_leaves_pinned_tabs(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    choose(desktop, "d.py", "Pinned")
    assert titles(group) == ["d.py", "a.py", "b.py", "c.py"]
    choose(desktop, "b.py", "Close tabs to the right")
    qtbot.waitUntil(lambda: titles(group) == ["d.py", "a.py", "b.py"])
    choose(desktop, "b.py", "Close other tabs")
    qtbot.waitUntil(lambda: titles(group) == ["d.py", "b.py"])
    unpin = group.bar.findChild(QToolButton, "editor_tabs.unpin")
    assert unpin is not None
    assert unpin.accessibleName() == "Unpin d.py"
    QTest.mouseClick(unpin, Qt.MouseButton.LeftButton)
    choose(desktop, "b.py", "Close other tabs")
    qtbot.waitUntil(lambda: titles(group) == ["b.py"])


def test_closing_saved_and_all_asks_once_about_what_is_not_saved(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    for name in ("a.py", "c.py"):
        QTest.keyClicks(opened(qtbot, desktop, name).code, "x")
    qtbot.waitUntil(lambda: titles(group) == ["a.py ●", "b.py", "c.py ●", "d.py"])
    choose(desktop, "b.py", "Close saved tabs")
    qtbot.waitUntil(lambda: titles(group) == ["a.py ●", "c.py ●"])
    choose(desktop, "a.py ●", "Close all tabs of the group")
    (box,) = [each for each in desktop.window.findChildren(QMessageBox) if each.isVisible()]
    assert "2 files have changes that are not saved" in box.text()
    discard = box.findChild(QPushButton, "ask_unsaved.discard")
    assert discard is not None
    QTest.mouseClick(discard, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: group.count() == 0)


def test_paths_are_copied_and_a_deep_file_is_revealed(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    choose(desktop, "b.py", "Copy path")
    assert QGuiApplication.clipboard().text() == str(folder / "b.py")
    choose(desktop, "c.py", "Copy relative path")
    assert QGuiApplication.clipboard().text() == "c.py"
    opened(qtbot, desktop, "src/deep/inner.py")
    choose(desktop, "inner.py", "Reveal in the explorer")
    panel = desktop.window.findChild(ExplorerPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.model.path_of(panel.tree.currentIndex()) == "src/deep/inner.py")
    qtbot.waitUntil(lambda: panel.tree.isExpanded(panel.model.index_of("src/deep")))


def test_closed_tabs_are_reopened_where_they_stood_with_their_carets(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    view = opened(qtbot, desktop, "b.py")
    view.go_to(200, 3)
    for title in ("b.py", "c.py"):
        click_tab(group, title)
        QTest.keyClick(desktop.window, Qt.Key.Key_W, CTRL)
    qtbot.waitUntil(lambda: titles(group) == ["a.py", "d.py"])
    for _time in range(3):
        QTest.keyClick(desktop.window, Qt.Key.Key_T, CTRL | SHIFT)
    qtbot.waitUntil(lambda: titles(group) == ["a.py", "b.py", "c.py", "d.py"])
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("b.py") is not None)
    qtbot.waitUntil(lambda: front_path(desktop) == "b.py")
    assert (front_view(qtbot, desktop).caret().line, front_view(qtbot, desktop).caret().column) == (200, 3)
    assert front_view(qtbot, desktop).code.hasFocus()


def test_the_file_asked_for_last_is_in_front_whichever_is_read_first(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "large.txt").write_text("a line\n" * 2_000_000)
    (folder / "small.txt").write_text("short\n")
    (folder / "looked.txt").write_text("another line\n" * 1_000_000)
    group, documents = desktop.window.editors.tabs, desktop.documents
    read: list[str | None] = []
    documents.opened.connect(lambda event: read.append(event.document.path))
    documents.open("large.txt")
    documents.open("looked.txt", opening=Opening(is_preview=True))
    documents.open("small.txt")
    qtbot.waitUntil(lambda: {"large.txt", "looked.txt", "small.txt"} <= set(read))
    assert front_path(desktop) == "small.txt"
    assert front_view(qtbot, desktop).code.hasFocus()
    assert sorted(titles(group)) == ["a.py", "b.py", "c.py", "d.py", "large.txt", "small.txt"]


def test_ctrl_tab_shows_the_tabs_used_last_while_ctrl_is_held(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    for title in ("a.py", "c.py", "b.py"):
        click_tab(group, title)
    view = front_view(qtbot, desktop)
    QTest.keyClick(view.code, Qt.Key.Key_Tab, CTRL)
    switcher = desktop.window.findChild(TabSwitcher)
    assert switcher is not None
    shown = switcher._list
    assert switcher.isVisible()
    assert [shown.item(row).text() for row in range(shown.count())] == ["b.py", "c.py", "a.py", "d.py"]
    assert front_path(desktop) == "b.py"
    QTest.keyClick(shown, Qt.Key.Key_Tab, CTRL)
    QTest.keyRelease(shown, Qt.Key.Key_Control)
    assert not switcher.isVisible()
    assert front_path(desktop) == "a.py"
    assert front_view(qtbot, desktop).code.hasFocus()
    QTest.keyClick(front_view(qtbot, desktop).code, Qt.Key.Key_Tab, CTRL)
    QTest.keyRelease(shown, Qt.Key.Key_Control)
    assert front_path(desktop) == "b.py"
    QTest.keyClick(front_view(qtbot, desktop).code, Qt.Key.Key_Tab, CTRL)
    QTest.keyClick(shown, Qt.Key.Key_Escape, CTRL)
    assert front_path(desktop) == "b.py"
    assert front_view(qtbot, desktop).code.hasFocus()


def test_the_list_of_tabs_is_there_once_they_do_not_fit(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    group = desktop.window.editors.tabs
    button = group.findChild(QToolButton, "editor_tabs.list")
    assert button is not None
    desktop.window.commands.run("view.chat")
    desktop.window.commands.run("view.side")
    qtbot.waitUntil(lambda: not button.isVisible())
    for number in range(12):
        name = f"a_rather_long_name_{number}.py"
        (folder / name).write_text("x = 1\n")
        opened(qtbot, desktop, name)
    qtbot.waitUntil(button.isVisible)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = desktop.window.findChild(QMenu, "menu.tabs")
    assert menu is not None
    assert len(menu.actions()) == 16
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["a_rather_long_name_11.py"]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[1]).center())
    qtbot.waitUntil(lambda: front_path(desktop) == "b.py")
    assert front_view(qtbot, desktop).code.hasFocus()


def test_keep_open_by_menu_and_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    group = desktop.window.editors.tabs
    choose(desktop, "a.py", "Close all tabs")
    qtbot.waitUntil(lambda: group.count() == 0)
    click_in_explorer(qtbot, desktop, "a.py")
    qtbot.waitUntil(lambda: titles(group) == ["a.py"])
    assert group.marks.preview is group.currentWidget()
    choose(desktop, "a.py", "Keep open")
    assert group.marks.preview is not group.currentWidget()
    click_in_explorer(qtbot, desktop, "b.py")
    qtbot.waitUntil(lambda: titles(group) == ["a.py", "b.py"])
    tree = click_in_explorer(qtbot, desktop, "b.py")
    QTest.keyClick(tree, Qt.Key.Key_K, CTRL)
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert group.marks.preview is not group.currentWidget()
