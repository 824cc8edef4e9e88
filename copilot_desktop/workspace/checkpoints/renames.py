"""A rename that was carried out, as a step of the history: its files by their hashes alone.

Nothing is overwritten by a rename, so no content need be kept: taking it back needs what stands under the new name.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from copilot_desktop.workspace.atomic_write import hash_or_none
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind, FileAbout
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.paths import Workspace

LIMIT_FILES: Final = 2000
LIMIT_BYTES: Final = 256 * 1024 * 1024
"""Of larger folders no step is made: reading them all would take longer than anybody waits for a rename."""


def rename_record(
    workspace: Workspace, pairs: Iterable[tuple[str, str]], title: str, *, made: Sequence[str] = (), undoes: str = ""
) -> Record | None:
    """The step of old and new paths, of files and folders as they stand now; `made`: folders that were made for them.

    None where it could not be taken back file by file: too much in it, links or special files, or a name of which only
    the case is another one. Raises OSError.
    """
    steps: list[Step] = []
    about: dict[str, FileAbout] = {}
    folders = list(made)
    left_bytes = LIMIT_BYTES
    for old, new in pairs:
        for path, status in _inside(workspace.root, new):
            if stat.S_ISDIR(status.st_mode):
                folders.append(path)
                continue
            left_bytes -= status.st_size
            is_too_much = left_bytes < 0 or len(about) == LIMIT_FILES
            if is_too_much or not stat.S_ISREG(status.st_mode) or old.casefold() == new.casefold():
                return None
            before = old + path.removeprefix(new)
            name, mode = hash_or_none(workspace.root / path), stat.S_IMODE(status.st_mode)
            steps += (Step(path, None, name, mode, ""), Step(before, name, None, mode, ""))
            about[path] = FileAbout(old_path=before)
    if not steps:
        return None
    begun = Record.begun(title, About(EntryKind.RENAME, files=about, undoes=undoes))
    return replace(begun, steps=tuple(steps), folders=tuple(folders))


def _inside(root: Path, path: str) -> Iterator[tuple[str, os.stat_result]]:
    """A path and all in it, folders before what they hold; links are not followed."""
    status = (root / path).lstat()
    yield path, status
    if stat.S_ISDIR(status.st_mode):
        for name in sorted(os.listdir(root / path)):
            yield from _inside(root, f"{path}/{name}")
