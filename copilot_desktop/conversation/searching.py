"""Finding conversations by words of their titles, prompts and answers."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from copilot_desktop.conversation.turns import Conversation
from copilot_desktop.values import dataclass

FOUND_LIMIT: Final = 200
_BEFORE, _EXCERPT = 24, 120
_BLANKS = re.compile(r"\s+")
# Written without blanks between words: the index knows only whole runs of these, so they are looked up in the text.
_UNSPACED = re.compile(r"[\u0e00-\u0fff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class ConversationFound:
    """A conversation of the list. `turn_id`: the newest turn with the words, and `excerpt` where it says them; both
    empty where the title has them, or nothing was asked for."""

    conversation: Conversation
    turn_id: str = ""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class _TurnQuery:
    """What turns must fulfil."""

    tables: str
    condition: str
    values: tuple[str, ...]


def found_turns(database: sqlite3.Connection, workspace: str, query: str) -> dict[str, tuple[str, str]]:
    """Conversation → newest turn that has all words, the last ones being beginnings of words, with an excerpt."""
    words = query.split()
    asked = _turn_query(words)
    rows = database.execute(
        # The conditions are ours, the words are bound values.
        f"SELECT max(turns.number) FROM {asked.tables} JOIN conversations ON conversations.id = turns.conversation_id"  # noqa: S608
        f" WHERE conversations.workspace = ? AND conversations.deleted_at IS NULL AND {asked.condition}"
        " GROUP BY turns.conversation_id ORDER BY conversations.updated_at DESC LIMIT ?",
        (workspace, *asked.values, FOUND_LIMIT),
    ).fetchall()
    found = {}
    for (number,) in rows:
        turn = database.execute(
            "SELECT id, conversation_id, prompt, answer FROM turns WHERE number = ?", (number,)
        ).fetchone()
        found[turn["conversation_id"]] = (turn["id"], _excerpt(turn["prompt"], turn["answer"], words))
    return found


def title_has(title: str, query: str) -> bool:
    """Whether a title has all words, anywhere in it."""
    folded = title.casefold()
    return all(word.casefold() in folded for word in query.split())


def _turn_query(words: list[str]) -> _TurnQuery:
    indexed = [word for word in words if any(character.isalnum() for character in word) and not _UNSPACED.search(word)]
    others = [word for word in words if word not in indexed]
    tables, conditions, values = "turns", [], []
    if indexed:
        tables = "turn_words JOIN turns ON turns.number = turn_words.rowid"
        conditions.append("turn_words MATCH ?")
        values.append(" ".join(f'"{word.replace(chr(34), chr(34) * 2)}"*' for word in indexed))
    for word in others:
        conditions.append("(instr(lower(turns.prompt), lower(?)) OR instr(lower(turns.answer), lower(?)))")
        values += [word, word]
    return _TurnQuery(tables, " AND ".join(conditions) or "1", tuple(values))


def _excerpt(prompt: str, answer: str, words: list[str]) -> str:
    """One line around the first word that is found."""
    for text in (prompt, answer):
        folded = text.lower()
        places = [place for place in (folded.find(word.lower()) for word in words) if place >= 0]
        if places:
            start = max(min(places) - _BEFORE, 0)
            line = _BLANKS.sub(" ", text[start : start + _EXCERPT]).strip()
            return f"…{line}" if start else line
    return _BLANKS.sub(" ", prompt[:_EXCERPT]).strip()
