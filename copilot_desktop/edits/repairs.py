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

_COMPARED = 2_000
"""Characters of two blocks by which it is told which of the refused ones was meant."""

_ALIKE, _ALIKE_ELSEWHERE, _SAME_FILE = 75, 85, 10
"""Likeness of two texts, 0..100, from which on one may be the other put right, also where it names another file; and
what the same file adds to it. Two functions of one file that have nothing to do with each other come to 60."""
_HELD = 95
"""Likeness of a block that holds the whole of another, as one with more of the lines around it does."""

_NAMES_WRONGLY = ("no_path", "no_file", "malformed", "no_edit_found", "cut_off", "exists", "unsafe_path")
"""Why a block may come again for another file."""

_Key = tuple[str | None, str, str]
Outcomes = tuple[Failure | None, ...]
"""Of each block that was asked for: why it is (still) refused, None where it is not."""


def propose_repair(
    answer: Any,
    asked: Sequence[Failure],
    files: Mapping[str, str],
    *,
    said: Any = "",
    finished: bool = True,
    waiting: Mapping[str, Sequence[tuple[int, int]]] | None = None,
) -> tuple[Proposal, Outcomes]:
    """Place blocks that were asked for once more; the proposal has no failures, the outcomes tell of them.

    A block that was not given, or only in part, stays refused as it was. `said` is the answer they were asked of: what
    it says once more of its other blocks is passed over. `waiting`: lines [start, end) of files that its changes under
    review have; a block on these overlaps.
    """
    desk = Desk(files, waiting=waiting)
    known = {_key(intent) for intent in read_intents(said, files, None, True)}
    outcomes = _taken(desk, read_intents(answer, files, None, finished), asked, known)
    return replace(desk.proposal(), failures=()), outcomes


def repeated_in(
    answer: Any, asked: Sequence[Failure], files: Mapping[str, str], *, finished: bool = True
) -> tuple[bool, ...]:
    """Of each block that was asked for once more: whether it came to the letter as it was refused."""
    intents = read_intents(answer, files, None, finished)
    blocks = {intent.block for intent in intents}
    keys = {_key(intent) for intent in intents if intent.problem is None}
    return tuple(
        failure.block in blocks
        or (failure.path, failure.old, failure.new) in keys
        or (None, failure.old, failure.new) in keys
        for failure in asked
    )


def propose_with_repairs(
    answer: Any,
    repairs: Sequence[tuple[Any, bool]],
    files: Mapping[str, str],
    format: FormatName | None = None,  # noqa: A002 - as in `propose`
    *,
    finished: bool = True,
) -> Proposal:
    """`propose` for an answer and what came when its refused blocks were asked for; `repairs`: text, finished."""
    desk = Desk(files)
    intents = read_intents(answer, files, format, finished)
    for intent in intents:
        desk.take(intent)
    known = {_key(intent) for intent in intents}
    failures = list(desk.proposal().failures)
    for text, is_whole in repairs:
        given = _taken(desk, read_intents(text, files, None, is_whole), failures, known)
        failures = [failure for failure in given if failure is not None]
    return replace(desk.proposal(), failures=tuple(failures))


def _taken(desk: Desk, intents: Sequence[Intent], asked: Sequence[Failure], known: set[_Key]) -> Outcomes:
    outcomes: list[Failure | None] = list(asked)
    # A block that is given as it was and was not refused has its place already.
    others = known - {(failure.path, failure.old, failure.new) for failure in asked}
    fresh = [intent for intent in intents if _key(intent) not in others]
    meant = _meant(fresh, asked)
    paths = {failure.path for failure in asked}
    for number, intent in enumerate(fresh):
        if number in meant:
            at = meant[number]
            outcome = desk.take_again(intent)
            # A piece of a block tells less than the whole one that was refused.
            outcomes[at] = asked[at] if outcome is not None and outcome.reason == "cut_off" else outcome
        elif _key(intent)[0] in paths:
            # One block was given as several.
            desk.take_again(intent)
    return tuple(outcomes)


def _key(intent: Intent) -> _Key:
    return (None if intent.path is None else clean_path(intent.path), intent.old, intent.new)


def _meant(intents: Sequence[Intent], asked: Sequence[Failure]) -> dict[int, int]:
    """For each block which of the refused ones it is: those most like each other first, of one file if they can."""
    is_only = len(intents) == len(asked) == 1
    likely: list[tuple[float, int, int]] = []
    for number, intent in enumerate(intents):
        path = _key(intent)[0]
        for at, failure in enumerate(asked):
            likeness = _likeness(intent, failure, is_alone=len(asked) == 1)
            least = _ALIKE if path is None or failure.path in (None, path) else _ALIKE_ELSEWHERE
            if _may_be(failure, path) and (is_only or likeness >= least):
                likely.append((-likeness - _SAME_FILE * (failure.path == path), number, at))
    found: dict[int, int] = {}
    for _, number, at in sorted(likely):
        if number not in found and at not in found.values():
            found[number] = at
    return found


def _likeness(intent: Intent, failure: Failure, *, is_alone: bool) -> float:
    """How sure it is that a block is the refused one put right, 0..100: by its old text or by its new one."""
    from rapidfuzz import fuzz

    pairs = [(intent.old, failure.old), (intent.new, failure.new)]
    told = [(mine[:_COMPARED], theirs[:_COMPARED]) for mine, theirs in pairs if mine.strip() and theirs.strip()]
    if not told:
        # It could not be read, or ended before its new text: what is there of it stands in the new one.
        mine, theirs = intent.block or intent.new or intent.old, failure.block
        return fuzz.partial_ratio(mine[:_COMPARED], theirs[:_COMPARED])
    likeness = max(fuzz.ratio(mine, theirs) for mine, theirs in told)
    is_within = all(_holds(mine, theirs) for mine, theirs in pairs)
    is_piece = is_alone and any(_holds(theirs, mine) for mine, theirs in told)
    if failure.reason in ("placeholder", "cut_off"):
        # What was left out is written there now.
        likeness = max(likeness, _share_of_lines(failure.new or failure.old, intent.new or intent.old))
    return max(likeness, _HELD) if is_within or is_piece else likeness


def _share_of_lines(lines: str, text: str) -> float:
    """How many of some lines stand in a text, 0..100; the one that stands for others, or was cut, need not."""
    wanted = [line for each in lines[:_COMPARED].splitlines() if (line := each.strip())]
    there = {line.strip() for line in text.splitlines()}
    found = sum(line in there for line in wanted)
    return 100 * found / (len(wanted) - 1) if len(wanted) > 1 else 0


def _holds(text: str, lines: str) -> bool:
    """Whether whole lines stand in a text, whatever their indentation."""
    inner, outer = ("\n".join(line.strip() for line in each.splitlines()) for each in (lines, text))
    return f"\n{inner}\n" in f"\n{outer}\n"


def _may_be(failure: Failure, path: str | None) -> bool:
    is_elsewhere = failure.reason in _NAMES_WRONGLY
    return path is None or failure.path is None or failure.path == path or is_elsewhere
