"""What became of proposals, in sentences for the model that made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from copilot_desktop.edits.change_sets import ChangeSet, Decision, FileChange


def outcomes_of(change_sets: Iterable[ChangeSet], under_way: Mapping[str, Decision]) -> dict[str, dict[str, str]]:
    """Turn → path → how it stands, as a sentence; of a turn that made several proposals the last one counts.

    `under_way`: decisions that are being written, by hunk; they count as made.
    """
    found: dict[str, dict[str, str]] = {}
    for change_set in change_sets:
        sentences = {change.path: _decided(change, under_way) for change in change_set.files}
        for failure in change_set.failures:
            if failure.path is not None:
                placed = sentences.get(failure.path, "")
                sentences[failure.path] = f"{placed} A change of this file was not placed: {failure.message}".strip()
        found[change_set.turn_id] = sentences
    return found


def _decided(change: FileChange, under_way: Mapping[str, Decision]) -> str:
    count = len(change.hunks)
    decisions = [under_way.get(hunk.hunk_id, hunk.decision) for hunk in change.hunks]
    accepted, rejected = decisions.count(Decision.ACCEPTED), decisions.count(Decision.REJECTED)
    if accepted == count:
        return f"The user accepted all changes of {change.path}."
    if rejected == count:
        return f"The user rejected all changes of {change.path}."
    if not accepted and not rejected:
        return f"The user has not decided about {change.path} yet."
    waiting = count - accepted - rejected
    left = f", {waiting} undecided" if waiting else ""
    return f"Of {count} changes of {change.path} the user accepted {accepted} and rejected {rejected}{left}."
