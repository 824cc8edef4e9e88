"""Random edits on random texts: placed as written, decided in any order, undone to the byte."""

from __future__ import annotations

import re
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from copilot_desktop.edits import Proposal, propose
from copilot_desktop.edits.change_sets import Decision, HunkState, change_set_from
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.lines import line_ending_of, split_lines, without_ending
from tests.unit.edits.random_edits import RandomEdit, edits

PATH = "a.txt"


def _placed(edit: RandomEdit) -> tuple[Proposal, str]:
    proposal = propose(edit.answer, {PATH: edit.text})
    assert proposal.failures == ()
    after = proposal.files.get(PATH, edit.text)
    assert after is not None
    return proposal, after


def _review(edit: RandomEdit) -> tuple[ReviewState, str]:
    proposal, after = _placed(edit)
    assume(after != edit.text)
    change_set = change_set_from(proposal, {PATH: edit.text}, turn_id="t", title="", model="m")
    return ReviewState().with_change_set(change_set, {PATH: edit.text}), after


@given(edits())
def test_the_edit_is_placed_as_written(edit: RandomEdit) -> None:
    _, after = _placed(edit)
    assert tuple(without_ending(line) for line in split_lines(after)) == edit.contents


@given(edits())
def test_lines_no_block_names_keep_every_byte_and_no_new_ending_comes_in(edit: RandomEdit) -> None:
    _, after = _placed(edit)
    lines, after_lines = split_lines(edit.text), split_lines(after)
    shift = at = 0
    for (start, end), new in zip(edit.ranges, edit.replacements, strict=True):
        assert after_lines[at + shift : start + shift] == lines[at:start]
        shift += len(new) - (end - start)
        at = end
    assert after_lines[at + shift :] == lines[at:]
    used = {line_ending_of(line) for line in lines if line_ending_of(line)}
    assert {line_ending_of(line) for line in after_lines if line_ending_of(line)} <= (used or {"\n"})
    ends_changed = edit.ranges and edit.ranges[-1][1] == len(lines) and not edit.replacements[-1]
    if not ends_changed and after_lines:
        assert bool(line_ending_of(after_lines[-1])) == bool(line_ending_of(lines[-1]))


@given(edits(), st.randoms(use_true_random=False))
def test_any_order_of_decisions_ends_at_the_proposal_or_at_the_bytes(edit: RandomEdit, random: Random) -> None:
    review, after = _review(edit)
    ids = [hunk.hunk_id for hunk in review.hunks()]
    assert review.decide(ids, Decision.REJECTED).texts[PATH] == edit.text
    for _ in range(2):
        random.shuffle(ids)
        for hunk_id in ids:
            review = review.decide([hunk_id], Decision.ACCEPTED)
        assert review.texts[PATH] == after
        random.shuffle(ids)
        for hunk_id in ids:
            review = review.decide([hunk_id], Decision.PENDING)
        assert review.texts[PATH] == edit.text
    assert all(hunk.state is HunkState.CLEAN for hunk in review.hunks())


@given(edits(), st.randoms(use_true_random=False))
def test_a_mix_of_decisions_is_the_same_whatever_came_before(edit: RandomEdit, random: Random) -> None:
    review, _ = _review(edit)
    ids = [hunk.hunk_id for hunk in review.hunks()]
    final = {hunk_id: random.choice([Decision.ACCEPTED, Decision.REJECTED]) for hunk_id in ids}
    direct = wandering = review
    for hunk_id, decision in final.items():
        direct = direct.decide([hunk_id], decision)
    for _ in range(8):
        wandering = wandering.decide([random.choice(ids)], random.choice(list(Decision)))
    random.shuffle(ids)
    for hunk_id in ids:
        wandering = wandering.decide([hunk_id], final[hunk_id])
    assert wandering.texts[PATH] == direct.texts[PATH]
    assert [(hunk.start, hunk.end) for hunk in wandering.hunks()] == [(h.start, h.end) for h in direct.hunks()]


@given(edits(), st.randoms(use_true_random=False))
def test_hunks_follow_typing_elsewhere_and_stay_placeable(edit: RandomEdit, random: Random) -> None:
    review, after = _review(edit)
    for number in range(6):
        review = _type_outside(review, random, number)
    assert all(hunk.state in (HunkState.CLEAN, HunkState.MOVED) for hunk in review.hunks())
    typed = review.texts[PATH]
    ids = [hunk.hunk_id for hunk in review.hunks()]
    random.shuffle(ids)
    accepted = review.decide(ids, Decision.ACCEPTED)
    random.shuffle(ids)
    assert accepted.decide(ids, Decision.PENDING).texts[PATH] == typed
    # Without the typed lines the accepted text is the proposal.
    assert _without_typed(accepted.texts[PATH] or "") == after


def _type_outside(review: ReviewState, random: Random, number: int) -> ReviewState:
    """Add a line of its own, or begin one differently, where no hunk is and none begins or ends."""
    lines = split_lines(review.texts[PATH] or "")
    busy = {at for hunk in review.hunks() for at in range(hunk.start - 1, hunk.end + 1)}
    spots = [at for at in range(len(lines)) if at not in busy and (at == 0 or line_ending_of(lines[at - 1]) == "\n")]
    if not spots:
        return review
    at = random.choice(spots)
    if random.choice([True, False]):
        lines[at] = f"<begun {number}>" + lines[at]
    else:
        lines.insert(at, f"typed {number}\n")
    return review.text_changed(PATH, "".join(lines), by=ChangedBy.TYPING)


def _without_typed(text: str) -> str:
    lines = split_lines(re.sub("<begun [0-9]>", "", text))
    return "".join(line for line in lines if not line.startswith("typed "))
