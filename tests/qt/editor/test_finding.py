"""Find and replace: going round, expressions, whole words, one undo step."""

from __future__ import annotations

import pytest

from copilot_desktop.editor.finding import FindQuery, FindResult
from copilot_desktop.errors import UsageError
from tests.qt.editor.conftest import MakeView

TEXT = "été Cat\ncatalogue cat\nCAT\n"


def test_next_goes_round(make_view: MakeView) -> None:
    view = make_view(TEXT)
    query = FindQuery("cat")
    seen = [view.finder.find(query) for _ in range(5)]
    assert [result.index for result in seen] == [1, 2, 3, 4, 1]
    assert [result.has_wrapped for result in seen] == [False, False, False, False, True]
    assert view.selected_text() == "Cat"
    assert view.finder.find(query, is_backwards=True) == FindResult(4, 4, True)
    assert view.selected_text() == "CAT"
    assert view.finder.count(query) == FindResult(4, 4)


def test_case_and_whole_words_count(make_view: MakeView) -> None:
    view = make_view(TEXT)
    assert view.finder.count(FindQuery("cat", is_case_sensitive=True)).count == 2
    assert view.finder.count(FindQuery("cat", is_whole_word=True)).count == 3
    assert view.finder.count(FindQuery("^c.t$", is_regex=True)).count == 1
    assert view.finder.count(FindQuery("c.t")).count == 0
    assert view.finder.find(FindQuery("x*", is_regex=True)) == FindResult(0, 0)


def test_replace_takes_the_selected_match_and_goes_on(make_view: MakeView) -> None:
    view = make_view("a1 a2 a3")
    query = FindQuery(r"a(\d)", is_regex=True)
    view.finder.find(query)
    assert view.finder.replace(query, r"\1b") == FindResult(2, 1)
    assert view.text() == "1b a2 a3"
    assert view.selected_text() == "a2"


def test_replace_all_is_one_step(make_view: MakeView) -> None:
    view = make_view("a\\ a\na\n")
    assert view.finder.replace_all(FindQuery("a"), r"\1") == 3
    assert view.text() == "\\1\\ \\1\n\\1\n"
    view.commands.undo()
    assert view.text() == "a\\ a\na\n"


def test_a_broken_expression_is_a_sentence(make_view: MakeView) -> None:
    view = make_view("a")
    with pytest.raises(UsageError, match="regular expression cannot be used"):
        view.finder.count(FindQuery("(", is_regex=True))
    with pytest.raises(UsageError, match="replacement cannot be used"):
        view.finder.replace_all(FindQuery("a", is_regex=True), r"\9")
    assert view.text() == "a"
