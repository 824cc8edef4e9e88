"""Refused blocks that are told of together."""

from __future__ import annotations

from copilot_desktop.edits import propose
from copilot_desktop.edits.refusals import by_cause
from copilot_desktop.ui.chat.refusal_words import listed
from tests.unit.edits.held_out.cases import block


def test_blocks_of_a_file_that_is_not_there_have_one_cause_and_others_each_their_own() -> None:
    answer = "".join(
        block(f"alpha = {at}\n", f"beta = {at}\n", path)
        for at, path in enumerate(("gone.py", "a.py", "gone.py", "../a.py", "a.py", "gone.py", "../a.py"))
    )
    failures = propose(answer, {"a.py": "x = 1\n"}).failures
    assert by_cause(failures) == ((0, 2, 5), (1,), (3, 6), (4,))


def test_blocks_of_one_cause_are_listed_by_a_line_that_is_new() -> None:
    answer = "".join(block("alpha = 1\n", f"alpha = 1\n{at * 100}\n", "gone.py") for at in "bcdefgh")
    said = listed(propose(answer, {}).failures).split("\n")
    assert said[0] == "7 blocks of the answer are for it:"
    assert said[1] == f"• {'b' * 79}…"
    assert said[-1] == "• and 2 more"
    assert listed(propose(answer, {}).failures[:1]) == ""
