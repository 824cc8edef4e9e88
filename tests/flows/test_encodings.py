"""Encodings, line ends and language as the user chooses them: nothing is written that would not come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.failure_page import FailurePage
from copilot_desktop.ui.pick_list import PickList
from copilot_desktop.ui.picker import Picker
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop

HEBREW = "שלום עולם. זהו טקסט בעברית.\n"
GREEK = "Καλημέρα κόσμε. Αυτό είναι ένα ελληνικό κείμενο.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "hebrew.txt").write_bytes(HEBREW.encode("cp1255"))
    (root / "greek.txt").write_bytes(GREEK.encode("cp1253"))
    (root / "wide.txt").write_bytes("plain wörds\r\n".encode("utf-16-le"))
    (root / "notes.txt").write_text("one\ntwo\n")
    return root


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def open_file(qtbot: QtBot, desktop: DesktopWindow, path: str) -> EditorView:
    desktop.documents.open(path)
    qtbot.waitUntil(lambda: desktop.window.editors.view_of(path) is not None)
    view = desktop.window.editors.view_of(path)
    assert view is not None
    return view


def click_field(desktop: DesktopWindow, field: StatusField) -> None:
    button = desktop.window.findChild(QToolButton, f"status.{field}")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(qtbot: QtBot, desktop: DesktopWindow, name: str, letters: str) -> None:
    """Type a few letters into the list of this name, and Enter."""

    def shown() -> PickList | None:
        found = desktop.window.findChild(PickList, name)
        return found if found is not None and found.isVisible() else None

    qtbot.waitUntil(lambda: shown() is not None)
    picks = shown()
    assert picks is not None
    QTest.keyClicks(picks.field, letters)
    QTest.keyClick(picks.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown() is None)


def status(desktop: DesktopWindow, field: StatusField) -> str:
    return desktop.window.status.text_of(field)


def notices(desktop: DesktopWindow) -> str:
    return " ".join(f"{notice.message} {notice.advice}" for notice in desktop.window.notices.shown())


def test_encodings_are_found_out_and_shown(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    for path, text, name in (
        ("greek.txt", GREEK, "Greek (Windows 1253)"),
        ("wide.txt", "plain wörds\r\n", "UTF-16 LE"),
        ("notes.txt", "one\ntwo\n", "UTF-8"),
    ):
        view = open_file(qtbot, desktop, path)
        assert view.text() == text
        assert status(desktop, StatusField.ENCODING) == name
    view = open_file(qtbot, desktop, "wide.txt")
    view.insert_at_caret("more ")
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("wide.txt"))
    assert (folder / "wide.txt").read_bytes() == "more plain wörds\r\n".encode("utf-16-le")


def test_a_file_in_no_encoding_that_could_be_found_out_is_opened_in_the_one_chosen(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    desktop.documents.open("hebrew.txt")
    qtbot.waitUntil(lambda: desktop.window.findChild(FailurePage) is not None)
    button = desktop.window.findChild(QPushButton, "failure_page.encoding")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    choose(qtbot, desktop, "pick.open", "utf-8")
    qtbot.waitUntil(lambda: "not in UTF-8" in notices(desktop))
    assert "line 1" in notices(desktop)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    choose(qtbot, desktop, "pick.open", "hebrew")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("hebrew.txt") is not None)
    qtbot.waitUntil(lambda: desktop.window.findChild(FailurePage) is None)
    assert desktop.documents.text_of("hebrew.txt") == HEBREW
    # Another program writes it: the choice still holds.
    (folder / "hebrew.txt").write_bytes((HEBREW * 2).encode("cp1255"))
    qtbot.waitUntil(lambda: desktop.documents.text_of("hebrew.txt") == HEBREW * 2)
    assert status(desktop, StatusField.ENCODING) == "Hebrew (Windows 1255)"


def test_a_chosen_encoding_is_remembered_when_the_tab_is_closed_and_at_the_next_start(
    qtbot: QtBot, folder: Path
) -> None:
    with open_desktop(qtbot, folder) as first:
        view = open_file(qtbot, first, "greek.txt")
        click_field(first, StatusField.ENCODING)
        choose(qtbot, first, "pick.encoding", "reopen")
        choose(qtbot, first, "pick.reopen", "iso 8859-1")
        qtbot.waitUntil(lambda: status(first, StatusField.ENCODING) == "Western (ISO 8859-1)")
        read = view.text()
        first.window.commands.run("file.close")
        qtbot.waitUntil(lambda: first.window.editors.view_of("greek.txt") is None)
        assert open_file(qtbot, first, "greek.txt").text() == read
        first.window.commands.run("file.close")
        qtbot.waitUntil(lambda: first.window.editors.view_of("greek.txt") is None)
    with open_desktop(qtbot, folder) as second:
        assert open_file(qtbot, second, "greek.txt").text() == read
        second.window.commands.run("file.close")
        qtbot.waitUntil(lambda: second.window.editors.view_of("greek.txt") is None)
        # Chosen for another text, which this one cannot be: it is found out.
        second.documents.documents.chosen.keep("greek.txt", "utf-8")
        assert open_file(qtbot, second, "greek.txt").text() == GREEK


def test_reopening_with_another_encoding_changes_the_text_and_not_the_file(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "greek.txt")
    before = (folder / "greek.txt").read_bytes()
    click_field(desktop, StatusField.ENCODING)
    choose(qtbot, desktop, "pick.encoding", "reopen")
    choose(qtbot, desktop, "pick.reopen", "iso 8859-1")
    qtbot.waitUntil(lambda: view.text() == before.decode("iso8859-1"))
    assert status(desktop, StatusField.ENCODING) == "Western (ISO 8859-1)"
    assert not desktop.documents.is_dirty("greek.txt")
    view.commands.undo()
    assert view.text() == before.decode("iso8859-1")
    view.insert_at_caret("x")
    qtbot.waitUntil(lambda: desktop.documents.is_dirty("greek.txt"))
    desktop.window.commands.run("file.reopen_encoding")
    choose(qtbot, desktop, "pick.reopen", "greek")
    qtbot.waitUntil(lambda: "Save or undo them first" in notices(desktop))
    assert (folder / "greek.txt").read_bytes() == before


def test_saving_with_another_encoding_and_a_lossy_save_names_the_character_and_writes_nothing(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "greek.txt")
    view.insert_at_caret("first\n€uro 日本\n")
    before = (folder / "greek.txt").read_bytes()
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: "U+65E5" in notices(desktop))
    assert "line 2" in notices(desktop)
    assert (folder / "greek.txt").read_bytes() == before
    assert desktop.documents.is_dirty("greek.txt")
    desktop.window.commands.run("file.save_encoding")
    choose(qtbot, desktop, "pick.save", "windows 1252")
    qtbot.waitUntil(lambda: "Western (Windows 1252)" in notices(desktop))
    assert status(desktop, StatusField.ENCODING) == "Greek (Windows 1253)"
    desktop.window.commands.run("file.save_encoding")
    choose(qtbot, desktop, "pick.save", "utf-8 with")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("greek.txt"))
    assert (folder / "greek.txt").read_bytes() == b"\xef\xbb\xbf" + f"first\n€uro 日本\n{GREEK}".encode()
    assert status(desktop, StatusField.ENCODING) == "UTF-8 with BOM"


def test_line_endings_and_language_are_chosen_in_the_status_bar(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "notes.txt")
    click_field(desktop, StatusField.LINE_ENDING)
    choose(qtbot, desktop, "pick.ending", "crlf")
    assert view.text() == "one\r\ntwo\r\n"
    assert status(desktop, StatusField.LINE_ENDING) == "CRLF"
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    assert view.text() == "\r\none\r\ntwo\r\n"
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("notes.txt"))
    assert (folder / "notes.txt").read_bytes() == b"\r\none\r\ntwo\r\n"
    click_field(desktop, StatusField.LANGUAGE)
    choose(qtbot, desktop, "pick.language", "python")
    assert view.language.name == "Python"
    assert status(desktop, StatusField.LANGUAGE) == "Python"


def test_the_page_of_an_undecodable_file_has_the_keyboard_and_finds_encodings_by_their_other_names(
    qtbot: QtBot, desktop: DesktopWindow
) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in desktop.window.findChildren(Picker)))
    picker = next(each for each in desktop.window.findChildren(Picker) if each.isVisible())
    QTest.keyClicks(picker.field, "hebrew")
    qtbot.waitUntil(lambda: picker.list.model().rowCount() == 1)
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.window.findChild(FailurePage) is not None)
    button = desktop.window.findChild(QPushButton, "failure_page.encoding")
    assert button is not None
    qtbot.waitUntil(button.hasFocus)
    qtbot.waitUntil(lambda: desktop.window.findChild(ChatPanel) is not None)
    panel = desktop.window.findChild(ChatPanel)
    assert panel is not None
    panel.composer.prompt.setFocus()
    QTest.keyClick(desktop.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(button.hasFocus)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        QTest.keyClick(button, key)
        qtbot.waitUntil(lambda: any(each.isVisible() for each in desktop.window.findChildren(PickList)))
        picks = next(each for each in desktop.window.findChildren(PickList) if each.isVisible())
        QTest.keyClicks(picks.field, "latin1")
        assert isinstance(picks.list.currentIndex().data(), str)
        assert "ISO 8859-1)" in picks.list.currentIndex().data()
        QTest.keyClick(picks.field, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda picks=picks: not picks.isVisible())  # type: ignore[misc]
        qtbot.waitUntil(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Return)
    choose(qtbot, desktop, "pick.open", "latin1")
    qtbot.waitUntil(lambda: desktop.window.editors.view_of("hebrew.txt") is not None)
    assert status(desktop, StatusField.ENCODING) == "Western (ISO 8859-1)"


def test_a_lossy_save_offers_utf_8_and_what_is_said_goes_with_its_reason(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = open_file(qtbot, desktop, "greek.txt")
    view.insert_at_caret("日本 ")
    qtbot.waitUntil(lambda: len(desktop.documents.dirty()) == 1)
    desktop.window.commands.run("file.reopen_encoding")
    choose(qtbot, desktop, "pick.reopen", "1252")
    qtbot.waitUntil(lambda: "not read again" in notices(desktop))
    desktop.window.commands.run("file.save")
    qtbot.waitUntil(lambda: "cannot be written" in notices(desktop))
    button = desktop.window.findChild(QPushButton, "banner.save_as_utf-8")
    assert button is not None
    button.click()
    qtbot.waitUntil(lambda: not desktop.documents.dirty())
    assert (folder / "greek.txt").read_text("utf-8") == f"日本 {GREEK}"
    qtbot.waitUntil(lambda: not notices(desktop))
    assert status(desktop, StatusField.ENCODING) == "UTF-8"
