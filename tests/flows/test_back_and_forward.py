"""Alt+Left and Alt+Right through the places the caret was at, over all files."""

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
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import ALT, CTRL, click_tab, front_path, front_view, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    for name in ("a.py", "b.py", "c.py"):
        (root / name).write_text("".join(f"{name[0]}_{line} = {line}\n" for line in range(300)))
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(shown.window.isActiveWindow)
        yield shown


def press(desktop: DesktopWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = ALT) -> None:
    QTest.keyClick(QApplication.focusWidget() or desktop.window, key, modifiers)


def wait_at(qtbot: QtBot, desktop: DesktopWindow, path: str, line: int, column: int = 0) -> None:
    """Wait until the caret is seen there, and the history has heard of it."""

    def is_there() -> bool:
        view = desktop.window.editors.current_view()
        if view is None or front_path(desktop) != path:
            return False
        return (view.caret().line, view.caret().column, view._caret) == (line, column, view.caret())

    qtbot.waitUntil(is_there, timeout=10_000)


def go_to_line(qtbot: QtBot, desktop: DesktopWindow, line: int) -> None:
    press(desktop, Qt.Key.Key_G, CTRL)
    field = desktop.window.findChild(QLineEdit, "go_to_line.place")
    assert field is not None
    QTest.keyClicks(field, str(line))
    QTest.keyClick(field, Qt.Key.Key_Return)
    desktop.window.activateWindow()  # offscreen nobody does after a dialog
    qtbot.waitUntil(front_view(qtbot, desktop).code.hasFocus)


def test_back_and_forward_over_jumps_and_files(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "a.py")
    wait_at(qtbot, desktop, "a.py", 0)
    for _time in range(5):
        press(desktop, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)
    press(desktop, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    wait_at(qtbot, desktop, "a.py", 5, 1)
    go_to_line(qtbot, desktop, 123)
    wait_at(qtbot, desktop, "a.py", 122)
    desktop.documents.open("b.py", LineRange(200, 201))
    wait_at(qtbot, desktop, "b.py", 200)
    opened(qtbot, desktop, "c.py")
    wait_at(qtbot, desktop, "c.py", 0)
    for path, line, column in (("b.py", 200, 0), ("a.py", 122, 0), ("a.py", 5, 1)):
        press(desktop, Qt.Key.Key_Left)
        wait_at(qtbot, desktop, path, line, column)
        assert front_view(qtbot, desktop).code.hasFocus()
    assert not desktop.window.commands.run("go.back")
    for path, line in (("a.py", 122), ("b.py", 200), ("c.py", 0)):
        press(desktop, Qt.Key.Key_Right)
        wait_at(qtbot, desktop, path, line)
    assert not desktop.window.commands.run("go.forward")
    assert desktop.window.editors.view_of("a.py") is view


def test_a_closed_file_is_opened_again_and_a_new_way_ends_the_old_one(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "a.py")
    go_to_line(qtbot, desktop, 81)
    wait_at(qtbot, desktop, "a.py", 80)
    opened(qtbot, desktop, "b.py")
    wait_at(qtbot, desktop, "b.py", 0)
    click_tab(desktop.window.editors.tabs, "a.py")
    wait_at(qtbot, desktop, "a.py", 80)
    press(desktop, Qt.Key.Key_W, CTRL)
    wait_at(qtbot, desktop, "b.py", 0)
    press(desktop, Qt.Key.Key_Left)
    wait_at(qtbot, desktop, "a.py", 80)
    qtbot.waitUntil(front_view(qtbot, desktop).code.hasFocus)
    press(desktop, Qt.Key.Key_Left)
    wait_at(qtbot, desktop, "b.py", 0)
    go_to_line(qtbot, desktop, 301)
    wait_at(qtbot, desktop, "b.py", 300)
    assert not desktop.window.commands.run("go.forward")
    press(desktop, Qt.Key.Key_Left)
    wait_at(qtbot, desktop, "b.py", 0)


def test_a_file_that_is_gone_is_said_and_the_way_goes_on(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    opened(qtbot, desktop, "c.py")
    wait_at(qtbot, desktop, "c.py", 0)
    opened(qtbot, desktop, "a.py")
    wait_at(qtbot, desktop, "a.py", 0)
    opened(qtbot, desktop, "b.py")
    wait_at(qtbot, desktop, "b.py", 0)
    desktop.window.editors.close_pages(desktop.window.editors.panes.pages()[:2])
    (folder / "a.py").unlink()
    press(desktop, Qt.Key.Key_Left)
    page = desktop.window.editors.panes.front()
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is None)
    assert page is not None
    press(desktop, Qt.Key.Key_Left)
    wait_at(qtbot, desktop, "c.py", 0)
