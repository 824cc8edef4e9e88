"""Single words of a rewritten line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.splitting import ChangedLine, Side, SplitHunk, joined
from copilot_desktop.edits.word_picking import RewrittenLine, rewritten_line, split_words, without_words
from copilot_desktop.errors import UsageError
from copilot_desktop.text.diff import word_changes
from tests.unit.edits.test_splitting import PATH, first, review

BASE = "above\ntotal = price * count\nbelow\n"


def line_of(hunk: ChangeHunk, at: int = 0) -> RewrittenLine:
    found = rewritten_line(hunk, ChangedLine(Side.OLD, at), ChangedLine(Side.NEW, at))
    assert found is not None
    return found


def test_picked_words_are_written_and_the_others_wait_on_what_the_line_says_then() -> None:
    state = review(BASE, 0, 3, "ABOVE\nnet = price * number\nBELOW\n")
    hunk = first(state)
    line = line_of(hunk, 1)
    assert [(word.old, word.new) for word in line.words] == [("total", "net"), ("count", "number")]
    parted, ids, taken = split_words(state, hunk.hunk_id, line, {1})
    written = parted.decide([taken], Decision.ACCEPTED)
    assert written.texts[PATH] == "above\ntotal = price * number\nbelow\n"
    left = [each for each in written.hunks() if each.decision is Decision.PENDING]
    assert [(each.old_text, each.new_text, each.state) for each in left] == [
        ("above\n", "ABOVE\n", HunkState.CLEAN),
        ("total = price * number\n", "net = price * number\n", HunkState.CLEAN),
        ("below\n", "BELOW\n", HunkState.CLEAN),
    ]
    every = written.decide([each.hunk_id for each in left], Decision.ACCEPTED)
    assert every.texts[PATH] == "ABOVE\nnet = price * number\nBELOW\n"
    back = written.decide([taken], Decision.PENDING)
    assert back.texts[PATH] == BASE
    assert joined(back, SplitHunk(hunk, ids)).hunks() == state.hunks()


def test_words_that_stay_as_they_are_and_what_cannot_be_picked() -> None:
    state = review(BASE, 1, 2, "net = price * number\n")
    hunk = first(state)
    assert without_words(hunk, line_of(hunk), {0}) == "total = price * number\n"
    with pytest.raises(UsageError, match="not all"):
        split_words(state, hunk.hunk_id, line_of(hunk), {0, 1})
    one_word = first(review(BASE, 1, 2, "total = price * number\n"))
    assert rewritten_line(one_word, ChangedLine(Side.OLD, 0), ChangedLine(Side.NEW, 0)) is None


WORDS = st.lists(st.sampled_from(["a", "b", "c ", " ", "+", "\t", "é"]), max_size=12).map("".join)


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
def test_all_word_changes_make_the_new_line(old: str, new: str) -> None:
    text = old
    for word in reversed(word_changes(old, new)):
        assert old[word.old_start : word.old_end] == word.old
        text = text[: word.old_start] + word.new + text[word.old_end :]
    assert text == new
