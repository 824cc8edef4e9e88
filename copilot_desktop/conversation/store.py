"""The conversations and their turns, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.events import ErrorNotice, TurnStatus
from copilot_desktop.conversation.turns import Conversation, StoredTurn, TurnMode, new_id
from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.llm.requests import Usage
from copilot_desktop.text.ranges import LineRange

VERSION: Final = 1
IN_MEMORY: Final = Path(":memory:")
_BUSY_S: Final = 10.0

_SCHEMA = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, workspace TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL
) STRICT;
CREATE INDEX conversations_of_workspace ON conversations (workspace, updated_at);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    prompt TEXT NOT NULL, items TEXT NOT NULL, mode TEXT NOT NULL, profile_name TEXT NOT NULL, model TEXT NOT NULL,
    created_at REAL NOT NULL, answer TEXT NOT NULL, reasoning TEXT NOT NULL, status TEXT NOT NULL, error TEXT,
    input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, cost_usd REAL, first_token_s REAL,
    duration_s REAL NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE INDEX turns_of_conversation ON turns (conversation_id, number);
"""


class ConversationStore:
    """May be used from any thread. `IN_MEMORY` keeps nothing after the end."""

    def __init__(self, path: Path) -> None:
        """Open or make the file (mode 0600). Raises NewerStoreError, leaving it untouched, and StoreError."""
        self._path = path
        self._lock = threading.Lock()
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

    def new_conversation(self, workspace: str, title: str) -> Conversation:
        """Make a conversation of a workspace (its absolute folder)."""
        now = time.time()
        conversation = Conversation(new_id(), title, workspace, now, now)
        with self._transaction() as database:
            database.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)",
                (conversation.conversation_id, title, workspace, now, now),
            )
        return conversation

    def conversations(self, workspace: str) -> tuple[Conversation, ...]:
        """The conversations of a workspace, the last used first."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT id, title, workspace, created_at, updated_at FROM conversations WHERE workspace = ?"
                " ORDER BY updated_at DESC, rowid DESC",
                (workspace,),
            ).fetchall()
        return tuple(Conversation(*row) for row in rows)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        with self._transaction() as database:
            database.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))

    def delete(self, conversation_id: str) -> None:
        """Delete a conversation with its turns."""
        with self._transaction() as database:
            database.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))

    def turns(self, conversation_id: str) -> tuple[StoredTurn, ...]:
        """The turns of a conversation in their order; none for one that does not exist."""
        with self._transaction() as database:
            rows = database.execute(
                "SELECT * FROM turns WHERE conversation_id = ? ORDER BY number", (conversation_id,)
            ).fetchall()
        return tuple(_turn_of(row) for row in rows)

    def save_turn(self, turn: StoredTurn) -> None:
        """Keep a turn, new or again; its conversation must exist. Also called at its start: no prompt is lost."""
        values = _row_of(turn)
        columns = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        updates = ", ".join(f"{name} = excluded.{name}" for name in values if name != "id")
        with self._transaction() as database:
            database.execute(
                f"INSERT INTO turns ({columns}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}",  # noqa: S608 - our names
                tuple(values.values()),
            )
            database.execute(
                "UPDATE conversations SET updated_at = ? WHERE id = ?", (time.time(), turn.conversation_id)
            )

    def _prepare(self) -> None:
        with self._transaction() as database:
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
        except sqlite3.Error as error:
            raise self._failed(error) from error
        with self._transaction() as database:
            # Again, now that no other process can be between the question and the answer.
            if int(database.execute("PRAGMA user_version").fetchone()[0]) == 0:
                for statement in _SCHEMA.split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield self._database
                except BaseException:
                    self._database.execute("ROLLBACK")
                    raise
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._failed(error) from error

    def _failed(self, error: Exception) -> StoreError:
        return StoreError(
            f"The conversations in {self._path} cannot be read or written.",
            advice="Check that the disk has space and the file may be written; a damaged file can be moved away.",
            detail=str(error),
        )


def _row_of(turn: StoredTurn) -> dict[str, Any]:
    return {
        "id": turn.turn_id,
        "conversation_id": turn.conversation_id,
        "prompt": turn.prompt,
        "items": json.dumps([_item_values(item) for item in turn.items]),
        "mode": turn.mode.value,
        "profile_name": turn.profile_name,
        "model": turn.model,
        "created_at": turn.created_at,
        "answer": turn.answer,
        "reasoning": turn.reasoning,
        "status": turn.status.value,
        "error": None if turn.error is None else json.dumps(asdict(turn.error)),
        "input_tokens": turn.usage.input_tokens,
        "output_tokens": turn.usage.output_tokens,
        "cached_tokens": turn.usage.cached_tokens,
        "cost_usd": turn.cost_usd,
        "first_token_s": turn.first_token_s,
        "duration_s": turn.duration_s,
        "note": turn.note,
    }


def _turn_of(row: sqlite3.Row) -> StoredTurn:
    return StoredTurn(
        turn_id=row["id"],
        conversation_id=row["conversation_id"],
        prompt=row["prompt"],
        items=tuple(_item_of(values) for values in json.loads(row["items"])),
        mode=TurnMode(row["mode"]),
        profile_name=row["profile_name"],
        model=row["model"],
        created_at=row["created_at"],
        answer=row["answer"],
        reasoning=row["reasoning"],
        status=TurnStatus(row["status"]),
        error=None if row["error"] is None else ErrorNotice(**json.loads(row["error"])),
        usage=Usage(row["input_tokens"], row["output_tokens"], row["cached_tokens"]),
        cost_usd=row["cost_usd"],
        first_token_s=row["first_token_s"],
        duration_s=row["duration_s"],
        note=row["note"],
    )


def _item_values(item: ContextItem) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "kind": item.kind.value,
        "path": item.path,
        "text": item.text,
        "lines": None if item.lines is None else [item.lines.start, item.lines.end],
        "is_unsaved": item.is_unsaved,
    }


def _item_of(values: dict[str, Any]) -> ContextItem:
    lines = values["lines"]
    return ContextItem(
        item_id=values["item_id"],
        kind=ItemKind(values["kind"]),
        path=values["path"],
        text=values["text"],
        lines=None if lines is None else LineRange(lines[0], lines[1]),
        is_unsaved=values["is_unsaved"],
    )
