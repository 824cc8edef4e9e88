"""Blocks that a model gives once more after they were refused: which of them each is, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from copilot_desktop.edits.desk import Desk
from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.paths import clean_path
from copilot_desktop.edits.proposal import Failure, FormatName, Proposal
from copilot_desktop.edits.proposing import read_intents
from copilot_desktop.edits.refusals import REPAIRABLE

_COMPARED = 2_000
"""Characters of two blocks by which it is told which of the refused ones was meant."""

Outcomes = tuple[Failure | None, ...]
"""Of each block that was asked for: why it is (still) refused, None where it is not."""


def propose_repair(
    answer: Any, asked: Sequence[Failure], files: Mapping[str, str], *, finished: bool = True
) -> tuple[Proposal, Outcomes]:
    """Place blocks that were asked for once more; the proposal has no failures, the outcomes tell of them.

    A block that was not given stays refused as it was.
    """
    desk = Desk(files)
    outcomes = _taken(desk, read_intents(answer, files, None, finished), asked)
    return replace(desk.proposal(), failures=()), outcomes


def propose_with_repairs(
    answer: Any,
    repairs: Sequence[tuple[Any, bool]],
    files: Mapping[str, str],
    format: FormatName | None = None,  # noqa: A002 - as in `propose`
    *,
    finished: bool = True,
) -> Proposal:
    """`propose` for an answer and what came when its refused blocks were asked for; `repairs`: answer, finished."""
    desk = Desk(files)
    for intent in read_intents(answer, files, format, finished):
        desk.take(intent)
    failures = list(desk.proposal().failures)
    for given, is_whole in repairs:
        asked = [failure for failure in failures if failure.reason in REPAIRABLE]
        outcomes = dict(
            zip(map(id, asked), _taken(desk, read_intents(given, files, None, is_whole), asked), strict=True)
        )
        failures = [left for each in failures if (left := outcomes.get(id(each), each)) is not None]
    return replace(desk.proposal(), failures=tuple(failures))


def _taken(desk: Desk, intents: Sequence[Intent], asked: Sequence[Failure]) -> Outcomes:
    outcomes: list[Failure | None] = list(asked)
    open_ones = set(range(len(asked)))
    for intent in intents:
        refusal = desk.take_again(intent)
        at = _meant(intent, asked, open_ones)
        # What nobody asked for is taken where it has a place, and else it is a block that was placed before.
        if at is not None:
            open_ones.discard(at)
            outcomes[at] = refusal
    return tuple(outcomes)


def _meant(intent: Intent, asked: Sequence[Failure], open_ones: set[int]) -> int | None:
    """Which of the refused blocks this is: that of its file which is most like it."""
    from rapidfuzz import fuzz

    path = None if intent.path is None else clean_path(intent.path)
    fitting = [at for at in sorted(open_ones) if _may_be(asked[at], path)]
    if len(fitting) <= 1:
        return fitting[0] if fitting else None

    def likeness(at: int) -> float:
        mine, theirs = intent.new or intent.old or intent.block, asked[at].new or asked[at].old or asked[at].block
        return fuzz.ratio(mine[:_COMPARED], theirs[:_COMPARED]) + 10 * (asked[at].path == path)

    return max(fitting, key=likeness)


def _may_be(failure: Failure, path: str | None) -> bool:
    is_elsewhere = failure.reason in ("no_path", "no_file", "malformed", "no_edit_found", "cut_off")
    return path is None or failure.path is None or failure.path == path or is_elsewhere
