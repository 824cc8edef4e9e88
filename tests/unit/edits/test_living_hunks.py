"""A hunk whose lines were touched: merged, in conflict with three sides, resolved, edited, taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.rewinding import decided
from copilot_desktop.edits.touched_hunks import ConflictSides
from copilot_desktop.errors import UsageError
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.living import PATH, add_cuts, with_cuts

TEXT = "".join(f"line {number}\n" for number in range(12))


def review(*cuts: tuple[int, int, str], text: str = TEXT) -> ReviewState:
    return add_cuts(ReviewState(), text, cuts)


def typed(state: ReviewState, start: int, end: int, text: str) -> ReviewState:
    return state.lines_edited(PATH, [LineEdit(LineRange(start, end), text)])


def outside(state: ReviewState, *cuts: tuple[int, int, str]) -> ReviewState:
    return state.text_changed(PATH, with_cuts(state.texts[PATH] or "", cuts))


def one(state: ReviewState, at: int = 0) -> ChangeHunk:
    return state.hunks()[at]


def accepted(state: ReviewState) -> ReviewState:
    return state.decide([hunk.hunk_id for hunk in state.hunks()], Decision.ACCEPTED)


BLOCK = (3, 8, "line 3\nnew 4\nline 5\nline 6\nnew 7\n")


def test_what_is_typed_between_the_changes_of_a_hunk_is_merged_with_them() -> None:
    state = typed(review(BLOCK), 5, 6, "typed\n")
    hunk = one(state)
    assert (hunk.state, hunk.start, hunk.end) == (HunkState.CLEAN, 3, 8)
    assert hunk.old_text == "line 3\nline 4\ntyped\nline 6\nline 7\n"
    assert hunk.new_text == "line 3\nnew 4\ntyped\nline 6\nnew 7\n"
    assert (hunk.base_text, hunk.proposed_text) == ("".join(f"line {n}\n" for n in range(3, 8)), BLOCK[2])
    written = accepted(state)
    assert written.texts[PATH] == with_cuts(TEXT, [(4, 5, "new 4\n"), (5, 6, "typed\n"), (7, 8, "new 7\n")])
    assert written.decide([hunk.hunk_id], Decision.PENDING).texts == state.texts


def test_another_program_that_changes_lines_next_to_those_of_a_hunk_contradicts_it_as_git_says() -> None:
    for cut in ((5, 6, "typed\n"), (3, 4, "typed\n"), (3, 4, "")):
        assert one(outside(review(BLOCK), cut)).state is HunkState.CONFLICT
        assert one(typed(review(BLOCK), *cut)).state is HunkState.CLEAN
    assert one(outside(review((3, 4, "new\n")), (4, 5, "other\n"))).state is HunkState.CONFLICT
    assert one(outside(review((3, 4, "new\n")), (5, 6, "other\n"))).state is HunkState.CLEAN
    assert one(outside(review((3, 4, "new\n")), (2, 2, "other\n"))).state is HunkState.MOVED


def test_a_conflict_has_three_sides_and_goes_with_its_cause() -> None:
    state = typed(review((4, 5, "new\n")), 4, 5, "mine\n")
    hunk = one(state)
    assert hunk.state is HunkState.CONFLICT
    assert state.sides(hunk.hunk_id) == ConflictSides("line 4\n", "mine\n", "new\n")
    assert hunk.old_text == "mine\n"
    with pytest.raises(UsageError, match="cannot be accepted"):
        accepted(state)
    back = one(typed(state, 4, 5, "line 4\n"))
    assert (back.state, back.old_text, back.new_text) == (HunkState.CLEAN, "line 4\n", "new\n")
    there = one(typed(state, 4, 5, "new\n"))
    assert there.state is HunkState.ALREADY_THERE


def test_a_change_to_a_file_that_is_gone_is_refused_for_that() -> None:
    state = review((4, 5, "new\n")).text_changed(PATH, None)
    with pytest.raises(UsageError, match="no longer there, so the change to it cannot be accepted"):
        accepted(state)
    assert accepted(state.text_changed(PATH, TEXT)).texts[PATH] == with_cuts(TEXT, [(4, 5, "new\n")])


def test_lines_replaced_across_the_border_of_a_hunk_are_taken_in_and_let_go_of() -> None:
    state = typed(review((4, 6, "new\n")), 3, 5, "across\n")
    hunk = one(state)
    assert (hunk.state, hunk.start, hunk.end) == (HunkState.CONFLICT, 3, 5)
    assert state.sides(hunk.hunk_id) == ConflictSides("line 3\nline 4\nline 5\n", "across\nline 5\n", "line 3\nnew\n")
    back = one(typed(state, 3, 4, "line 3\nline 4\n"))
    assert back.state is HunkState.CLEAN
    assert (back.start, back.end, back.taken_in, back.new_text) == (4, 6, ("", ""), "new\n")


def test_a_resolution_is_pending_and_lives_on() -> None:
    state = typed(review((4, 5, "new\n")), 4, 5, "mine\n")
    hunk_id = one(state).hunk_id
    solved = state.resolved(hunk_id, "mine and new")
    hunk = one(solved)
    assert (hunk.state, hunk.decision, hunk.is_edited) == (HunkState.CLEAN, Decision.PENDING, True)
    assert (hunk.old_text, hunk.new_text, hunk.proposed_text) == ("mine\n", "mine and new\n", "new\n")
    assert solved.texts[PATH] == state.texts[PATH]
    assert (accepted(solved).texts[PATH] or "").splitlines()[4] == "mine and new"
    assert one(typed(solved, 0, 0, "above\n")).start == 5
    assert one(typed(solved, 4, 5, "other\n")).state is HunkState.CONFLICT
    assert one(solved.with_edits(hunk_id, 0)).state is HunkState.CONFLICT
    assert one(solved.with_edits(hunk_id, 0)).new_text == "new\n"


def test_a_proposal_can_be_edited_and_keeps_what_the_model_wrote() -> None:
    state = review((4, 6, "new 4\nnew 5\n"))
    hunk_id = one(state).hunk_id
    edited = state.resolved(hunk_id, "own 4\nnew 5\n")
    assert (one(edited).new_text, one(edited).proposed_text) == ("own 4\nnew 5\n", "new 4\nnew 5\n")
    assert not one(state).is_edited
    assert one(edited).is_edited
    twice = edited.resolved(hunk_id, "own\n")
    assert one(twice.with_edits(hunk_id, 1)).new_text == "own 4\nnew 5\n"
    assert one(twice.with_edits(hunk_id, 0)) == one(state)
    assert (accepted(twice).texts[PATH] or "") == with_cuts(TEXT, [(4, 6, "own\n")])
    with pytest.raises(UsageError, match="accepted"):
        accepted(twice).resolved(hunk_id, "x\n")


def test_an_edit_follows_lines_that_are_taken_in() -> None:
    state = review((4, 6, "new\n"))
    edited = state.resolved(one(state).hunk_id, "own\n")
    across = typed(edited, 3, 5, "across\n")
    assert across.sides(one(across).hunk_id).theirs == "line 3\nown\n"
    back = typed(across, 3, 4, "line 3\nline 4\n")
    assert (one(back).new_text, one(back).start, one(back).edits) == ("own\n", 4, one(edited).edits)


def test_taking_back_keeps_what_was_typed_into_the_accepted_lines_since() -> None:
    state = review(BLOCK)
    since = typed(accepted(state), 5, 6, "typed\n")
    assert (one(since).state, one(since).decision) == (HunkState.CLEAN, Decision.ACCEPTED)
    back = since.decide([one(since).hunk_id], Decision.PENDING)
    assert back.texts[PATH] == with_cuts(TEXT, [(5, 6, "typed\n")])
    assert (one(back).state, one(back).decision) == (HunkState.CLEAN, Decision.PENDING)
    assert accepted(back).texts == since.texts


def test_what_cannot_be_taken_back_by_itself_stays_accepted_and_shows_three_sides() -> None:
    state = review((4, 5, "new\n"))
    hunk_id = one(state).hunk_id
    since = typed(accepted(state), 4, 5, "new and mine\n")
    assert (one(since).state, one(since).decision) == (HunkState.CONFLICT, Decision.ACCEPTED)
    assert since.sides(hunk_id) == ConflictSides("new\n", "new and mine\n", "line 4\n")
    with pytest.raises(UsageError, match="cannot be undone by itself"):
        since.decide([hunk_id], Decision.PENDING)
    back = since.taken_back(hunk_id, "line 4 and mine\n")
    assert back.texts[PATH] == with_cuts(TEXT, [(4, 5, "line 4 and mine\n")])
    assert (one(back).state, one(back).decision) == (HunkState.CLEAN, Decision.PENDING)
    assert accepted(back).texts == since.texts
    with pytest.raises(UsageError, match="not accepted"):
        back.taken_back(hunk_id, "x\n")


def test_an_accepted_hunk_whose_lines_are_put_back_by_hand_is_pending() -> None:
    for cut in ((4, 5, "new\n"), (4, 4, "new\n"), (4, 5, "")):
        state = review(cut)
        done = accepted(state)
        new_lines = 1 if cut[2] else 0
        undone = typed(done, 4, 4 + new_lines, TEXT.splitlines(keepends=True)[4] if cut[1] > cut[0] else "")
        assert undone.texts == state.texts
        assert (one(undone).decision, one(undone).state) == (Decision.PENDING, HunkState.CLEAN)
        assert (one(undone).start, one(undone).end) == (cut[0], cut[1])
        assert accepted(undone).texts == done.texts
        # Done again it is accepted again, but not where the user has said no.
        assert typed(undone, *cut).hunks() == done.hunks()
        rejected = undone.decide([one(undone).hunk_id], Decision.REJECTED)
        assert one(typed(rejected, *cut)).decision is Decision.REJECTED


def test_a_file_put_back_to_before_all_answers_has_no_accepted_hunk() -> None:
    """The second answer's lines are neither what it wrote nor what it replaced: that was the first one's."""
    once = accepted(review(BLOCK))
    twice = add_cuts(once, once.texts[PATH] or "", [(4, 5, "again\n")])
    done = twice.decide([twice.pending()[0].hunk_id], Decision.ACCEPTED)
    for by in (ChangedBy.TYPING, ChangedBy.TAKEN_BACK):
        back = done.text_changed(PATH, TEXT, by=by)
        assert [hunk.decision for hunk in back.hunks()] == [Decision.PENDING] * 2
        assert one(back).state is HunkState.CLEAN
    away = done.text_changed(PATH, TEXT)
    assert [(hunk.decision, hunk.state) for hunk in away.hunks()] == [(Decision.ACCEPTED, HunkState.GONE)] * 2
    assert away.text_changed(PATH, done.texts[PATH]).hunks() == done.hunks()
    # Back to the text between, only the second one is gone.
    between = done.text_changed(PATH, once.texts[PATH], by=ChangedBy.TYPING)
    assert [hunk.decision for hunk in between.hunks()] == [Decision.ACCEPTED, Decision.PENDING]


def test_what_is_decided_stays_decided_while_git_takes_it_out_of_the_file_and_brings_it_back() -> None:
    state = add_cuts(review((4, 6, "new\n"), (9, 9, "more\n"), (10, 11, "")), TEXT, [(4, 6, "new\n")])
    done = state.decide([hunk.hunk_id for hunk in state.hunks()[:2]], Decision.ACCEPTED)
    done = done.decide([one(done, 2).hunk_id], Decision.REJECTED)
    there = done.decide([one(done, 3).hunk_id], Decision.ACCEPTED)
    assert (one(there, 3).state, one(there, 3).written) == (HunkState.ALREADY_THERE, None)
    for text in (TEXT, with_cuts(TEXT, [(0, 0, "above\n"), (4, 5, "other\n"), (9, 9, "else\n")]), None):
        away = there.text_changed(PATH, text)
        assert [hunk.decision for hunk in away.hunks()] == [hunk.decision for hunk in there.hunks()]
        assert {hunk.state for hunk in away.hunks()[:2]} == {HunkState.GONE} or text not in (TEXT, None)
        assert not away.pending()
        assert away.text_changed(PATH, there.texts[PATH]).hunks() == there.hunks()
    # Undecided again by the user it is as if it had never been accepted.
    gone = there.text_changed(PATH, TEXT)
    again = gone.decide([hunk.hunk_id for hunk in gone.hunks()], Decision.PENDING)
    assert again.texts[PATH] == TEXT
    assert [hunk.new_text for hunk in again.hunks()] == [hunk.new_text for hunk in state.hunks()]
    assert (
        accepted(review((4, 6, "new\n"))).texts[PATH]
        == again.decide([one(again).hunk_id], Decision.ACCEPTED).texts[PATH]
    )


def test_what_another_answer_takes_out_again_is_gone_and_comes_back_with_its_undo() -> None:
    once = accepted(review((4, 5, "new\n")))
    twice = add_cuts(once, once.texts[PATH] or "", [(4, 5, "line 4\n")])
    done = twice.decide([one(twice, 1).hunk_id], Decision.ACCEPTED)
    assert (one(done).state, one(done).decision) == (HunkState.GONE, Decision.ACCEPTED)
    assert done.decide([one(done, 1).hunk_id], Decision.PENDING).hunks() == twice.hunks()


def test_accepting_one_change_set_rebases_another_on_the_same_lines() -> None:
    state = add_cuts(review(BLOCK), TEXT, [(4, 5, "new 4\n"), (5, 6, "other 5\n"), (7, 8, "other 7\n")])
    first = one(state).hunk_id
    done = state.decide([first], Decision.ACCEPTED)
    states = [(hunk.state, hunk.decision) for hunk in done.hunks()[1:]]
    assert states == [
        (HunkState.ALREADY_THERE, Decision.PENDING),
        (HunkState.CLEAN, Decision.PENDING),
        (HunkState.CONFLICT, Decision.PENDING),
    ]
    assert done.sides(one(done, 3).hunk_id) == ConflictSides("line 7\n", "new 7\n", "other 7\n")
    undone = done.decide([first], Decision.PENDING)
    assert [hunk.state for hunk in undone.hunks()] == [HunkState.CLEAN] * 4
    assert [(h.start, h.end) for h in undone.hunks()] == [(h.start, h.end) for h in state.hunks()]
    other = done.decide([one(done, 2).hunk_id], Decision.ACCEPTED)
    # Next to each other they are a conflict to git: what came last is taken back first.
    assert one(other).state is HunkState.COVERED
    with pytest.raises(UsageError, match="cannot be undone by itself"):
        other.decide([first], Decision.PENDING)
    without = decided(other, [first], Decision.PENDING)
    assert without.texts[PATH] == with_cuts(TEXT, [(5, 6, "other 5\n")])
    assert [hunk.decision for hunk in without.hunks()] == [Decision.PENDING] * 2 + [Decision.ACCEPTED, Decision.PENDING]
    back = other.decide([one(done, 2).hunk_id], Decision.PENDING)
    assert back.decide([first], Decision.PENDING).texts[PATH] == TEXT


def test_a_file_that_goes_and_comes_back_takes_its_hunks_along() -> None:
    state = typed(review(BLOCK, (10, 11, "ten\n")), 0, 0, "above\n")
    gone = state.text_changed(PATH, None)
    assert [hunk.state for hunk in gone.hunks()] == [HunkState.CONFLICT] * 2
    assert gone.sides(one(gone).hunk_id).yours == ""
    with pytest.raises(UsageError, match="is gone"):
        gone.resolved(one(gone).hunk_id, "x\n")
    again = gone.text_changed(PATH, "more\n" + (state.texts[PATH] or ""))
    assert [(hunk.start, hunk.new_text) for hunk in again.hunks()] == [(5, BLOCK[2]), (12, "ten\n")]
    assert [hunk.state for hunk in again.hunks()] == [HunkState.MOVED] * 2
    assert gone.text_changed(PATH, state.texts[PATH]).texts == state.texts


def test_a_text_without_a_last_line_end_never_joins_lines() -> None:
    state = review((1, 2, "B"), text="a\nb\n")
    more = typed(state, 2, 2, "c\n")
    assert one(more).state is HunkState.CONFLICT
    assert accepted(more.resolved(one(more).hunk_id, "B")).texts[PATH] == "a\nB\nc\n"
    assert accepted(typed(more, 2, 3, "")).texts[PATH] == "a\nB"


def test_a_hunk_that_is_back_where_it_was_is_clean_again() -> None:
    state = review(BLOCK, (10, 11, "ten\n"))
    moved = typed(state, 0, 0, "above\n")
    assert [hunk.state for hunk in moved.hunks()] == [HunkState.MOVED] * 2
    assert typed(moved, 0, 1, "").hunks() == state.hunks()
    # What a decision moves is none of it, whatever comes first.
    first = moved.decide([one(moved).hunk_id], Decision.ACCEPTED)
    assert one(typed(first, 0, 1, ""), 1).state is HunkState.CLEAN
    assert outside(outside(state, (0, 0, "above\n")), (0, 1, "")).hunks() == state.hunks()


def test_an_undo_right_after_a_decision_merges_nothing() -> None:
    """Of lines that were typed into and then accepted merging could not tell again what was whose."""
    state = add_cuts(review(BLOCK), TEXT, [(4, 5, "other 4\n")])
    first, second = (hunk.hunk_id for hunk in state.hunks())
    done = state.decide([first], Decision.ACCEPTED)
    assert one(done, 1).state is HunkState.CONFLICT
    rejected = done.decide([second], Decision.REJECTED)
    typed_on = typed(typed(rejected, 4, 5, "over it\n"), 4, 5, "new 4\n")
    back = typed_on.decide([first], Decision.PENDING)
    assert back.texts == state.texts
    assert one(back) == one(state)
    assert one(back, 1) == replace(one(state, 1), decision=Decision.REJECTED)
    # A change set that came since follows as ever.
    later = add_cuts(done, done.texts[PATH] or "", [(0, 1, "zero\n"), (10, 11, "ten\n")])
    assert later.decide([first], Decision.PENDING).hunks()[:2] == state.hunks()
    assert [hunk.start for hunk in later.decide([first], Decision.PENDING).hunks()[2:]] == [0, 10]
