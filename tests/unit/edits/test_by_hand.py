"""A refused block put where the user says."""

from __future__ import annotations

import pytest

from copilot_desktop.edits import propose
from copilot_desktop.edits.placing.by_hand import BY_HAND, placed_by_hand
from copilot_desktop.edits.refusals import compared, is_placeable, near_places
from copilot_desktop.text.lines import split_lines

TEXT = "class A:\n    def f(self):\n        x = 1\n        return x\n\n    def g(self):\n        return 2\n"


def after(old: str, new: str, start: int, end: int, text: str = TEXT) -> str:
    lines = split_lines(text)
    hunk = placed_by_hand(old, new, "a.py", lines, start, end)
    assert hunk.strategy == BY_HAND
    assert not hunk.needs_look
    return "".join((*lines[: hunk.start], hunk.new_text, *lines[hunk.end :]))


def test_lines_the_model_kept_stay_the_files_own_and_its_new_ones_are_indented_with_them() -> None:
    old = "def f(self):\n    x = 10\n    return x\n"
    new = "def f(self):\n    x = 10\n    y = 3\n    return x + y\n"
    wanted = TEXT.replace("        return x\n", "        y = 3\n        return x + y\n")
    assert after(old, new, 1, 4) == wanted


def test_where_the_file_says_something_else_the_whole_block_takes_its_place() -> None:
    old = "def total(items):\n    seen = []\n    for item in items:\n        seen.append(item)\n"
    new = old + "    return seen\n"
    wanted = TEXT.replace(
        "    def g(self):\n        return 2\n",
        "    def total(items):\n        seen = []\n        for item in items:\n            seen.append(item)\n"
        "        return seen\n",
    )
    assert after(old, new, 5, 7) == wanted


def test_a_part_of_a_line_leaves_the_rest_of_the_line() -> None:
    assert after("x = 1", "x = 7", 2, 3) == TEXT.replace("x = 1", "x = 7")
    assert after("return", "yield", 3, 4) == TEXT.replace("return x", "yield x")


def test_lines_are_put_before_the_chosen_one_where_nothing_is_replaced() -> None:
    assert after("", "    def h(self):\n        pass\n", 5, 5) == TEXT.replace(
        "    def g", "    def h(self):\n        pass\n    def g"
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\r\nb\r\n", "a\r\ny\r\nz\r\n"),
        ("a\nb", "a\ny\nz"),
        ("a\rb\r", "a\ry\rz\r"),
    ],
)
def test_line_ends_are_those_of_the_file(text: str, wanted: str) -> None:
    assert after("b\n", "y\nz\n", 1, 2, text) == wanted


def test_what_goes_below_a_last_line_without_an_end_leaves_it_whole() -> None:
    assert after("", "y\n", 2, 2, "a\nb") == "a\nb\ny"
    assert after("", "y\n", 0, 0, "") == "y\n"


def test_a_refused_block_stands_beside_its_nearest_place() -> None:
    block = {"path": "a.py", "old_string": "        x = 1\n        print(x)\n", "new_string": "        x = 2\n"}
    (failure,) = propose(block, {"a.py": TEXT}).failures
    assert failure.reason == "not_found"
    assert (failure.old, failure.new) == (block["old_string"], block["new_string"])
    assert is_placeable(failure)
    place = near_places(failure, {"a.py": TEXT})[0]
    assert (place.start, place.end) == (2, 4)
    shown = compared(failure.old, place)
    assert [(line.sign, line.number, line.text) for line in shown] == [
        (" ", 2, "    def f(self):"),
        (" ", 3, "        x = 1"),
        ("-", None, "        print(x)"),
        ("+", 4, "        return x"),
        (" ", 5, ""),
    ]
    assert all(line.spans for line in shown[2:4])


def test_places_are_looked_for_anew_when_the_file_has_changed() -> None:
    block = {"path": "a.py", "old_string": "        x = 1\n        print(x)\n", "new_string": "        x = 2\n"}
    (failure,) = propose(block, {"a.py": TEXT}).failures
    changed = "# above\n" + TEXT
    place = near_places(failure, {"a.py": changed}, before=TEXT)[0]
    assert (place.start, place.end) == (3, 5)
    assert near_places(failure, {}, before=TEXT) == ()
