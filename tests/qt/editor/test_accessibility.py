"""What screen readers are told of the editor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.accessibility import accessible_factory, caret_line
from copilot_desktop.editor.view import EditorView
from tests.qt.editor.conftest import MakeView


def test_the_editor_is_an_editable_text_with_a_name_and_the_carets_line(make_view: MakeView) -> None:
    view = make_view("zéro\r\nune\r\n")
    interface = accessible_factory()("", view.code)
    assert interface is not None
    assert interface.role() == QAccessible.Role.EditableText
    assert interface.text(QAccessible.Text.Name) == "Text of src/basket.py"
    assert interface.text(QAccessible.Text.Value) == "zéro"
    view.select(7, 7)
    assert interface.text(QAccessible.Text.Value) == "une"
    view.select(0, 8)
    assert interface.text(QAccessible.Text.Value) == "zéro\r\nun"


def test_other_widgets_keep_their_own(make_view: MakeView) -> None:
    factory = accessible_factory()
    assert factory("", QObject()) is None
    assert factory("", make_view("")) is None


def test_an_endless_line_is_cut(make_view: MakeView) -> None:
    assert len(caret_line(make_view("x" * 5000).code)) == 2000


PROGRAM = """
import gc, os
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible
from copilot_desktop.app.program import make_application
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import DARK

app = make_application([])
QAccessible.setActive(True)
for number in range(30):
    view = EditorView(DocumentId(str(number)), "a.py", editor_theme(DARK))
    view.complete()
    view.load(f"line {number}")
    view.show()
    told = QAccessible.queryAccessibleInterface(view.code).text(QAccessible.Text.Value)
    assert told == f"line {number}", told
    view.deleteLater()
    del view
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()
    gc.collect()
print("ended well")
"""


def test_the_program_tells_screen_readers_and_outlives_its_editors(private_home: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "ended well", done.stderr
    assert done.returncode == 0


@pytest.fixture
def listening() -> Iterator[None]:
    """A screen reader listens."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def spoken(qtbot: QtBot, view: EditorView, text: str) -> QPlainTextEdit:
    """The field that is read, with this text."""
    view.load(text)
    view.show()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(lambda: view.spoken.field is not None)
    field = view.spoken.field
    assert field is not None
    return field


def put_caret(field: QPlainTextEdit, place: int) -> None:
    """As a screen reader does. Not through `QAccessible`: Python would delete the interface that Qt keeps."""
    cursor = field.textCursor()
    cursor.setPosition(place)
    field.setTextCursor(cursor)


def test_without_a_screen_reader_there_is_no_second_text(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view("one\n")
    view.show()
    view.setFocus()
    view.insert_at_caret("x")
    qtbot.wait(20)
    assert view.spoken.field is None


@pytest.mark.usefixtures("listening")
def test_the_whole_text_is_read_and_follows_typing(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view("")
    field = spoken(qtbot, view, "zéro\r\n😀 une\r\ndeux")
    assert field.toPlainText() == "zéro\n😀 une\ndeux"
    assert field.hasFocus()
    assert field.accessibleName() == "Text of src/basket.py"
    edits: list[tuple[int, int, int]] = []
    field.document().contentsChange.connect(lambda *edit: edits.append(edit))
    view.select(7, 7)
    # The emoji is two units of Qt's and one character of the text; its line end is one and two.
    qtbot.waitUntil(lambda: field.textCursor().position() == 7)
    QTest.keyClicks(view.code, "ab")
    qtbot.waitUntil(lambda: field.toPlainText() == "zéro\n😀ab une\ndeux")
    assert all(removed == 0 and added <= 2 for _place, removed, added in edits), edits
    view.commands.undo()
    qtbot.waitUntil(lambda: field.toPlainText() == "zéro\n😀 une\ndeux")


@pytest.mark.usefixtures("listening")
def test_selections_are_told_both_ways(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view("")
    field = spoken(qtbot, view, "one\ntwo\nthree\n")
    view.select(4, 7)
    qtbot.waitUntil(lambda: field.textCursor().selectedText() == "two")
    put_caret(field, 8)
    assert view.selection().start == view.selection().end == 8
    cursor = field.textCursor()
    cursor.insertText("x\ny")
    qtbot.waitUntil(lambda: view.text() == "one\ntwo\nx\nythree\n")
    cursor.setPosition(0)
    cursor.setPosition(4, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    qtbot.waitUntil(lambda: view.text() == "two\nx\nythree\n")
    assert field.toPlainText() == view.text()


@pytest.mark.usefixtures("listening")
def test_of_a_huge_text_the_lines_around_the_caret_are_read(qtbot: QtBot, make_view: MakeView) -> None:
    view = make_view("")
    field = spoken(qtbot, view, "".join(f"line {number} {'x' * 90}\n" for number in range(30_000)))
    assert field.blockCount() < 500
    view.go_to(20_000, 0)
    qtbot.waitUntil(lambda: field.textCursor().block().text().startswith("line 20000 "))
    put_caret(field, field.textCursor().block().next().position())
    assert view.code.lineFromPosition(view.code.currentPos()) == 20_001


_LETTERS = st.text(alphabet="aé😀\n\r", max_size=6)


@pytest.mark.usefixtures("listening")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_LETTERS, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 4), _LETTERS), max_size=4))
def test_whatever_is_edited_the_field_is_like_the_text(
    qtbot: QtBot, make_view: MakeView, start: str, edits: list[tuple[int, int, str]]
) -> None:
    view = make_view("")
    field = spoken(qtbot, view, start)
    for place, length, text in edits:
        size = len(view.text())
        view.select(min(place, size), min(place + length, size))
        view.insert_at_caret(text)
        plain = view.text().replace("\r\n", "\n").replace("\r", "\n")
        qtbot.waitUntil(lambda plain=plain: field.toPlainText() == plain)  # type: ignore[misc]
