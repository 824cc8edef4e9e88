"""Hunks in the text are as small as in the review, and two proposals for the same lines are told apart."""

from __future__ import annotations

from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_rows import InlineHunk
from copilot_desktop.edits.change_sets import ChangeHunk, HunkState
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.review.inline_hunks import inline_hunks
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
    assert parts(inline_hunks([hunk(0, old, added)])) == [("h1", 1, 1, '    """Returns hooks."""\n', True)]
    both = added.replace("{}", "[]")
    assert parts(inline_hunks([hunk(0, old, both)])) == [
        ("h1", 1, 1, '    """Returns hooks."""\n', True),
        ("h1", 3, 4, "    return []\n", False),
    ]


def test_a_conflict_is_shown_whole() -> None:
    shown = inline_hunks([hunk(0, "a\nb\n", "a\nc\n", state=HunkState.CONFLICT)])
    assert parts(shown) == [("h1", 0, 2, "a\nc\n", True)]


def test_the_newer_of_two_for_the_same_lines_is_marked() -> None:
    older, newer = hunk(1, "    a = 1\n", "    a = 3\n"), hunk(0, "def hooks():\n    a = 1\n", "RATE = 1\n", "h2")
    beside = hunk(3, "    return {}\n", "    return []\n", "h3")
    shown = inline_hunks([older, newer, beside])
    assert [(each.hunk_id, each.is_amber, bool(each.note)) for each in shown] == [
        ("h2", True, True),
        ("h1", False, False),
        ("h3", False, False),
    ]


def test_each_of_two_for_the_same_lines_has_its_own_bar(make_view: MakeView) -> None:  # noqa: F811
    view = make_view(TEXT)
    older = hunk(0, "def hooks():\n    a = 1\n", "def hooks() -> dict:\n    a = 1\n")
    newer = hunk(0, "def hooks():\n    a = 1\n    b = 2\n", "RATE = 1\n", "h2")
    view.diff_marks.show_hunks(inline_hunks([older, newer]))
    bars = [bar for bar in view.findChildren(HunkBar) if not bar.isHidden()]
    assert len(bars) == 2
    assert not bars[0].geometry().intersects(bars[1].geometry())


def test_the_caret_between_the_changes_of_a_hunk_is_in_it(make_view: MakeView) -> None:  # noqa: F811
    view = make_view(TEXT)
    old = "def hooks():\n    a = 1\n    b = 2\n    return {}\n"
    new = old.replace("hooks", "all_hooks").replace("{}", "[]")
    view.diff_marks.show_hunks(inline_hunks([hunk(0, old, new)]))
    assert len([bar for bar in view.findChildren(HunkBar) if not bar.isHidden()]) == 1
    assert annotation(view, 0) == "def all_hooks():"
    assert annotation(view, 3) == "    return []"
    view.show_lines(LineRange(2, 2))
    assert view.diff_marks.hunk_at_caret() == "h1"
    view.show_lines(LineRange(5, 5))
    assert view.diff_marks.hunk_at_caret() is None
    view.diff_marks.go_to_hunk("h1")
    assert view.selection().lines.start == 0
