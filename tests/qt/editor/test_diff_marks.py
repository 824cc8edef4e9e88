"""Proposals in the text: what is marked, where it stands, what a click decides; the text itself never changes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.conflict_bar import ConflictBar, SideChoice
from copilot_desktop.editor.diff_marks import HunkDecided, SideChosen
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.ranges import LineRange
from tests.qt.editor.conftest import MakeView

TEXT = "first\n\tname: str\nthird\nfourth\n"


def hunk(start: int, end: int, text: str, name: str = "h1") -> InlineHunk:
    return InlineHunk(name, LineRange(start, end), text)


def annotation(view: EditorView, line: int) -> str:
    """The lines below a line, without the blanks in which the fill to the right edge begins."""
    shown = bytes(view.code.annotationText(line).data()).decode()
    return "\n".join(text.rstrip() for text in shown.split("\n"))


def image(view: EditorView) -> QImage:
    return view.grab().toImage()


def row_colours(view: EditorView, y: int) -> set[str]:
    """Colours of the right half of a row, but for the bar's reach at the far right."""
    grabbed = image(view)
    middle = y + view.code.textHeight(0) // 2
    return {grabbed.pixelColor(x, middle).name() for x in range(350, 450)}


def is_row(view: EditorView, y: int, colour: str) -> bool:
    return row_colours(view, y) == {colour.lower()}


def test_proposed_lines_stand_below_the_removed(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(1, 2, "\ttitle: str\n\n")])
    assert annotation(view, 1) == "    title: str\n"
    assert view.text() == TEXT
    assert view.is_at_saved_text()
    height = view.code.textHeight(0)
    top = view.code.pointYFromPosition(view.code.positionFromLine(1))
    qtbot.waitUntil(lambda: row_colours(view, top) == {theme.rem.lower()})
    for row in (1, 2):
        assert row_colours(view, top + row * height) == {theme.add.lower()}
    # No stripe between the rows: the seam has the colours of its neighbours.
    grabbed = image(view)
    seam = {grabbed.pixelColor(400, y).name() for y in range(top, top + 3 * height)}
    assert seam == {theme.rem.lower(), theme.add.lower()}


def test_changed_words_are_marked(make_view: MakeView, theme: EditorTheme) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(1, 2, "\ttitle: str\n")])
    assert view.code.indicatorValueAt(13, TEXT.index("name")) == 1
    assert view.code.indicatorValueAt(13, TEXT.index("str")) == 0
    styles = bytes(view.code.annotationStyles(1).data())
    assert styles[:14] == b"\x01" * 4 + b"\x02" * 5 + b"\x01" * 5


def test_no_words_are_marked_where_all_is_new(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(1, 2, "completely different\n")])
    assert view.code.indicatorValueAt(13, TEXT.index("name")) == 0


def test_amber_and_conflict_have_their_colours(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    view = make_view(TEXT)
    for colour, is_amber in ((theme.amber_bg, True), (theme.conf_bg, False)):
        shown = replace(hunk(2, 3, "x\n"), is_amber=is_amber, is_conflict=not is_amber)
        view.diff_marks.show_hunks([shown])
        top = view.code.pointYFromPosition(view.code.positionFromLine(2))
        # The bar of a conflict is over the first of its rows.
        rows = 0 if is_amber else 3
        qtbot.waitUntil(partial(is_row, view, top + rows * view.code.textHeight(0), colour))


def test_buttons_decide(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(TEXT)
    seen: list[HunkDecided] = []
    view.diff_marks.hunk_decided.connect(seen.append)
    view.diff_marks.show_hunks([hunk(1, 2, "x\n", "a"), hunk(3, 4, "y\n", "b")])
    first, second = sorted(view.code.findChildren(HunkBar), key=lambda bar: bar.y())
    qtbot.waitUntil(first.isVisible)
    QTest.mouseClick(first.accept_button, Qt.MouseButton.LeftButton)
    QTest.keyClick(second.reject_button, Qt.Key.Key_Space)
    assert seen == [HunkDecided("a", True), HunkDecided("b", False)]
    assert "line 2" in first.accept_button.accessibleName()


def test_a_conflict_cannot_be_accepted_here(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([replace(hunk(1, 2, "x\n", "a"), is_conflict=True)])
    bar = view.code.findChild(ConflictBar)
    assert isinstance(bar, ConflictBar)
    assert view.code.findChild(HunkBar) is None
    seen: list[SideChosen] = []
    view.diff_marks.side_chosen.connect(seen.append)
    for button in bar.buttons.values():
        assert "line 2" in button.accessibleName()
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert seen == [SideChosen("a", choice) for choice in SideChoice]


def test_bars_never_cover_text(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("x" * 200 + "\n" + "y" * 200 + "\nshort\n", width=420)
    view.diff_marks.show_hunks([hunk(0, 1, "z" * 200 + "\n")])
    bar = view.code.findChild(HunkBar)
    assert isinstance(bar, HunkBar)
    qtbot.waitUntil(bar.isVisible)
    height = view.code.textHeight(0)
    assert bar.y() == view.code.pointYFromPosition(0) + 2 * height  # a row of its own below the proposed line
    assert view.code.pointYFromPosition(view.code.positionFromLine(1)) == bar.y() + height


def test_bars_follow_scrolling_and_hide_outside(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view("line\n" * 200)
    view.diff_marks.show_hunks([hunk(5, 6, "x\n")])
    bar = view.code.findChild(HunkBar)
    assert isinstance(bar, HunkBar)
    qtbot.waitUntil(bar.isVisible)
    top = bar.y()
    view.code.lineScroll(0, 2)
    qtbot.waitUntil(lambda: bar.y() == top - 2 * view.code.textHeight(0))
    view.code.lineScroll(0, 100)
    qtbot.waitUntil(bar.isHidden)


def test_an_insertion_above_the_first_line_stands_above_it(
    make_view: MakeView, qtbot: QtBot, theme: EditorTheme
) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(0, 0, "import os\n")])
    assert annotation(view, 0) == ""
    label = view.findChild(QLabel, "editor.top_hunks.text")
    assert isinstance(label, QLabel)
    assert label.text() == "+  import os"
    qtbot.waitUntil(lambda: label.mapTo(view, label.rect().bottomLeft()).y() <= view.code.y())
    assert QColor(image(view).pixelColor(300, 2)).name() == theme.add.lower()
    view.diff_marks.show_hunks([])
    qtbot.waitUntil(lambda: view.code.y() == 0)


def test_an_insertion_between_stands_below_the_line_before(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(2, 2, "new\n")])
    assert annotation(view, 1) == "new"


def test_the_caret_finds_its_hunk_and_goes_to_one(make_view: MakeView) -> None:
    view = make_view("line\n" * 100)
    view.diff_marks.show_hunks([hunk(10, 12, "x\n", "a"), hunk(80, 80, "y\n", "b")])
    assert view.diff_marks.hunk_at_caret() is None
    view.diff_marks.go_to_hunk("a")
    assert view.diff_marks.hunk_at_caret() == "a"
    view.diff_marks.go_to_hunk("b")
    assert view.diff_marks.hunk_at_caret() == "b"
    assert view.selection().lines.start == 79
    view.diff_marks.go_to_hunk("none")
    assert view.diff_marks.hunk_at_caret() == "b"


def test_the_caret_line_does_not_hide_a_removed_line(make_view: MakeView, qtbot: QtBot, theme: EditorTheme) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(1, 2, "x\n")])
    view.diff_marks.go_to_hunk("h1")
    qtbot.waitUntil(
        lambda: row_colours(view, view.code.pointYFromPosition(view.code.positionFromLine(1))) == {theme.rem.lower()}
    )
    view.select(0, 0)
    qtbot.waitUntil(lambda: row_colours(view, view.code.pointYFromPosition(0)) == {theme.line.lower()})


def test_clearing_leaves_nothing(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([hunk(1, 2, "x\n")])
    view.diff_marks.show_hunks([])
    assert annotation(view, 1) == ""
    assert view.code.markerGet(1) == 0
    assert view.code.indicatorAllOnFor(TEXT.index("name")) == 0
    assert view.diff_marks.hunks() == ()


def test_an_awaited_answer_is_marked(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_loading(LineRange(1, 3))
    label = view.code.findChild(QLabel, "editor.loading")
    assert isinstance(label, QLabel)
    assert label.isVisible()
    assert [bool(view.code.markerGet(line) & 1 << 8) for line in range(4)] == [False, True, True, False]
    view.diff_marks.hide_loading()
    assert not label.isVisible()
    assert view.code.markerGet(1) == 0
