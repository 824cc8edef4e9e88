"""Whatever is decided in whatever order, the texts are the user's bytes or the proposal's."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision, HunkState, change_set_from
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.plan import plan
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

ENDINGS = st.sampled_from(["\n", "\r\n"])
TEXTS = st.lists(ENDINGS, min_size=6, max_size=20).map(
    lambda ends: "".join(f"unique line number {index}{end}" for index, end in enumerate(ends))
)


def _review(text: str, changed: set[int]) -> tuple[ReviewState, str]:
    blocks = "".join(
        f"<<<<<<< SEARCH\nunique line number {index}\n=======\nfirst of {index}\nsecond of {index}\n>>>>>>> REPLACE\n"
        for index in sorted(changed)
    )
    proposal = propose("a.txt\n" + blocks, {"a.txt": text})
    assert not proposal.failures
    change_set = change_set_from(proposal, {"a.txt": text}, turn_id="t", title="", model="m")
    after = proposal.files["a.txt"]
    assert after is not None
    return ReviewState().with_change_set(change_set, {"a.txt": text}), after


@given(TEXTS, st.sets(st.integers(0, 5), min_size=1), st.randoms(use_true_random=False))
def test_accepting_all_gives_the_proposal_and_undoing_in_any_order_the_bytes(
    text: str, changed: set[int], random: Random
) -> None:
    review, after = _review(text, changed)
    ids = [hunk.hunk_id for hunk in review.hunks()]
    random.shuffle(ids)
    accepted = review.decide(ids, Decision.ACCEPTED)
    assert accepted.texts["a.txt"] == after
    assert [file.after for file in plan(review, accepted).files] == [after]
    random.shuffle(ids)
    assert accepted.decide(ids, Decision.PENDING).texts["a.txt"] == text
    assert review.decide(ids, Decision.REJECTED).texts["a.txt"] == text


@given(TEXTS, st.integers(0, 5))
def test_typing_above_moves_a_hunk_and_typing_in_it_is_a_conflict(text: str, line: int) -> None:
    review, after = _review(text, {line})
    typed = review.text_changed("a.txt", "typed\n" + text, by=ChangedBy.TYPING)
    accepted = typed.decide([typed.hunks()[0].hunk_id], Decision.ACCEPTED)
    assert accepted.texts["a.txt"] == "typed\n" + after
    broken = review.text_changed("a.txt", text.replace(f"number {line}", f"typed {line}", 1))
    assert broken.hunks()[0].state is HunkState.CONFLICT
    assert broken.text_changed("a.txt", text).hunks()[0].state is HunkState.CLEAN


@given(
    TEXTS,
    st.sets(st.integers(0, 5), min_size=1),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 3)), max_size=5),
)
def test_edits_of_lines_lead_where_comparing_the_texts_leads(
    text: str, changed: set[int], cuts: list[tuple[int, int, int]]
) -> None:
    review, _ = _review(text, changed)
    compared = review
    for number, (start, count, length) in enumerate(cuts):
        lines = split_lines(review.texts["a.txt"] or "")
        start, end = min(start, len(lines)), min(start + count, len(lines))
        new = [f"typed {number} {at}\n" for at in range(length)]
        # As the editor tells it: with a line around, which is the same as before.
        first, last = max(0, start - 1), min(end + 1, len(lines))
        edit = LineEdit(LineRange(first, last), "".join([*lines[first:start], *new, *lines[end:last]]))
        review = review.lines_edited("a.txt", [edit])
        compared = compared.text_changed("a.txt", "".join([*lines[:start], *new, *lines[end:]]), by=ChangedBy.TYPING)
        assert review.texts == compared.texts
        assert review.hunks() == compared.hunks()


def test_edits_that_change_nothing_or_no_file_leave_the_review_as_it_is() -> None:
    text = "".join(f"unique line number {index}\n" for index in range(6))
    review, _ = _review(text, {1, 4})
    same = LineEdit(LineRange(2, 4), "unique line number 2\nunique line number 3\n")
    assert review.lines_edited("a.txt", [same]) is review
    assert review.lines_edited("b.txt", [same]) is review
    gone = review.text_changed("a.txt", None)
    assert gone.lines_edited("a.txt", [same]) is gone
    below = review.lines_edited(
        "a.txt", [LineEdit(LineRange(0, 0), "new\n"), LineEdit(LineRange(3, 4), "typed\ntyped\n")]
    )
    assert [(hunk.start, hunk.state) for hunk in below.hunks()] == [(2, HunkState.MOVED), (6, HunkState.MOVED)]


def test_chatter_holds_no_edit_and_equal_places_are_refused() -> None:
    assert propose("Nothing to do.\n```python\nprint(1)\n```\n", {"a.py": "x = 1\ny = 2\n"}).failures == ()
    block = "a.py\n<<<<<<< SEARCH\nvalue = compute()\n=======\nvalue = 2\n>>>>>>> REPLACE\n"
    refused = propose(block, {"a.py": "value = compute()\nother\nvalue = compute()\n"})
    assert [failure.reason for failure in refused.failures] == ["ambiguous"]
    assert refused.files == {}
