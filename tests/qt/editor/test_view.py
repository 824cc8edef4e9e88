"""The view as a buffer: text kept exactly, versions, edits as one undo step, caret and scroll that stay."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.documents.buffers import Buffer
from copilot_desktop.editor.events import (
    CaretMoved,
    ContextMenuRequested,
    EditorOptions,
    SavePointChanged,
    TextChanged,
)
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView, view_like
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.ui.theme.theme import editor_theme
from copilot_desktop.ui.theme.tokens import LIGHT
from tests.qt.editor.conftest import MakeView

TEXT = "one\ntwo\nthree\nfour\nfive\n"


def test_the_view_is_a_buffer(make_view: MakeView) -> None:
    buffer: Buffer = make_view(TEXT)  # mypy proves the Protocol
    snapshot = buffer.snapshot()
    assert (snapshot.document_id, snapshot.path, snapshot.text) == ("d1", "src/basket.py", TEXT)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.tuples(*[st.text(st.sampled_from("ab\r\n\té€😀\x00\x0c\u2028"), max_size=60)] * 2))
def test_text_is_kept_exactly_and_replaced_as_one_step(
    qapp: QApplication, theme: EditorTheme, texts: tuple[str, str]
) -> None:
    before, after = texts
    view = EditorView(DocumentId("d"), "a.txt", theme)
    view.complete()
    view.load(before)
    assert view.text() == before
    assert view.is_at_saved_text()
    view.set_text(after)
    assert view.text() == after
    if before != after:
        view.commands.undo()
        assert view.text() == before
        assert view.is_at_saved_text()
    view.deleteLater()


def test_a_lone_surrogate_survives(make_view: MakeView) -> None:
    assert make_view("a\udc80b\n").text() == "a\udc80b\n"


@pytest.mark.parametrize(("text", "ending"), [("a\r\nb\r\nc\n", "\r\n"), ("a\nb\n", "\n"), ("a\rb\r", "\r")])
def test_a_new_line_gets_the_ending_most_lines_have(make_view: MakeView, qtbot: QtBot, text: str, ending: str) -> None:
    view = make_view(text)
    view.select(1, 1)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    assert view.text() == "a" + ending + text[1:]


def test_every_change_counts_and_is_told_once(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(TEXT)
    seen: list[TextChanged] = []
    view.text_changed.connect(seen.append)
    before = view.version
    view.edit_lines([LineEdit(LineRange(0, 1), "uno\n"), LineEdit(LineRange(4, 5), "cinque\n")])
    assert view.version > before
    assert seen == [TextChanged(DocumentId("d1"), view.version)]
    QTest.keyClicks(view.code, "xy")
    qtbot.waitUntil(lambda: seen[-1].version == view.version)
    assert view.version > seen[0].version


def test_edits_are_one_step_and_leave_caret_and_scroll(make_view: MakeView, qtbot: QtBot) -> None:
    text = "".join(f"line {number}\n" for number in range(200))
    view = make_view(text)
    view.show_lines(LineRange(120, 121))
    top = view.state().first_visible_line
    view.edit_lines(
        [LineEdit(LineRange(0, 0), "new\nnew\n"), LineEdit(LineRange(5, 8), ""), LineEdit(LineRange(150, 151), "x\n")]
    )
    assert view.selection().lines == LineRange(119, 120)
    assert view.text().splitlines()[119] == "line 120"
    assert view.state().first_visible_line == top - 1
    view.commands.undo()
    assert view.text() == text


def test_overlapping_edits_are_refused_whole(make_view: MakeView) -> None:
    view = make_view(TEXT)
    with pytest.raises(ValueError, match="overlap"):
        view.edit_lines([LineEdit(LineRange(0, 2), "a\n"), LineEdit(LineRange(1, 3), "b\n")])
    assert view.text() == TEXT


def test_an_insertion_at_the_end_goes_after_the_last_line(make_view: MakeView) -> None:
    view = make_view("a\nb")
    view.edit_lines([LineEdit(LineRange(2, 2), "c\n")])
    assert view.text() == "a\nbc\n"


def test_selection_counts_code_points_and_the_lines_it_touches(make_view: MakeView) -> None:
    view = make_view("é😀\nzwei\ndrei\n")
    view.select(1, 8)
    selection = view.selection()
    assert (selection.start, selection.end, selection.lines) == (1, 8, LineRange(0, 2))
    assert view.selected_text() == "😀\nzwei\n"
    view.select(3, 3)
    assert (view.selected_text(), view.selection().lines) == ("", LineRange(1, 2))


def test_the_caret_is_told_in_code_points(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("é😀x\ny\n")
    seen: list[CaretMoved] = []
    view.caret_moved.connect(seen.append)
    view.select(3, 3)
    qtbot.waitUntil(lambda: CaretMoved(0, 3, 0) in seen)
    view.select(0, 5)
    qtbot.waitUntil(lambda: CaretMoved(1, 1, 2) in seen)


def test_the_save_point_follows_undo(make_view: MakeView) -> None:
    view = make_view(TEXT)
    seen: list[SavePointChanged] = []
    view.save_point_changed.connect(seen.append)
    view.insert_at_caret("x")
    view.mark_saved()
    view.commands.undo()
    view.commands.redo()
    assert [event.is_dirty for event in seen] == [True, False, True, False]
    assert view.is_at_saved_text()


def test_insert_replaces_the_selection(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.select(4, 7)
    view.insert_at_caret("zwei")
    assert view.text() == TEXT.replace("two", "zwei")
    assert view.selection().start == 8


def test_state_comes_back(make_view: MakeView) -> None:
    view = make_view("".join(f"line {number}\n" for number in range(300)))
    view.show_lines(LineRange(200, 201))
    view.select(1000, 1010)
    state = view.state()
    view.select(0, 0)
    view.restore_state(state)
    assert view.state() == state


def test_carets_and_folds_come_back_and_a_shorter_text_gets_what_fits(make_view: MakeView) -> None:
    source = "def one():\n    café = 'é'\n    return café\n\n\ndef two():\n    return 2\n"
    view = make_view(source, "a.py")
    view.commands.toggle_fold()
    view.select(source.index("return 2"), source.index("return 2") + 6)
    view.carets.add_line(-1)
    state = view.state()
    assert (state.folded, len(state.selections)) == ((0,), 2)
    again = make_view(source, "a.py")
    again.restore_state(state)
    assert again.state() == state
    assert not again.code.lineVisible(1)
    short = make_view("x = 'é'", "b.py")
    short.restore_state(state)
    assert short.state().folded == ()
    assert short.selection().end == len("x = 'é'")


def test_new_lines_are_indented_like_the_last(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("def f():\n    if x:")
    view.select(18, 18)
    QTest.keyClick(view.code, Qt.Key.Key_Return)
    QTest.keyClicks(view.code, "y")
    assert view.text() == "def f():\n    if x:\n        y"


def test_indentation_is_that_of_the_file(make_view: MakeView, qtbot: QtBot) -> None:
    tabs = make_view("a:\n\tb\n\tc\n")
    assert tabs.code.useTabs()
    two = make_view("a:\n  b:\n    c\n")
    assert (two.code.useTabs(), two.code.indent()) == (False, 2)
    two.set_options(EditorOptions(indent_columns=8, is_indented_by_tabs=True))
    assert (two.code.useTabs(), two.code.indent()) == (True, 8)


def test_a_theme_is_taken_at_once(make_view: MakeView) -> None:
    view = make_view("def f(): pass\n")
    before = view.code.styleFore(5), view.code.styleBack(32)
    view.set_theme(editor_theme(LIGHT))
    assert view.code.styleBack(32) == 0xFFFFFF
    assert view.code.styleFore(5) not in before


def test_very_long_lines_make_a_text_plain(make_view: MakeView) -> None:
    view = make_view("x = 1;" * 20_000, path="a.js")
    view.set_options(EditorOptions(is_word_wrapped=True))
    assert view.language.lexer == ""
    assert view.code.wrapMode() == 0
    assert view.commands.toggle_word_wrap() is False


def coloured_until(view: EditorView, line: int) -> int:
    """The column from which on a line has the colour of plain text; -1: its end."""
    start, end = view.code.positionFromLine(line), view.code.lineEndPosition(line)
    found = view.code.indicatorEnd(23, start)
    return found - start if start < found < end and view.code.indicatorValueAt(23, found) else -1


def test_only_the_rest_of_a_long_line_is_without_colours_and_none_is_wrapped(
    make_view: MakeView, theme: EditorTheme
) -> None:
    view = make_view("let a = 1;\n" + "let é;" * 2_000 + "\nlet b = 2;\n", path="a.js")
    view.set_options(EditorOptions(is_word_wrapped=True))
    assert (view.language.lexer, view.code.wrapMode()) == ("cpp", 0)
    assert not view.commands.can_wrap()
    # Positions are bytes: an é has two.
    assert [coloured_until(view, line) for line in range(3)] == [-1, 10_000 + 10_000 // 6, -1]
    view.code.colourise(0, -1)
    assert view.code.styleIndexAt(view.code.positionFromLine(2)) == view.code.styleIndexAt(0) == 5
    red, green, blue = (int(theme.text[at : at + 2], 16) for at in (1, 3, 5))
    assert view.code.indicFore(23) == red | green << 8 | blue << 16


def test_a_line_that_grows_too_long_is_shown_plainly_past_that_from_then_on(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("x = 1;\n" * 3_000, path="a.js")
    view.set_options(EditorOptions(is_word_wrapped=True))
    view.insert_at_caret("y = 2;\n" * 3_000)
    qtbot.wait(20)
    assert view.language.lexer == "cpp"
    view.insert_at_caret("y" * 9_998)
    QTest.keyClicks(view.code, "zzzz")
    line = view.caret().line
    qtbot.waitUntil(lambda: coloured_until(view, line) == 10_000)
    assert (view.language.lexer, view.code.wrapMode()) == ("cpp", 0)
    QTest.keyClicks(view.code, "more")
    qtbot.waitUntil(lambda: bool(view.code.indicatorValueAt(23, view.code.lineEndPosition(line) - 1)))
    view.insert_at_caret("y" * 100_000)
    qtbot.waitUntil(lambda: view.language.lexer == "")


def test_typing_in_a_line_of_a_megabyte_is_no_freeze(make_view: MakeView) -> None:
    view = make_view("var x = 1;" * 100_000, path="a.js")
    view.grab()
    begun = time.process_time()
    for _ in range(5):
        QTest.keyClicks(view.code, "a")
        view.grab()
    # 0.5 s a letter where each is measured; 0.03 where a fixed width is known.
    assert (time.process_time() - begun) / 5 < 0.2


def test_the_menu_is_asked_for_at_the_window(make_view: MakeView) -> None:
    view = make_view(TEXT)
    seen: list[ContextMenuRequested] = []
    view.context_menu_requested.connect(seen.append)
    place = QPoint(10, 12)
    QApplication.sendEvent(view.code.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place))
    assert seen == [ContextMenuRequested(place)]


def test_braces_are_marked_and_blocks_fold(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("def f():\n    a(1)\n    b\nc\n")
    view.select(3, 3)
    view.commands.toggle_fold()
    qtbot.waitUntil(lambda: not view.code.lineVisible(1))
    view.commands.fold_all(False)
    assert view.code.lineVisible(1)


def test_an_inline_widget_stands_above_its_line_and_scrolls(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("".join(f"line {number}\n" for number in range(100)))
    field = QLineEdit()
    view.show_inline_widget(field, 10)
    line_top = view.code.pointYFromPosition(view.code.positionFromLine(10))
    before_bottom = view.code.pointYFromPosition(view.code.positionFromLine(9)) + view.code.textHeight(0)
    qtbot.waitUntil(lambda: before_bottom <= field.y() and field.geometry().bottom() <= line_top)
    top = field.y()
    view.code.lineScroll(0, 3)
    qtbot.waitUntil(lambda: field.y() == top - 3 * view.code.textHeight(0))
    view.edit_lines([LineEdit(LineRange(0, 0), "new\n")])
    assert view.text().startswith("new\n")
    view.hide_inline_widget()
    assert field.isHidden()
    assert view.code.annotationLines(9) == 0 == view.code.annotationLines(10)


class _Tall(QLineEdit):
    """Is as high as it is told to be."""

    wanted_px = 120

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(300, self.wanted_px)

    def grow(self, height_px: int) -> None:
        self.wanted_px = height_px
        self.updateGeometry()
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))


@pytest.mark.parametrize("line", [5, 14, 100])
def test_an_inline_widget_is_seen_whole_wherever_its_line_is(make_view: MakeView, qtbot: QtBot, line: int) -> None:
    view, field = make_view("".join(f"line {number}\n" for number in range(200))), _Tall()
    bottom = view.code.linesOnScreen() * view.code.textHeight(0)
    view.show_inline_widget(field, line)
    qtbot.waitUntil(lambda: field.y() >= 0 and field.geometry().bottom() <= bottom)
    field.grow(200)
    qtbot.waitUntil(lambda: field.height() == 200)
    assert field.y() >= 0
    assert field.geometry().bottom() <= bottom
    # Who has scrolled away from it stays there.
    view.code.setFirstVisibleLine(150)
    field.grow(240)
    assert view.code.docLineFromVisible(view.code.firstVisibleLine()) > 100


def test_a_small_editor_stays_without_line_numbers_while_it_is_typed_in(make_view: MakeView, qtbot: QtBot) -> None:
    small = view_like(make_view("a\n"), "b\n")
    qtbot.addWidget(small)
    small.edit_lines([LineEdit(LineRange(0, 0), "new\n" * 2000)])
    assert sum(small.code.marginWidthN(margin) for margin in range(3)) == 0
