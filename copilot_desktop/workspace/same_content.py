"""Finds files again that have got another name by being deleted and written anew, as git does in a checkout."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.files import WHOLE_BYTES, FileText, missing_files, read_file
from copilot_desktop.workspace.paths import Workspace

MOST_NEW: Final = 200
"""Of more new files at once none is looked at: what is meant is another state of the whole folder."""
_MOST_BYTES: Final = 64_000_000


def found_by_content(
    workspace: Workspace, new: Collection[str], hashes: Mapping[str, str], texts: Mapping[str, str]
) -> dict[str, str]:
    """Old → new path of the files that are gone and of which exactly one of the `new` paths holds the very same.

    What they held: `hashes` are those of their bytes, `texts` of others what they said. Two that held the same are not
    told apart, nor are files without content. Waits for the disk.
    """
    gone = missing_files(workspace, {*hashes, *texts})
    held = {path: hashes.get(path) or texts[path] for path in gone}
    wanted = {what for what in held.values() if what and list(held.values()).count(what) == 1}
    if not wanted or len(new) > MOST_NEW:
        return {}
    found: dict[str, list[str]] = {}
    for file in _read(workspace, new):
        for what in wanted & {file.disk_hash, file.text}:
            found.setdefault(what, []).append(file.path)
    return {path: found[what][0] for path, what in held.items() if len(found.get(what, ())) == 1}


def _read(workspace: Workspace, paths: Collection[str]) -> Iterator[FileText]:
    left = _MOST_BYTES
    for path in paths:
        size = _size(workspace.root / path)
        if 0 < size <= min(left, WHOLE_BYTES):
            left -= size
            try:
                yield read_file(workspace, path)
            except CopilotError:
                continue  # no text, or gone by now


def _size(place: Path) -> int:
    """Of a regular file, else 0."""
    try:
        status = os.lstat(place)
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
