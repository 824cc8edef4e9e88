"""Find and replace in a view: going round, marks, the scope, one undo step."""

from __future__ import annotations

from copilot_desktop.editor.finding import FindResult
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.searching import FindQuery, Matches
from tests.qt.editor.conftest import MakeView

TEXT = "été Cat\ncatalogue cat\nCAT\n"
LIMIT_S = 5.0


def matches(view: EditorView, query: FindQuery) -> Matches:
    return view.finder.search(query).matches(LIMIT_S)


def replace_all(view: EditorView, query: FindQuery, text: str) -> int:
    made = view.finder.search(query).replacements(text, LIMIT_S)
    assert made is not None
    view.finder.replace(made)
    return len(made)


def test_next_goes_round(make_view: MakeView) -> None:
    view = make_view(TEXT)
    found = matches(view, FindQuery("cat"))
    seen = [view.finder.step(found) for _ in range(5)]
    assert [result.index for result in seen] == [1, 2, 3, 4, 1]
    assert [result.has_wrapped for result in seen] == [False, False, False, False, True]
    assert view.selected_text() == "Cat"
    assert view.finder.step(found, is_backwards=True) == FindResult(4, 4, True)
    assert view.selected_text() == "CAT"
    assert view.finder.count(found) == FindResult(4, 4)


def test_empty_matches_are_gone_to_one_by_one(make_view: MakeView) -> None:
    view = make_view("a\nb\n")
    found = matches(view, FindQuery("^", is_regex=True))
    assert [view.finder.step(found).index for _ in range(4)] == [2, 3, 1, 2]


def test_replacing_is_one_step_with_the_files_endings(make_view: MakeView) -> None:
    view = make_view("a\\ a\r\na\r\n")
    assert replace_all(view, FindQuery("a"), r"\1") == 3
    assert view.text() == "\\1\\ \\1\r\n\\1\r\n"
    view.commands.undo()
    assert replace_all(view, FindQuery(r"a\n", is_regex=True), r"b\nc\n") == 2
    assert view.text() == "a\\ b\r\nc\r\nb\r\nc\r\n"
    view.commands.undo()
    assert view.text() == "a\\ a\r\na\r\n"


def test_many_replacements_are_one_step_too(make_view: MakeView) -> None:
    view = make_view("a b\n" * 6_000)
    assert replace_all(view, FindQuery("b"), "cc") == 6_000
    assert view.text() == "a cc\n" * 6_000
    view.commands.undo()
    assert view.text() == "a b\n" * 6_000


def test_the_scope_moves_with_its_text(make_view: MakeView) -> None:
    view = make_view("cat\ncat\ncat\n")
    view.select(4, 8)
    view.finder.set_scope(True)
    assert len(matches(view, FindQuery("cat"))) == 1
    view.select(0, 0)
    view.insert_at_caret("# cat\n")
    assert matches(view, FindQuery("cat")).span(0) == (10, 13)
    view.finder.set_scope(False)
    assert len(matches(view, FindQuery("cat"))) == 4


def test_matches_in_sight_are_marked(make_view: MakeView) -> None:
    view = make_view("é cat\n" + "dog\n" * 500 + "cat\n")
    found = matches(view, FindQuery("cat"))
    view.finder.mark(found)
    assert view.code.indicatorValueAt(22, 3)
    last = view.code.length() - 2
    assert not view.code.indicatorValueAt(22, last)
    view.finder.step(found)
    view.finder.step(found)
    view.grab()  # scrolled and painted
    assert view.code.indicatorValueAt(22, last)
    view.finder.mark(Matches())
    assert not view.code.indicatorValueAt(22, last)


def test_all_matches_are_selected_at_once(make_view: MakeView) -> None:
    view = make_view(TEXT)
    assert view.finder.select_all(matches(view, FindQuery("cat"))) == 4
    assert view.code.selections() == 4
