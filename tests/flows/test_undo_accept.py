"""Accepted changes in the editor: marked, and taken back where they stand, in any order."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.accepted_hunks import MARKER
from copilot_desktop.editor.view import EditorView
from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.text.ranges import LineRange
from tests.support.in_place import changed_in_place, new_texts, pair
from tests.support.openai_server import OpenAIServer
from tests.support.shop import SOURCE, review_of

ALT = Qt.KeyboardModifier.AltModifier
NAMES = pair("def other():", "def another():") + pair("def total(items):", "def total(all):")
BOTH = SOURCE.replace("other", "another").replace("total(items)", "total(all)")


def marked(view: EditorView) -> list[int]:
    """Lines with the mark of an accepted change."""
    return [line for line in range(view.code.lineCount()) if view.code.markerGet(line) & 1 << MARKER]


def both_accepted(qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path) -> EditorView:
    """basket.py with two accepted changes, on lines 1 and 5."""
    server.answers(NAMES)
    view, box = changed_in_place(qtbot, desktop, LineRange(0, 6), "names")
    QTest.mouseClick(box.versions.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == BOTH)
    qtbot.waitUntil(lambda: marked(view) == [0, 4])
    return view


@pytest.mark.parametrize("by", ["key", "bar", "action"])
def test_the_first_of_two_is_taken_back_where_it_stands(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path, by: str
) -> None:
    desktop.window.resize(1280, 720)
    view = both_accepted(qtbot, desktop, server, folder)
    view.show_lines(LineRange(0, 0))
    view.setFocus()
    qtbot.waitUntil(lambda: view.findChild(QToolButton, "editor.accepted.undo") is not None)
    button = view.findChild(QToolButton, "editor.accepted.undo")
    assert button is not None
    qtbot.waitUntil(button.isVisible)
    if by == "key":
        QTest.keyClick(view.code, Qt.Key.Key_U, ALT)
    elif by == "bar":
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        action = desktop.window.findChild(QAction, "action.review.undo_accept_here")
        assert action is not None
        action.trigger()
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE.replace("other", "another"))
    # It waits again, and the other one can be taken back as well.
    qtbot.waitUntil(lambda: new_texts(view) == [(0, 1, "def total(all):\n")])
    assert marked(view) == [4]
    assert not button.isVisible()
    view.show_lines(LineRange(4, 4))
    QTest.keyClick(view.code, Qt.Key.Key_U, ALT)
    qtbot.waitUntil(lambda: (folder / "basket.py").read_text() == SOURCE)
    qtbot.waitUntil(lambda: len(new_texts(view)) == 2)
    assert marked(view) == []


def test_marks_move_with_what_is_typed_and_typing_stays(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = both_accepted(qtbot, desktop, server, folder)
    view.code.gotoPos(view.code.line_start(2))
    QTest.keyClicks(view.code, "# between")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marked(view) == [0, 5])
    view.show_lines(LineRange(5, 5))
    QTest.keyClick(view.code, Qt.Key.Key_U, ALT)
    wanted = BOTH.replace("another", "other").replace("items)\n\n", "items)\n# between\n\n")
    qtbot.waitUntil(lambda: view.snapshot().text == wanted)
    decisions = {hunk.decision for hunk in review_of(desktop).state.hunks()}
    assert decisions == {Decision.ACCEPTED, Decision.PENDING}


def test_where_none_is_a_sentence_says_how_they_are_found(
    qtbot: QtBot, desktop: DesktopWindow, server: OpenAIServer, folder: Path
) -> None:
    view = both_accepted(qtbot, desktop, server, folder)
    view.show_lines(LineRange(2, 2))
    QTest.keyClick(view.code, Qt.Key.Key_U, ALT)
    said: list[str] = []
    review_of(desktop).noticed.connect(lambda notice: said.append(notice.message))
    QTest.keyClick(view.code, Qt.Key.Key_U, ALT)
    assert said == ["No accepted change is at the caret. Accepted lines have a thin bar in the margin."]
    assert (folder / "basket.py").read_text() == BOTH
