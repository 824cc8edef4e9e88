"""Whitespace, pairs, moved blocks and hidden signs: what a diff says of lines beyond removed and added."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.text.moved_blocks import ChangedRun, MovedBlock, moved_blocks
from copilot_desktop.text.pairing import paired_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.text.visible_signs import visible_text
from copilot_desktop.text.whitespace import differ_in_whitespace

LINES = st.lists(st.sampled_from(["", "a = 1", "call(one)", "call(two)", "    return total", "}"]), max_size=9)


@pytest.mark.parametrize(
    ("old", "new", "is_whitespace"),
    [
        (["a = 1\n"], ["    a = 1\n"], True),
        (["a=f(1,2)\n"], ["a = f(1, 2)\r\n"], True),
        (["a\n"], ["\n", "a\n", "\n"], True),
        (["a"], ["a\n"], True),
        (["a b\n"], ["ab\n"], False),
        (["a\n", "b\n"], ["a b\n"], False),
        (["a\n"], ["b\n"], False),
        (["a\n"], ["a\n"], False),
        ([], ["a\n"], False),
        ([], ["\n"], True),
    ],
)
def test_what_is_whitespace_only(old: list[str], new: list[str], is_whitespace: bool) -> None:
    assert differ_in_whitespace(old, new) is is_whitespace


def test_a_changed_line_stands_beside_what_it_was() -> None:
    old = ["def total(items):\n", "    return sum(items)\n"]
    new = ["import math\n", "def total(items, tax):\n", "    net = sum(items)\n", "    return math.ceil(net)\n"]
    assert paired_lines(old, new) == ((None, 0), (0, 1), (1, 2), (None, 3))
    assert paired_lines(new, old) == ((0, None), (1, 0), (2, 1), (3, None))


def test_large_blocks_are_paired_in_order() -> None:
    assert paired_lines(["x"] * 40, ["y"] * 50)[38:41] == ((38, 38), (39, 39), (None, 40))


@settings(max_examples=60, deadline=None)
@given(LINES, LINES)
def test_every_line_of_a_block_is_in_one_row_and_in_order(old: list[str], new: list[str]) -> None:
    pairs = paired_lines(old, new)
    assert [one for one, _ in pairs if one is not None] == list(range(len(old)))
    assert [other for _, other in pairs if other is not None] == list(range(len(new)))
    assert (None, None) not in pairs


FUNCTION = ("def total(items):\n", "    found = sum(items)\n", "\n", "    return found\n")


def test_a_block_that_went_elsewhere_and_was_indented_is_found() -> None:
    removed = [ChangedRun("a.py", 0, 3, FUNCTION), ChangedRun("a.py", 4, 90, ("    return found\n",))]
    added = [ChangedRun("b.py", 1, 20, ("class Basket:\n", *(f"    {line}" for line in FUNCTION), "\n", "}\n"))]
    assert moved_blocks(removed, added) == (MovedBlock("a.py", LineRange(3, 7), "b.py", LineRange(21, 25)),)


def test_what_is_short_common_or_at_its_place_did_not_move() -> None:
    braces = ("}\n", "}\n", "}\n")
    assert moved_blocks([ChangedRun("a", 0, 0, braces)], [ChangedRun("a", 1, 9, braces)]) == ()
    one = ("a_line_with_letters_enough = 1\n",)
    assert moved_blocks([ChangedRun("a", 0, 0, one)], [ChangedRun("a", 1, 9, one)]) == ()
    assert moved_blocks([ChangedRun("a", 7, 0, FUNCTION)], [ChangedRun("a", 7, 0, FUNCTION)]) == ()


def test_a_block_is_claimed_once() -> None:
    removed = [ChangedRun("a", 0, 0, FUNCTION), ChangedRun("a", 1, 50, FUNCTION)]
    (found,) = moved_blocks(removed, [ChangedRun("a", 2, 100, FUNCTION)])
    assert found.old == LineRange(0, 4)


def test_hidden_signs_are_seen_and_offsets_follow() -> None:
    shown = visible_text("a\u202eb\x00c\tד")
    assert shown.text == "a⟨U+202E⟩b⟨NUL⟩c\tד"
    assert [shown.text[start:end] for start, end in shown.signs] == ["⟨U+202E⟩", "⟨NUL⟩"]
    assert [shown.text[shown.at(offset)] for offset in (0, 2, 3, 4)] == ["a", "b", "⟨", "c"]
    assert visible_text("plain 日本").text == "plain 日本"
