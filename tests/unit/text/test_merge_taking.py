"""A merge in which conflicts are resolved by a side, or by both."""

from __future__ import annotations

import pytest

from copilot_desktop.text.merging import merge_taking

BASE = "a\nb\nc\nd\ne\nf\ng\n"
OURS = "a\nB1\nc\nd\ne\nf\nG1\n"
THEIRS = "A2\nB2\nc\nd\nE2\nf\ng\n"


def test_what_does_not_contradict_itself_is_merged() -> None:
    assert merge_taking(BASE, OURS, THEIRS, is_both=False) == "A2\nB2\nc\nd\nE2\nf\nG1\n"
    assert merge_taking(BASE, OURS, THEIRS, is_both=True) == "a\nB1\nA2\nB2\nc\nd\nE2\nf\nG1\n"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "both"),
    [
        ("x", "y", "z", "y\nz"),
        ("x\r\n", "y\r\n", "z\r\n", "y\r\nz\r\n"),
        ("x\n", "y", "z\n", "y\nz\n"),
        ("", "y\n", "z\n", "y\nz\n"),
        ("x\n", "", "z\n", "z\n"),
        ("x\n", "y\n", "", "y\n"),
        ("a\n<<<<<<< b\n", "c\n", "=======\n", "c\n=======\n"),
    ],
)
def test_both_stand_in_order_on_lines_of_their_own(base: str, ours: str, theirs: str, both: str) -> None:
    assert merge_taking(base, ours, theirs, is_both=True) == both
    assert merge_taking(base, ours, theirs, is_both=False) == theirs


def test_without_a_conflict_it_is_the_merge() -> None:
    assert merge_taking(BASE, BASE, THEIRS, is_both=True) == THEIRS
    assert merge_taking(BASE, OURS, BASE, is_both=False) == OURS
