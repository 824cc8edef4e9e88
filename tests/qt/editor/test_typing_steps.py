"""What is typed at several carets or over a selection is one step to undo, word by word."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from copilot_desktop.editor.selections import Selections, Span
from copilot_desktop.editor.view import EditorView
from tests.qt.editor.conftest import MakeView

THREE = "ab = ab + ab\n"


def typed(view: EditorView, text: str) -> str:
    QTest.keyClicks(view.code, text)
    return view.text()


def test_a_word_at_several_carets_is_undone_and_redone_at_once(make_view: MakeView) -> None:
    view = make_view(THREE, "a.txt")
    for _ in range(3):
        view.carets.add_next_match()
    assert typed(view, "omega") == "omega = omega + omega\n"
    assert typed(view, " beta") == "omega beta = omega beta + omega beta\n"
    view.commands.undo()
    assert view.text() == "omega = omega + omega\n"
    view.commands.undo()
    assert (view.text(), view.code.selections()) == (THREE, 3)
    view.commands.redo()
    assert view.text() == "omega = omega + omega\n"
    view.commands.undo()
    assert view.text() == THREE


def test_a_word_over_a_selection_is_undone_at_once(make_view: MakeView) -> None:
    view = make_view("alpha\n", "a.txt")
    view.select(0, 5)
    assert typed(view, "omega") == "omega\n"
    view.commands.undo()
    assert (view.text(), view.selected_text()) == ("alpha\n", "alpha")
    view.commands.redo()
    assert view.text() == "omega\n"


def test_a_moved_caret_another_command_and_the_saved_text_end_a_word(make_view: MakeView) -> None:
    view = make_view("a\na\n", "a.txt")
    Selections(view.code).put((Span(0, 0), Span(2, 2)))
    typed(view, "xy")
    view.mark_saved()
    typed(view, "z")
    view.commands.undo()
    assert (view.text(), view.is_at_saved_text()) == ("xya\nxya\n", True)
    QTest.keyClick(view.code, Qt.Key.Key_Right)
    typed(view, "uv")
    view.commands.undo()
    assert view.text() == "xya\nxya\n"
    view.commands.undo()
    assert view.text() == "a\na\n"


def test_after_undo_another_change_stands_for_itself(make_view: MakeView) -> None:
    view = make_view(THREE, "a.txt")
    view.carets.select_all_matches()
    typed(view, "omega")
    view.commands.undo()
    view.insert_at_caret("one")
    first = view.text()
    for word in ("two", "three", "four", "five", "six"):
        view.insert_at_caret(word)
    for _ in range(5):
        view.commands.undo()
    assert view.text() == first
    view.load("new\n")
    view.select(0, 3)
    typed(view, "xy")
    view.commands.undo()
    assert view.text() == "new\n"


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_typed_undo_leads_to_the_start_and_redo_to_the_end(make_view: MakeView, seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311 - no secret
    view = make_view("", "a.txt")
    selections = Selections(view.code)
    for _ in range(15):
        view.load(start := "ab cd\n" * choose.randrange(1, 4))
        for _ in range(choose.randrange(1, 12)):
            places = [choose.randrange(view.code.length() + 1) for _ in range(4)]
            if choose.random() < 0.4:
                selections.put((Span(*sorted(places[:2])), Span(places[2], places[2])))
            elif choose.random() < 0.3:
                choose.choice((view.commands.undo, view.commands.redo))()
            typed(view, choose.choice(("x", " ", "word")))
        end = view.text()
        back = 0
        while view.code.canUndo():
            view.commands.undo()
            back += 1
        assert view.text() == start
        forth = 0
        while view.code.canRedo():
            view.commands.redo()
            forth += 1
        assert (view.text(), forth) == (end, back)
