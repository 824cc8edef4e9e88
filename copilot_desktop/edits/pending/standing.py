"""A kept review comes back: onto what its files say now, and together with what is under review already."""

from __future__ import annotations

from collections.abc import Mapping

from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.review import ReviewState, Texts
from copilot_desktop.edits.taken_in import turn_of
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Away:
    """What happened to undecided changes while nobody looked: path → how many.

    `conflicts`: other lines stand there now; `gone`: there is no such file any more.
    """

    conflicts: Mapping[str, int]
    gone: Mapping[str, int]


def standing_on(state: ReviewState, texts: Texts, *, by: ChangedBy) -> ReviewState:
    """The review on the texts its files have now (None: no such file); a path that is not named keeps its text."""
    for path, text in texts.items():
        state = state.text_changed(path, text, by=by)
    return state


def joined(kept: ReviewState, now: ReviewState) -> ReviewState:
    """The kept change sets before those that are under review already, on the texts of these."""
    if not now.change_sets:
        return kept
    kept = standing_on(kept, now.texts, by=ChangedBy.OUTSIDE)
    turns = {hunk.hunk_id: turn_of(hunk) for state in (kept, now) for hunk in state.hunks()}
    both = {path: (*kept.order.get(path, ()), *ids) for path, ids in now.order.items()}
    order = {path: tuple(sorted(ids, key=lambda hunk_id: turns[hunk_id])) for path, ids in both.items()}
    known = {each.change_set_id for each in now.change_sets}
    earlier = tuple(each for each in kept.change_sets if each.change_set_id not in known)
    return ReviewState(
        (*earlier, *now.change_sets),
        kept.texts.merged(now.texts),
        {**kept.order, **order},
        (*kept.steps, *now.steps),
        (*kept.stood, *now.stood),
    )


def changed_away(before: ReviewState, after: ReviewState) -> Away:
    """Compare a review as it was left with what it is on the texts of now."""
    states = {hunk.hunk_id: hunk.state for hunk in before.hunks()}
    conflicts: dict[str, int] = {}
    gone: dict[str, int] = {}
    for change in (change for each in after.change_sets for change in each.files):
        path = change.old_path or change.path
        is_gone = after.texts.lined(path) is None and before.texts.lined(path) is not None
        count = sum(
            hunk.decision is Decision.PENDING
            and hunk.state is HunkState.CONFLICT
            and states.get(hunk.hunk_id) is not HunkState.CONFLICT
            for hunk in change.hunks
        )
        if count:
            found = gone if is_gone else conflicts
            found[path] = found.get(path, 0) + count
    return Away(conflicts, gone)


def still_away(state: ReviewState, away: Away) -> bool:
    """Whether any of these changes still cannot be applied, and waits for a decision."""
    places = {*away.conflicts, *away.gone}
    return any(
        hunk.decision is Decision.PENDING and hunk.state is HunkState.CONFLICT
        for each in state.change_sets
        for change in each.files
        if (change.old_path or change.path) in places
        for hunk in change.hunks
    )
