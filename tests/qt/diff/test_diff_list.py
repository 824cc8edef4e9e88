"""The list of differences by mouse and keyboard: what is in sight, what is said, and what stays in place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from copilot_desktop.settings.differences_page import DifferencesPage
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.ui.diff.bars import arrows_of
from copilot_desktop.ui.diff.blocks import DiffOptions
from copilot_desktop.ui.diff.comparing import compared_file
from copilot_desktop.ui.diff.diff_frame import DiffFrame
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffFile, RowKind
from copilot_desktop.ui.theme.theme import Theme, ThemeChoice

LINES = [f"line {number}\n" for number in range(200)]
SIDES = DiffOptions(is_side_by_side=True)


def changed(*places: int) -> DiffFile:
    new = list(LINES)
    for place in places:
        new[place] = f"changed {place}\n"
    return compared_file("a.txt", "".join(LINES), "".join(new))


class Page:
    """A list with its bar in a window."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        self.look = DiffLook(self.window)
        self.view = DiffList(Theme(ThemeChoice.DARK, self.window).tokens)
        self.pane = DiffFrame("test", self.view, self.look)
        self.bar = self.pane.bar
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pane)
        qtbot.addWidget(self.window)
        self.window.resize(1000, 500)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.view.setFocus()

    def row(self, place: int) -> DiffRow:
        return self.view.rows_model.rows[place]

    def place(self, kind: RowKind, after: int = 0) -> int:
        rows = self.view.rows_model.rows
        return next(at for at in range(after, len(rows)) if rows[at].kind is kind)

    def click(self, at: QPoint) -> None:
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def spoken(self, place: int) -> str:
        return self.view.rows_model.spoken(self.row(place))

    def switch(self, name: str) -> QToolButton:
        found = self.bar.findChild(QToolButton, f"test.{name}")
        assert isinstance(found, QToolButton)
        return found


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


def top_of(page: Page, hunk_id: str) -> int:
    return page.view.area_of(page.view.rows_model.rows.places[hunk_id]).top()


def test_going_to_a_hunk_brings_all_of_it_into_sight(page: Page) -> None:
    page.view.show_files([changed(*range(10, 200, 12))])
    for hunk in page.view.content.files[0].hunks:
        page.view.go_to_hunk(hunk.hunk_id)
        place = page.view.rows_model.rows.places[hunk.hunk_id]
        seen = page.view.viewport().rect()
        assert seen.contains(page.view.area_of(place))
        assert seen.contains(page.view.area_of(page.view.rows_model.rows.end_of_hunk(hunk.hunk_id) - 1))
        assert page.view.currentIndex().row() == place


def test_switching_to_both_sides_keeps_the_hunk_in_place_and_rows_stand_beside_each_other(page: Page) -> None:
    page.view.show_files([changed(10, 80, 81, 82, 150)])
    hunk = page.view.content.files[0].hunks[1]
    page.view.go_to_hunk(hunk.hunk_id)
    bar = page.view.verticalScrollBar()
    bar.setValue(bar.value() + top_of(page, hunk.hunk_id) - 100)
    assert top_of(page, hunk.hunk_id) == 100
    QTest.mouseClick(page.switch("side_by_side"), Qt.MouseButton.LeftButton)
    assert page.view.content.options == SIDES
    assert top_of(page, hunk.hunk_id) == 100
    row = page.row(page.view.rows_model.rows.places[hunk.hunk_id] + 1)
    assert row.old is not None
    assert row.new is not None
    assert (row.old.text, row.new.text) == ("line 80", "changed 80")
    assert (row.hunk_id, row.old_number, row.new_number) == (hunk.hunk_id, 81, 81)


def test_a_narrow_window_falls_back_to_one_column_and_says_so(page: Page, qtbot: QtBot) -> None:
    page.view.show_files([changed(10)])
    page.look.follow_page(DifferencesPage(side_by_side=True))
    assert not page.view.is_too_narrow
    page.window.resize(420, 500)
    qtbot.waitUntil(lambda: page.view.is_too_narrow)
    assert page.bar._said.text() == "Too narrow for side by side: shown in one column"
    assert not [row for row in page.view.rows_model.rows if row.kind is RowKind.PAIR]
    assert page.switch("side_by_side").isChecked()
    page.window.resize(1000, 500)
    qtbot.waitUntil(lambda: page.view.content.options.is_side_by_side)


def test_arrows_on_a_gap_show_some_lines_and_the_rest_of_it_all(page: Page) -> None:
    page.view.show_files([changed(10, 150)])
    gap = page.place(RowKind.GAP, page.view.rows_model.rows.places[page.view.content.files[0].hunks[0].hunk_id])
    bar, below = page.view.verticalScrollBar(), page.view.content.files[0].hunks[1].hunk_id
    arrows = arrows_of(page.row(gap), page.view.area_of(gap))
    assert [arrow.is_from_top for arrow in arrows] == [True, False]
    hidden = page.row(gap).hidden
    page.click(arrows[0].area.center())
    assert page.row(gap + 20).hidden == hidden - 20
    bar.setValue(bar.maximum())
    before = top_of(page, below)
    page.click(arrows_of(page.row(gap + 20), page.view.area_of(gap + 20))[1].area.center())
    assert page.row(gap + 20).hidden == hidden - 40
    assert top_of(page, below) == before
    page.click(page.view.area_of(gap + 20).center())
    assert page.row(gap + 20).kind is RowKind.CONTEXT


def test_the_keyboard_goes_through_rows_and_tells_which_is_reached(page: Page, qtbot: QtBot) -> None:
    page.view.show_files([changed(10, 150)])
    first, second = (hunk.hunk_id for hunk in page.view.content.files[0].hunks)
    page.view.go_to_hunk(first)
    with qtbot.waitSignal(page.view.reached) as reached:
        QTest.keyClick(page.view, Qt.Key.Key_Down)
    row: DiffRow = reached.args[0]
    assert (row.kind, row.old_number, row.hunk_id) == (RowKind.REMOVED, 11, first)
    QTest.keyClick(page.view, Qt.Key.Key_End)
    assert page.view.currentIndex().row() == len(page.view.rows_model.rows) - 1
    QTest.keyClick(page.view, Qt.Key.Key_Home)
    assert page.view.currentIndex().row() == 0
    QTest.keyClick(page.view, Qt.Key.Key_PageDown)
    assert page.view.currentIndex().row() > 5
    page.view.setCurrentIndex(page.view.rows_model.index(page.view.rows_model.rows.places[second] - 1))
    QTest.keyClick(page.view, Qt.Key.Key_Down)
    assert page.view.current_hunk == second


def test_selected_lines_are_copied_from_the_side_that_was_clicked(page: Page) -> None:
    page.view.show_files([changed(10, 11)])
    head = page.view.rows_model.rows.places[page.view.content.files[0].hunks[0].hunk_id]
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    page.click(page.view.area_of(head + 1).center())
    QTest.keyClick(page.view, Qt.Key.Key_Down, shift)
    QTest.keyClick(page.view, Qt.Key.Key_Down, shift)
    assert [row.kind for row in page.view.selected_rows()] == [RowKind.REMOVED, RowKind.REMOVED, RowKind.ADDED]
    QTest.keyClick(page.view, Qt.Key.Key_C, control)
    assert QGuiApplication.clipboard().text() == "line 10\nline 11\nchanged 10"
    page.view.set_options(SIDES)
    for left, text in ((100, "line 10"), (700, "changed 10")):
        page.click(QPoint(left, page.view.area_of(head + 1).center().y()))
        QTest.keyClick(page.view, Qt.Key.Key_C, control)
        assert QGuiApplication.clipboard().text() == text


def test_wrapped_lines_take_rows_as_high_as_their_text(page: Page, qtbot: QtBot) -> None:
    long = "word " * 150
    page.view.show_files([compared_file("a.txt", f"a\n{long}\n", f"b\n{long}and more\n")])
    flat = page.view.heights.total_px
    QTest.mouseClick(page.switch("wrap"), Qt.MouseButton.LeftButton)
    view = page.view
    assert view.horizontalScrollBar().maximum() == 0
    assert view.heights.total_px > flat
    places = [at for at in range(len(view.rows_model.rows)) if len(page.row(at).text) > 500]
    for place in places:
        assert view.heights.lines(place) == view.lines.lines_of(page.row(place)) > 5
        assert view.indexAt(view.area_of(place).center()).row() == place
    view.set_options(replace(SIDES, is_wrapped=True))
    assert view.heights.lines(len(view.rows_model.rows) - 1) > 10


def test_a_line_of_a_million_letters_is_shown_in_part_and_can_be_scrolled(page: Page) -> None:
    long = "x" * 1_000_000
    page.view.show_files([compared_file("a.txt", f"{long}\n", f"{long}y\n")])
    page.view.grab()
    bar = page.view.horizontalScrollBar()
    assert bar.maximum() > 100_000
    bar.setValue(bar.maximum())
    page.view.grab()
    page.view.set_options(DiffOptions(is_wrapped=True))
    page.view.grab()
    removed = page.place(RowKind.REMOVED)
    assert page.view.heights.lines(removed) < 40
    assert page.spoken(removed).endswith("and 999600 more letters")


def test_every_row_is_said(page: Page) -> None:
    old = "def total(items):\n    found = sum(items)\n    return found\n"
    rest = "".join(LINES[:9])
    page.view.show_files([changed(10), compared_file("b.py", f"{old}{rest}", f"{rest}{old}")])
    said = [page.spoken(at) for at in range(len(page.view.rows_model.rows))]
    assert said[0] == "File a.txt"
    assert "7 unchanged lines, hidden" in said
    assert "Change at line 11, 1 added, 1 removed: Changed" in said
    assert "removed line 11: line 10" in said
    assert "unchanged line 10: line 9" in said
    assert "removed line 1, moved to line 10: def total(items):" in said
    page.view.set_options(SIDES)
    said = [page.spoken(at) for at in range(len(page.view.rows_model.rows))]
    assert "removed line 11: line 10; added line 11: changed 10" in said
    assert "unchanged line 10: line 9" in said
    interface = QAccessible.queryAccessibleInterface(page.view)
    assert interface.role() in (QAccessible.Role.List, QAccessible.Role.Table)
    assert interface.childCount() == len(said)
    assert interface.child(0).text(QAccessible.Text.Name) == "File a.txt"


def test_the_bar_says_what_moved_and_what_is_blanks_only(page: Page) -> None:
    new = [*LINES[:50], "    line 50\n", *LINES[51:]]
    page.view.show_files([compared_file("a.txt", "".join(LINES), "".join(new))])
    assert page.bar._said.text() == "1 change of blanks only"
    QTest.mouseClick(page.switch("fold_whitespace"), Qt.MouseButton.LeftButton)
    fold = next(at for at in range(len(page.view.rows_model.rows)) if "blanks" in page.row(at).text)
    assert page.spoken(fold) == "1 line differs in blanks only"
    page.click(page.view.area_of(fold).center())
    assert page.place(RowKind.REMOVED)


def test_the_look_follows_the_settings_and_tells_what_was_chosen(page: Page, qtbot: QtBot) -> None:
    page.look.follow_page(EditorPage(font_size_pt=17, tab_width=8))
    assert (page.view.font().pointSize(), page.view.lines.tab_columns) == (17, 8)
    with qtbot.waitSignal(page.look.chosen) as chosen:
        QTest.mouseClick(page.switch("wrap"), Qt.MouseButton.LeftButton)
    assert chosen.args == [DifferencesPage(wrap=True)]
    assert page.switch("wrap").isChecked()


def test_only_rows_in_sight_are_made(page: Page) -> None:
    new = [line if number % 100 else f"changed {number}\n" for number, line in enumerate(LINES * 100)]
    page.view.show_files([compared_file("a.txt", "".join(LINES * 100), "".join(new))])
    page.view.grab()
    rows = page.view.rows_model.rows
    assert len(rows) > 1_500
    assert len(rows._rows) < 100
    assert QRect(0, 0, 1, 1).intersects(page.view.area_of(0))


def test_words_are_found_also_in_hidden_lines(page: Page, qtbot: QtBot) -> None:
    page.pane.open_search()
    view, bar = page.view, page.pane.find_bar
    view.show_files([changed(10, 150)])
    qtbot.waitUntil(bar.field.hasFocus)
    QTest.keyClicks(bar.field, "LINE 11")
    assert bar.count.text() == "1 of 11"
    row = view.current_row()
    assert row is not None
    assert row.text == "line 11"
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    row = view.current_row()
    assert row is not None
    assert row.text == "line 110"
    assert bar.count.text() == "2 of 11"
    assert view.viewport().rect().contains(view.area_of(view.currentIndex().row()))
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "1 of 11"
    view.set_options(SIDES)
    assert bar.count.text() == "11"
    bar.case.click()
    assert bar.count.text() == "Not found"
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert view.hasFocus()
    assert view.lines.searched is None


def test_what_is_painted_again_is_enough(page: Page) -> None:
    """Going to hunks, only rows that look otherwise are, and scrolling moves the rest: the screen is always right."""
    view = page.view
    view.set_controls(None)
    view.show_files([changed(*range(5, 195, 15))])

    def on_screen() -> QImage:
        QTest.qWait(20)
        return view.screen().grabWindow(page.window.winId()).toImage()

    walk = list(view.rows_model.rows.places)
    for number, hunk_id in enumerate([*walk[:9], *walk[9:2:-1], walk[-1], walk[-2], walk[0]]):
        view.go_to_hunk(hunk_id)
        if number % 5 == 3:
            QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        if number % 3 == 1:
            view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 40 * (number - 8))
        partly = on_screen()
        page.window.update()
        view.viewport().update()
        assert on_screen() == partly, number
    assert not view.screen().grabWindow(page.window.winId()).toImage().isNull()


@pytest.mark.parametrize("options", [DiffOptions(), SIDES])
def test_the_word_that_changed_in_a_long_line_is_in_sight(page: Page, options: DiffOptions) -> None:
    long = "word " * 400
    old = f"{long}old here {long}\n" + "".join(LINES[:40]) + "one\n"
    new = f"{long}new here {long}\n" + "".join(LINES[:40]) + "two\n"
    view, bar = page.view, page.view.horizontalScrollBar()
    view.set_options(options)
    view.show_files([compared_file("a.txt", old, new)])
    far, near = view.rows_model.rows.places
    view.go_to_hunk(far)
    column = len(long) * view.lines.metrics.advance
    room = view.lines.metrics.text_px(is_pair=options.is_side_by_side)
    assert bar.value() < column < bar.value() + room
    view.go_to_hunk(near)
    assert bar.value() == 0


def test_only_the_file_with_the_long_line_is_scrolled_to_its_word(page: Page) -> None:
    def painted(at: int) -> QImage:
        QTest.qWait(20)
        area = view.area_of(at)
        return view.grab(area.translated(view.viewport().pos())).toImage()

    long = "word " * 400
    files = [compared_file("a.txt", f"{long}old\n", f"{long}new\n"), compared_file("b.txt", "one\n", "two\n")]
    view, bar = page.view, page.view.horizontalScrollBar()
    view.show_files(files)
    other = page.place(RowKind.REMOVED, view.rows_model.rows.places[files[1].hunks[0].hunk_id])
    before = painted(other)
    view.go_to_hunk(files[0].hunks[0].hunk_id)
    assert bar.value()
    assert painted(other) == before
    bar.setValue(bar.value() - 1)
    assert painted(other) != before
