"""Which function a change is about."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.grouping import ChangedDefinition, changed_definitions

SOURCE = """\
import os


class Basket:
    items = []

    def total(self):
        net = 0
        return net

    def clear(self):
        self.items = []


def other():
    return 1
"""


def hunk(start: int, end: int, new_text: str = "new\n") -> ChangeHunk:
    return ChangeHunk(f"{start}-{end}", start, end, "", new_text, "exact", 1.0)


def names(*hunks: ChangeHunk, path: str = "a.py") -> dict[str, str]:
    found = changed_definitions(path, SOURCE, hunks)
    return {hunk_id: f"{each.kind} {each.title}" for hunk_id, each in found.items()}


def test_the_innermost_definition_that_holds_all_lines() -> None:
    assert names(hunk(0, 1), hunk(4, 5), hunk(7, 9), hunk(8, 11), hunk(15, 16)) == {
        "4-5": "class Basket",
        "7-9": "method Basket.total",
        "8-11": "class Basket",
        "15-16": "function other",
    }


def test_new_lines_below_the_last_one_belong_to_it_where_they_are_set_in() -> None:
    assert names(hunk(16, 16, "    # more\n")) == {"16-16": "function other"}
    assert names(hunk(16, 16, "more = 1\n")) == {}
    assert names(hunk(6, 6, "    # a comment\n")) == {"6-6": "class Basket"}


def test_a_language_that_is_not_known_has_no_functions() -> None:
    assert names(hunk(7, 8), path="a.unknown") == {}


def test_what_stands_in_a_class_belongs_to_it() -> None:
    basket = ChangedDefinition(("Basket",), "class")
    assert basket.holds(ChangedDefinition(("Basket", "total"), "method"))
    assert not ChangedDefinition(("Basket", "total"), "method").holds(basket)
