"""Summaries that go to the model in place of the oldest turns of a branch; the turns themselves stay as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.values import dataclass

_COLUMNS: Final = ", ".join(
    (
        *("id", "conversation_id", "last_turn_id", "turn_count", "text", "before_tokens", "after_tokens", "model"),
        *("cost_usd", "made_at", "is_used"),
    )
)


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the `turn_count` turns of a branch up to `last_turn_id`, that one included: no other branch has them all.

    `summary_id` is also the turn under which the ledger knows the request that made it.
    The tokens are those of the turns and of what is sent in their place. `is_used`: it is sent.
    """

    summary_id: str
    conversation_id: str
    last_turn_id: str
    turn_count: int
    text: str
    before_tokens: int
    after_tokens: int
    model: str = ""
    cost_usd: float | None = None
    made_at: float = 0.0
    is_used: bool = True


def summary_on(path: Sequence[str], summaries: Iterable[Summary]) -> Summary | None:
    """The summary that holds for a branch, given by its turns: that of the most turns, where one is used at all."""
    used = {each.last_turn_id: each for each in summaries if each.is_used}
    return next((used[turn_id] for turn_id in reversed(path) if turn_id in used), None)


def told_summary(summary: Summary) -> str:
    """What the model gets, before the first message that is not in the summary."""
    turns = "turn" if summary.turn_count == 1 else f"{summary.turn_count} turns"
    return (
        f"[Summary of the first {turns} of this conversation, which are not sent any more]\n"
        f"{summary.text.strip()}\n[End of the summary]\n\n"
    )


class SummaryStore:
    """In the file of the conversations. May be used from any thread. Raises StoreError."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def of_conversation(self, conversation_id: str) -> tuple[Summary, ...]:
        """All summaries of a conversation, of every branch, the oldest first."""
        with self._store.transaction() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM summaries WHERE conversation_id = ? ORDER BY made_at, rowid",  # noqa: S608 - our names
                (conversation_id,),
            ).fetchall()
        return tuple(_summary_of(row) for row in rows)

    def save(self, summary: Summary) -> None:
        """Keep a summary, new or changed, in place of others of the same turns."""
        values = (
            *(summary.summary_id, summary.conversation_id, summary.last_turn_id, summary.turn_count, summary.text),
            *(summary.before_tokens, summary.after_tokens, summary.model, summary.cost_usd, summary.made_at),
            int(summary.is_used),
        )
        places = ", ".join("?" * len(values))
        with self._store.transaction() as database:
            database.execute("DELETE FROM summaries WHERE last_turn_id = ?", (summary.last_turn_id,))
            database.execute(f"INSERT OR REPLACE INTO summaries ({_COLUMNS}) VALUES ({places})", values)  # noqa: S608 - our names

    def delete(self, summary_id: str) -> None:
        """Forget a summary."""
        with self._store.transaction() as database:
            database.execute("DELETE FROM summaries WHERE id = ?", (summary_id,))


def _summary_of(row: sqlite3.Row) -> Summary:
    return Summary(
        summary_id=row["id"],
        conversation_id=row["conversation_id"],
        last_turn_id=row["last_turn_id"],
        turn_count=row["turn_count"],
        text=row["text"],
        before_tokens=row["before_tokens"],
        after_tokens=row["after_tokens"],
        model=row["model"],
        cost_usd=row["cost_usd"],
        made_at=row["made_at"],
        is_used=bool(row["is_used"]),
    )
