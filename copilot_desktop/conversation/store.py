"""The conversations and their turns, in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from copilot_desktop.conversation.branches import TurnTree
from copilot_desktop.conversation.renamed_folders import RenamedFolders
from copilot_desktop.conversation.searching import FOUND_LIMIT, ConversationFound, found_turns, title_has
from copilot_desktop.conversation.store_schema import VERSION, bring_up_to_date, copy_summaries, keep_copy
from copilot_desktop.conversation.stored_rows import row_of, turn_of
from copilot_desktop.conversation.turns import Conversation, StoredTurn, new_id
from copilot_desktop.errors import NewerStoreError, StoreError

IN_MEMORY: Final = Path(":memory:")
KEPT_DELETED_S: Final = 3600.0
"""So long a deleted conversation can come back; the next folder that is opened then deletes it for good."""
_BUSY_S: Final = 10.0
_DAMAGED = "The file is damaged: moved away, with its -wal and -shm, it is made anew, without what is in it."
_ADVICE = {
    sqlite3.SQLITE_BUSY: "Another program uses the file at the moment. Try again.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_COLUMNS: Final = "id, title, workspace, created_at, updated_at, is_pinned"


class ConversationStore:
    """May be used from any thread. `IN_MEMORY` keeps nothing after the end."""

    def __init__(self, path: Path) -> None:
        """Open or make the file (mode 0600). Raises NewerStoreError, leaving it untouched, and StoreError."""
        self._path = path
        self._lock = threading.Lock()
        self.folders = RenamedFolders()
        """Under which names what belongs to folders is kept."""
        try:
            if path != IN_MEMORY:
                path.touch(mode=0o600)
            self._database = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def new_conversation(self, workspace: str, title: str, conversation_id: str = "") -> Conversation:
        """Make a conversation of a workspace (its absolute folder), under an id of its own or this one."""
        now, workspace = time.time(), self.folders.name_of(workspace)
        conversation = Conversation(conversation_id or new_id(), title, workspace, now, now)
        with self.transaction() as database:
            database.execute(
                "INSERT INTO conversations (id, title, workspace, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
                (conversation.conversation_id, title, workspace, now, now),
            )
        return conversation

    def conversations(self, workspace: str) -> tuple[Conversation, ...]:
        """The conversations of a workspace, the last used first."""
        with self.transaction() as database:
            return _conversations(database, self.folders.name_of(workspace), "updated_at DESC, rowid DESC")

    def search(self, workspace: str, query: str) -> tuple[ConversationFound, ...]:
        """The conversations of a workspace that have all words of a query, pinned ones first, then the last used.

        Words are found in a title, or in the prompt and answer of one turn; an empty query finds all.
        """
        workspace = self.folders.name_of(workspace)
        with self.transaction() as database:
            every = _conversations(database, workspace, "is_pinned DESC, updated_at DESC, rowid DESC")
            turns = found_turns(database, workspace, query) if query.strip() else {}
        found = [
            ConversationFound(each, *turns.get(each.conversation_id, ("", "")))
            for each in every
            if each.conversation_id in turns or title_has(each.title, query)
        ]
        return tuple(found[:FOUND_LIMIT])

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        self._set(conversation_id, "title", title)

    def set_pinned(self, conversation_id: str, is_pinned: bool) -> None:
        """Keep a conversation at the top of the list, or no longer."""
        self._set(conversation_id, "is_pinned", int(is_pinned))

    def show_branch(self, conversation_id: str, leaf_id: str) -> None:
        """Remember which branch is shown, by the turn it ends with."""
        self._set(conversation_id, "leaf_id", leaf_id)

    def delete(self, conversation_id: str) -> None:
        """Take a conversation out of all lists; `restore` brings it back for an hour at least."""
        self._set(conversation_id, "deleted_at", time.time())

    def restore(self, conversation_id: str) -> None:
        """Bring a deleted conversation back."""
        self._set(conversation_id, "deleted_at", None)

    def forget_deleted(self, before: float | None = None) -> None:
        """Delete for good, with their turns, what was deleted before this time; None: an hour ago."""
        limit = time.time() - KEPT_DELETED_S if before is None else before
        with self.transaction() as database:
            database.execute(
                "DELETE FROM drafts WHERE conversation_id IN (SELECT id FROM conversations WHERE deleted_at < ?)",
                (limit,),
            )
            gone = database.execute("DELETE FROM conversations WHERE deleted_at < ?", (limit,))
            if gone.rowcount > 0:
                # The index keeps deleted words until its parts are joined.
                database.execute("INSERT INTO turn_words (turn_words) VALUES ('optimize')")

    def turns(self, conversation_id: str) -> tuple[StoredTurn, ...]:
        """The turns of all branches in the order in which they were begun; none for an unknown conversation."""
        with self.transaction() as database:
            return _turns(database, conversation_id)

    def leaf_id(self, conversation_id: str) -> str:
        """The turn that the shown branch ends with; empty where there is none."""
        with self.transaction() as database:
            return _leaf_id(database, conversation_id)

    def branch(self, conversation_id: str, leaf_id: str) -> tuple[StoredTurn, ...]:
        """The turns up to this one, the first of them first."""
        turns = {turn.turn_id: turn for turn in self.turns(conversation_id)}
        tree = TurnTree.of((turn.turn_id, turn.parent_id) for turn in turns.values())
        return tuple(turns[turn_id] for turn_id in tree.path(leaf_id))

    def parent_for(self, conversation_id: str, turn_id: str) -> str:
        """The turn that a turn follows: the one it was kept with, for a new one the end of the shown branch."""
        with self.transaction() as database:
            row = database.execute("SELECT parent_id FROM turns WHERE id = ?", (turn_id,)).fetchone()
            return str(row[0]) if row is not None else _leaf_id(database, conversation_id)

    def copy_branch(self, conversation: Conversation, leaf_id: str, title: str) -> Conversation:
        """Make a conversation of the same workspace whose history is this branch up to `leaf_id`."""
        made = self.new_conversation(conversation.workspace, title)
        parent_id, copies = "", dict[str, str]()
        for turn in self.branch(conversation.conversation_id, leaf_id):
            copy = replace(
                turn,
                turn_id=new_id(),
                conversation_id=made.conversation_id,
                parent_id=parent_id,
                origin_id=turn.origin_id or turn.turn_id,
            )
            self.save_turn(copy)
            parent_id = copies[turn.turn_id] = copy.turn_id
        with self.transaction() as database:
            copy_summaries(database, made.conversation_id, copies)
        return made

    def save_turn(self, turn: StoredTurn, *, is_lasting: bool = False) -> None:
        """Keep a turn, new or again; its conversation must exist. Also called at its start: no prompt is lost.

        A new turn is the end of the shown branch from then on; one that is kept again stays where it is in the tree.
        """
        values = row_of(turn)
        columns = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("id", "parent_id"))
        with self.transaction(is_lasting=is_lasting) as database:
            is_new = database.execute("SELECT 1 FROM turns WHERE id = ?", (turn.turn_id,)).fetchone() is None
            database.execute(
                f"INSERT INTO turns ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",  # noqa: S608 - our names
                tuple(values.values()),
            )
            if any(item.picture is not None for item in turn.items):
                from copilot_desktop.conversation.stored_pictures import keep_pictures

                keep_pictures(database, turn.turn_id, turn.items)
            database.execute(
                "UPDATE conversations SET updated_at = ?, leaf_id = CASE WHEN ? THEN ? ELSE leaf_id END WHERE id = ?",
                (time.time(), is_new, turn.turn_id, turn.conversation_id),
            )

    def _set(self, conversation_id: str, column: str, value: str | float | None) -> None:
        with self.transaction() as database:
            database.execute(
                f"UPDATE conversations SET {column} = ? WHERE id = ?",  # noqa: S608 - our names
                (value, conversation_id),
            )

    def _prepare(self) -> None:
        with self.transaction() as database:
            version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise NewerStoreError(
                f"The conversations in {self._path} were written by a newer version of the program; they are left as "
                "they are.",
                advice="Start the newer version, or move the file away to begin with none.",
            )
        try:
            self._database.row_factory = sqlite3.Row
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("PRAGMA foreign_keys = ON")
            # What a user deletes is overwritten, not only marked as free.
            self._database.execute("PRAGMA secure_delete = ON")
            if 0 < version < VERSION:
                keep_copy(self._database, self._path, version)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from error
        with self.transaction() as database:
            bring_up_to_date(database)

    @contextmanager
    def transaction(self, *, is_lasting: bool = False) -> Iterator[sqlite3.Connection]:
        """The database, for one change that is made whole or not at all. Raises StoreError.

        `is_lasting`: it is on the disk afterwards, also if the power fails.
        """
        with self._lock:
            try:
                if is_lasting:
                    self._database.execute("PRAGMA synchronous = FULL")
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield self._database
                except BaseException:
                    self._database.execute("ROLLBACK")
                    raise
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                if self._database.in_transaction:
                    # A full disk refuses the end of it, and no other one could begin.
                    with suppress(sqlite3.Error):
                        self._database.execute("ROLLBACK")
                raise self._failed(error) from error
            finally:
                if is_lasting:
                    with suppress(sqlite3.Error):
                        self._database.execute("PRAGMA synchronous = NORMAL")

    def _failed(self, error: Exception) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says more of the same
        return StoreError(
            f"The conversations in {self._path} cannot be read or written.",
            advice=_ADVICE.get(code, "Check that the disk has space and the file may be written."),
            detail=str(error),
        )


def conversation_of(store: ConversationStore, workspace: str, turn_id: str) -> Conversation | None:
    """The conversation that a turn was asked in; None where it is not there any more."""
    with store.transaction() as database:
        row = database.execute("SELECT conversation_id FROM turns WHERE id = ?", (turn_id,)).fetchone()
        every = () if row is None else _conversations(database, workspace, "rowid")
    return next((each for each in every if each.conversation_id == row[0]), None)


def _conversations(database: sqlite3.Connection, workspace: str, order: str) -> tuple[Conversation, ...]:
    rows = database.execute(
        f"SELECT {_COLUMNS} FROM conversations WHERE workspace = ? AND deleted_at IS NULL ORDER BY {order}",  # noqa: S608 - our names
        (workspace,),
    ).fetchall()
    return tuple(
        Conversation(
            row["id"], row["title"], row["workspace"], row["created_at"], row["updated_at"], bool(row["is_pinned"])
        )
        for row in rows
    )


def _turns(database: sqlite3.Connection, conversation_id: str) -> tuple[StoredTurn, ...]:
    rows = database.execute("SELECT * FROM turns WHERE conversation_id = ? ORDER BY number", (conversation_id,))

    def find(digest: str) -> bytes:
        from copilot_desktop.conversation.stored_pictures import bytes_of  # hardly any turn has one

        return bytes_of(database, digest)

    return tuple(turn_of(row, find) for row in rows.fetchall())


def _leaf_id(database: sqlite3.Connection, conversation_id: str) -> str:
    row = database.execute("SELECT leaf_id FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return "" if row is None else str(row[0])
