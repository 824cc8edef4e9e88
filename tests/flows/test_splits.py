"""Editors beside and below each other: one document in several, tabs dragged and moved between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.session import TabState
from copilot_desktop.ui.editor_tabs import EditorTabs
from copilot_desktop.ui.tab_dragging import DropIndicator
from copilot_desktop.ui.waiting_page import WaitingPage
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import (
    ALT,
    CTRL,
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
    return make_letters(tmp_path)


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        make_room(shown)
        for name in ("a.py", "b.py"):
            opened(qtbot, shown, name)
        yield shown


def make_room(desktop: DesktopWindow) -> None:
    desktop.window.resize(1200, 700)
    if desktop.window.is_chat_shown():
        desktop.window.toggle_chat()
    desktop.window.activateWindow()


def groups(desktop: DesktopWindow) -> tuple[EditorTabs, ...]:
    return desktop.window.editors.panes.groups()


def shown(desktop: DesktopWindow) -> list[list[str]]:
    return [titles(group) for group in groups(desktop)]


def key(desktop: DesktopWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(QApplication.focusWidget() or desktop.window, key, modifiers)


def split_down(desktop: DesktopWindow) -> None:
    key(desktop, Qt.Key.Key_K)
    key(desktop, Qt.Key.Key_Backslash)


def drag(group: EditorTabs, title: str, target: QPoint, *, is_dropped: bool = True) -> None:
    """Press a tab and go to a global position with the button held."""
    bar, start = group.bar, tab_place(group, title)
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for place in (bar.mapToGlobal(start) + QPoint(30, 0), target):
        send(bar, QEvent.Type.MouseMove, place)
    if is_dropped:
        send(bar, QEvent.Type.MouseButtonRelease, target)


def send(bar: QWidget, kind: QEvent.Type, place: QPoint) -> None:
    button = Qt.MouseButton.LeftButton if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind,
        QPointF(bar.mapFromGlobal(place)),
        QPointF(place),
        button,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(bar, event)


def in_group(group: EditorTabs, across: float, down: float) -> QPoint:
    """A place in the body of a group, as parts of its width and height."""
    top = group.bar.height()
    return group.mapToGlobal(QPoint(int(group.width() * across), top + int((group.height() - top) * down)))


def test_a_document_split_right_and_down_is_one_text(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    first = front_view(qtbot, desktop)
    first.go_to(120, 2)
    key(desktop, Qt.Key.Key_Backslash)
    assert shown(desktop) == [["a.py", "b.py"], ["b.py"]]
    qtbot.waitUntil(lambda: abs(groups(desktop)[0].width() - groups(desktop)[1].width()) < 10)
    second = front_view(qtbot, desktop)
    assert second is not first
    assert second.code.hasFocus()
    assert second.caret().line == 120
    QTest.keyClicks(second.code, "typed")
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py ●"], ["b.py ●"]])
    assert first.text() == second.text()
    split_down(desktop)
    assert shown(desktop) == [["a.py", "b.py ●"], ["b.py ●"], ["b.py ●"]]
    third = front_view(qtbot, desktop)
    first.commands.undo()
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py"], ["b.py"], ["b.py"]])
    assert third.text() == (folder / "b.py").read_text()
    QTest.keyClicks(third.code, "x")
    key(desktop, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert (folder / "b.py").read_text() == first.text()
    assert shown(desktop) == [["a.py", "b.py"], ["b.py"], ["b.py"]]


def test_the_program_rests_after_typing_into_plain_text_in_two_groups(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    (folder / "notes.txt").write_text("one line, no end")
    first = opened(qtbot, desktop, "notes.txt")
    QTest.keyClicks(first.code, "typed")
    key(desktop, Qt.Key.Key_Backslash)
    QTest.keyClicks(front_view(qtbot, desktop).code, "here as well")
    key(desktop, Qt.Key.Key_N)
    QTest.keyClicks(front_view(qtbot, desktop).code, "untitled")
    qtbot.wait(1500)  # colours, hot exit, marks of the tabs
    turns: list[None] = []
    dispatcher = QAbstractEventDispatcher.instance()
    dispatcher.awake.connect(lambda: turns.append(None))
    qtbot.wait(500)
    assert len(turns) < 100  # tens of thousands, where something asks to be called whenever nothing else is to be done


def test_groups_share_the_room_that_comes(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.commands.run("tab.split_right")
    desktop.window.commands.run("tab.split_down")
    left, right, _below = groups(desktop)
    qtbot.waitUntil(lambda: abs(left.width() - right.width()) <= 8)
    before = left.width()
    desktop.window.resize(1700, 700)
    qtbot.waitUntil(lambda: left.width() + right.width() > 2 * before + 300)
    assert abs(left.width() - right.width()) <= 8


def test_closing_one_of_two_views_asks_nothing_and_the_other_goes_on(qtbot: QtBot, desktop: DesktopWindow) -> None:
    key(desktop, Qt.Key.Key_Backslash)
    QTest.keyClicks(front_view(qtbot, desktop).code, "mine")
    click_tab(groups(desktop)[0], "b.py ●")
    key(desktop, Qt.Key.Key_W)
    assert not desktop.window.findChildren(QMessageBox)
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py"], ["b.py ●"]])
    assert groups(desktop)[0].currentWidget() is not None
    click_tab(groups(desktop)[1], "b.py ●")
    view = front_view(qtbot, desktop)
    buffer = desktop.documents.find("b.py")
    assert buffer is view
    version = buffer.version
    QTest.keyClicks(view.code, "z")
    qtbot.waitUntil(lambda: buffer.version == version + 1)
    key(desktop, Qt.Key.Key_W)
    (box,) = [each for each in desktop.window.findChildren(QMessageBox) if each.isVisible()]
    assert "b.py has changes" in box.text()
    box.reject()


def test_an_emptied_group_closes_and_the_keyboard_goes_to_its_neighbour(qtbot: QtBot, desktop: DesktopWindow) -> None:
    key(desktop, Qt.Key.Key_Backslash)
    split_down(desktop)
    assert len(groups(desktop)) == 3
    for left in (2, 1):
        key(desktop, Qt.Key.Key_W)
        assert len(groups(desktop)) == left
        assert front_view(qtbot, desktop).code.hasFocus()
    assert not desktop.window.editors.panes.findChildren(QSplitter) or shown(desktop) == [["a.py", "b.py"]]
    assert front_path(desktop) == "b.py"


def test_groups_by_number_and_tabs_taken_along_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    key(desktop, Qt.Key.Key_Right, CTRL | ALT)
    assert shown(desktop) == [["a.py"], ["b.py"]]
    key(desktop, Qt.Key.Key_1)
    assert front_path(desktop) == "a.py"
    assert front_view(qtbot, desktop).code.hasFocus()
    key(desktop, Qt.Key.Key_2)
    assert front_path(desktop) == "b.py"
    click_in_explorer(qtbot, desktop, "c.py")
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py"], ["b.py", "c.py"]])
    key(desktop, Qt.Key.Key_1)
    key(desktop, Qt.Key.Key_K)
    key(desktop, Qt.Key.Key_Right)
    assert front_path(desktop) == "c.py"
    key(desktop, Qt.Key.Key_Left, CTRL | ALT)
    assert shown(desktop) == [["a.py", "c.py"], ["b.py"]]
    key(desktop, Qt.Key.Key_2)
    key(desktop, Qt.Key.Key_Left, CTRL | ALT)
    assert shown(desktop) == [["a.py", "c.py", "b.py"]]
    assert front_view(qtbot, desktop).code.hasFocus()


def test_a_tab_is_dragged_along_its_bar_to_a_group_and_to_an_edge(qtbot: QtBot, desktop: DesktopWindow) -> None:
    opened(qtbot, desktop, "c.py")
    group = groups(desktop)[0]
    drag(group, "c.py", group.bar.mapToGlobal(group.bar.tabRect(0).center() - QPoint(30, 0)))
    assert shown(desktop) == [["c.py", "a.py", "b.py"]]
    indicator = desktop.window.findChild(DropIndicator)
    assert indicator is not None
    drag(group, "b.py", in_group(group, 0.95, 0.5), is_dropped=False)
    assert indicator.isVisible()
    assert indicator.width() == group.width() // 2
    QTest.keyClick(group.bar, Qt.Key.Key_Escape)
    assert not indicator.isVisible()
    send(group.bar, QEvent.Type.MouseButtonRelease, in_group(group, 0.95, 0.5))
    assert shown(desktop) == [["c.py", "a.py", "b.py"]]
    drag(group, "b.py", in_group(group, 0.95, 0.5))
    assert shown(desktop) == [["c.py", "a.py"], ["b.py"]]
    right = groups(desktop)[1]
    drag(group, "a.py", in_group(right, 0.5, 0.95))
    assert shown(desktop) == [["c.py"], ["b.py"], ["a.py"]]
    drag(right, "b.py", in_group(group, 0.5, 0.5))
    assert shown(desktop) == [["c.py", "b.py"], ["a.py"]]
    assert front_path(desktop) == "b.py"
    assert front_view(qtbot, desktop).code.hasFocus()
    low = groups(desktop)[1]
    drag(low, "a.py", group.bar.mapToGlobal(group.bar.tabRect(0).center() - QPoint(30, 0)))
    assert shown(desktop) == [["a.py", "c.py", "b.py"]]


def test_a_tab_moved_to_where_its_document_is_shown_joins_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    key(desktop, Qt.Key.Key_Backslash)
    QTest.keyClicks(front_view(qtbot, desktop).code, "x")
    key(desktop, Qt.Key.Key_Left, CTRL | ALT)
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py ●"]])
    buffer = desktop.documents.find("b.py")
    assert buffer is front_view(qtbot, desktop)


def test_pages_move_instead_of_being_shown_twice(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.documents.open("image.bin")
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py", "image.bin"]])
    key(desktop, Qt.Key.Key_Backslash)
    assert shown(desktop) == [["a.py", "b.py"], ["image.bin"]]
    key(desktop, Qt.Key.Key_Backslash)
    assert shown(desktop) == [["a.py", "b.py"], ["image.bin"]]


def test_groups_come_back_with_their_sizes_tabs_and_the_active_one(qtbot: QtBot, folder: Path) -> None:
    with open_desktop(qtbot, folder) as first:
        make_room(first)
        first.window.resize(780, 700)  # fits the offscreen screen, so that the window comes back as large
        opened(qtbot, first, "a.py").go_to(50, 0)
        key(first, Qt.Key.Key_Backslash)
        front_view(qtbot, first).go_to(100, 0)
        opened(qtbot, first, "c.py")
        split_down(first)
        panes = first.window.editors.panes
        row = panes.findChild(QSplitter)
        assert row is not None
        row.setSizes([180, 300])
        key(first, Qt.Key.Key_2)
        click_tab(groups(first)[1], "a.py")
        before, sizes = shown(first), [(group.width(), group.height()) for group in groups(first)]
        assert before == [["a.py"], ["a.py", "c.py"], ["c.py"]]
    with open_desktop(qtbot, folder) as second:
        qtbot.waitUntil(lambda: shown(second) == before)
        qtbot.waitUntil(lambda: len(second.window.editors.views()) == 3)
        assert [(group.width(), group.height()) for group in groups(second)] == sizes
        assert front_path(second) == "a.py"
        assert second.window.editors.panes.active is groups(second)[1]
        assert [view.caret().line for group in groups(second) for view in group.views()] == [50, 100, 0]
        assert len(second.documents.documents) == 2
        views = groups(second)[0].views() + groups(second)[1].views()
        QTest.keyClicks(views[0].code, "q")
        assert views[1].text() == views[0].text()


def split_with_unsaved(qtbot: QtBot, desktop: DesktopWindow) -> None:
    """a and b at the left, b and c at the right, where the keyboard is; c is not saved."""
    key(desktop, Qt.Key.Key_Backslash)
    QTest.keyClicks(opened(qtbot, desktop, "c.py").code, "x")
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py"], ["b.py", "c.py ●"]])


def discard(qtbot: QtBot, desktop: DesktopWindow) -> None:
    (box,) = [each for each in desktop.window.findChildren(QMessageBox) if each.isVisible()]
    button = box.findChild(QPushButton, "ask_unsaved.discard")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_all_tabs_of_all_groups_are_closed_after_one_question(qtbot: QtBot, desktop: DesktopWindow) -> None:
    split_with_unsaved(qtbot, desktop)
    key(desktop, Qt.Key.Key_K)
    key(desktop, Qt.Key.Key_W)
    discard(qtbot, desktop)
    qtbot.waitUntil(lambda: shown(desktop) == [[]])
    assert not desktop.documents.documents.find("b.py")


def test_all_tabs_of_one_group_are_closed(qtbot: QtBot, desktop: DesktopWindow) -> None:
    split_with_unsaved(qtbot, desktop)
    key(desktop, Qt.Key.Key_K)
    key(desktop, Qt.Key.Key_W, Qt.KeyboardModifier.NoModifier)
    discard(qtbot, desktop)
    qtbot.waitUntil(lambda: shown(desktop) == [["a.py", "b.py"]])


def test_tabs_that_were_not_read_yet_do_not_come_back_when_all_are_closed(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    for path in ("c.py", "d.py", "e.py"):
        waiting = WaitingPage(TabState(path=path))
        desktop.window.editors.tabs.add_page(waiting, waiting.title, 0)
        (folder / path).write_text("")
    read = list[str]()
    desktop.documents.opened.connect(lambda event: read.append(event.document.path))
    assert shown(desktop) == [["e.py", "d.py", "c.py", "a.py", "b.py"]]
    key(desktop, Qt.Key.Key_K)
    key(desktop, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: shown(desktop) == [[]])
    qtbot.wait(300)
    assert (shown(desktop), read) == ([[]], [])
