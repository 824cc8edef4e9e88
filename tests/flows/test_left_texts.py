"""Unsaved text whose folder is gone at the next start: it is said, and can be written to another folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.documents.left_texts import LeftTexts
from copilot_desktop.ui.notices import Notice
from copilot_desktop.workspace.hot_exit.left_behind import left_behind
from tests.support.desktop import is_closed, open_desktop, open_program

CTRL = Qt.KeyboardModifier.ControlModifier


def leave_unsaved(qtbot: QtBot, folder: Path) -> None:
    """Type into a file and into a new one, and quit."""
    folder.mkdir()
    (folder / "latin.txt").write_bytes("Gärten\r\n".encode("cp1252"))
    with open_desktop(qtbot, folder) as desktop:
        desktop.documents.open("latin.txt")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("latin.txt") is not None)
        view = desktop.window.editors.view_of("latin.txt")
        assert view is not None
        view.insert_at_caret("Bäume und ")
        desktop.window.commands.run("file.new")
        qtbot.waitUntil(lambda: desktop.window.editors.current_view() not in (None, view))
        new = desktop.window.editors.current_view()
        assert new is not None
        new.insert_at_caret("a thought")
        qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 2)
        QTest.keyClick(desktop.window, Qt.Key.Key_Q, CTRL)
        qtbot.waitUntil(lambda: is_closed(desktop), timeout=10_000)


def left_notices(desktop: DesktopWindow) -> list[Notice]:
    return [each for each in desktop.window.notices.shown() if each.key.startswith("left-text")]


def test_the_text_of_a_folder_that_is_gone_is_said_and_written_to_another(
    qtbot: QtBot, tmp_path: Path, private_home: Path
) -> None:
    folder, target = tmp_path / "shop", tmp_path / "rescued"
    leave_unsaved(qtbot, folder)
    shutil.rmtree(folder)
    target.mkdir()
    (target / "latin.txt").write_text("taken\n")
    with open_desktop(qtbot, None) as desktop:
        qtbot.waitUntil(lambda: len(left_notices(desktop)) == 1)
        assert str(folder) in left_notices(desktop)[0].message
        assert "latin.txt" in left_notices(desktop)[0].message
        button = desktop.window.findChild(QPushButton, "banner.write_to_a_folder…")
        assert button is not None
        button.click()
        qtbot.waitUntil(lambda: desktop.window.findChild(QFileDialog, "dialog.left_text") is not None)
        dialog = desktop.window.findChild(QFileDialog, "dialog.left_text")
        assert dialog is not None
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(target))
        QTest.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: any("was written" in each.message for each in left_notices(desktop)))
    assert (target / "latin.txt").read_text() == "taken\n"
    assert (target / "latin copy.txt").read_bytes() == "Bäume und Gärten\r\n".encode("cp1252")
    assert (target / "Untitled-1.txt").read_text() == "a thought"
    assert not list(private_home.rglob("*.unsaved"))
    with open_desktop(qtbot, None) as desktop:
        qtbot.wait(500)
        assert not left_notices(desktop)


def test_text_typed_when_the_folder_was_gone_already_is_said_too(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    with open_desktop(qtbot, folder) as desktop:
        desktop.documents.open("notes.txt")
        qtbot.waitUntil(lambda: desktop.window.editors.view_of("notes.txt") is not None)
        view = desktop.window.editors.view_of("notes.txt")
        assert view is not None
        shutil.rmtree(folder)
        view.insert_at_caret("mine ")
        QTest.keyClick(desktop.window, Qt.Key.Key_Q, CTRL)
        qtbot.waitUntil(lambda: is_closed(desktop), timeout=10_000)
    with open_desktop(qtbot, None) as desktop:
        qtbot.waitUntil(lambda: len(left_notices(desktop)) == 1)
        assert "notes.txt" in left_notices(desktop)[0].message


def test_the_text_comes_back_with_its_folder_and_is_not_spoken_of(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    leave_unsaved(qtbot, folder)
    away = folder.rename(tmp_path / "away")
    shutil.copytree(away, folder)
    with open_desktop(qtbot, folder) as desktop:
        qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 2)
        qtbot.wait(300)
        assert not left_notices(desktop)


def test_what_cannot_be_written_is_still_kept(qtbot: QtBot, tmp_path: Path, private_home: Path) -> None:
    folder, target = tmp_path / "shop", tmp_path / "taken"
    leave_unsaved(qtbot, folder)
    shutil.rmtree(folder)
    target.write_text("no folder")
    with open_program(qtbot, None) as program:
        desktop = program.windows[0]
        qtbot.waitUntil(lambda: len(left_notices(desktop)) == 1)
        (texts,) = program.findChildren(LeftTexts)
        (left,) = left_behind(private_home / "copilot-desktop" / "state")
        texts.write_out(left, target)
        qtbot.waitUntil(lambda: any("not a folder" in each.message for each in left_notices(desktop)))
    assert len(list(private_home.rglob("*.unsaved"))) == 2
