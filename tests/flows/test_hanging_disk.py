"""A network folder that does not answer: the window goes on, says so, and opens the place once it answers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place, WindowCommand, place_of
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook, CrashReported
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.session import Session
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice
from tests.support.desktop import open_desktop, open_program
from tests.support.hanging_disk import hanging_disk

FROZEN_S = 3.0
"""A call that takes so long on the GUI thread has waited for the disk; the disk is let go then."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made(tmp_path / "shop")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    return made(tmp_path / "tools")


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return tmp_path / "net"


def made(folder: Path) -> Path:
    folder.mkdir()
    (folder / "app.py").write_text("x = 1\n")
    return folder


def is_quick(call: Callable[[], object], end: Callable[[], None]) -> bool:
    """Whether a call on the GUI thread does not wait for the disk that hangs."""
    rescue = threading.Timer(FROZEN_S, end)
    rescue.start()
    begun = time.monotonic()
    call()
    lasted = time.monotonic() - begun
    rescue.cancel()
    rescue.join()
    return lasted < FROZEN_S


def messages(desktop: DesktopWindow) -> list[str]:
    return [notice.message for notice in desktop.window.notices.shown()]


def says(desktop: DesktopWindow, words: str) -> bool:
    return any(words in message for message in messages(desktop))


def test_a_folder_that_hangs_leaves_the_window_to_its_user(qtbot: QtBot, shop: Path, net: Path) -> None:
    with open_desktop(qtbot, shop) as desktop, hanging_disk(net) as end:
        assert is_quick(lambda: desktop.files.open_place(net / "project"), end)
        qtbot.waitUntil(lambda: says(desktop, "project does not answer"))
        desktop.files.open_place(shop / "app.py")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("app.py") is not None)
        view = desktop.window.editors.view_of("app.py")
        assert view is not None
        view.code.insertText(0, "# typed meanwhile\n")
        desktop.window.commands.run("file.save")
        qtbot.waitUntil(lambda: (shop / "app.py").read_text().startswith("# typed"))
        assert desktop.folder == shop
        end()
        qtbot.waitUntil(lambda: not says(desktop, "does not answer"))
        assert desktop.folder == shop, "what was asked for later stays"


def test_a_folder_that_answers_at_last_is_opened_or_its_fault_said(qtbot: QtBot, shop: Path, net: Path) -> None:
    with open_desktop(qtbot, shop) as desktop, hanging_disk(net) as end:
        desktop.files.open_place(net / "project")
        qtbot.waitUntil(lambda: says(desktop, "project does not answer"))
        end()
        qtbot.waitUntil(lambda: says(desktop, "cannot be opened") or says(desktop, "is not a folder"))
        assert not says(desktop, "does not answer")
        assert desktop.folder == shop


def test_a_folder_that_hangs_can_be_given_up(qtbot: QtBot, shop: Path, net: Path) -> None:
    with open_desktop(qtbot, shop) as desktop, hanging_disk(net) as end:
        desktop.files.open_place(net / "project")
        qtbot.waitUntil(lambda: says(desktop, "project does not answer"))
        button = desktop.window.findChild(QPushButton, "banner.do_not_wait")
        assert button is not None
        button.click()
        assert messages(desktop) == []
        end()
        qtbot.wait(300)
        assert messages(desktop) == []


def test_a_later_start_with_a_place_that_hangs_holds_up_no_other_place(
    qtbot: QtBot, shop: Path, tools: Path, net: Path
) -> None:
    with open_program(qtbot, shop) as program, hanging_disk(net) as end:
        places = [Place(net / "a.py"), Place(tools)]
        assert is_quick(lambda: program.open_places(places), end)
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [shop, tools])
        qtbot.waitUntil(lambda: all(each.core is not None for each in program.windows))
        assert says(program.windows[0], "a.py does not answer")


def drop(widget: QWidget, *places: Path) -> None:
    """Drag files from another program over the widget and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    point = QPoint(5, 5)
    enter = QDragEnterEvent(point, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(widget, enter)
    let_go = QDropEvent(point.toPointF(), Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(widget, let_go)


def test_files_that_hang_are_dropped_on_window_and_chat(qtbot: QtBot, shop: Path, net: Path) -> None:
    with open_desktop(qtbot, shop) as desktop:
        chat = desktop.window.findChild(ChatInWindow)
        assert chat is not None
        for target in (desktop.window, chat.panel):
            with hanging_disk(net) as end:
                assert is_quick(lambda: drop(target, net / "a.py"), end)  # noqa: B023 - called at once
                qtbot.waitUntil(lambda: says(desktop, "a.py does not answer"))
            qtbot.waitUntil(lambda: not says(desktop, "a.py does not answer"))


def test_a_start_with_a_folder_of_the_last_time_that_hangs(qtbot: QtBot, tools: Path, net: Path) -> None:
    folders = program_folders(os.environ)
    SettingsStore(folders.state).save(replace(Session(), open_folders=(str(net / "old"), str(tools))))
    with hanging_disk(net) as end:
        program = Program(folders, dict(os.environ), Theme(ThemeChoice.DARK), CrashHook(folders.state))
        try:
            assert is_quick(lambda: program.start(WindowCommand()), end)
            qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [tools])
            qtbot.waitUntil(lambda: says(program.windows[0], "old does not answer"))
            qtbot.waitUntil(lambda: program.windows[0].core is not None)
            assert program.session.session.open_folders == (str(tools), str(net / "old")), "it comes the next time"
        finally:
            program.quit()


def test_a_line_of_a_file_that_hangs_is_read_from_the_command_line(net: Path) -> None:
    with hanging_disk(net) as end:
        found: list[Place] = []
        assert is_quick(lambda: found.append(place_of(f"{net / 'a.py'}:3")), end)
        assert found == [Place(net / "a.py", LineRange(2, 3))]


def test_an_error_is_told_though_its_log_cannot_be_written(qtbot: QtBot, net: Path) -> None:
    with hanging_disk(net) as end:
        hook, told = CrashHook(net / "state"), list[CrashReported]()
        hook.reported.connect(told.append)
        assert is_quick(lambda: hook.report(ValueError("one")), end)
        assert is_quick(lambda: hook.report(ValueError("two")), end)
        qtbot.waitUntil(lambda: told == [CrashReported(None), CrashReported(None)])
