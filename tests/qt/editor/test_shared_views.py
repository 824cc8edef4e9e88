"""Several views of one document: one text, one undo, one save point, and the marks of proposals in all of them."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.events import TextChanged
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.editor.languages import language_for
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import DocumentId, LineRange
from tests.qt.editor.conftest import MakeView

TEXT = "".join(f"value_{line} = {line}\n" for line in range(100))


def twin(qtbot: QtBot, view: EditorView, theme: EditorTheme, width: int = 800) -> EditorView:
    made = EditorView(view.document_id, view.path, theme, shared=view.shared)
    made.complete()
    qtbot.addWidget(made)
    made.resize(width, 400)
    made.show()
    return made


def hunk(start: int, end: int, text: str) -> InlineHunk:
    return InlineHunk(f"{start}", LineRange(start, end), text)


def test_views_share_text_undo_save_point_and_versions(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    first = make_view(TEXT)
    second = twin(qtbot, first, theme)
    assert second.text() == TEXT
    assert second.language.name == first.language.name == "Python"
    second.select(len(TEXT), len(TEXT))
    seen: list[TextChanged] = []
    first.text_changed.connect(seen.append)
    QTest.keyClicks(second.code, "more")
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].version == first.version)
    assert first.text() == second.text() == TEXT + "more"
    assert first.version == second.version
    assert not first.is_at_saved_text()
    first.commands.undo()
    assert second.text() == TEXT
    assert second.is_at_saved_text()
    first.select(0, 0)
    before = first.version
    first.edit_lines([LineEdit(LineRange(0, 1), "uno\n")])
    assert second.edits_since(before) == (LineEdit(LineRange(0, 2), "uno\nvalue_1 = 1\n"),)
    assert second.selection().start == len(second.text())


def test_a_document_outlives_its_first_view(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    first = EditorView(DocumentId("d"), "a.py", theme)
    first.complete()
    first.load(TEXT)
    second = twin(qtbot, first, theme)
    first.diff_marks.show_hunks([hunk(3, 4, "three\n")])
    version = first.version
    shiboken6.delete(first)
    seen: list[TextChanged] = []
    second.text_changed.connect(seen.append)
    QTest.keyClicks(second.code, "x")
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert second.version == version + 1
    assert second.edits_since(version) == (LineEdit(LineRange(0, 1), "xvalue_0 = 0\n"),)
    third = twin(qtbot, second, theme)
    assert third.diff_marks.hunks() == second.diff_marks.hunks()
    third.diff_marks.show_hunks([])
    assert second.code.annotationLines(3) == 0
    second.commands.undo()
    assert third.is_at_saved_text()


def test_hunks_are_marked_once_and_have_bars_in_every_view(
    make_view: MakeView, qtbot: QtBot, theme: EditorTheme
) -> None:
    wide = make_view(TEXT)
    narrow = twin(qtbot, wide, theme, width=300)
    for width in (300, 800, 300):
        narrow.resize(width, 400)
        wide.diff_marks.show_hunks([hunk(1, 2, "a_long_name_that_leaves_no_room_beside_it = 1\n" + "z" * 40 + "\n")])
        qtbot.wait(50)
        for view in (wide, narrow):
            assert [bar.isVisible() for bar in view.diff_marks._bars.values()] == [True]
            assert view.code.markerGet(1) == wide.code.markerGet(1) != 0
        rows = wide.code.annotationLines(1)
        assert rows == (3 if width == 300 else 2)
        # Neither view moves what the other has placed.
        qtbot.wait(50)
        assert wide.code.annotationLines(1) == rows
    decided: list[object] = []
    narrow.diff_marks.hunk_decided.connect(decided.append)
    (bar,) = narrow.diff_marks._bars.values()
    assert isinstance(bar, HunkBar)
    bar.decided.emit(True)
    assert len(decided) == 1
    wide.diff_marks.show_hunks([])
    assert not narrow.diff_marks._bars
    assert narrow.code.annotationLines(1) == 0
    assert narrow.code.markerGet(1) == 0


def test_marks_and_rooms_of_a_view_go_with_it(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    first = make_view(TEXT)
    second = EditorView(first.document_id, first.path, theme, shared=first.shared)
    second.complete()
    second.resize(300, 400)
    second.show()
    first.diff_marks.show_hunks([hunk(1, 2, "z" * 60 + "\n")])
    qtbot.waitUntil(lambda: first.code.annotationLines(1) == 2)
    second.diff_marks.show_loading(LineRange(5, 6))
    assert first.code.markerGet(5)
    shiboken6.delete(second)
    assert first.code.annotationLines(1) == 1
    assert first.code.markerGet(5) == 0


def test_another_language_is_shown_in_all_views(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    first = make_view(TEXT)
    second = twin(qtbot, first, theme)
    second.set_language(language_for("a.rs"))
    assert first.language.name == second.language.name == "Rust"
    QTest.keyClick(second.code, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    first.set_path("b.js")
    assert second.language.name == "JavaScript"
