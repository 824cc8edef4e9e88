"""Which conversations have an answer that nobody has seen, in the file of the conversations."""

from __future__ import annotations

from copilot_desktop.conversation.drafts import DraftPart
from copilot_desktop.conversation.store import ConversationStore


class UnreadAnswers:
    """May be used from any thread. Raises StoreError."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def load(self, workspace: str) -> frozenset[str]:
        """The ids of those of a workspace (its absolute folder)."""
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT conversation_id FROM drafts JOIN conversations ON conversations.id = drafts.conversation_id"
                " WHERE drafts.workspace = ? AND part = ? AND deleted_at IS NULL",
                (self._store.folders.name_of(workspace), DraftPart.UNREAD),
            ).fetchall()
        return frozenset(str(row["conversation_id"]) for row in rows)

    def keep(self, workspace: str, conversation_id: str, *, is_unread: bool) -> None:
        """Keep that there is one, or that it was seen."""
        with self._store.transaction() as database:
            place = (self._store.folders.name_of(workspace), conversation_id, DraftPart.UNREAD)
            database.execute("DELETE FROM drafts WHERE workspace = ? AND conversation_id = ? AND part = ?", place)
            if is_unread:
                database.execute("INSERT INTO drafts VALUES (?, ?, ?, '1')", place)
