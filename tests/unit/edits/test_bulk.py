"""What a command over many changes takes, and what it says of the rest."""

from __future__ import annotations

from copilot_desktop.edits.bulk import bulk
from copilot_desktop.edits.change_sets import Decision, change_set_from
from copilot_desktop.edits.content_keys import content_key
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState

TEXT = "one\ntwo\nthree\nfour\n"


def proposed(state: ReviewState, path: str, *hunks: Hunk) -> ReviewState:
    lines = TEXT.splitlines(keepends=True)
    for hunk in reversed(hunks):
        lines[hunk.start : hunk.end] = [hunk.new_text]
    made = change_set_from(
        Proposal({path: "".join(lines)}, hunks), {path: TEXT}, turn_id="turn", title="title", model="model"
    )
    return state.with_change_set(made, {path: TEXT})


def line(path: str, at: int, text: str, *, needs_look: bool = False) -> Hunk:
    return Hunk(path, at, at + 1, text, "exact", 0.9 if needs_look else 1.0, needs_look)


def ids(state: ReviewState) -> list[str]:
    return [hunk.hunk_id for hunk in state.hunks()]


def test_it_counts_what_it_takes_and_what_it_leaves() -> None:
    state = proposed(ReviewState(), "a.txt", line("a.txt", 0, "ONE\n"), line("a.txt", 2, "THREE\n", needs_look=True))
    state = proposed(state, "b.txt", line("b.txt", 0, "1\n"), line("b.txt", 3, "4\n"))
    state = state.text_changed("b.txt", TEXT.replace("four", "vier"))
    found = bulk(state, ids(state), Decision.ACCEPTED)
    assert found.offer() == "Accept 2 changes in 2 files; 2 skipped: 1 uncertain not looked at, 1 conflict"
    assert bulk(state, ids(state), Decision.REJECTED).offer() == "Reject 4 changes in 2 files"
    assert bulk(state, ids(state)[:1], Decision.ACCEPTED).result() == "Accepted 1 change in 1 file"
    assert bulk(state, ids(state)[1:2], Decision.ACCEPTED).result() == (
        "Nothing was accepted; 1 skipped: 1 uncertain not looked at"
    )
    assert bulk(state, ids(state), Decision.ACCEPTED, decided=ids(state)).taken == ()


def test_of_two_turns_that_change_the_same_line_the_first_is_taken() -> None:
    state = proposed(ReviewState(), "a.txt", line("a.txt", 1, "TWO\n"))
    state = proposed(state, "a.txt", line("a.txt", 1, "2\n"), line("a.txt", 3, "4\n"))
    found = bulk(state, ids(state), Decision.ACCEPTED)
    assert found.taken == (ids(state)[0], ids(state)[2])
    assert found.offer() == "Accept 2 changes in 1 file; 1 skipped: 1 on the same lines as another"
    assert state.decide(found.taken, Decision.ACCEPTED).texts["a.txt"] == "one\nTWO\nthree\n4\n"


def test_the_key_of_a_change_is_that_of_what_it_says() -> None:
    state = proposed(ReviewState(), "a.txt", line("a.txt", 1, "TWO\n"))
    (hunk,) = state.hunks()
    key = content_key("a.txt", hunk)
    (moved,) = state.text_changed("a.txt", "zero\n" + TEXT).hunks()
    assert moved.start == 2
    assert content_key("a.txt", moved) == key
    (accepted,) = state.decide([hunk.hunk_id], Decision.ACCEPTED).hunks()
    assert content_key("a.txt", accepted) == key
    (edited,) = state.resolved(hunk.hunk_id, "zwei\n").hunks()
    assert len({key, content_key("b.txt", hunk), content_key("a.txt", edited)}) == 3
