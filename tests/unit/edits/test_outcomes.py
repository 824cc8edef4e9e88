"""What a model hears of its proposals: decided, waiting, or not placed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import ChangeSet, Decision, change_set_from
from copilot_desktop.edits.outcomes import outcomes_of
from copilot_desktop.edits.review import ReviewState

FILES = {"a.py": "".join(f"line {number}\n" for number in range(40))}


def decided(*decisions: Decision) -> ChangeSet:
    """A proposal of so many hunks of a.py, decided like this."""
    edits = [
        {"path": "a.py", "old_string": f"line {number * 10}\n", "new_string": f"new {number}\n"}
        for number in range(len(decisions))
    ]
    proposal = propose([*edits, {"path": "gone.py", "old_string": "x", "new_string": "y"}], FILES)
    change_set = change_set_from(proposal, FILES, turn_id="t", title="", model="")
    state = ReviewState().with_change_set(change_set, FILES)
    for hunk, decision in zip(state.hunks(), decisions, strict=True):
        if decision is not Decision.PENDING:
            state = state.decide([hunk.hunk_id], decision)
    return state.change_sets[0]


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ([Decision.ACCEPTED, Decision.ACCEPTED], "The user accepted all changes of a.py."),
        ([Decision.REJECTED], "The user rejected all changes of a.py."),
        ([Decision.PENDING, Decision.PENDING], "The user has not decided about a.py yet."),
        (
            [Decision.ACCEPTED, Decision.REJECTED, Decision.PENDING],
            "Of 3 changes of a.py the user accepted 1 and rejected 1, 1 undecided.",
        ),
        ([Decision.ACCEPTED, Decision.REJECTED], "Of 2 changes of a.py the user accepted 1 and rejected 1."),
    ],
)
def test_each_file_has_its_sentence(decisions: Sequence[Decision], said: str) -> None:
    outcomes = outcomes_of([decided(*decisions)], {})["t"]
    assert outcomes["a.py"] == said
    assert outcomes["gone.py"].startswith("A change of this file was not placed: ")


def test_of_two_proposals_of_a_turn_the_last_counts() -> None:
    found = outcomes_of([decided(Decision.REJECTED), decided(Decision.ACCEPTED)], {})
    assert found["t"]["a.py"] == "The user accepted all changes of a.py."


def test_a_decision_that_is_being_written_counts_as_made() -> None:
    waiting = decided(Decision.PENDING)
    (change,) = waiting.files
    found = outcomes_of([waiting], {change.hunks[0].hunk_id: Decision.REJECTED})
    assert found["t"]["a.py"] == "The user rejected all changes of a.py."
