"""What an earlier version has left of finished steps: a JSON file for each, which becomes an entry of the history."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.checkpoints.history_rows import insert
from copilot_desktop.workspace.checkpoints.journal import read_record


def bring_in_checkpoints(database: sqlite3.Connection, folder: Path) -> None:
    """Put the JSON checkpoints of a store's folder into its new history, oldest first; the files stay as they are.

    A damaged one is passed over. Raises NewerStoreError.
    """
    for place in sorted((folder / "checkpoints").glob("*.json")):
        try:
            record = read_record(place)
        except NewerStoreError:
            raise
        except StoreError:
            continue
        if record is not None:
            kind = EntryKind.UNDO if record.title.startswith("Undo: ") else EntryKind.ACCEPT
            insert(database, replace(record, about=About(kind=kind)))
