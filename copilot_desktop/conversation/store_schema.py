"""The tables of the conversation store, and the way to them from older versions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

VERSION: Final = 13
_WITH_SUMMARIES: Final = 9
_WITH_PICTURES: Final = 13

_TABLES: Final = (
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, workspace TEXT NOT NULL,
        created_at REAL NOT NULL, updated_at REAL NOT NULL,
        is_pinned INTEGER NOT NULL DEFAULT 0, leaf_id TEXT NOT NULL DEFAULT '', deleted_at REAL
    ) STRICT""",
    "CREATE INDEX conversations_of_workspace ON conversations (workspace, updated_at)",
    """CREATE TABLE turns (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        prompt TEXT NOT NULL, items TEXT NOT NULL, mode TEXT NOT NULL, profile_name TEXT NOT NULL, model TEXT NOT NULL,
        created_at REAL NOT NULL, answer TEXT NOT NULL, reasoning TEXT NOT NULL, status TEXT NOT NULL, error TEXT,
        input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, cost_usd REAL, first_token_s REAL,
        duration_s REAL NOT NULL, note TEXT NOT NULL,
        parent_id TEXT NOT NULL DEFAULT '', origin_id TEXT NOT NULL DEFAULT '', repairs TEXT NOT NULL DEFAULT '[]'
    ) STRICT""",
    "CREATE INDEX turns_of_conversation ON turns (conversation_id, number)",
)
# What is written and not sent, in parts; "" is the draft of the next conversation of a workspace.
_DRAFTS: Final = (
    """CREATE TABLE drafts (
        workspace TEXT NOT NULL, conversation_id TEXT NOT NULL, part TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (workspace, conversation_id, part)
    ) STRICT""",
)
# What goes to the model in place of the oldest turns of a branch, up to `last_turn_id`.
_SUMMARIES: Final = (
    """CREATE TABLE IF NOT EXISTS summaries (
        id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        last_turn_id TEXT NOT NULL UNIQUE, turn_count INTEGER NOT NULL, text TEXT NOT NULL,
        before_tokens INTEGER NOT NULL, after_tokens INTEGER NOT NULL, model TEXT NOT NULL, cost_usd REAL,
        made_at REAL NOT NULL, is_used INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS summaries_of_conversation ON summaries (conversation_id)",
)
# The words of prompts and answers. The text itself stays in `turns`, which the triggers follow.
_WORDS: Final = (
    """CREATE VIRTUAL TABLE turn_words USING fts5(
        prompt, answer, content = 'turns', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER turn_words_added AFTER INSERT ON turns BEGIN
        INSERT INTO turn_words (rowid, prompt, answer) VALUES (new.number, new.prompt, new.answer);
    END""",
    """CREATE TRIGGER turn_words_removed AFTER DELETE ON turns BEGIN
        INSERT INTO turn_words (turn_words, rowid, prompt, answer)
            VALUES ('delete', old.number, old.prompt, old.answer);
    END""",
    """CREATE TRIGGER turn_words_changed AFTER UPDATE OF prompt, answer ON turns
        WHEN old.prompt IS NOT new.prompt OR old.answer IS NOT new.answer BEGIN
        INSERT INTO turn_words (turn_words, rowid, prompt, answer)
            VALUES ('delete', old.number, old.prompt, old.answer);
        INSERT INTO turn_words (rowid, prompt, answer) VALUES (new.number, new.prompt, new.answer);
    END""",
)
# Version 1 knew one row of turns, no branches, and could not be searched.
_FROM_1: Final = (
    "ALTER TABLE conversations ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE conversations ADD COLUMN leaf_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE conversations ADD COLUMN deleted_at REAL",
    "ALTER TABLE turns ADD COLUMN parent_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE turns ADD COLUMN origin_id TEXT NOT NULL DEFAULT ''",
    """UPDATE turns SET parent_id = coalesce((
        SELECT before.id FROM turns AS before
        WHERE before.conversation_id = turns.conversation_id AND before.number < turns.number
        ORDER BY before.number DESC LIMIT 1), '')""",
    """UPDATE conversations SET leaf_id = coalesce((
        SELECT id FROM turns WHERE conversation_id = conversations.id ORDER BY number DESC LIMIT 1), '')""",
    *_WORDS,
    "INSERT INTO turn_words (turn_words) VALUES ('rebuild')",
)

# Blocks of an answer that were asked for once more.
_REPAIRS: Final = ("ALTER TABLE turns ADD COLUMN repairs TEXT NOT NULL DEFAULT '[]'",)
# The calls that an answer made, as JSON: their arguments, and where the answer shows them.
_CALLS: Final = ("ALTER TABLE turns ADD COLUMN calls TEXT NOT NULL DEFAULT '[]'",)
# Pictures of turns, each kept once: `stored_pictures`.
_PICTURES: Final = (
    "CREATE TABLE IF NOT EXISTS pictures (sum TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT",
    """CREATE TABLE IF NOT EXISTS turn_pictures (
        turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE, sum TEXT NOT NULL, PRIMARY KEY (turn_id, sum)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS turn_pictures_by_sum ON turn_pictures (sum)",
    """CREATE TRIGGER IF NOT EXISTS turn_pictures_removed AFTER DELETE ON turn_pictures BEGIN
        DELETE FROM pictures WHERE sum = old.sum AND NOT EXISTS (SELECT 1 FROM turn_pictures WHERE sum = old.sum);
    END""",
)
# What is said above an answer, where `note` is what is said below it.
_BEGIN_NOTE: Final = "ALTER TABLE turns ADD COLUMN begin_note TEXT NOT NULL DEFAULT ''"


def keep_copy(database: sqlite3.Connection, path: Path, version: int) -> None:
    """Keep a private copy of the file as it is before its migration."""
    place = path.with_name(f"{path.name}.version-{version}")
    os.close(os.open(place, os.O_RDWR | os.O_CREAT, 0o600))
    place.chmod(0o600)
    with closing(sqlite3.connect(place)) as copy:
        database.backup(copy)


def bring_up_to_date(database: sqlite3.Connection) -> None:
    """Make the tables or migrate them; inside a transaction, so that of two programs the second finds it done."""
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    steps = {
        0: (*_TABLES, *_CALLS, *_WORDS, *_DRAFTS),
        1: (*_FROM_1, *_DRAFTS, *_REPAIRS, *_CALLS),
        2: (*_DRAFTS, *_REPAIRS, *_CALLS),
        3: (*_REPAIRS, *_CALLS),
        4: _CALLS,
        # Versions 6, 7, 10 to 12 have other kinds of items, version 8 calls that read: older ones know neither.
    }
    summaries = _SUMMARIES if version < _WITH_SUMMARIES else ()
    pictures = _PICTURES if version < _WITH_PICTURES else ()
    for statement in (*steps.get(version, ()), *summaries, *pictures):
        database.execute(statement)
    if "begin_note" not in {column[1] for column in database.execute("PRAGMA table_info(turns)")}:
        database.execute(_BEGIN_NOTE)
    if pictures and version:
        from copilot_desktop.conversation.stored_pictures import move_apart  # once

        move_apart(database)
    database.execute(f"PRAGMA user_version = {max(version, VERSION)}")


def copy_summaries(database: sqlite3.Connection, conversation_id: str, copies: Mapping[str, str]) -> None:
    """Give a conversation the summaries of the turns that it has `copies` of, by their ids."""
    for turn_id, copy_id in copies.items():
        database.execute(
            "INSERT INTO summaries (id, conversation_id, last_turn_id, turn_count, text, before_tokens, after_tokens, "
            "model, cost_usd, made_at, is_used) SELECT ?, ?, ?, turn_count, text, before_tokens, after_tokens, "
            "model, cost_usd, made_at, is_used FROM summaries WHERE last_turn_id = ?",
            (f"{copy_id}-summary", conversation_id, copy_id, turn_id),
        )
