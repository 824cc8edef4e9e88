"""Prompts in the text, as a user asks them by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.prompt_box import PromptBox
from tests.support.shop import opened, panel_of

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

LAST_LINE = LineRange(5, 6)


def pair(old: str, new: str, path: str = "basket.py") -> str:
    """An answer with one search/replace block; both texts without their last line end."""
    return f"{path}\n```python\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


def prompt_of(qtbot: QtBot, view: EditorView) -> PromptBox:
    """The prompt in a text, opened by Ctrl+I."""
    QTest.keyClick(view.code, Qt.Key.Key_I, _CTRL)
    qtbot.waitUntil(lambda: view.findChild(PromptBox) is not None)
    box = view.findChild(PromptBox)
    assert box is not None
    qtbot.waitUntil(box.field.hasFocus)
    return box


def send(box: PromptBox, prompt: str) -> None:
    """Type and press Enter."""
    QTest.keyClicks(box.field, prompt)
    QTest.keyClick(box.field, Qt.Key.Key_Return)


def changed_in_place(
    qtbot: QtBot, desktop: DesktopWindow, lines: LineRange = LAST_LINE, prompt: str = "two"
) -> tuple[EditorView, PromptBox]:
    """Lines of basket.py selected, Ctrl+I, a prompt; until its change has come."""
    panel_of(qtbot, desktop)
    view = opened(qtbot, desktop)
    view.show_lines(LineRange(lines.start, lines.start))
    for _ in range(len(lines)):
        QTest.keyClick(view.code, Qt.Key.Key_Down, _SHIFT)
    box = prompt_of(qtbot, view)
    send(box, prompt)
    qtbot.waitUntil(box.versions.isVisible)
    qtbot.waitUntil(lambda: len(view.diff_marks.hunks()) > 0)
    return view, box


def new_texts(view: EditorView) -> list[tuple[int, int, str]]:
    """First line, line after the last, and new text of each hunk in a text."""
    return [(each.lines.start, each.lines.end, each.new_text) for each in view.diff_marks.hunks()]
