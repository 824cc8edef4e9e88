"""Where the review of a folder is kept, also once the folder has another name."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.atomic_write import bytes_hash


def place_of(state_folder: Path, root: bytes) -> Path:
    """The file that keeps the review of a folder."""
    return state_folder / "reviews" / f"{bytes_hash(root)[:16]}.sqlite"


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Keep the review of a folder under its name of now, unless there is one already. Raises StoreError.

    A window may have the file still open, so it is copied as the database has it, and not moved under its hands.
    """
    source, target = (place_of(state_folder, os.fsencode(each)) for each in (before, root))
    if not source.exists() or target.exists():
        return
    copied = target.with_suffix(".copied")
    try:
        os.close(os.open(copied, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(copied)) as copy:
            kept.backup(copy)
        copied.replace(target)
    except (OSError, sqlite3.Error) as error:
        message = "The changes under review in the folder could not follow its new name."
        raise StoreError(message, detail=str(error)) from error
    for name in (source.name, f"{source.name}-wal", f"{source.name}-shm"):
        with contextlib.suppress(OSError):
            source.with_name(name).unlink(missing_ok=True)
