"""Whatever is decided in whatever order, the texts are the user's bytes or the proposal's."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import Decision, HunkState, change_set_from
from copilot_desktop.edits.plan import plan
from copilot_desktop.edits.review import ReviewState

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
    typed = review.text_changed("a.txt", "typed\n" + text)
    accepted = typed.decide([typed.hunks()[0].hunk_id], Decision.ACCEPTED)
    assert accepted.texts["a.txt"] == "typed\n" + after
    broken = review.text_changed("a.txt", text.replace(f"number {line}", f"typed {line}", 1))
    assert broken.hunks()[0].state is HunkState.CONFLICT
    assert broken.text_changed("a.txt", text).hunks()[0].state is HunkState.CLEAN


def test_chatter_holds_no_edit_and_equal_places_are_refused() -> None:
    assert propose("Nothing to do.\n```python\nprint(1)\n```\n", {"a.py": "x = 1\ny = 2\n"}).failures == ()
    block = "a.py\n<<<<<<< SEARCH\nvalue = compute()\n=======\nvalue = 2\n>>>>>>> REPLACE\n"
    refused = propose(block, {"a.py": "value = compute()\nother\nvalue = compute()\n"})
    assert [failure.reason for failure in refused.failures] == ["ambiguous"]
    assert refused.files == {}
