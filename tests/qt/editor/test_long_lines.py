"""Lines of hundreds of thousands of characters: parted into stretches that are quick to lay out and look the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from copilot_desktop.editor.long_lines import parting_styles
from copilot_desktop.editor.view import EditorView
from tests.qt.editor.conftest import MakeView

LONG = "var größe=f(1);" * 10_000


@given(st.text(st.sampled_from("abü日本語한글ぁ\u3099😀")))
def test_no_character_is_cut_and_ascii_stands_apart(text: str) -> None:
    styles, at = parting_styles(text.encode()), 0
    for character in text:
        size = len(character.encode())
        own = set(styles[at : at + size])
        assert len(own) == 1
        assert (own == {0}) == character.isascii()
        at += size
    assert at == len(styles)


def test_ideographs_stand_apart_from_each_other_but_marks_stay_with_their_letters() -> None:
    assert parting_styles("日本語a日本".encode()) == bytes([1] * 3 + [2] * 3 + [1] * 3 + [0] + [1] * 3 + [2] * 3)
    assert set(parting_styles("か\u3099日本".encode())) == {1}


def style_at(view: EditorView, text: str, start: int = 0) -> set[int]:
    """The styles of the first such stretch."""
    data = view.text().encode()
    at = data.index(text.encode(), start)
    return {view.code.styleIndexAt(place) for place in range(at, at + len(text.encode()))}


def test_a_long_line_is_parted_and_looks_as_before(make_view: MakeView) -> None:
    view = make_view(LONG, path="a.min.js")
    assert style_at(view, "ö") == {1}
    assert style_at(view, "var gr") == {0}
    assert style_at(view, "öß") == {1}
    view.code.setCaretPeriod(0)
    parted = view.grab().toImage()
    view.code.clearDocumentStyle()
    assert view.grab().toImage() == parted
    assert not view.code.modify()


def test_what_is_pasted_is_parted_too_and_undone_in_one_step(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(LONG, path="a.min.js")
    view.select(5, 5)
    view.insert_at_caret("für " * 1_000)
    qtbot.waitUntil(lambda: style_at(view, "ü") == {1})
    QTest.keyClicks(view.code, "x")
    assert view.text().startswith("var gfür ")
    view.commands.undo()
    view.commands.undo()
    assert view.text() == LONG


def test_of_ascii_alone_stretches_take_turns_and_look_as_before(make_view: MakeView) -> None:
    view = make_view("var a=f(1);" * 20_000, path="a.min.js")
    assert [view.code.styleIndexAt(place) for place in (0, 999, 1_000, 1_999, 2_000, 219_999)] == [0, 0, 1, 1, 0, 1]
    view.code.setCaretPeriod(0)
    view.code.setXOffset(960 * view.code.textWidth(0, "a"))
    parted = view.grab().toImage()
    view.code.clearDocumentStyle()
    assert view.grab().toImage() == parted
    assert not view.code.modify()


def test_short_lines_are_not_parted(make_view: MakeView) -> None:
    view = make_view("kürzer\n" * 20_000, path="a.txt")
    assert {view.code.styleIndexAt(place) for place in range(200)} == {0}
