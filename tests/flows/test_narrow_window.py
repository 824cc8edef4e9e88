"""A window that is too narrow for both side panes shows the one that was used last, until there is room again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.pane_splitter import PaneSplitter
from copilot_desktop.ui.review_in_window import ReviewInWindow
from tests.support.desktop import open_desktop

CTRL = Qt.KeyboardModifier.ControlModifier


def shown(window: MainWindow) -> tuple[bool, bool]:
    """Whether side view and chat are to be seen."""
    return window.is_side_shown(), window.is_chat_shown()


def make_wide(qtbot: QtBot, window: MainWindow, width: int) -> None:
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    qtbot.wait(20)


def is_side_marked(window: MainWindow) -> bool:
    return any(isinstance(each, QToolButton) and each.isChecked() for each in window.activity.buttons())


def overlaps(window: MainWindow) -> list[str]:
    """Panes that reach over each other, or out of the window."""
    splitter = window.findChild(PaneSplitter)
    assert splitter is not None
    found, right = list[str](), 0
    for at in range(splitter.count()):
        pane = splitter.widget(at)
        assert isinstance(pane, QWidget)
        if pane.isHidden():
            continue
        place = pane.geometry()
        if place.left() < right or place.width() < pane.minimumWidth() or place.right() >= splitter.width():
            found.append(f"{pane.objectName()}: {place.left()} to {place.right()}")
        right = place.right() + 1
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "basket.py").write_text("value = 1\n", encoding="utf-8")
    return tmp_path / "shop"


def test_side_view_and_chat_take_turns_in_a_narrow_window(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        window = desktop.window
        qtbot.waitUntil(lambda: window.findChild(ReviewInWindow) is not None)
        QTest.keyClick(window, Qt.Key.Key_E, CTRL | Qt.KeyboardModifier.ShiftModifier)
        for width in (700, 560, 440):
            make_wide(qtbot, window, width)
            assert shown(window) == (True, width >= 606), width
            assert overlaps(window) == []
        assert is_side_marked(window)
        # The state that is remembered is what the user wants, not what there is room for.
        assert window.state().hidden == ()
        QTest.keyClick(window, Qt.Key.Key_L, CTRL)
        assert shown(window) == (False, True)
        assert not is_side_marked(window)
        qtbot.waitUntil(lambda: overlaps(window) == [])
        QTest.keyClick(window, Qt.Key.Key_B, CTRL)
        assert shown(window) == (True, False)
        assert is_side_marked(window)
        # Whoever hides the one wants room: the other waits until there is some.
        QTest.keyClick(window, Qt.Key.Key_B, CTRL)
        assert shown(window) == (False, False)
        make_wide(qtbot, window, 560)
        assert shown(window) == (False, False)
        make_wide(qtbot, window, 700)
        assert shown(window) == (False, True)
        assert window.state().hidden == ("side_pane",)
        QTest.keyClick(window, Qt.Key.Key_B, CTRL)
        assert shown(window) == (True, True)
        assert overlaps(window) == []


def test_a_pane_that_was_hidden_does_not_come_back_with_the_room(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as desktop:
        window = desktop.window
        qtbot.waitUntil(lambda: window.findChild(ReviewInWindow) is not None)
        window.toggle_chat()
        for width in (440, 1000):
            make_wide(qtbot, window, width)
            assert shown(window) == (True, False)
        window.toggle_chat()
        assert shown(window) == (True, True)
