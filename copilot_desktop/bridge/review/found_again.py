"""Files under review that another program renamed while this one was away: found where they are surely the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.moved_paths import path_moved
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.file_identity import FileIdentity, file_identity

_COMPARED: Final = 200
"""So many files that are new here are compared with what is gone: more were not renamed by hand."""
_BYTES_PER_CHARACTER: Final = 4


def with_renamed(
    kept: PendingReview, files: ReviewFiles, texts: Mapping[str, str | None], kept_at: float
) -> tuple[PendingReview, dict[str, str]]:
    """The review with the paths of now, and what was found: old → new path. `texts`: what files say, None: gone.

    `kept_at`: when the review was written last, in seconds after 1970. Waits for the disk: the folder is listed.
    """
    state = kept.state
    gone = {path: text for path in texts if texts[path] is None and (text := state.texts[path]) is not None}
    everywhere = {path: status for path, status in _files(files) if path not in state.texts}
    found = _by_identity(gone, kept.identities, everywhere, files)
    left = {path: text for path, text in gone.items() if path not in found and text.strip()}
    new = {path: each for path, each in everywhere.items() if each.st_ctime >= kept_at and path not in found.values()}
    found |= _by_content(left, new, files) if left and len(new) <= _COMPARED else {}
    moved = {}
    for old, path in found.items():
        before, state = state, path_moved(state, old, path)
        if state is not before:
            moved[old] = path
    return replace(kept, state=state), moved


def _files(files: ReviewFiles) -> Iterator[tuple[str, os.stat_result]]:
    root, paths = files.listed()
    for path in paths:
        try:
            status = os.lstat(os.path.join(root, path))
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            yield path, status


def _by_identity(
    gone: Mapping[str, str],
    known: Mapping[str, FileIdentity],
    everywhere: Mapping[str, os.stat_result],
    files: ReviewFiles,
) -> dict[str, str]:
    numbers = {(each.device, each.inode): path for path, each in known.items() if path in gone}
    found: dict[str, list[str]] = {}
    for path, status in everywhere.items():
        old = numbers.get((status.st_dev, status.st_ino))
        if old is not None and file_identity(Path(files.root, path)) == known[old]:
            found.setdefault(old, []).append(path)
    # One with several names has not surely this one.
    return {old: paths[0] for old, paths in found.items() if len(paths) == 1}


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
