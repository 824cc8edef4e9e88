"""Parts of a change: whatever is decided about them, and in whichever order, the bytes are those of the whole."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.splitting import (
    ChangedLine,
    Cut,
    Side,
    SplitHunk,
    changed_lines,
    cut_above,
    joined,
    picked_parts,
    pieces,
    split,
)
from copilot_desktop.errors import UsageError
from copilot_desktop.text.lines import split_lines

PATH = "a.py"


def review(base: str, start: int, end: int, new_text: str, *, more: tuple[Hunk, ...] = ()) -> ReviewState:
    """A review with one hunk on lines [start, end), and others below it."""
    lines = split_lines(base)
    hunks = (Hunk(PATH, start, end, new_text, "exact", 1.0), *more)
    after = list(lines)
    for hunk in reversed(hunks):
        after[hunk.start : hunk.end] = [hunk.new_text]
    made = change_set_from(
        Proposal({PATH: "".join(after)}, hunks), {PATH: base}, turn_id="turn", title="title", model="model"
    )
    return ReviewState().with_change_set(made, {PATH: base})


def first(state: ReviewState) -> ChangeHunk:
    return state.hunks()[0]


def accepted(state: ReviewState, *ids: str) -> str | None:
    for hunk_id in ids:
        state = state.decide([hunk_id], Decision.ACCEPTED)
    return state.texts[PATH]


BASE = "a\nb\nc\nd\ne\nf\n"


def test_a_change_is_split_into_its_pieces() -> None:
    state = review(BASE, 0, 5, "A\nb\nc\nD\nd2\ne\n")
    hunk = first(state)
    assert pieces(hunk) == (Cut(3, 3),)
    parted, ids = split(state, hunk.hunk_id, pieces(hunk))
    assert [(each.start, each.end, each.old_text, each.new_text) for each in parted.hunks()] == [
        (0, 3, "a\nb\nc\n", "A\nb\nc\n"),
        (3, 5, "d\ne\n", "D\nd2\ne\n"),
    ]
    assert accepted(parted, ids[1]) == "a\nb\nc\nD\nd2\ne\nf\n"
    assert accepted(parted, *ids) == accepted(parted, *reversed(ids)) == accepted(state, hunk.hunk_id)


def test_a_change_is_cut_above_a_line() -> None:
    state = review(BASE, 1, 4, "B\nC\nD\n")
    hunk = first(state)
    parted, ids = split(state, hunk.hunk_id, cut_above(hunk, ChangedLine(Side.OLD, 1)))
    assert accepted(parted, ids[0]) == "a\nB\nc\nd\ne\nf\n"
    assert cut_above(hunk, ChangedLine(Side.OLD, 0)) == ()


def test_picked_lines_stand_where_those_stood_whose_place_they_take() -> None:
    state = review(BASE, 1, 4, "B\nC\nD\n")
    hunk = first(state)
    picked = picked_parts(hunk, {ChangedLine(Side.OLD, 0), ChangedLine(Side.NEW, 0), ChangedLine(Side.NEW, 2)})
    parted, ids = split(state, hunk.hunk_id, picked.cuts)
    taken = [ids[number] for number in picked.taken]
    assert accepted(parted, *taken) == "a\nB\nc\nd\nD\ne\nf\n"
    rest = [hunk_id for hunk_id in ids if hunk_id not in taken]
    assert accepted(parted, *taken, *rest) == "a\nB\nC\nD\ne\nf\n"


def test_a_last_line_without_an_end_is_taken_with_what_follows_it() -> None:
    state = review("a\nb", 1, 2, "b\nc\nd")
    hunk = first(state)
    assert len(changed_lines(hunk)) == 1
    picked = picked_parts(hunk, {ChangedLine(Side.NEW, 1)})
    assert (picked.cuts, picked.taken) == ((), (0,))


def test_what_cannot_be_cut_says_why() -> None:
    state = review(BASE, 0, 1, "A\n")
    hunk_id = first(state).hunk_id
    with pytest.raises(UsageError, match="one piece"):
        split(state, hunk_id, ())
    with pytest.raises(UsageError, match="No line"):
        picked_parts(first(state), set())
    decided = state.decide([hunk_id], Decision.ACCEPTED)
    with pytest.raises(UsageError, match="decided"):
        split(decided, hunk_id, (Cut(0, 1),))
    new = change_set_from(Proposal({"n.py": "a\nb\n"}), {}, turn_id="t", title="t", model="m")
    added = ReviewState().with_change_set(new, {"n.py": None})
    with pytest.raises(UsageError, match="as a whole"):
        split(added, first(added).hunk_id, (Cut(0, 1),))


def test_a_split_that_is_taken_back_gives_the_same_change() -> None:
    below = Hunk(PATH, 5, 6, "F\n", "exact", 1.0)
    state = review(BASE, 1, 4, "B\nC\nD\n", more=(below,))
    hunk = first(state)
    parted, ids = split(state, hunk.hunk_id, (Cut(1, 1), Cut(2, 3)))
    assert joined(parted, SplitHunk(hunk, ids)) == state
    one = parted.decide([ids[1]], Decision.ACCEPTED)
    assert joined(one, SplitHunk(hunk, ids)) == one
    assert joined(one.decide([ids[1]], Decision.PENDING), SplitHunk(hunk, ids)).hunks() == state.hunks()


def test_what_was_typed_meanwhile_stays_when_a_split_is_taken_back() -> None:
    state = review(BASE, 1, 4, "B\nC\nD\n")
    hunk = first(state)
    parted, ids = split(state, hunk.hunk_id, (Cut(1, 1),))
    typed = parted.text_changed(PATH, "new\n" + BASE)
    back = joined(typed, SplitHunk(hunk, ids))
    assert [(each.start, each.state) for each in back.hunks()] == [(2, HunkState.MOVED)]
    assert accepted(back, hunk.hunk_id) == "new\na\nB\nC\nD\ne\nf\n"


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, int, int, str, int]:
    """A text, a hunk's lines, what it makes of them, and a number for what is chosen."""
    line = st.sampled_from(["a", "b", "c", "", "x y", "}"])
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    base = draw(st.lists(line, min_size=1, max_size=10))
    start = draw(st.integers(0, len(base)))
    end = draw(st.integers(start, len(base)))
    new = draw(st.lists(line, max_size=8))
    text = "".join(each + ending for each in base)
    new_text = "".join(each + ending for each in new)
    if draw(st.booleans()):
        text = text.removesuffix(ending)
        if end == len(base) and text and start < end:
            new_text = new_text.removesuffix(ending) if draw(st.booleans()) else new_text
    return text, start, end, new_text, draw(st.integers(0, 2**32))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_any_order_of_any_parts_ends_in_the_bytes_of_the_whole(case: tuple[str, int, int, str, int]) -> None:
    check_case(*case)


def check_case(text: str, start: int, end: int, new_text: str, seed: int) -> bool:
    """Check a case; whether there was something to split."""
    random = Random(seed)  # noqa: S311 - cases, no secrets
    try:
        state = review(text, start, end, new_text)
    except (IndexError, UsageError):
        return False
    if len(state.hunks()) != 1 or state.hunks()[0].state is not HunkState.CLEAN:
        return False
    hunk = first(state)
    lines = [line for group in changed_lines(hunk) for line in group]
    chosen = {line for line in lines if random.random() < 0.5}
    cuts = picked_parts(hunk, chosen).cuts if chosen else pieces(hunk)
    if not cuts:
        return False
    parted, ids = split(state, hunk.hunk_id, cuts)
    assert "".join(each.old_text for each in parted.hunks()) == hunk.old_text
    assert "".join(each.new_text for each in parted.hunks()) == hunk.new_text
    rejected = parted.decide(ids, Decision.REJECTED)
    assert rejected.texts[PATH] == text
    order, back = list(ids), list(ids)
    random.shuffle(order)
    random.shuffle(back)
    whole = state.decide([hunk.hunk_id], Decision.ACCEPTED).texts[PATH]
    taken = parted
    for hunk_id in order:
        taken = taken.decide([hunk_id], Decision.ACCEPTED)
    assert taken.texts[PATH] == whole
    for hunk_id in back:
        taken = taken.decide([hunk_id], Decision.PENDING)
    assert taken.texts[PATH] == text
    assert joined(taken, SplitHunk(hunk, ids)).hunks() == state.hunks()
    return True
