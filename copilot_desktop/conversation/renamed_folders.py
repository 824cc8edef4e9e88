"""Conversations and drafts of a folder that was renamed: they are found under its name of now."""

from __future__ import annotations

import sqlite3
import threading
from typing import Final

from copilot_desktop.conversation.drafts import DraftPart
from copilot_desktop.conversation.turns import new_id


class RenamedFolders:
    """What a folder is called now. Windows may still work under its name of before, and write drafts under it. May be
    used from any thread."""

    def __init__(self) -> None:
        self._now: dict[str, str] = {}
        self._lock: Final = threading.Lock()

    def name_of(self, folder: str) -> str:
        """Under which name what belongs to a folder is kept."""
        return self._now.get(folder, folder)

    def follow(self, database: sqlite3.Connection, before: str, folder: str) -> None:
        """Inside a transaction: what was kept under one name is kept under the other from now on. What is written under
        the old one meanwhile comes before all of it, or after."""
        _move_rows(database, before, folder)
        with self._lock:
            moved = {name: folder if now == before else now for name, now in self._now.items()}
            self._now = {name: now for name, now in {**moved, before: folder}.items() if name != folder}

    def stands_for_itself(self, folder: str) -> None:
        """A folder was opened: if another one had this name before, this one is not it."""
        with self._lock:
            self._now = {name: now for name, now in self._now.items() if name != folder}


def _move_rows(database: sqlite3.Connection, before: str, folder: str) -> None:
    """What was written for the next conversation under both names is joined when it is read."""
    database.execute("UPDATE conversations SET workspace = ? WHERE workspace = ?", (folder, before))
    database.execute("UPDATE OR IGNORE drafts SET workspace = ? WHERE workspace = ?", (folder, before))
    database.execute("DELETE FROM drafts WHERE workspace = ? AND part = ?", (before, DraftPart.SHOWN))
    # A draft whose conversation was never made is put before what is written for the next one.
    database.execute(
        "UPDATE drafts SET workspace = ?, conversation_id = ? || conversation_id WHERE workspace = ?",
        (folder, new_id(), before),
    )
