"""A search of a long text in pieces finds what the one of a short text finds, in bytes, wherever the pieces are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import UsageError
from copilot_desktop.text import long_search
from copilot_desktop.text.changes import ByteChange
from copilot_desktop.text.long_search import LongSearch
from copilot_desktop.text.searching import FindQuery, Search

LIMIT_S = 30.0
WORDS = st.lists(st.sampled_from(["cat", "Cat", "ca", "t", " ", "ü", "日", "\r\n", "\n", "\r", "aa", "\u212a", "k"]))
QUERIES = st.builds(
    FindQuery,
    st.sampled_from(["cat", "aa", "a", "t\r\n", "ü", "日", "k", "t c", ""]),
    st.just(False),
    st.booleans(),
    st.booleans(),
)
EXPRESSIONS = st.builds(
    FindQuery,
    st.sampled_from(["c.t", "^", "$", r"t\n", r"\w+", "a*", "(?<=c)a", r"a(?=t)", "ü|日"]),
    st.just(True),
    st.booleans(),
    st.booleans(),
)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    words=WORDS,
    query=st.one_of(QUERIES, EXPRESSIONS),
    size=st.integers(1, 30),
    window=st.integers(1, 12),
    places=st.lists(st.integers(0, 80), max_size=4),
)
def test_it_finds_what_a_short_search_finds(
    words: list[str], query: FindQuery, size: int, window: int, places: list[int]
) -> None:
    text = "".join(words)
    bounds = sorted({min(place, len(text)) for place in places})
    scopes = tuple(zip(bounds[::2], bounds[1::2], strict=False))
    expected = Search(text, query, scopes).matches(LIMIT_S)
    bytes_at = [len(text[:at].encode()) for at in range(len(text) + 1)]
    in_bytes = tuple((bytes_at[start], bytes_at[end]) for start, end in scopes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_search, "_WINDOW_BYTES", window)
        found = LongSearch(cut(text.encode(), size), query, in_bytes).matches(LIMIT_S)
    assert found.in_bytes
    assert found.is_whole
    assert [found.span(number) for number in range(len(found))] == [
        (bytes_at[start], bytes_at[end]) for start, end in map(expected.span, range(len(expected)))
    ]


def applied(text: bytes, changes: tuple[ByteChange, ...]) -> bytes:
    for change in reversed(changes):
        text = text[: change.start] + change.data + text[change.end :]
    return text


@given(words=WORDS, query=st.one_of(QUERIES, EXPRESSIONS), size=st.integers(1, 30))
def test_replacing_gives_the_same_text(words: list[str], query: FindQuery, size: int) -> None:
    text = "".join(words)
    made = Search(text, query).replacements("<\n>", LIMIT_S)
    assert made is not None
    expected = text
    for each in reversed(made):
        expected = expected[: each.start] + each.text.replace("\n", "\r\n") + expected[each.end :]
    found = LongSearch(cut(text.encode(), size), query).replacements("<\n>", "\r\n", LIMIT_S)
    assert found is not None
    assert found.number == len(made)
    assert applied(text.encode(), found.changes).decode() == expected


def test_one_match_alone_is_replaced_with_its_groups() -> None:
    search = LongSearch([b"one two", b" one two"], FindQuery(r"(one) (two)", is_regex=True))
    found = search.replacements("$2 $1", "\n", LIMIT_S, only=(8, 15))
    assert found is not None
    assert found == (1, (ByteChange(8, 15, b"two one"),))


def test_it_ends_when_it_is_told_to() -> None:
    asked: list[bool] = []

    def is_stopped() -> bool:
        asked.append(True)
        return len(asked) > 3

    text = b"some words without it\n" * 100_000
    found = LongSearch(cut(text, 300_000), FindQuery("cat"), (), is_stopped).matches(LIMIT_S)
    assert not found.is_whole
    assert len(asked) < 8
    assert LongSearch([text], FindQuery("cat"), (), lambda: True).replacements("x", "\n", LIMIT_S) is None


def test_an_expression_that_cannot_be_used_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        LongSearch([b"a"], FindQuery("(", is_regex=True))


def test_an_expression_that_never_ends_is_ended() -> None:
    search = LongSearch([b"a" * 40_000 + b"b"], FindQuery("(a+)+$", is_regex=True))
    assert not search.matches(0.1).is_whole
    assert search.replacements("x", "\n", 0.1) is None
