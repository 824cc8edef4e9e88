"""What is heavy to merge, so that the window does not wait for it."""

from __future__ import annotations

from copilot_desktop.edits.change_sets import ChangeHunk, change_set_from
from copilot_desktop.edits.merge_weights import HEAVY, touched_by, weight_of
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange

TEXT = "".join(f"line {number}\n" for number in range(50))


def state_with(*places: int) -> ReviewState:
    """Hunks of two lines each."""
    lines = TEXT.splitlines(keepends=True)
    hunks = tuple(Hunk("a.txt", at, at + 2, "new\n", "exact", 1.0) for at in places)
    for hunk in reversed(hunks):
        lines[hunk.start : hunk.end] = [hunk.new_text]
    proposal = Proposal({"a.txt": "".join(lines)}, hunks)
    made = change_set_from(proposal, {"a.txt": TEXT}, turn_id="t", title="T", model="m")
    return ReviewState().with_change_set(made, {"a.txt": TEXT})


def starts(state: ReviewState, *edits: tuple[int, int]) -> list[int]:
    typed = [LineEdit(LineRange(*lines), "typed\n") for lines in edits]
    return [hunk.start for hunk in touched_by(state, "a.txt", typed)]


def test_hunks_that_an_edit_touches_or_meets_may_be_merged() -> None:
    state = state_with(10, 20, 30)
    assert starts(state, (0, 0)) == []
    assert starts(state, (0, 9)) == []
    assert starts(state, (5, 10)) == [10]
    assert starts(state, (12, 12)) == [10]
    assert starts(state, (13, 19)) == []
    assert starts(state, (21, 30)) == [20, 30]
    assert starts(state, (11, 12), (30, 31)) == [10, 30]
    assert touched_by(state, "b.txt", [LineEdit(LineRange(0, 50), "")]) == []
    assert touched_by(state, "a.txt", []) == []


def test_a_change_of_a_whole_file_is_touched_wherever_its_text_is_edited() -> None:
    made = change_set_from(Proposal({"a.txt": None}, ()), {"a.txt": TEXT}, turn_id="t", title="T", model="m")
    state = ReviewState().with_change_set(made, {"a.txt": TEXT})
    assert len(touched_by(state, "a.txt", [LineEdit(LineRange(7, 8), "typed\n")])) == 1


def test_lines_of_all_sides_count_and_long_lines_more() -> None:
    def hunk(old: str, new: str) -> ChangeHunk:
        return ChangeHunk("h", 0, 1, old, new, "exact", 1.0, base_text=old, proposed_text=new)

    assert weight_of([]) == 0
    assert weight_of([hunk("a\n" * 10, "b\n" * 5), hunk("a\n", "")]) == 27
    assert weight_of([hunk("x" * 4_000 + "\n", "")]) == 200
    assert weight_of([hunk("a\n" * 1_000, "b\n" * 300)]) < HEAVY < weight_of([hunk("a\n" * 1_000, "b\n" * 600)])
