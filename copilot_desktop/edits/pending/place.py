"""Where the review of a folder is kept, also once the folder has another name."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.atomic_write import bytes_hash, write_private

_NOTE: Final = ".from"
"""Beside a review that is still to be fetched: which file it is in."""


def place_of(state_folder: Path, root: bytes) -> Path:
    """The file that keeps the review of a folder."""
    return state_folder / "reviews" / f"{bytes_hash(root)[:16]}.sqlite"


def follow_rename(state_folder: Path, before: Path, root: Path) -> None:
    """Note that the review of a folder belongs to its name of now, unless there is one already. Raises StoreError.

    A window may still decide things under the name of before: `fetch` brings the review when that is over.
    """
    source, target = (place_of(state_folder, os.fsencode(each)) for each in (before, root))
    unfetched, note = source.with_suffix(_NOTE), target.with_suffix(_NOTE)
    if target.exists() or note.exists():
        return
    try:
        if source.exists():
            write_private(note, source.name.encode())
        elif unfetched.exists():
            unfetched.replace(note)
    except OSError as error:
        raise _not_followed(error) from error


def fetch(place: Path) -> None:
    """Before a review is opened: what is noted about its file is carried out. Raises StoreError.

    The review of this folder comes here, and one that was left here goes to the folder that had this name before. No
    window may have them open any more.
    """
    notes = [(note.with_suffix(place.suffix), note) for note in place.parent.glob(f"*{_NOTE}")]
    try:
        found = [(place.with_name(note.read_text()), target, note) for target, note in notes]
        # What is in the way goes first.
        for source, target, note in sorted(found, key=lambda each: each[0] != place):
            if place in (source, target):
                _bring(source, target)
                note.unlink()
    except (OSError, ValueError, sqlite3.Error) as error:
        raise _not_followed(error) from error


def _bring(source: Path, target: Path) -> None:
    # Nobody makes a review that is still to be fetched: one that is there was copied before the program was killed.
    if source.exists() and not target.exists():
        copied = target.with_suffix(".copied")
        os.close(os.open(copied, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(source)) as kept, closing(sqlite3.connect(copied)) as copy:
            kept.backup(copy)
        copied.replace(target)
    for name in (source.name, f"{source.name}-wal", f"{source.name}-shm"):
        with contextlib.suppress(OSError):
            source.with_name(name).unlink(missing_ok=True)


def _not_followed(error: Exception) -> StoreError:
    message = "The changes under review in the folder could not follow its new name."
    return StoreError(
        message,
        advice="They are kept, and the program tries again when the folder is opened the next time.",
        detail=str(error),
    )
