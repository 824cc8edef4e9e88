"""Indentation, rulers and what a save tidies, as the settings and the folder's .editorconfig ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.text.indentation import Indentation
from copilot_desktop.ui.preferences.preferences_page import PreferencesPage
from copilot_desktop.ui.status_bar import StatusField
from tests.support.desktop import open_desktop
from tests.support.editor_tabs import opened_in_front
from tests.support.typing_keys import drawn, press, put

RULES = """root = true
[*.py]
indent_style = tab
tab_width = 8
max_line_length = 100
[save.txt]
end_of_line = lf
trim_trailing_whitespace = true
insert_final_newline = true
[new.txt]
charset = utf-16le
end_of_line = crlf
insert_final_newline = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".editorconfig").write_text(RULES)
    (tmp_path / "a.py").write_text("if a:\n    b\n")
    (tmp_path / "b.js").write_text("if (a) {\n  b\n}\n")
    (tmp_path / "c.go").write_text("package c\n")
    (tmp_path / "save.txt").write_bytes(b"one  \r\n\ttwo\t\r\nthree")
    return tmp_path


@pytest.fixture
def desktop(qtbot: QtBot, folder: Path) -> Iterator[DesktopWindow]:
    with open_desktop(qtbot, folder) as shown:
        yield shown


def test_the_folders_rules_win_over_the_text_and_are_followed(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    view = opened_in_front(qtbot, desktop, "a.py")
    qtbot.waitUntil(view.code.useTabs)
    assert (view.code.tabWidth(), view.code.indent(), view.code.multiEdgeColumn(0)) == (8, 8, 100)
    view.go_to(0, 5)
    press(view.code, "Return")
    assert view.text() == "if a:\n\t\n    b\n"
    (folder / ".editorconfig").write_text("[*]\nindent_size = 3\nindent_style = space\nmax_line_length = 72\n")
    qtbot.waitUntil(lambda: view.code.multiEdgeColumn(0) == 72)
    assert (view.code.useTabs(), view.code.indent()) == (False, 3)
    (folder / ".editorconfig").write_text("no line of it\n")
    qtbot.waitUntil(
        lambda: any("passed over" in notice.message for notice in desktop.window.notices.shown()), timeout=20_000
    )


def test_the_status_bar_says_how_the_folder_wants_it_indented(
    qtbot: QtBot, desktop: DesktopWindow, folder: Path
) -> None:
    opened_in_front(qtbot, desktop, "a.py")
    status = desktop.window.status
    qtbot.waitUntil(lambda: status.text_of(StatusField.INDENTATION) == "Tabs: 8")
    (folder / ".editorconfig").write_text("[*]\nindent_size = 3\nindent_style = space\n")
    qtbot.waitUntil(lambda: status.text_of(StatusField.INDENTATION) == "Spaces: 3")
    (folder / ".editorconfig").unlink()
    qtbot.waitUntil(lambda: status.text_of(StatusField.INDENTATION) == "Spaces: 4")
    go = opened_in_front(qtbot, desktop, "c.go")
    opened_in_front(qtbot, desktop, "a.py")
    go.indent_as(Indentation(is_tabs=False, columns=7))  # it is not in front
    assert status.text_of(StatusField.INDENTATION) == "Spaces: 4"


def test_texts_settings_and_languages_decide_where_the_folder_is_silent(qtbot: QtBot, desktop: DesktopWindow) -> None:
    script = opened_in_front(qtbot, desktop, "b.js")
    assert (script.code.useTabs(), script.code.indent()) == (False, 2)
    go = opened_in_front(qtbot, desktop, "c.go")
    assert go.code.useTabs()
    desktop.follow_settings(EditorPage(indent_by_language="Go: 3, JavaScript: 8", rulers="80, 120", tab_width=6))
    assert (go.code.useTabs(), go.code.indent()) == (False, 3)
    assert desktop.window.status.text_of(StatusField.INDENTATION) == "Spaces: 3"
    assert script.code.indent() == 2
    assert [go.code.multiEdgeColumn(which) for which in (0, 1)] == [80, 120]
    commands = desktop.window.commands
    commands.run("indent.tabs")
    assert go.code.useTabs()
    put(go, "\tx|\n")
    commands.run("indent.to_spaces")
    assert drawn(go) == "      x|\n"
    commands.run("indent.to_tabs")
    assert drawn(go) == "\tx|\n"


def test_a_save_does_what_the_folder_asks_and_can_be_undone(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = opened_in_front(qtbot, desktop, "save.txt")
    qtbot.waitUntil(lambda: view.options().does_trim)
    view.go_to(0, 5)
    QTest.keyClicks(view.code, "! ")
    press(view.code, "Ctrl+S")
    wanted = b"one  !\n\ttwo\nthree\n"
    qtbot.waitUntil(lambda: (folder / "save.txt").read_bytes() == wanted)
    qtbot.waitUntil(lambda: not desktop.documents.is_dirty("save.txt"))
    assert view.text().encode() == wanted
    assert desktop.window.status.text_of(StatusField.LINE_ENDING) == "LF"
    press(view.code, "Ctrl+Z")
    assert view.text() == "one  ! \r\n\ttwo\t\r\nthree"
    assert desktop.documents.is_dirty("save.txt")


def test_settings_tidy_where_no_rule_does(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    view = opened_in_front(qtbot, desktop, "b.js")
    desktop.follow_settings(EditorPage(trim_trailing_blanks=True, end_last_line=True))
    put(view, "a  \n   |")
    QTest.keyClicks(view.code, " ")
    press(view.code, "Ctrl+S")
    qtbot.waitUntil(lambda: (folder / "b.js").read_bytes() == b"a\n")
    put(view, "b  \nc \t|")
    press(view.code, "Ctrl+K, Ctrl+X")
    assert drawn(view) == "b\nc|"


def test_a_new_file_is_written_as_its_folder_asks(qtbot: QtBot, desktop: DesktopWindow, folder: Path) -> None:
    desktop.files.new_file()
    view = desktop.window.editors.current_view()
    document = desktop.documents.current_document()
    assert view is not None
    assert document is not None
    QTest.keyClicks(view.code, "ab")
    press(view.code, "Return")
    QTest.keyClicks(view.code, "c")
    desktop.documents.files.save_as(document.document_id, "new.txt")
    qtbot.waitUntil(lambda: (folder / "new.txt").exists() and document.path == "new.txt")
    assert (folder / "new.txt").read_bytes() == b"\xff\xfe" + "ab\r\nc\r\n".encode("utf-16-le")


def test_blanks_and_wrapping_are_shown_and_said_in_the_menu(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened_in_front(qtbot, desktop, "b.js")
    commands = desktop.window.commands
    actions = {action.action_id: action for action in commands.all()}
    for action_id in ("view.blanks", "view.wrap"):
        checked = actions[action_id].checked
        assert checked is not None
        assert not checked()
        commands.run(action_id)
        assert checked()
    assert view.code.viewWS() == 1
    assert view.code.wrapMode() == 1


def test_go_to_a_line_and_column(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened_in_front(qtbot, desktop, "b.js")
    put(view, "|one\nzwö lf\nthree\n")
    for written, after, hint in (
        ("2:4", "one\nzwö| lf\nthree\n", "Line or"),
        ("900", "one\nzwö lf\nthree\n|", "Line or"),
        (":3", "one\nzw|ö lf\nthree\n", "Line or"),
        ("2:99", "one\nzwö lf|\nthree\n", "Line or"),
        ("two", "one\nzw|ö lf\nthree\n", "That is no line"),
    ):
        put(view, "one\nzw|ö lf\nthree\n")
        desktop.window.activateWindow()
        qtbot.waitUntil(desktop.window.isActiveWindow)
        press(view.code, "Ctrl+G")
        dialog = desktop.window.findChild(QDialog, "dialog.go_to_line")
        assert dialog is not None
        field, label = dialog.findChild(QLineEdit), dialog.findChild(QLabel)
        assert field is not None
        assert label is not None
        QTest.keyClicks(field, written)
        assert label.text().startswith(hint)
        QTest.keyClick(field, Qt.Key.Key_Return)
        if hint != "Line or":
            QTest.keyClick(field, Qt.Key.Key_Escape)
        assert drawn(view) == after
        qtbot.waitUntil(lambda: desktop.window.findChild(QDialog, "dialog.go_to_line") is None)


def test_settings_that_cannot_be_read_are_said_and_not_kept(qtbot: QtBot, desktop: DesktopWindow) -> None:
    view = opened_in_front(qtbot, desktop, "b.js")
    desktop.window.commands.run("settings.open")
    settings = desktop.window.findChild(PreferencesPage)
    assert isinstance(settings, PreferencesPage)
    settings.show_section("Editor")
    page = desktop.window.findChild(QWidget, "settings_editor")
    assert page is not None
    field, problem = page.findChild(QLineEdit, "setting_rulers"), page.findChild(QLabel, "setting_rulers_problem")
    assert field is not None
    assert problem is not None
    for written, said, columns in (("wide", "“wide” is no column", -1), ("80", "", 80)):
        field.setText(written)
        field.editingFinished.emit()
        assert problem.text().startswith(said)
        assert bool(problem.text()) == bool(said)
        qtbot.waitUntil(lambda expected=columns: view.code.multiEdgeColumn(0) == expected)  # type: ignore[misc]
