"""What the history is told of a command of the review."""

from __future__ import annotations

from dataclasses import replace

from copilot_desktop.bridge.review.commands import Command
from copilot_desktop.bridge.review.step_about import step_about
from copilot_desktop.edits.change_sets import Decision, change_set_from
from copilot_desktop.edits.proposal import Hunk, Proposal
from copilot_desktop.edits.review import ReviewState


def test_a_step_over_several_answers_names_every_prompt_and_no_single_turn() -> None:
    state = ReviewState()
    for at, path in enumerate(("a.txt", "b.txt", "c.txt")):
        proposal = Proposal({path: "new\n"}, (Hunk(path, 0, 1, "new\n", "exact", 1.0, False),))
        made = change_set_from(
            proposal, {path: "old\n"}, turn_id=f"turn {at}", title="title", model="model", prompt=f"prompt {at}"
        )
        state = state.with_change_set(made, {path: "old\n"})
    first, second, third = (hunk.hunk_id for hunk in state.hunks())
    command = Command("Accept 2 changes", {third: Decision.ACCEPTED, first: Decision.ACCEPTED})
    about = step_about(state, command)
    assert (about.prompt, about.model) == ("prompt 0\n+ prompt 2", "model")
    assert (about.turn_id, about.change_set_id) == ("", "")
    about = step_about(state, replace(command, targets={second: Decision.ACCEPTED}))
    assert (about.prompt, about.turn_id) == ("prompt 1", "turn 1")
