"""Hunks that grow: only what is new is drawn, and it looks as if it had been drawn at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pyside6_scintilla import Scintilla
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.annotations import Annotations
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_marks import HunkMarks
from copilot_desktop.editor.hunk_rows import InlineHunk, ShownHunk
from copilot_desktop.editor.mark_colours import FORE, KINDS, WORD
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from tests.qt.editor.conftest import MakeView

TEXT = "".join(f"value_{line} = {line}\n" for line in range(60))


def hunk(start: int, end: int, text: str, name: str = "") -> InlineHunk:
    return InlineHunk(name or f"{start}", LineRange(start, end), text)


def drawn(view: EditorView) -> list[tuple[int, bytes, list[tuple[int, int, int]]]]:
    """Of each line its marks, what stands below it, and its indicators."""
    code = view.code
    found = []
    for line in range(code.lineCount()):
        start, end = code.positionFromLine(line), code.lineEndPosition(line)
        indicators = [
            (indicator, at, code.send(Scintilla.Message.IndicatorValueAt, indicator, at))
            for base in (FORE, WORD)
            for indicator in range(base, base + len(KINDS))
            for at in range(start, end)
        ]
        # Each line of a room of the bar's own may be there in one of them alone, and that is no mark.
        found.append((code.markerGet(line) & ~(1 << 4), bytes(code.annotationText(line).data()), indicators))
    return found


class Paints(QObject):
    """Notes which rectangles of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.areas: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_what_changes_below_the_screen_paints_nothing_and_is_there_when_one_comes_to_it(
    make_view: MakeView, qtbot: QtBot
) -> None:
    view = make_view(TEXT * 5)
    qtbot.wait(50)
    paints, whole = Paints(view.code.viewport()), view.code.viewport().rect()

    def is_as_drawn_anew() -> bool:
        """Whether what is on the screen is what a paint of all of it gives."""
        QApplication.processEvents()
        shown = view.screen().grabWindow(view.winId()).toImage()
        return shown == view.grab().toImage().convertToFormat(shown.format())

    for size in (1, 2, 3):
        view.diff_marks.show_hunks([replace(hunk(200, 201, "new\n" * size), is_arriving=True, note="Arriving …")])
        QApplication.processEvents()
    assert not any(area.contains(whole) for area in paints.areas)
    qtbot.waitUntil(is_as_drawn_anew, timeout=3_000)
    view.diff_marks.show_hunks([hunk(2, 3, "in sight\n"), hunk(200, 201, "new\n" * 3)])
    QApplication.processEvents()
    assert any(area.contains(whole) for area in paints.areas)
    qtbot.waitUntil(is_as_drawn_anew, timeout=3_000)
    view.diff_marks.show_hunks([hunk(2, 3, "in sight\n"), hunk(200, 201, "new\n" * 4)])
    view.code.insertText(0, "a line more\n")
    qtbot.waitUntil(is_as_drawn_anew, timeout=3_000)
    view.code.setFirstVisibleLine(200)
    qtbot.waitUntil(is_as_drawn_anew, timeout=3_000)
    assert bytes(view.code.annotationText(201).data()).count(b"new") == 4


def test_a_hunk_that_grows_leaves_the_others_as_they_are(make_view: MakeView, monkeypatch: pytest.MonkeyPatch) -> None:
    view = make_view(TEXT)
    others = [hunk(at, at + 1, "other\n") for at in (2, 10, 40)]
    view.diff_marks.show_hunks([*others, replace(hunk(20, 21, "a\n"), is_arriving=True, note="Arriving …")])
    bars = {bar.accessibleName(): bar for bar in view.findChildren(HunkBar)}
    made: list[InlineHunk] = []
    marked = HunkMarks._marked
    asked: list[int] = []
    set_one = Annotations._set

    def count(marks: HunkMarks, each: InlineHunk) -> ShownHunk:
        made.append(each)
        return marked(marks, each)

    def note(annotations: Annotations, line: int, lines: Sequence[object]) -> None:
        asked.append(line)
        set_one(annotations, line, lines)  # type: ignore[arg-type]

    monkeypatch.setattr(HunkMarks, "_marked", count)
    monkeypatch.setattr(Annotations, "_set", note)
    grown = replace(hunk(20, 22, "a\nb\n", "20"), is_arriving=True, note="Arriving …")
    view.diff_marks.show_hunks([*others, grown])
    assert made == [grown]
    assert set(asked) == {20, 21}
    QApplication.processEvents()
    assert {bar.accessibleName(): bar for bar in view.findChildren(HunkBar) if not bar.isHidden()}.items() >= {
        (name, bar) for name, bar in bars.items() if "line 3" in name
    }
    fresh = make_view(TEXT)
    fresh.diff_marks.show_hunks([*others, grown])
    assert drawn(view) == drawn(fresh)


def test_at_the_end_of_the_answer_only_the_bars_change(make_view: MakeView, monkeypatch: pytest.MonkeyPatch) -> None:
    view = make_view(TEXT)
    whole = hunk(5, 6, "a\n")
    view.diff_marks.show_hunks([replace(whole, is_arriving=True, note="Waits")])
    (bar,) = view.findChildren(HunkBar)
    assert bar.accept_button.isHidden()
    assert bar.reject_button.isHidden()
    assert bar.accessibleName() == "Arriving change, line 6"
    monkeypatch.setattr(HunkMarks, "_marked", lambda *_: pytest.fail("drawn anew"))
    monkeypatch.setattr(Annotations, "_set", lambda *_: pytest.fail("drawn anew"))
    view.diff_marks.show_hunks([whole])
    (now,) = (each for each in view.findChildren(HunkBar) if not each.isHidden())
    assert not now.accept_button.isHidden()
    assert now.accessibleName() == "Proposed change, line 6"


def test_a_hunk_without_a_line_as_yet_has_a_row_for_its_bar(make_view: MakeView) -> None:
    view = make_view(TEXT)
    view.diff_marks.show_hunks([replace(hunk(5, 5, ""), is_arriving=True, note="Arriving …")])
    QApplication.processEvents()
    (bar,) = view.findChildren(HunkBar)
    assert not bar.isHidden()
    assert view.code.annotationLines(4) == 1
    view.diff_marks.show_hunks([replace(hunk(5, 6, "new\n"), is_arriving=True, note="Arriving …")])
    QApplication.processEvents()
    assert view.code.annotationLines(4) == 0
    assert view.code.annotationLines(5) == 1


@pytest.mark.parametrize("seed", range(30))
def test_what_grew_is_drawn_as_if_at_once(make_view: MakeView, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    view = make_view(TEXT, width=2000)
    hunks: list[InlineHunk] = []
    for _ in range(12):
        choice = random.random()
        if choice < 0.5 or not hunks:
            at = random.randrange(1, view.code.lineCount() - 6)
            end = at + random.randrange(4)
            hunks.append(
                replace(hunk(at, end, "new\n" * random.randrange(1, 3), str(random.random())), is_amber=at % 3 == 0)
            )
        elif choice < 0.7:
            index = random.randrange(len(hunks))
            hunks[index] = replace(hunks[index], new_text=hunks[index].new_text + "grown\n")
        elif choice < 0.8:
            hunks.pop(random.randrange(len(hunks)))
        else:
            # Typing above all of them, told before or only with the next hunks.
            view.edit_lines([LineEdit(LineRange(0, 0), "typed\n")])
            hunks = [replace(each, lines=LineRange(each.lines.start + 1, each.lines.end + 1)) for each in hunks]
            if random.random() < 0.5:
                continue
        view.diff_marks.show_hunks(hunks)
        QApplication.processEvents()
    view.diff_marks.show_hunks(hunks)
    fresh = make_view(view.text(), width=2000)
    fresh.diff_marks.show_hunks(hunks)
    QApplication.processEvents()
    assert drawn(view) == drawn(fresh)


@pytest.mark.parametrize("seed", range(10))
def test_what_moved_with_the_text_is_drawn_as_if_at_once(make_view: MakeView, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    view = make_view(TEXT, width=2000)
    at = [random.randrange(2, 5) + 8 * number for number in range(6)]
    hunks = tuple(hunk(line, line + random.randrange(3), "new\n", str(line)) for line in at)
    view.diff_marks.show_hunks(hunks)
    now = list(hunks)
    for _ in range(6):
        above = random.randrange(len(now))
        line, typed = now[above].lines.start - 1, "typed\n" * random.randrange(1, 3)
        view.edit_lines([LineEdit(LineRange(line, line), typed)])
        by = [0] * above + [typed.count("\n")] * (len(now) - above)
        assert view.diff_marks.move_hunks(hunks, by)
        now = [
            replace(each, lines=LineRange(each.lines.start + lines, each.lines.end + lines))
            for each, lines in zip(now, by, strict=True)
        ]
        assert view.diff_marks.hunks() == tuple(now)
    QApplication.processEvents()
    fresh = make_view(view.text(), width=2000)
    fresh.diff_marks.show_hunks(now)
    QApplication.processEvents()
    assert drawn(view) == drawn(fresh)


def test_hunks_are_not_taken_to_have_moved_where_they_have_not(make_view: MakeView) -> None:
    view = make_view(TEXT)
    hunks = (hunk(2, 3, "a\n"), hunk(6, 8, "b\n"), hunk(9, 9, "c\n"))
    view.diff_marks.show_hunks(hunks)
    view.edit_lines([LineEdit(LineRange(0, 0), "typed\n")])
    assert not view.diff_marks.move_hunks(hunks, (2, 2, 2))
    assert not view.diff_marks.move_hunks(hunks, (1, 1, 0))
    assert not view.diff_marks.move_hunks(hunks[:2], (1, 1))
    assert not view.diff_marks.move_hunks(list(hunks), (1, 1, 1))
    assert [each.lines.start for each in view.diff_marks.hunks()] == [2, 6, 9]
    assert view.diff_marks.move_hunks(hunks, (1, 1, 1))
    # Two that come to cross are to be told anew: what is said of them is another thing then.
    assert not view.diff_marks.move_hunks(hunks, (0, 0, -2))


def test_a_hunk_above_the_first_line_is_shown_anew_where_it_moves_below(make_view: MakeView) -> None:
    view = make_view(TEXT)
    hunks = (hunk(0, 0, "import os\n"), hunk(6, 7, "b\n"))
    view.diff_marks.show_hunks(hunks)
    view.edit_lines([LineEdit(LineRange(0, 0), "typed\n")])
    assert not view.diff_marks.move_hunks(hunks, (1, 1))
    assert view.diff_marks.move_hunks(hunks, (0, 1))
