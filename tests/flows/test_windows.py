"""Many windows in one process: one per folder, settings for all, and all of them again at the next start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place, WindowCommand, place_of
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.app.program import Program
from copilot_desktop.bridge.crashes import CrashHook
from copilot_desktop.settings.appearance_page import AppearancePage, ThemeChoice
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.settings.folders import program_folders
from copilot_desktop.text.ranges import LineColumn, LineRange
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.ui.theme.theme import ThemeChoice as Chosen
from tests.support.desktop import open_program

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made(tmp_path / "shop")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    return made(tmp_path / "tools")


def made(folder: Path) -> Path:
    folder.mkdir()
    (folder / "app.py").write_text("".join(f"line_{number} = {number}\n" for number in range(100)))
    return folder


def wait_open(qtbot: QtBot, program: Program, *folders: Path) -> tuple[DesktopWindow, ...]:
    """The windows, once each shows its folder and has its chat."""
    qtbot.waitUntil(lambda: [each.folder for each in program.windows] == list(folders))
    qtbot.waitUntil(lambda: all(each.window.findChild(ChatInWindow) for each in program.windows))
    return tuple(program.windows)


def test_a_second_folder_gets_its_own_window_and_the_first_is_found_again(
    qtbot: QtBot, shop: Path, tools: Path
) -> None:
    with open_program(qtbot, shop) as program:
        QTest.keyClick(program.windows[0].window, Qt.Key.Key_N, CTRL_SHIFT)
        assert len(program.windows) == 2
        assert program.windows[1].is_empty()
        program.open_places([Place(tools)])
        first, second = wait_open(qtbot, program, shop, tools)
        program.open_places([Place(shop)])
        second.files.open_place(shop)
        qtbot.wait(50)
        assert [each.folder for each in program.windows] == [shop, tools]
        assert first.core is second.core


def test_a_file_with_a_line_opens_in_the_window_of_its_folder(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        program.open_places([Place(tools)])
        wait_open(qtbot, program, shop, tools)
        program.open_places([place_of(f"{shop / 'app.py'}:42")])
        first = program.windows[0]
        qtbot.waitUntil(lambda: first.window.editors.view_of("app.py") is not None)
        view = first.window.editors.view_of("app.py")
        assert view is not None
        qtbot.waitUntil(lambda: view.code.lineFromPosition(view.code.currentPos()) == 41)
        assert len(program.windows) == 2


def test_a_setting_holds_in_every_window_and_in_later_ones(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        program.open_places([Place(tools)])
        first, second = wait_open(qtbot, program, shop, tools)
        second.documents.open("app.py")
        qtbot.waitUntil(lambda: second.window.editors.view_of("app.py") is not None)
        chat = first.window.findChild(ChatInWindow)
        assert chat is not None
        chat.preferences.save(EditorPage(word_wrap=True))
        chat.preferences.save(AppearancePage(ThemeChoice.DARK))
        view = second.window.editors.view_of("app.py")
        assert view is not None
        assert view.code.wrapMode() == 1
        third = program.open_window()
        third.documents.open_untitled()
        shown = third.window.editors.current_view()
        assert shown is not None
        assert shown.code.wrapMode() == 1


def test_quitting_brings_all_windows_back_and_closing_one_does_not(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        program.open_places([Place(tools)])
        wait_open(qtbot, program, shop, tools)
        program.windows[0].documents.open("app.py")
        qtbot.waitUntil(lambda: program.windows[0].window.editors.view_of("app.py") is not None)
        activate(qtbot, program.windows[0])
        QTest.keyClick(program.windows[0].window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        assert program.windows == []
    again = restarted(qtbot)
    windows = wait_open(qtbot, again, shop, tools)
    qtbot.waitUntil(lambda: windows[0].window.editors.view_of("app.py") is not None)
    windows[0].window.close()
    windows[1].window.close()
    alone = restarted(qtbot)
    wait_open(qtbot, alone, tools)
    alone.quit()


@pytest.mark.parametrize("front", [0, 1, 2])
def test_the_window_used_last_is_in_front_again(qtbot: QtBot, shop: Path, tools: Path, front: int) -> None:
    other = made(shop.parent / "other")
    with open_program(qtbot, shop) as program:
        program.open_places([Place(tools), Place(other)])
        windows = wait_open(qtbot, program, shop, tools, other)
        activate(qtbot, windows[front])
        QTest.keyClick(windows[front].window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not program.windows)
    again = restarted(qtbot)
    qtbot.waitUntil(lambda: len(again.windows) == 3 and all(each.core for each in again.windows))
    wanted = (shop, tools, other)[front]
    assert again.windows[0].folder == wanted
    assert [each.folder for each in again.windows if each.window.isActiveWindow()] == [wanted]
    again.quit()


def activate(qtbot: QtBot, window: DesktopWindow) -> None:
    window.window.activateWindow()
    qtbot.waitUntil(window.window.isActiveWindow)


def test_safe_mode_starts_with_nothing_and_changes_nothing(qtbot: QtBot, shop: Path, private_home: Path) -> None:
    with open_program(qtbot, shop) as program:
        wait_open(qtbot, program, shop)
    kept = (private_home / "copilot-desktop" / "state" / "session.json").read_bytes()
    safe = restarted(qtbot, WindowCommand(is_safe=True))
    qtbot.waitUntil(lambda: safe.core is not None)
    assert safe.windows[0].is_empty()
    safe.quit()
    assert (private_home / "copilot-desktop" / "state" / "session.json").read_bytes() == kept


def test_what_is_open_is_noted_while_it_is_used(qtbot: QtBot, shop: Path, private_home: Path) -> None:
    """A program that is killed comes back, too."""
    session = private_home / "copilot-desktop" / "state" / "session.json"
    with open_program(qtbot, shop) as program:
        program.windows[0].documents.open("app.py")
        qtbot.waitUntil(lambda: session.exists() and '"path": "app.py"' in session.read_text(), timeout=10_000)
        assert str(shop) in session.read_text()


@pytest.mark.parametrize(
    ("written", "name", "lines"),
    [
        ("app.py", "app.py", None),
        ("app.py:12", "app.py", LineRange(11, 12)),
        ("app.py:12:5", "app.py", LineColumn(11, 12, 4)),
        ("app.py:12:5:", "app.py", LineColumn(11, 12, 4)),
        ("app.py:12:0", "app.py", LineRange(11, 12)),
        ("app.py:0", "app.py:0", None),
        ("odd:7", "odd:7", None),
        ("none.py:", "none.py:", None),
    ],
)
def test_a_place_is_read_as_compilers_write_it(
    written: str, name: str, lines: LineRange | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd:7").write_text("a file of that name\n")
    assert place_of(written) == Place(tmp_path / name, lines)


def test_a_folder_and_a_file_of_it_asked_for_together_share_a_window(qtbot: QtBot, shop: Path) -> None:
    (shop / "src").mkdir()
    (shop / "src" / "deep.py").write_text("deep = 1\n")
    with open_program(qtbot, None) as program:
        program.open_places([Place(shop), Place(shop / "app.py", LineRange(30, 31)), Place(shop / "src" / "deep.py")])
        (window,) = wait_open(qtbot, program, shop)
        editors = window.window.editors
        qtbot.waitUntil(lambda: set(editors.open_paths()) == {"app.py", "src/deep.py"})
        program.open_places([Place(shop)])
        assert program.windows == [window]


def test_a_kill_while_the_windows_come_back_loses_none(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        program.open_window(Place(tools))
        wait_open(qtbot, program, shop, tools)
        activate(qtbot, program.windows[0])
        program.quit()
    folders = program_folders(os.environ)
    again = Program(folders, dict(os.environ), Theme(Chosen.DARK), CrashHook(folders.state))
    remembered = {again.session.session.open_folders}
    again.session.changed.connect(lambda session: remembered.add(session.open_folders))
    try:
        again.start(WindowCommand())
        wait_open(qtbot, again, shop, tools)
        assert remembered == {(str(shop), str(tools))}
    finally:
        for each in tuple(again.windows):
            each.window.close_now()


def restarted(qtbot: QtBot, command: WindowCommand = WindowCommand()) -> Program:  # noqa: B008 - a frozen value
    """The program once more on the same home; the caller closes its windows."""
    folders = program_folders(os.environ)
    program = Program(folders, dict(os.environ), Theme(Chosen.DARK), CrashHook(folders.state), is_safe=command.is_safe)
    program.start(command)
    qtbot.waitUntil(lambda: program.core is not None)
    return program


def test_a_file_that_is_not_there_is_a_new_one(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        program.open_places([place_of(str(shop / "fresh.py"))])
        editors = program.windows[0].window.editors
        qtbot.waitUntil(lambda: editors.view_of("fresh.py") is not None)
        view = editors.view_of("fresh.py")
        assert view is not None
        assert view.language.name == "Python"
        assert not (shop / "fresh.py").exists()
        assert not program.windows[0].documents.dirty()
        view.insert_at_caret("x = 1\n")
        program.windows[0].window.commands.run("file.save")
        qtbot.waitUntil((shop / "fresh.py").exists)
        qtbot.waitUntil(lambda: not program.windows[0].documents.dirty())
        assert (shop / "fresh.py").read_text() == "x = 1\n"
        program.open_places([place_of(str(tools / "other.txt"))])
        _first, second = wait_open(qtbot, program, shop, tools)
        qtbot.waitUntil(lambda: second.window.editors.view_of("other.txt") is not None)
        program.open_places([Place(tools.parent / "no_such_folder")])
        qtbot.waitUntil(lambda: len(program.windows) == 3)
        qtbot.waitUntil(lambda: bool(program.windows[2].window.notices.shown()))
        assert "is not a folder" in program.windows[2].window.notices.shown()[0].message


def test_a_file_is_chosen_in_a_dialog(qtbot: QtBot, shop: Path, tools: Path) -> None:
    with open_program(qtbot, shop) as program:
        for chosen in (shop / "app.py", tools / "app.py"):
            program.windows[0].window.commands.run("file.open")
            qtbot.waitUntil(lambda: program.windows[0].window.findChild(QFileDialog, "dialog.open_file") is not None)
            dialog = program.windows[0].window.findChild(QFileDialog, "dialog.open_file")
            assert dialog is not None
            dialog.fileSelected.emit(str(chosen))
            dialog.reject()
            qtbot.waitUntil(lambda: program.windows[0].window.findChild(QFileDialog, "dialog.open_file") is None)
        first, second = wait_open(qtbot, program, shop, tools)
        qtbot.waitUntil(lambda: first.window.editors.view_of("app.py") is not None)
        qtbot.waitUntil(lambda: second.window.editors.view_of("app.py") is not None)
