"""Searching: queries, line endings, scopes, replacements, and an end in time."""

from __future__ import annotations

import time

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.text.searching import FindQuery, Search

TEXT = "été Cat\ncatalogue cat\nCAT\n"
LIMIT_S = 5.0


def found(text: str, query: FindQuery, scopes: tuple[tuple[int, int], ...] = ()) -> list[str]:
    matches = Search(text, query, scopes).matches(LIMIT_S)
    assert matches.is_whole
    return [text[slice(*matches.span(number))] for number in range(len(matches))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (FindQuery("cat"), ["Cat", "cat", "cat", "CAT"]),
        (FindQuery("cat", is_case_sensitive=True), ["cat", "cat"]),
        (FindQuery("cat", is_whole_word=True), ["Cat", "cat", "CAT"]),
        (FindQuery("c.t"), []),
        (FindQuery("^c.t$", is_regex=True), ["CAT"]),
        (FindQuery("c.t", is_regex=True, is_whole_word=True), ["Cat", "cat", "CAT"]),
        (FindQuery("t|a", is_regex=True, is_whole_word=True), []),
        (FindQuery(r"é\w", is_regex=True), ["ét"]),
        (FindQuery(""), []),
        (FindQuery("x*?$", is_regex=True), ["", "", "", ""]),
    ],
)
def test_queries(query: FindQuery, expected: list[str]) -> None:
    assert found(TEXT, query) == expected


@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
def test_expressions_see_one_kind_of_line_ending(eol: str) -> None:
    text = f"a b{eol}é c{eol}{eol}d{eol}"
    assert found(text, FindQuery("[bc]$", is_regex=True)) == ["b", "c"]
    assert found(text, FindQuery(r"c\n\nd", is_regex=True)) == [f"c{eol}{eol}d"]
    start = text.index("é")
    assert found(text, FindQuery(r"\w", is_regex=True), ((start, len(text)),)) == ["é", "c", "d"]
    made = Search(text, FindQuery(r"(\w) c", is_regex=True)).replacements("<$1>", LIMIT_S)
    assert made is not None
    assert [(text[each.start : each.end], each.text) for each in made] == [("é c", "<é>")]


@pytest.mark.parametrize("source", ["(", "(cat", "[", "*", "a{2", "a)(b", "(?<n", "(?P=x)"])
def test_a_broken_expression_is_a_sentence(source: str) -> None:
    query = FindQuery(source, is_regex=True, is_whole_word=True)
    if source == "a{2":
        assert found("a{2", query) == ["a{2"]
        return
    with pytest.raises(UsageError, match="regular expression cannot be used"):
        Search("a", query).matches(LIMIT_S)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("$2 $1", "world hello"),
        (r"\2-\1", "world-hello"),
        ("${second}!", "world!"),
        ("[$&]", "[hello world]"),
        ("$0", "$0"),
        ("$$1", "$1"),
        (r"a\nb\t\\", "a\nb\t\\"),
        (r"\d", r"\d"),
        (r"\u$1 \U$2\E x", "Hello WORLD x"),
        (r"\L\u$2", "World"),
        ("$3", ""),
        ("cost $", "cost $"),
    ],
)
def test_replacements_know_groups(template: str, expected: str) -> None:
    query = FindQuery(r"(\w+) (?<second>world)(never)?", is_regex=True)
    made = Search("hello world", query).replacements(template, LIMIT_S)
    assert made is not None
    assert [each.text for each in made] == ["hello world" if expected == "$0" else expected]


@pytest.mark.parametrize("template", [r"\9", "$9", "${nobody}"])
def test_a_group_that_is_not_there_is_a_sentence(template: str) -> None:
    with pytest.raises(UsageError, match="replacement cannot be used"):
        Search("a", FindQuery("a", is_regex=True)).replacements(template, LIMIT_S)


def test_a_plain_replacement_is_literal() -> None:
    made = Search("a", FindQuery("a")).replacements(r"$1\n\1", LIMIT_S)
    assert made is not None
    assert made[0].text == r"$1\n\1"


def test_an_expression_that_never_ends_is_ended() -> None:
    search = Search("a" * 5_000 + "b", FindQuery("(a+)+$", is_regex=True))
    before = time.process_time()
    assert not search.matches(0.1).is_whole
    assert search.replacements("x", 0.1) is None
    assert time.process_time() - before < 2
