"""The held-out cases: placed right or refused for the right reason, at once and in pieces."""

from __future__ import annotations

from random import Random

import pytest

from copilot_desktop.edits import Proposal, ProposalStream, propose
from tests.unit.edits.held_out import bare_diffs, depths, diffs, naming, nasty, others, pairs
from tests.unit.edits.held_out.cases import Case

CASES = [*pairs.CASES, *diffs.CASES, *others.CASES, *depths.CASES, *nasty.CASES, *bare_diffs.CASES]


def _streamed(case: Case, chance: Random) -> Proposal:
    stream = ProposalStream(case.files, case.format)
    at = 0
    while at < len(case.answer):
        size = chance.choice([1, 1, 2, 7, 40])
        stream.feed(case.answer[at : at + size])
        at += size
    return stream.finish(case.finished)


@pytest.mark.parametrize("group", naming.GROUPS)
def test_lines_above_a_block_never_lead_it_to_another_file(group: str) -> None:
    for case in naming.GROUPS[group]:
        _check(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_written_from_the_rules(case: Case) -> None:
    _check(case)


def _check(case: Case) -> None:
    proposal = propose(case.answer, case.files, case.format, finished=case.finished)
    assert proposal.files == case.right, (case.name, proposal.failures)
    reasons = {failure.reason for failure in proposal.failures}
    assert reasons <= set(case.refused)
    assert bool(reasons) == bool(case.refused), case.name
    if case.notes is not None:
        assert len(proposal.notes) == case.notes
    if case.is_amber is not None:
        assert {hunk.needs_look for hunk in proposal.hunks} == {case.is_amber}
    if isinstance(case.answer, str):
        assert _streamed(case, Random(case.name)) == proposal  # noqa: S311 - repeatable, not secret
