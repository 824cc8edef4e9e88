"""Taking back what later decisions stand on: these are taken back first and made again, each in its order.

Two answers may change the same lines one after the other. Merging what the first has written with what stands there now
is then a conflict, though the second would have been just as possible without the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.edits.ways_back import HunkPair, WayBack
from copilot_desktop.errors import UsageError

_MOST_HUNKS = 100
"""So many are decided again at most: each takes a millisecond or two in a large file."""


def decided(state: ReviewState, hunk_ids: Iterable[str], decision: Decision) -> ReviewState:
    """Set hunks to a decision, as `ReviewState.decide` does, also where later decisions have to be made anew for it.

    Raises UsageError, with nothing changed, where a conflict stands against it.
    """
    ids = tuple(hunk_ids)
    is_undo = decision is not Decision.ACCEPTED
    if is_undo and _is_next_to_later(state, ids):
        # Where lines of both only meet, merging could not tell which of them come first.
        found = _rewound(state, ids, decision)
        if found is not None:
            return found
    try:
        return state.decide(ids, decision)
    except UsageError:
        found = _rewound(state, ids, decision) if is_undo else None
        if found is None:
            raise
        return found


def _is_next_to_later(state: ReviewState, hunk_ids: Collection[str]) -> bool:
    """Whether a later decision has exchanged lines on or next to these hunks."""
    wanted = set(hunk_ids)
    for step in reversed(state.steps):
        if any(pair.before.hunk_id in wanted and _is_written_at(pair) for pair in step.hunks):
            return not wanted.issuperset(step.decided)
    return False


def _is_written_at(pair: HunkPair) -> bool:
    return is_written(pair.before) or is_written(pair.after)


def _rewound(state: ReviewState, hunk_ids: Collection[str], decision: Decision) -> ReviewState | None:
    """The state with all that followed done again without these hunks; None where it cannot be."""
    steps = _steps_on(state, hunk_ids)
    if not steps or sum(len(step.decided) for step in steps) > _MOST_HUNKS:
        return None
    again: list[str] = []
    made = state
    for step in reversed(steps):
        undone = made.undone(step, {pair.before.hunk_id: pair.before.decision for pair in step.hunks})
        if undone is None or any(pair.before.edits != pair.after.edits for pair in step.pairs_decided()):
            return None
        made = undone
        again = [*step.decided, *again]
    written = {hunk.hunk_id for hunk in state.hunks() if is_written(hunk)}
    wanted = dict.fromkeys(hunk_ids, decision)
    try:
        for hunk_id in dict.fromkeys(again):
            if hunk_id in written and hunk_id not in wanted:
                made = made.decide([hunk_id], Decision.ACCEPTED)
            elif hunk_id not in wanted:
                # It was taken back meanwhile, or is there without being written.
                made = made.decide([hunk_id], _undecided(state.hunk(hunk_id)[2].decision))
        made = made.decide(hunk_ids, decision)
    except UsageError:
        return None
    still = {hunk.hunk_id for hunk in made.hunks() if is_written(hunk)}
    return made if written - wanted.keys() == still else None


def _undecided(decision: Decision) -> Decision:
    return Decision.PENDING if decision is Decision.ACCEPTED else decision


def _steps_on(state: ReviewState, hunk_ids: Collection[str]) -> Sequence[WayBack]:
    """The steps that wrote these hunks, and those after them on the same files; none where one is not known."""
    written = {hunk_id for hunk_id in hunk_ids if is_written(state.hunk(hunk_id)[2])}
    found: list[int] = []
    for number in range(len(state.steps) - 1, -1, -1):
        if written.intersection(state.steps[number].decided):
            found.append(number)
            written.difference_update(state.steps[number].decided)
    if written or not found:
        return ()
    paths = {path for number in found for path in state.steps[number].after}
    later = state.steps[found[-1] :]
    while True:
        on_them = [step for step in later if not paths.isdisjoint(step.after)]
        more = paths.union(*(step.after for step in on_them))
        if more == paths:
            return on_them
        paths = more
