"""What flow tests do with tabs: open files, look at the order, and click where a user would."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.explorer.panel import ExplorerPanel

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def make_letters(place: Path, letters: str = "abc", lines: int = 300) -> Path:
    """A folder "shop" with a file of so many lines for each letter (a.py: a_0 = 0 …), and one that is no text."""
    root = place / "shop"
    root.mkdir()
    for letter in letters:
        (root / f"{letter}.py").write_text("".join(f"{letter}_{line} = {line}\n" for line in range(lines)))
    (root / "image.bin").write_bytes(b"\x00\x01\x02\x00" * 40)
    return root


def opened(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    """The view of a file opened for good, with the keyboard in it."""
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def opened_in_front(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    """The same in the active window."""
    view = opened(qtbot, desktop, path)
    desktop.window.activateWindow()
    view.setFocus()
    return view


def front_view(qtbot: QtBot, desktop: DesktopWindow) -> EditorView:
    """The view in front, once there is one."""
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    return view


def front_path(desktop: DesktopWindow) -> str | None:
    """The path of the document in front."""
    document = desktop.documents.current_document()
    return document.path if document is not None else None


def titles(group: EditorTabs) -> list[str]:
    """What the tabs of a group say."""
    return [group.tabText(index) for index in range(group.count())]


def tab_place(group: EditorTabs, title: str) -> QPoint:
    """Where the tab with a title can be clicked, left of its button."""
    return group.bar.tabRect(titles(group).index(title)).center() - QPoint(12, 0)


def click_tab(group: EditorTabs, title: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    """Click a tab."""
    QTest.mouseClick(group.bar, button, pos=tab_place(group, title))


def click_in_explorer(qtbot: QtBot, desktop: DesktopWindow, path: str, *, is_double: bool = False) -> QTreeView:
    """Click a row of the explorer, once it is listed."""
    panel = desktop.window.findChild(ExplorerPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.model.index_of(path).isValid())
    tree = panel.tree
    place = tree.visualRect(panel.model.index_of(path)).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    if is_double:
        QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return tree
