"""The outline in the real window: it shows what the text in front defines, follows the caret, and leads there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.outline.panel import OutlinePanel
from tests.support.desktop import open_desktop

CTRL = Qt.KeyboardModifier.ControlModifier
CART = """\
class Cart:
    def add(self, item):
        pass

    def total(self):
        return 0


def main():
    pass
"""


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[DesktopWindow]:
    root = tmp_path / "shop"
    root.mkdir()
    for name, text in {"cart.py": CART, "plan.md": "# One\n\n# Two\n", "notes.txt": "x\n", "empty.py": ""}.items():
        (root / name).write_text(text, encoding="utf-8")
    with open_desktop(qtbot, root) as shown:
        yield shown


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    qtbot.waitUntil(view.code.hasFocus)
    return view


def outline(qtbot: QtBot, desktop: DesktopWindow) -> OutlinePanel:
    desktop.window.activateWindow()
    qtbot.waitUntil(desktop.window.isActiveWindow)
    focused = QApplication.focusWidget() or desktop.window
    QTest.keyClick(focused, Qt.Key.Key_K, CTRL)
    QTest.keyClick(focused, Qt.Key.Key_O)
    found = desktop.window.findChild(OutlinePanel)
    assert found is not None
    qtbot.waitUntil(found.field.hasFocus)
    return found


def spoken(panel: OutlinePanel) -> list[str]:
    """What a screen reader says of each row, those inside of others with two blanks more."""
    said: list[str] = []

    def walk(parent: QModelIndex, depth: int) -> None:
        model = panel.tree.model()
        for at in range(model.rowCount(parent)):
            index = model.index(at, 0, parent)
            said.append("  " * depth + index.data(Qt.ItemDataRole.AccessibleTextRole))
            walk(index, depth + 1)

    walk(QModelIndex(), 0)
    return said


def current(panel: OutlinePanel) -> str:
    index = panel.tree.currentIndex()
    return index.data() if index.isValid() and panel.tree.selectionModel().isSelected(index) else ""


def has_said(panel: OutlinePanel, sentence: str) -> bool:
    return panel.said.text() == sentence


def line(view: EditorView) -> int:
    return view.caret().line + 1


ROWS = ["Cart, class, line 1", "  add, method, line 2", "  total, method, line 5", "main, function, line 9"]


def test_it_shows_the_text_as_it_stands_and_follows_the_caret(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "cart.py")
    panel = outline(qtbot, desktop)
    qtbot.waitUntil(lambda: spoken(panel) == ROWS)
    view.setFocus()
    view.go_to(5, 0)
    qtbot.waitUntil(lambda: current(panel) == "total")
    view.go_to(9, 2)
    qtbot.waitUntil(lambda: current(panel) == "main")
    view.go_to(7, 0)
    qtbot.waitUntil(lambda: current(panel) == "")
    view.go_to(0, 0)
    QTest.keyClicks(view.code, "import os")
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    moved = ["Cart, class, line 2", "  add, method, line 3", "  total, method, line 6", "main, function, line 10"]
    qtbot.waitUntil(lambda: spoken(panel) == moved)
    view.go_to(9, len("def "))
    QTest.keyClicks(view.code, "new_")
    qtbot.waitUntil(lambda: spoken(panel)[-1] == "new_main, function, line 10")
    assert view.code.hasFocus()


def test_keys_look_at_a_definition_go_there_and_come_back(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "cart.py")
    panel = outline(qtbot, desktop)
    qtbot.waitUntil(lambda: spoken(panel) == ROWS)
    QTest.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.waitUntil(panel.tree.hasFocus)
    for _each in range(2):
        QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    QTest.keyClick(panel.tree, Qt.Key.Key_Space)
    assert (line(view), panel.tree.hasFocus()) == (5, True)
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(view.code.hasFocus)
    assert (line(view), view.caret().column) == (9, len("def "))
    panel = outline(qtbot, desktop)
    QTest.keyClicks(panel.field, "tot")
    assert spoken(panel) == ["total, method, line 5"]
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    qtbot.waitUntil(view.code.hasFocus)
    assert (line(view), view.caret().column) == (5, len("    def "))
    panel = outline(qtbot, desktop)
    panel.field.setText("zzz")
    assert panel.said.text() == "No name matches “zzz”."
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    assert spoken(panel) == ROWS
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(view.code.hasFocus)


def test_a_click_looks_and_a_double_click_goes_there(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "cart.py")
    panel = outline(qtbot, desktop)
    qtbot.waitUntil(lambda: spoken(panel) == ROWS)
    tree = panel.tree
    place = tree.visualRect(tree.model().index(1, 0)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert line(view) == 9
    assert not view.code.hasFocus()
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(view.code.hasFocus)
    # What was folded up stays so while the text changes.
    tree.collapse(tree.model().index(0, 0))
    view.go_to(9, 8)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    QTest.keyClicks(view.code, "def inner(): pass")
    qtbot.waitUntil(lambda: "  inner, function, line 11" in spoken(panel))
    assert not tree.isExpanded(tree.model().index(0, 0))
    assert tree.isExpanded(tree.model().index(1, 0))


def test_what_has_no_outline_says_why(qtbot: QtBot, desktop: DesktopWindow) -> None:
    panel = outline(qtbot, desktop)
    assert panel.said.text() == "No file is in front whose outline could be shown."
    for path, said in {
        "notes.txt": "Nothing is known of what notes.txt defines: its language has none.",
        "empty.py": "empty.py defines nothing yet.",
    }.items():
        opened(qtbot, desktop, path)
        qtbot.waitUntil(partial(has_said, panel, said))
        assert panel.said.isVisible()
    opened(qtbot, desktop, "plan.md")
    qtbot.waitUntil(lambda: spoken(panel) == ["One, heading, line 1", "Two, heading, line 3"])
    assert panel.tree.isVisible()
