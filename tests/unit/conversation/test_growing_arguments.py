"""The arguments of a call, read while they arrive: the same as at once, however they are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.conversation.growing_arguments import FieldText, GrowingArguments

TEXT = st.text(alphabet=st.sampled_from('ab"\\\n\t/{}[],:é😀\u2028'), max_size=12)
VALUE = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def read(text: str, cuts: list[int]) -> tuple[dict[str, str], GrowingArguments]:
    """Feed a text in pieces; the fields it gave."""
    arguments, fields, at = GrowingArguments(), dict[str, str](), 0
    for cut in [*sorted(cut % (len(text) + 1) for cut in cuts), len(text)]:
        for field in arguments.feed(text[at:cut]):
            fields[field.name] = fields.get(field.name, "") + field.text
        at = cut
    return fields, arguments


@given(st.dictionaries(TEXT, VALUE, max_size=4), st.lists(st.integers(0, 500), max_size=8), st.booleans())
def test_every_text_of_an_object_is_read_however_it_is_cut(
    value: dict[str, Any], cuts: list[int], is_ascii: bool
) -> None:
    fields, arguments = read(json.dumps(value, ensure_ascii=is_ascii), cuts)
    assert fields == {name: text for name, text in value.items() if isinstance(text, str)}
    assert arguments.is_whole


@given(st.text(alphabet=st.sampled_from('{}[]",:\\u0 dn'), max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_no_text_is_too_odd(text: str, cuts: list[int]) -> None:
    _fields, arguments = read(text, cuts)
    assert not (arguments.is_whole and arguments.is_broken)


def test_a_field_is_told_while_it_grows_and_when_it_ends() -> None:
    arguments = GrowingArguments()
    assert list(arguments.feed('{"path": "a')) == [FieldText("path", "a")]
    assert list(arguments.feed(".py\\")) == [FieldText("path", ".py")]
    assert list(arguments.feed('n", "n": [1, "}"], "x": ""}')) == [
        FieldText("path", "\n", is_end=True),
        FieldText("x", "", is_end=True),
    ]
    assert arguments.is_whole


@pytest.mark.parametrize("text", ["x", "[1]", '"{}"', '{"a" 1}', "{1: 2}"])
def test_what_is_no_object_breaks_it(text: str) -> None:
    assert read(text, [])[1].is_broken
