"""The window as a whole: the menu of the text, the way of the keyboard through it, size, theme, notices."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.editor.events import ContextMenuRequested
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.explorer.panel import ExplorerPanel
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "notes.txt").write_text("one\ntwo\nthree\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        qtbot.waitUntil(lambda: shown.window.findChild(ChatPanel) is not None)
        yield shown


def open_file(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def test_the_menu_of_the_text_acts_on_the_selection(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    view.select(0, 4)
    view.setFocus()
    view.context_menu_requested.emit(ContextMenuRequested(view.mapToGlobal(view.rect().center())))
    menu = desktop.window.findChild(QMenu, "menu.editor")
    assert menu is not None
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == [
        "action.go.definition",
        "action.go.references",
        "action.edit.cut",
        "action.edit.copy",
        "action.edit.paste",
        "action.edit.select_all",
        "action.chat.add_selection",
        "action.chat.edit_in_place",
        "action.review.accept_here",
        "action.review.reject_here",
        "action.review.undo_accept_here",
    ]
    cut = next(action for action in menu.actions() if action.objectName() == "action.edit.cut")
    menu.close()
    cut.trigger()
    assert view.text() == "two\nthree\n"
    assert QGuiApplication.clipboard().text() == "one\n"


def test_tab_goes_through_the_window_from_left_to_right(qtbot: QtBot, desktop: DesktopWindow) -> None:
    open_file(qtbot, desktop, "notes.txt")
    desktop.window.commands.run("edit.find")
    start = desktop.window.findChild(QWidget, "activity.explorer")
    assert start is not None
    start.setFocus()
    passed: list[str] = []
    while len(passed) < 40 and (focused := QApplication.focusWidget()) is not None:
        passed.append(focused.objectName())
        if focused.objectName() in ("editor.text", "prompt"):
            desktop.window.focusNextPrevChild(True)
        else:
            QTest.keyClick(focused, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is start:
            break
    wanted = ["activity.explorer", "explorer.tree", "find_bar.find", "editor_tabs.bar", "editor.text", "prompt"]
    assert [name for name in passed if name in wanted] == wanted
    assert passed[-1].startswith("status.")


def test_f6_goes_round_the_panes(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    view.setFocus()
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None

    passed = []
    for _step in range(3):
        QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        assert focused is not None
        panes = {"chat": panel, "editors": desktop.window.editors, "explorer": desktop.window.findChild(ExplorerPanel)}
        passed += [name for name, pane in panes.items() if pane is not None and pane.isAncestorOf(focused)]
    assert passed == ["chat", "explorer", "editors"]


def test_tab_goes_down_the_bar_at_the_left(qtbot: QtBot, desktop: DesktopWindow) -> None:
    bar = desktop.window.activity
    qtbot.waitUntil(lambda: bar.findChild(QToolButton, "activity.review") is not None)
    buttons = sorted(bar.findChildren(QToolButton), key=lambda button: button.y())
    names = [button.accessibleName() for button in buttons]
    assert (names[0], names[3], names[-1]) == ("Explorer", "Outline", "Settings")
    buttons[0].setFocus()
    for button in buttons[1:]:
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert focused() is button


def test_a_screen_reader_hears_which_folder_a_window_shows(desktop: DesktopWindow) -> None:
    assert desktop.window.windowTitle() == "shop — Copilot Desktop"
    assert desktop.window.accessibleName() == "shop — Copilot Desktop"


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_a_window_larger_than_its_screen_is_brought_onto_it(qtbot: QtBot, desktop: DesktopWindow) -> None:
    screen = desktop.window.screen().availableGeometry()
    desktop.window.setGeometry(screen.right() - 200, screen.bottom() - 100, screen.width() + 400, screen.height() + 300)
    desktop.window.fit_screen()
    assert screen.contains(desktop.window.frameGeometry())


def test_an_error_nobody_caught_is_noted_and_said(qtbot: QtBot, folder: Path, private_home: Path) -> None:
    def fail() -> None:
        raise ValueError("the work failed")

    with open_desktop(qtbot, folder, may_crash=True) as desktop:
        view = open_file(qtbot, desktop, "notes.txt")
        desktop.async_thread.run_in_worker(fail)
        qtbot.waitUntil(lambda: any(notice.key == "crash" for notice in desktop.window.notices.shown()))
        log = private_home / "copilot-desktop" / "state" / "crash.log"
        assert str(log) in desktop.window.notices.shown()[0].advice
        assert "ValueError: the work failed" in log.read_text(encoding="utf-8")
        assert view.text() == "one\ntwo\nthree\n"
        opened = Opened()
        button = desktop.window.notices.findChild(QPushButton, "banner.open_its_folder")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QDesktopServices.unsetUrlHandler("file")
        assert opened.places == [log.parent]


def test_a_value_of_the_settings_that_cannot_be_used_is_named(qtbot: QtBot, folder: Path, private_home: Path) -> None:
    config = private_home / "copilot-desktop" / "config"
    config.mkdir(parents=True)
    (config / "appearance.json").write_text('{"version": 1, "values": {"theme": "pink"}}')
    with open_desktop(qtbot, folder) as desktop:
        notices = desktop.window.notices
        said = [notice.message for notice in notices.shown()]
        assert len(said) == 1
        assert "appearance.json" in said[0]
        assert "theme is 'pink', not one of system, light, dark" in said[0]
        # Its line is found when the file is watched; that is no second notice.
        qtbot.waitUntil(lambda: "Line 1: " in notices.shown()[0].message)
        assert len(notices.shown()) == 1
        (config / "appearance.json").write_text('{"version": 1, "values": {"theme": "light"}}')
        qtbot.waitUntil(lambda: notices.shown() == ())


class Opened(QObject):
    """Stands for the system's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Path] = []
        QDesktopServices.setUrlHandler("file", self, "take")  # type: ignore[arg-type]  # it wants text

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.places.append(Path(url.toLocalFile()))


@pytest.mark.parametrize("wait_ms", [0, 60, 130, 250])
def test_a_window_closed_while_it_starts_leaves_nothing_behind(qtbot: QtBot, folder: Path, wait_ms: int) -> None:
    """At once, before the rest is built, and while it is built on the worker: threads and slots are watched."""
    crashes = CrashHook(program_folders(os.environ).state)
    errors: list[object] = []
    crashes.reported.connect(errors.append)
    program = Program(program_folders(os.environ), dict(os.environ), Theme(ThemeChoice.DARK), crashes)
    desktop = program.open_window(Place(folder))
    qtbot.wait(wait_ms)
    desktop.window.close()
    assert not desktop.window.isVisible()
    assert program.windows == []
    qtbot.wait(200)
    assert errors == []
    program.deleteLater()
