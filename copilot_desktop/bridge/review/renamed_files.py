"""Files under review that other programs rename and change: the sentences about them."""

from __future__ import annotations

from collections.abc import Mapping

from copilot_desktop.bridge.documents.events import RenamedAndChanged
from copilot_desktop.bridge.review.commands import counted
from copilot_desktop.edits.change_sets import Decision, HunkState
from copilot_desktop.edits.review import ReviewState

_SEE = "Open the review to see all sides; nothing was written."
_TO_DO = "Give the right one its name back, or reject what cannot be applied."


def told(event: RenamedAndChanged, state: ReviewState) -> tuple[str, str]:
    """What the user is told of it, and what there is to do; nothing of files that wait for nothing."""
    said = renamed_and_changed(event.found, state) if event.found else ""
    unsure = {path: new for path, new in event.unsure.items() if state.pending(path)}
    if unsure:
        return f"{said} {not_known(unsure)}".strip(), _TO_DO
    return said, _SEE if any(_in_conflict(state, path) for path in event.found.values()) else ""


def renamed_and_changed(found: Mapping[str, str], state: ReviewState) -> str:
    """Say that files have other names and say something else, and what that means for their changes."""
    (old, new), *others = sorted(found.items())
    files = f"{old} is now {new} and says something else"
    if others:
        more = counted(len(others), "more file")
        files = f"{old} is now {new} and says something else, and so it is with {more}"
    pending = sum(len(state.pending(path)) for path in found.values())
    if not pending:
        return f"{files}: {'its tab went' if not others else 'their tabs went'} along."
    conflicts = sum(_in_conflict(state, path) for path in found.values())
    left = f", {conflicts} of them in conflict with it" if conflicts and pending > 1 else ", in conflict with it"
    went = f"{counted(pending, 'undecided change')} went along"
    return f"{files}: {went}{left if conflicts else ''}."


def not_known(unsure: Mapping[str, tuple[str, ...]]) -> str:
    """Say that files are gone, and which new ones each could be."""
    old, new = sorted(unsure.items())[0]
    if not new:
        could_be = "so much is new in the folder that not all of it was compared with it"
    elif len(new) == 1:
        could_be = f"{new[0]} is like it, and like another one that is gone"
    else:
        could_be = f"{', '.join(new[:-1])} and {new[-1]} are like it"
    more = "" if len(unsure) == 1 else f" So it is with {counted(len(unsure) - 1, 'more file')}."
    return f"{old} is gone, and {could_be}: which one it is now is not known, so its changes wait under its name.{more}"


def _in_conflict(state: ReviewState, path: str) -> int:
    return sum(hunk.decision is Decision.PENDING and hunk.state is HunkState.CONFLICT for hunk in state.hunks(path))
