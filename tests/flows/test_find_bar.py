"""Find and replace in the whole window, by keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui import find_search
from copilot_desktop.ui.find_bar import FindBar
from copilot_desktop.ui.find_runs import AGAIN_MS
from copilot_desktop.ui.find_search import FindSearch
from tests.support.desktop import open_desktop
from tests.support.typing_keys import press

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
    """What the bar says: the count, or what is wrong."""
    said = [desktop.window.findChild(QLabel, f"find_bar.{name}") for name in ("count", "problem")]
    return "".join(label.text() for label in said if label is not None)


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
    # What was typed is looked for again after a moment, which is no word on what was asked for.
    qtbot.wait(AGAIN_MS * 3)
    assert count(desktop) == "3 replaced"
    view.commands.undo()
    assert view.text() == "dog\nCat\nconcat\ncat\n"
    assert desktop.documents.is_dirty("words.txt")


def test_the_buttons_of_the_bar_undo_in_the_text_and_close_it(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    QTest.keyClick(view.code, Qt.Key.Key_H, CTRL)
    QTest.keyClicks(field(desktop, "find"), "cat")
    QTest.keyClicks(field(desktop, "replace"), "dog")
    every = desktop.window.findChild(QPushButton, "find_bar.replace_all")
    case = desktop.window.findChild(QToolButton, "find_bar.case")
    bar = desktop.window.findChild(FindBar)
    assert every is not None
    assert case is not None
    assert bar is not None
    every.setFocus()
    QTest.keyClick(every, Qt.Key.Key_Space)
    assert view.text() == "dog\ndog\ncondog\ndog\n"
    QTest.keyClick(every, Qt.Key.Key_Z, CTRL)
    assert view.text() == TEXT
    QTest.keyClick(every, Qt.Key.Key_Z, CTRL | SHIFT)
    assert view.text() == "dog\ndog\ncondog\ndog\n"
    QTest.keyClick(every, Qt.Key.Key_Z, CTRL)
    replace = field(desktop, "replace")
    replace.setFocus()
    press(replace, "Ctrl+Alt+Return")
    assert count(desktop) == "4 replaced"
    QTest.keyClick(replace, Qt.Key.Key_Z, CTRL)
    assert view.text() == TEXT
    QTest.keyClick(replace, Qt.Key.Key_Z, CTRL)  # its own letters, as nothing was just replaced
    assert (replace.text(), view.text()) == ("", TEXT)
    for button in (every, case):
        bar.open_replace()
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Escape)
        assert not bar.isVisible()
        assert view.code.hasFocus()


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


def test_the_keys_of_the_bar_switch_and_replace(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    desktop.window.commands.run("edit.replace")
    find, replace = field(desktop, "find"), field(desktop, "replace")
    find.setText("c(a)t")
    assert count(desktop) == "Not found"
    press(find, "Alt+R")
    assert count(desktop) == "1 of 4"
    press(find, "Alt+C")
    assert count(desktop) == "1 of 3"
    press(find, "Alt+W")
    assert count(desktop).endswith("of 2")
    replace.setText("$1-$&")
    press(replace, "Ctrl+Shift+1")
    assert view.text() == "a-cat\nCat\nconcat\ncat\n"
    press(replace, "Ctrl+Alt+Return")
    assert view.text() == "a-a-cat\nCat\nconcat\na-cat\n"
    assert count(desktop) == "2 replaced"
    replace.setText("$7")
    press(replace, "Ctrl+Alt+Return")
    assert count(desktop) == "This replacement cannot be used: the expression has no group 7."
    press(find, "Alt+Return")
    assert view.code.selections() == 2
    assert view.code.hasFocus()


def test_only_the_selection_is_looked_through(desktop: DesktopWindow, view: EditorView) -> None:
    view.select(4, 15)
    press(view.code, "Ctrl+H")
    find, replace = field(desktop, "find"), field(desktop, "replace")
    press(find, "Alt+L")
    QTest.keyClicks(find, "cat")
    assert count(desktop) == "1 of 2"
    replace.setText("dog")
    press(replace, "Ctrl+Alt+Return")
    assert view.text() == "cat\ndog\ncondog\ncat\n"
    press(find, "Alt+L")
    assert count(desktop).endswith("of 2")
    view.select(0, 0)
    press(find, "Alt+L")
    assert count(desktop) == "Select the text to look in first"


def test_the_history_comes_back_with_up_and_down(desktop: DesktopWindow, view: EditorView) -> None:
    press(view.code, "Ctrl+F")
    find = field(desktop, "find")
    for word in ("con", "cat"):
        find.clear()
        QTest.keyClicks(find, word)
        press(find, "Return")
    find.clear()
    QTest.keyClicks(find, "draft")
    seen = []
    for key in ("Up", "Up", "Up", "Down", "Down", "Down"):
        press(find, key)
        seen.append(find.text())
    assert seen == ["cat", "con", "con", "cat", "draft", "draft"]


def test_what_takes_too_long_is_said_and_holds_nothing_up(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_search, "WORKER_S", 0.5)
    view.set_text("a" * 40_000 + "b\n")
    press(view.code, "Ctrl+F")
    press(field(desktop, "find"), "Alt+R")
    begun = time.process_time()
    field(desktop, "find").setText("(a+)+$")
    assert count(desktop) == "Searching…"
    assert time.process_time() - begun < 1
    QTest.keyClicks(view.code, "x")
    assert view.text().startswith("x")
    qtbot.waitUntil(lambda: count(desktop).startswith("This takes too long here"), timeout=60_000)
    assert field(desktop, "find").property("invalid") is True
    field(desktop, "find").setText("a+b")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 1", timeout=30_000)


def test_large_texts_are_searched_beside_the_window(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    view.set_text("cat and dog\n" * 40_000)
    press(view.code, "Ctrl+H")
    field(desktop, "find").setText("cat")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 40,000", timeout=30_000)
    press(field(desktop, "find"), "Return")
    assert count(desktop) == "2 of 40,000"
    QTest.keyClicks(view.code, "cat ")
    qtbot.waitUntil(lambda: count(desktop).endswith("of 40,000"), timeout=30_000)
    field(desktop, "replace").setText("bird")
    press(field(desktop, "replace"), "Ctrl+Alt+Return")
    qtbot.waitUntil(lambda: count(desktop) == "40,000 replaced", timeout=30_000)
    assert view.text().count("bird") == 40_000
    view.commands.undo()
    assert "bird" not in view.text()


def test_a_tab_may_be_closed_while_it_is_searched(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    view.set_text("a" * 40_000 + "b\n")
    press(view.code, "Ctrl+H")
    press(field(desktop, "find"), "Alt+R")
    field(desktop, "find").setText("(a+)+$")
    assert count(desktop) == "Searching…"
    QTest.keyClicks(view.code, "x")
    field(desktop, "find").setText("(a+)+x")  # waits for the end of the first
    press(field(desktop, "replace"), "Ctrl+Alt+Return")
    desktop.documents.close(view.document_id)
    qtbot.waitUntil(lambda: not isValid(view))
    busy = desktop.window.findChild(FindSearch)
    assert busy is not None
    qtbot.waitUntil(lambda: not busy.is_running, timeout=60_000)


def test_a_selection_does_not_break_a_regular_expression(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    view.load("f1(a)\nf2(b)\nx = 1\n")
    desktop.window.commands.run("edit.find")
    toggle(desktop, "regex")
    QTest.keyClicks(field(desktop, "find"), r"f(\d)\(")
    QTest.keyClick(field(desktop, "find"), Qt.Key.Key_Return)
    QTest.keyClick(field(desktop, "find"), Qt.Key.Key_Escape)
    desktop.window.commands.run("edit.replace")
    assert field(desktop, "find").text() == r"f(\d)\("
    assert "of 2" in count(desktop)
    view.select(view.text().index("f1("), view.text().index("f1(") + 5)
    desktop.window.commands.run("edit.find")
    assert field(desktop, "find").text() == r"f1\(a\)"
    assert count(desktop) == "1 of 1"


def test_one_match_of_a_long_text_is_replaced_and_the_next_one_selected(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    view.set_text("für die cat und die dog\r\n" * 20_000)
    view.code.setEOLMode(0)
    view.select(0, 0)
    press(view.code, "Ctrl+H")
    field(desktop, "find").setText("die cat")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 20,000", timeout=30_000)
    assert view.selected_text() == "die cat"
    assert view.code.indicatorValueAt(22, view.code.selectionStart())
    toggle(desktop, "regex")
    field(desktop, "find").setText("die (cat)")
    field(desktop, "replace").setText(r"ü die $1\n")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 20,000", timeout=30_000)
    press(field(desktop, "replace"), "Return")
    qtbot.waitUntil(lambda: count(desktop) == "2 of 20,000", timeout=30_000)
    assert view.text().startswith("für ü die cat\r\n und die dog\r\nfür die cat")
    assert view.caret().line == 2
    press(field(desktop, "replace"), "Ctrl+Alt+Return")
    qtbot.waitUntil(lambda: count(desktop) == "20,000 replaced", timeout=60_000)
    assert view.text().count("ü die cat\r\n") == 20_000
    view.commands.undo()
    view.commands.undo()
    assert view.text() == "für die cat und die dog\r\n" * 20_000


def test_a_long_text_is_looked_through_in_the_selection_alone(
    qtbot: QtBot, desktop: DesktopWindow, view: EditorView
) -> None:
    view.set_text("für cat\n" * 40_000)
    view.select(8, 24)
    press(view.code, "Ctrl+F")
    toggle(desktop, "scope")
    field(desktop, "find").setText("cat")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 2", timeout=30_000)
    assert view.caret().line == 1


def test_closing_the_bar_ends_the_search(qtbot: QtBot, desktop: DesktopWindow, view: EditorView) -> None:
    view.set_text("some words of no use\n" * 400_000)
    press(view.code, "Ctrl+F")
    field(desktop, "find").setText("cat")
    busy = desktop.window.findChild(FindSearch)
    assert busy is not None
    assert busy.is_running
    press(field(desktop, "find"), "Escape")
    qtbot.waitUntil(lambda: not busy.is_running, timeout=60_000)
    assert not any(each.finder.selected(in_bytes=True)[1] for each in desktop.window.editors.tabs.views())
    press(view.code, "Ctrl+F")
    field(desktop, "find").setText("use")
    qtbot.waitUntil(lambda: count(desktop) == "1 of 400,000", timeout=60_000)
