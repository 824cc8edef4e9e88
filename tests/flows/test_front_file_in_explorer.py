"""The file in front is chosen and in sight in the explorer; the keyboard, and what the user does there, stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.events import Opening
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.front_file_in_explorer import FrontFileInExplorer
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import CTRL, opened
from tests.support.preferences import settings_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    (root / "src/deep").mkdir(parents=True)
    (root / "build").mkdir()
    (root / ".gitignore").write_text("build/\n")
    for name in ("src/basket.py", "src/deep/inner.py", "build/out.txt", *(f"file_{at:02}.txt" for at in range(60))):
        (root / name).write_text("a = 1\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(FrontFileInExplorer) is not None)
        yield shown


def panel_of(desktop: DesktopWindow) -> ExplorerPanel:
    found = desktop.window.findChild(ExplorerPanel)
    assert found is not None
    return found


def is_shown(desktop: DesktopWindow, path: str) -> bool:
    """Whether this row alone is chosen, and in sight."""
    tree = panel_of(desktop).tree
    row = tree.visualRect(panel_of(desktop).model.index_of(path))
    return tree.chosen() == (path,) and not row.isEmpty() and tree.viewport().rect().contains(row)


def test_the_row_of_the_file_in_front_is_chosen_and_the_keyboard_stays(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened(qtbot, desktop, "src/deep/inner.py")
    qtbot.waitUntil(lambda: is_shown(desktop, "src/deep/inner.py"))
    assert view.code.hasFocus()
    opened(qtbot, desktop, "file_59.txt")
    qtbot.waitUntil(lambda: is_shown(desktop, "file_59.txt"))
    QTest.keyClick(desktop.window, Qt.Key.Key_PageUp, CTRL)
    qtbot.waitUntil(lambda: is_shown(desktop, "src/deep/inner.py"))
    assert not panel_of(desktop).tree.hasFocus()


def test_what_the_user_does_in_the_tree_stays(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "src/deep/inner.py")
    qtbot.waitUntil(lambda: is_shown(desktop, "src/deep/inner.py"))
    tree, model = panel_of(desktop).tree, panel_of(desktop).model
    tree.collapse(model.index_of("src"))
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())
    before = tree.verticalScrollBar().value()
    view = desktop.window.editors.current_view()
    assert view is not None
    QTest.keyClicks(view.code, "typed")
    panel_of(desktop).refresh()
    qtbot.wait(300)
    assert not tree.isExpanded(model.index_of("src"))
    assert tree.verticalScrollBar().value() == before
    # Rows chosen in the tree are not unchosen by a file that comes to the front meanwhile.
    tree.setFocus()
    tree.selectAll()
    desktop.documents.open("file_01.txt", None, Opening(takes_focus=False))
    qtbot.wait(300)
    assert len(tree.chosen()) > 10


def test_a_hidden_explorer_shows_it_when_it_comes_back_and_ignored_files_unfold_nothing(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_B, CTRL)
    assert not panel_of(desktop).isVisible()
    view = opened(qtbot, desktop, "src/deep/inner.py")
    qtbot.wait(100)
    QTest.keyClick(desktop.window, Qt.Key.Key_B, CTRL)
    qtbot.waitUntil(lambda: is_shown(desktop, "src/deep/inner.py"))
    assert view.code.hasFocus()
    opened(qtbot, desktop, "build/out.txt")
    qtbot.wait(200)
    assert panel_of(desktop).tree.chosen() == ("src/deep/inner.py",)
    desktop.window.commands.run("explorer.show_ignored")
    qtbot.waitUntil(lambda: is_shown(desktop, "build/out.txt"))


def test_it_can_be_switched_off(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "file_01.txt")
    qtbot.waitUntil(lambda: is_shown(desktop, "file_01.txt"))
    page = settings_page(qtbot, desktop, "Explorer")
    box = page.findChild(QCheckBox, "setting_follow_front")
    assert box is not None
    box.click()
    qtbot.wait(100)
    opened(qtbot, desktop, "src/deep/inner.py")
    qtbot.wait(300)
    assert panel_of(desktop).tree.chosen() == ("file_01.txt",)
    # Toggling one setting of the page keeps the other.
    desktop.window.commands.run("explorer.show_ignored")
    qtbot.waitUntil(lambda: desktop.workspace.shows_ignored)
    assert not box.isChecked()
