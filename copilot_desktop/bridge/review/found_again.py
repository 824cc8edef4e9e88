"""Files under review that another program renamed while this one was away: found where they are surely the same, or
surely what has become of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from copilot_desktop.bridge.review.commands import with_paths
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.moved_paths import moving, path_moved
from copilot_desktop.workspace.finding_again import (
    found_by_content,
    found_by_identity,
    found_by_likeness,
    regular_files,
)


class FoundAgain(NamedTuple):
    """The review with the paths of now, and what was found, old → new; `unsure`: files that are gone, each with the new
    ones that are like it."""

    review: PendingReview
    moved: Mapping[str, str]
    unsure: Mapping[str, tuple[str, ...]]


def with_renamed(kept: PendingReview, files: ReviewFiles, texts: Mapping[str, str | None]) -> FoundAgain:
    """Find the files that are gone. `texts`: what files say, None: gone. Waits for the disk: the folder is listed.

    What is new is told by the names that the folder had, never by times: those of a disk and of a store differ.
    """
    state = kept.state
    unsure: Mapping[str, tuple[str, ...]] = {}
    gone = {path: text for path in texts if texts[path] is None and (text := state.texts[path]) is not None}
    everywhere = {path: status for path, status in regular_files(files.workspace).items() if path not in state.texts}
    identities = {path: each for path, each in kept.identities.items() if path in gone}
    found = found_by_identity(files.workspace, identities, everywhere)
    left = {path: text for path, text in gone.items() if path not in found and text.strip()}
    known = everywhere.keys() if kept.names is None else kept.names.paths()
    new = [path for path in everywhere if path not in known and path not in found.values()]
    if left and new:
        found |= found_by_content(files.workspace, new, {}, left)
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
