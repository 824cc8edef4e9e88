"""Summaries that go to the model in place of the oldest turns of a branch; the turns themselves stay as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.values import dataclass


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
                "SELECT * FROM summaries WHERE conversation_id = ? ORDER BY made_at, rowid", (conversation_id,)
            ).fetchall()
        return tuple(_summary_of(row) for row in rows)

    def save(self, summary: Summary) -> None:
        """Keep a summary, new or changed, in place of others of the same turns."""
        values = _values_of(summary)
        columns, marks = ", ".join(values), ", ".join("?" for _ in values)
        with self._store.transaction() as database:
            database.execute("DELETE FROM summaries WHERE last_turn_id = ?", (summary.last_turn_id,))
            database.execute(
                f"INSERT OR REPLACE INTO summaries ({columns}) VALUES ({marks})",  # noqa: S608 - our names
                tuple(values.values()),
            )

    def delete(self, summary_id: str) -> None:
        """Forget a summary."""
        with self._store.transaction() as database:
            database.execute("DELETE FROM summaries WHERE id = ?", (summary_id,))


def _values_of(summary: Summary) -> dict[str, Any]:
    """Column → value: a column has the name of its field, but for `id`."""
    values = asdict(summary)
    return {"id": values.pop("summary_id"), **values}


def _summary_of(row: sqlite3.Row) -> Summary:
    values = dict(row)
    return Summary(summary_id=values.pop("id"), **{**values, "is_used": bool(values["is_used"])})
