"""Line hunks of one answer where another answer's rename of their file is accepted, taken back and done again."""

from __future__ import annotations

from copilot_desktop.bridge.review.commands import Command, carried_out
from copilot_desktop.edits.change_sets import Decision, HunkState, change_set_from
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from tests.unit.edits.living import PATH, add_cuts, with_cuts

TEXT = "".join(f"line {number}\n" for number in range(12))
NEW = "b.txt"


def with_rename(state: ReviewState, text: str, after: str) -> ReviewState:
    proposal = Proposal({NEW: after, PATH: None}, (Hunk(NEW, 0, 12, after, f"rename:{PATH}", 1.0),))
    made = change_set_from(proposal, {PATH: text}, turn_id="t", title="", model="m")
    return state.with_change_set(made, {PATH: text, NEW: None})


def decided(state: ReviewState, hunk_id: str, decision: Decision) -> ReviewState:
    return carried_out(state, Command("", {hunk_id: decision}))


def stands(state: ReviewState) -> list[tuple[str, int, HunkState, Decision]]:
    return [
        (change.path, hunk.start, hunk.state, hunk.decision)
        for each in state.change_sets
        for change in each.files
        for hunk in change.hunks
        if change.status == "modified"
    ]


def test_line_hunks_go_along_and_are_accepted_under_the_new_name() -> None:
    renamed = with_cuts(TEXT, [(0, 0, "above\n"), (11, 12, "end\n")])
    state = add_cuts(ReviewState(), TEXT, [(2, 3, "two\n"), (5, 6, "five\n")])
    state = decided(state, state.hunks()[0].hunk_id, Decision.ACCEPTED)
    once = state.texts[PATH] or ""
    state = with_rename(state, once, with_cuts(once, [(0, 0, "above\n"), (11, 12, "end\n")]))
    first, second, rename = (hunk.hunk_id for hunk in state.hunks())
    done = decided(state, rename, Decision.ACCEPTED)
    accepted, pending = Decision.ACCEPTED, Decision.PENDING
    assert stands(done) == [(NEW, 3, HunkState.CLEAN, accepted), (NEW, 6, HunkState.CLEAN, pending)]
    both = decided(done, second, accepted)
    assert both.texts[NEW] == with_cuts(renamed, [(3, 4, "two\n"), (6, 7, "five\n")])
    # What was accepted before the rename is taken back under the new name.
    without = decided(both, first, pending)
    assert without.texts[NEW] == with_cuts(renamed, [(6, 7, "five\n")])
    # The rename is taken back: all that is left goes back with it.
    for start in (done, both):
        back = decided(start, rename, pending)
        assert (back.texts[NEW], back.texts[PATH]) == (
            None,
            start.texts[NEW] and with_cuts(start.texts[NEW] or "", [(0, 1, ""), (12, 13, "line 11\n")]),
        )
        assert [path for path, *_ in stands(back)] == [PATH, PATH]
        assert HunkState.CONFLICT not in {each[2] for each in stands(back)}
    assert decided(done, rename, pending).hunks() == state.hunks()


def test_a_rename_that_changes_the_lines_of_a_hunk_makes_it_a_conflict_under_the_new_name() -> None:
    state = add_cuts(ReviewState(), TEXT, [(2, 3, "two\n")])
    state = with_rename(state, TEXT, with_cuts(TEXT, [(2, 3, "other\n")]))
    hunk, rename = state.hunks()
    done = decided(state, rename.hunk_id, Decision.ACCEPTED)
    assert stands(done) == [(NEW, 2, HunkState.CONFLICT, Decision.PENDING)]
    assert done.sides(hunk.hunk_id).yours == "other\n"
    back = decided(done, rename.hunk_id, Decision.PENDING)
    assert stands(back) == [(PATH, 2, HunkState.CLEAN, Decision.PENDING)]
    # By another program the file is gone, and the hunk waits for it.
    gone = state.text_changed(PATH, None).text_changed(NEW, TEXT, by=ChangedBy.OUTSIDE)
    assert stands(gone)[0][:3] == (PATH, 2, HunkState.CONFLICT)
