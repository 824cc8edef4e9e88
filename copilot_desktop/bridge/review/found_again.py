"""Files under review that another program renamed while this one was away: found where they are surely the same, or
surely what has become of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from copilot_desktop.bridge.review.commands import with_paths
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.moved_paths import moving, path_moved
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.finding_again import MOST_NEW, found_by_identity, found_by_likeness, regular_files

_BYTES_PER_CHARACTER: Final = 4


class FoundAgain(NamedTuple):
    """The review with the paths of now, and what was found, old → new; `unsure`: files that are gone, each with the new
    ones that are like it."""

    review: PendingReview
    moved: Mapping[str, str]
    unsure: Mapping[str, tuple[str, ...]]


def with_renamed(
    kept: PendingReview, files: ReviewFiles, texts: Mapping[str, str | None], kept_at: float
) -> FoundAgain:
    """Find the files that are gone. `texts`: what files say, None: gone.

    `kept_at`: when the review was written last, in seconds after 1970. Waits for the disk: the folder is listed.
    """
    state = kept.state
    unsure: Mapping[str, tuple[str, ...]] = {}
    gone = {path: text for path in texts if texts[path] is None and (text := state.texts[path]) is not None}
    everywhere = {path: status for path, status in regular_files(files.workspace).items() if path not in state.texts}
    identities = {path: each for path, each in kept.identities.items() if path in gone}
    found = found_by_identity(files.workspace, identities, everywhere)
    left = {path: text for path, text in gone.items() if path not in found and text.strip()}
    new = {path: each for path, each in everywhere.items() if each.st_ctime >= kept_at and path not in found.values()}
    if left and len(new) <= MOST_NEW:
        found |= _by_content(left, new, files)
        changed = {path: text for path, text in left.items() if path not in found}
        likely = [path for path in new if path not in found.values()]
        alike, unsure = found_by_likeness(files.workspace, likely, changed)
        found |= alike
    moved, done = {}, kept.done
    for old, path in found.items():
        before, state = state, path_moved(state, old, path)
        if state is not before:
            moved[old] = path
            done = with_paths(done, moving(old, path))
    return FoundAgain(replace(kept, state=state, done=done), moved, unsure)


def _by_content(gone: Mapping[str, str], new: Mapping[str, os.stat_result], files: ReviewFiles) -> dict[str, str]:
    """Those of which exactly one new file says the very same, and no other one that is gone did."""
    longest = max(map(len, gone.values()))
    said: dict[str, list[str]] = {}
    for path, status in new.items():
        if 0 < status.st_size <= (longest + 1) * _BYTES_PER_CHARACTER:
            try:
                text = files.read([path])[path]
            except CopilotError:
                continue  # no text, so it is not one under review
            if text is not None:
                said.setdefault(text, []).append(path)
    texts = list(gone.values())
    return {old: said[text][0] for old, text in gone.items() if len(said.get(text, ())) == 1 and texts.count(text) == 1}
