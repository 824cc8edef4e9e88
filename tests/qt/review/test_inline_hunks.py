"""Hunks in the text are as small as in the review, and two proposals for the same lines are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.bridge.review.arriving_proposals import ArrivingHunks
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.edits.change_sets import ChangeHunk, HunkState
from copilot_desktop.text.diff import LineChange, diff_line_lists
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.review.hunk_pieces import HunkPieces, _TakenLines
from tests.qt.editor.conftest import MakeView, make_view, theme  # noqa: F401 - fixtures
from tests.qt.editor.test_diff_marks import annotation

TEXT = "def hooks():\n    a = 1\n    b = 2\n    return {}\n\n\nlast\n"


def hunk(start: int, old: str, new: str, name: str = "h1", state: HunkState = HunkState.CLEAN) -> ChangeHunk:
    return ChangeHunk(name, start, start + old.count("\n"), old, new, "exact", 1.0, state=state)


def parts(shown: list[InlineHunk]) -> list[tuple[str, int, int, str, bool]]:
    return [(each.hunk_id, each.lines.start, each.lines.end, each.new_text, each.has_bar) for each in shown]


def test_lines_that_stay_are_neither_removed_nor_added() -> None:
    old = "def hooks():\n    a = 1\n    b = 2\n    return {}\n"
    added = old.replace("():\n", '():\n    """Returns hooks."""\n')
    assert parts(HunkPieces().inline_hunks([hunk(0, old, added)])) == [("h1", 1, 1, '    """Returns hooks."""\n', True)]
    both = added.replace("{}", "[]")
    assert parts(HunkPieces().inline_hunks([hunk(0, old, both)])) == [
        ("h1", 1, 1, '    """Returns hooks."""\n', True),
        ("h1", 3, 4, "    return []\n", False),
    ]


def test_a_conflict_is_shown_whole() -> None:
    shown = HunkPieces().inline_hunks([hunk(0, "a\nb\n", "a\nc\n", state=HunkState.CONFLICT)])
    assert parts(shown) == [("h1", 0, 2, "a\nc\n", True)]


def test_the_newer_of_two_for_the_same_lines_is_marked() -> None:
    older, newer = hunk(1, "    a = 1\n", "    a = 3\n"), hunk(0, "def hooks():\n    a = 1\n", "RATE = 1\n", "h2")
    beside = hunk(3, "    return {}\n", "    return []\n", "h3")
    shown = HunkPieces().inline_hunks([older, newer, beside])
    assert [(each.hunk_id, each.is_amber, bool(each.note)) for each in shown] == [
        ("h2", True, True),
        ("h1", False, False),
        ("h3", False, False),
    ]


def test_each_of_two_for_the_same_lines_has_its_own_bar(make_view: MakeView) -> None:  # noqa: F811
    view = make_view(TEXT)
    older = hunk(0, "def hooks():\n    a = 1\n", "def hooks() -> dict:\n    a = 1\n")
    newer = hunk(0, "def hooks():\n    a = 1\n    b = 2\n", "RATE = 1\n", "h2")
    view.diff_marks.show_hunks(HunkPieces().inline_hunks([older, newer]))
    bars = [bar for bar in view.findChildren(HunkBar) if not bar.isHidden()]
    assert len(bars) == 2
    assert not bars[0].geometry().intersects(bars[1].geometry())


def test_the_caret_between_the_changes_of_a_hunk_is_in_it(make_view: MakeView) -> None:  # noqa: F811
    view = make_view(TEXT)
    old = "def hooks():\n    a = 1\n    b = 2\n    return {}\n"
    new = old.replace("hooks", "all_hooks").replace("{}", "[]")
    view.diff_marks.show_hunks(HunkPieces().inline_hunks([hunk(0, old, new)]))
    assert len([bar for bar in view.findChildren(HunkBar) if not bar.isHidden()]) == 1
    assert annotation(view, 0) == "def all_hooks():"
    assert annotation(view, 3) == "    return []"
    view.show_lines(LineRange(2, 2))
    assert view.diff_marks.hunk_at_caret() == "h1"
    view.show_lines(LineRange(5, 5))
    assert view.diff_marks.hunk_at_caret() is None
    view.diff_marks.go_to_hunk("h1")
    assert view.selection().lines.start == 0


RANGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4)), max_size=12)


@given(RANGES, st.tuples(st.integers(0, 12), st.integers(0, 4)))
def test_lines_cross_as_each_pair_of_them_does(ranges: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    taken = _TakenLines()
    kept: list[LineRange] = []
    for start, length in ranges:
        lines = LineRange(start, start + length)
        if not any(lines.start < other.end and other.start < lines.end for other in kept):
            kept.append(lines)
            assert not taken.cross(lines)
            taken.add(lines)
        else:
            assert taken.cross(lines)
    lines = LineRange(asked[0], asked[0] + asked[1])
    assert taken.cross(lines) == any(lines.start < other.end and other.start < lines.end for other in kept)


def test_while_one_grows_the_others_are_not_compared_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[list[str]] = []

    def note(old: list[str], new: list[str]) -> tuple[LineChange, ...]:
        compared.append(new)
        return diff_line_lists(old, new)

    monkeypatch.setattr("copilot_desktop.ui.review.hunk_pieces.diff_line_lists", note)
    pieces = HunkPieces()
    first = hunk(0, "a\n", "b\n")
    for new in ("x\n", "x\ny\n"):
        growing = ArrivingHunks((hunk(3, "c\n", new, "h2"),), frozenset({"h2"}))
        shown = pieces.inline_hunks([first], growing)
        assert [(each.is_arriving, each.note) for each in shown] == [(False, ""), (True, "Arriving …")]
    assert compared == [["b\n"], ["x\n"], ["x\n", "y\n"]]
