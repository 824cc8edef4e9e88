"""Whether a change of the folder may alter what is told of files that are not indexed, while nobody keeps the index."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path
from typing import Final

from copilot_desktop.context.index.indexed_file import LIMIT_CHARACTERS
from copilot_desktop.text.visible_signs import shown_path
from copilot_desktop.workspace.folder_changes import FolderChanged

_MOST: Final = 500
"""Paths that are looked at; of more, a checkout, it is taken for granted."""


def may_alter_problems(root: Path, change: FolderChanged, problems: Collection[str]) -> bool:
    """Whether the index is to be brought up to date for it; `problems` are the sentences that are told now. Asks the
    disk. A file that is saved as most are is nothing of note: a worker would be started for each."""
    if problems and (change.is_overflow or change.deleted or change.moved):
        return True
    paths = change.paths - set(change.deleted)
    return len(paths) > _MOST or any(_is_of_note(root, path, problems) for path in paths)


def _is_of_note(root: Path, path: str, problems: Collection[str]) -> bool:
    if path.startswith(".git/"):
        return False
    try:
        path.encode()
        status = os.stat(root / path)
    except UnicodeEncodeError:
        return True
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    # What comes with a folder is named by nobody; a file that may not be read has no other sign.
    is_odd = stat.S_ISDIR(status.st_mode) or status.st_size > LIMIT_CHARACTERS or not os.access(root / path, os.R_OK)
    return is_odd or any(shown_path(path) in problem for problem in problems)
