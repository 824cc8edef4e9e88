"""What was kept of a review, on the texts of now, and what the user is told of it.

Those of the tabs count, which may hold unsaved text of the last time, else those on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Final

from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.commands import counted, named
from copilot_desktop.bridge.review.events import ReviewNotice
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.missed_steps import missed_since, with_missed
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.changed_by import ChangedBy
from copilot_desktop.edits.pending.standing import Away, changed_away, standing_on, still_away
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.values import dataclass

_PUT_BACK: Final = "Put it back under its name, or reject what cannot be applied."
_SEE: Final = "Open the review to see all sides; nothing was written."


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """The review, on the texts of now; `problems` are sentences about files that could not be looked at.

    `moved`: files that were found under other paths, old → new. `unsure`: those that are gone, and which each could be.
    """

    review: PendingReview
    away: Away
    problems: tuple[CopilotError, ...]
    moved: Mapping[str, str] = field(default_factory=dict)
    unsure: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def bring_back(kept: PendingReview, files: ReviewFiles, live: Mapping[str, str]) -> BroughtBack:
    """On a worker: read what is in no tab; `live` is what is, by path."""
    texts: dict[str, str | None] = {}
    problems: list[CopilotError] = []
    for path in kept.state.texts:
        if path not in live:
            try:
                texts.update(files.read([path]))
            except CopilotError as error:
                problems.append(error)
    try:
        kept = with_missed(kept, missed_since(files.history, kept.last_entry))
    except StoreError as error:
        problems.append(error)
    moved: Mapping[str, str] = {}
    unsure: Mapping[str, tuple[str, ...]] = {}
    if any(texts[path] is None and kept.state.texts.lined(path) is not None for path in texts):
        # Hardly any start needs it.
        from copilot_desktop.bridge.review.found_again import with_renamed

        kept, moved, unsure = with_renamed(kept, files, texts)
    texts = {path: text for path, text in texts.items() if path not in moved}
    for path in moved.values():
        try:
            texts |= files.read([path])
        except CopilotError as error:
            problems.append(error)
    state = standing_on(standing_on(kept.state, texts, by=ChangedBy.OUTSIDE), live, by=ChangedBy.TYPING)
    return BroughtBack(replace(kept, state=state), changed_away(kept.state, state), tuple(problems), moved, unsure)


def notice_of(back: BroughtBack, board: ReviewBoard) -> ReviewNotice | None:
    """What is to be said of it; None: nothing. It is one notice: a later one takes the place of an earlier one."""
    away = back.away
    said = [(_gone, away.gone, _PUT_BACK), (_in_conflict, away.conflicts, _SEE)]
    parts = [(say(paths), advice) for say, paths, advice in said if paths]
    found = [_moved(back.moved)] if back.moved else []
    if back.unsure:
        # Hardly any start needs it.
        from copilot_desktop.bridge.review.renamed_files import not_known

        found.append(not_known(back.unsure))
    if not parts:
        return ReviewNotice(found[0]) if found else None
    what, to_do = (" ".join(each) for each in zip(*parts, strict=True))
    return ReviewNotice(" ".join((*found, what)), to_do, holds=lambda: still_away(board.state, away))


def _moved(paths: Mapping[str, str]) -> str:
    old = sorted(paths)[0]
    if len(paths) == 1:
        return f"{old} was renamed to {paths[old]} while the program was away: its changes went along."
    return f"{old} and {len(paths) - 1} more were renamed while the program was away: their changes went along."


def _gone(paths: Mapping[str, int]) -> str:
    count = sum(paths.values())
    files = f"{named(sorted(paths))} {'is' if len(paths) == 1 else 'are'}"
    them = "cannot be applied as it is" if count == 1 else "cannot be applied as they are"
    return f"{files} no longer there: deleted or renamed while the program was away. {counted(count, 'change')} {them}."


def _in_conflict(paths: Mapping[str, int]) -> str:
    count = sum(paths.values())
    verb = "is" if count == 1 else "are"
    return (
        f"{named(sorted(paths))} changed while the program was away: {counted(count, 'undecided change')} {verb} in "
        "conflict with what it says now."
    )
