"""What matches become: exactly those that were found, as edits of whole lines."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.searching import FindQuery
from copilot_desktop.workspace.search.replacing import Replacer
from copilot_desktop.workspace.search.running import SearchRequest, search_files
from copilot_desktop.workspace.search.values import FoundMatch, SearchQuery


def matches_of(find: FindQuery, text: str) -> tuple[FoundMatch, ...]:
    """By the real ripgrep."""
    request = SearchRequest(Path(), SearchQuery(find), {"a.txt": text}, lambda _path: False)
    found = asyncio.run(search_files(request, ["a.txt"]))
    return found[0].matches if found else ()


def replaced(find: FindQuery, replacement: str, text: str) -> str:
    made = Replacer(find, replacement).replace(text, matches_of(find, text))
    assert made.missed == 0
    lines = split_lines(text)
    ends = [0, *(edit.lines.end for edit in made.edits)]
    assert all(edit.lines.start >= end for edit, end in zip(made.edits, ends, strict=False))
    for edit in reversed(made.edits):
        lines[edit.lines.start : edit.lines.end] = [edit.text]
    return "".join(lines)


@pytest.mark.parametrize(
    ("find", "replacement", "text", "expected"),
    [
        (FindQuery("total"), "sum", "total(total)\nx\ntotal\n", "sum(sum)\nx\nsum\n"),
        (FindQuery("a.b"), "$1", "a.b axb", "$1 axb"),
        (FindQuery(r"(\w+)=(\w+)", is_regex=True), "$2=$1", "é a=b, c=d\r\ne=f", "é b=a, d=c\r\nf=e"),
        (FindQuery(r"(?P<n>\d+)", is_regex=True), "<${n}>", "1 22", "<1> <22>"),
        (FindQuery(r"(?<=a)b", is_regex=True), "[$&]", "ab b", "a[b] b"),
        (FindQuery("total", is_regex=True), r"\U$&", "Total", "TOTAL"),
        (FindQuery("b$", is_regex=True), "x", "ab\r\nb\r\n", "ax\r\nx\r\n"),
        (FindQuery(r"a\nb", is_regex=True), "ab", "1\na\nb\n2\n", "1\nab\n2\n"),
        (FindQuery(r"a\n", is_regex=True), "", "1\na\nb\n2\n", "1\nb\n2\n"),
        (FindQuery(", ", is_regex=True), r",\n", "a, b, c\nd\n", "a,\nb,\nc\nd\n"),
        (FindQuery("^", is_regex=True), "> ", "a\nb\n", "> a\n> b\n"),
        (FindQuery("cat", is_whole_word=True), "dog", "cat concat Cat", "dog concat dog"),
    ],
)
def test_what_becomes_of_a_text(find: FindQuery, replacement: str, text: str, expected: str) -> None:
    assert replaced(find, replacement, text) == expected


def test_what_is_not_there_any_more_is_left_alone_and_counted() -> None:
    find = FindQuery("total")
    matches = matches_of(find, "total\ntotal\ntotal\n")
    made = Replacer(find, "sum").replace("total\nother\ntotal", matches)
    assert [edit.text for edit in made.edits] == ["sum\n", "sum"]
    assert made.missed == 1
    cut = FoundMatch(0, 0, "total", is_cut=True)
    assert Replacer(find, "sum").replace("total", [cut]).missed == 1


def test_the_preview_shows_groups() -> None:
    find = FindQuery(r"(?<=x)(\d)", is_regex=True)
    (match,) = matches_of(find, "ax1b")
    assert Replacer(find, "<$1>").preview(match) == "<1>"


@pytest.mark.parametrize(("pattern", "replacement"), [("(a)", "$2"), (r"\pL", "${no}")])
def test_groups_that_do_not_exist_are_refused(pattern: str, replacement: str) -> None:
    with pytest.raises(UsageError, match="group"):
        Replacer(FindQuery(pattern, is_regex=True), replacement)


def test_an_expression_that_would_never_end_is_given_up() -> None:
    find = FindQuery(r"(x+x+)+y?z", is_regex=True)
    match = FoundMatch(0, 0, "x" * 60, "", "w")
    begun = time.perf_counter()
    replacer = Replacer(find, "$1")
    assert replacer.preview(match) == "$1"
    assert replacer.replace("x" * 60 + "w", [match] * 50).missed == 50
    assert time.perf_counter() - begun < 20
