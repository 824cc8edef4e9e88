"""A window without a folder: one can type there, and nothing typed is lost, whatever is opened next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from tests.support.desktop import is_closed, open_desktop, open_program

CTRL = Qt.KeyboardModifier.ControlModifier


def type_note(qtbot: QtBot, desktop: DesktopWindow, text: str) -> EditorView:
    """Ctrl+N, and a text."""
    QTest.keyClick(desktop.window, Qt.Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: desktop.window.editors.current_view() is not None)
    view = desktop.window.editors.current_view()
    assert view is not None
    QTest.keyClicks(view.code, text)
    qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 1)
    return view


def quit_by_key(qtbot: QtBot, desktop: DesktopWindow) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_Q, CTRL)
    qtbot.waitUntil(lambda: is_closed(desktop), timeout=10_000)


def text_in(desktop: DesktopWindow) -> str:
    view = desktop.window.editors.current_view()
    return view.text() if view is not None else ""


def test_a_note_without_a_folder_outlives_the_program(qtbot: QtBot, private_home: Path) -> None:
    with open_desktop(qtbot, None) as desktop:
        type_note(qtbot, desktop, "a thought")
        qtbot.waitUntil(lambda: len(list(private_home.rglob("*.unsaved"))) == 1)
        quit_by_key(qtbot, desktop)
    with open_desktop(qtbot, None) as desktop:
        qtbot.waitUntil(lambda: text_in(desktop) == "a thought")
        assert any("brought back" in notice.message for notice in desktop.window.notices.shown())
        assert len(desktop.documents.dirty()) == 1


def test_it_comes_back_in_a_window_of_its_own_beside_a_folder(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desktop(qtbot, None) as desktop:
        type_note(qtbot, desktop, "a thought")
        quit_by_key(qtbot, desktop)
    with open_program(qtbot, tmp_path) as program:
        qtbot.waitUntil(lambda: len(program.windows) == 2)
        qtbot.waitUntil(lambda: text_in(program.windows[1]) == "a thought")


def test_a_folder_opened_then_gets_another_window(qtbot: QtBot, tmp_path: Path) -> None:
    with open_program(qtbot, None) as program:
        note = program.windows[0]
        type_note(qtbot, note, "a thought")
        note.files.open_place(tmp_path)
        qtbot.waitUntil(lambda: [each.folder for each in program.windows] == [None, tmp_path])
        assert text_in(note) == "a thought"
        program.open_places([Place(tmp_path)])
        qtbot.wait(200)
        assert len(program.windows) == 2


def test_it_is_saved_under_a_name(qtbot: QtBot, tmp_path: Path, private_home: Path) -> None:
    with open_desktop(qtbot, None) as desktop:
        type_note(qtbot, desktop, "a thought")
        desktop.window.commands.run("file.save")
        qtbot.waitUntil(lambda: desktop.window.findChild(QFileDialog, "dialog.save_as") is not None)
        dialog = desktop.window.findChild(QFileDialog, "dialog.save_as")
        assert dialog is not None
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(tmp_path / "note.txt"))
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil((tmp_path / "note.txt").exists)
        qtbot.waitUntil(lambda: not desktop.documents.dirty())
        assert (tmp_path / "note.txt").read_text() == "a thought"
        qtbot.waitUntil(lambda: not list(private_home.rglob("*.unsaved")))
