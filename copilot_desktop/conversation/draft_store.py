"""Drafts in the file of the conversations, on the disk when a call returns."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from copilot_desktop.conversation.drafts import Draft, DraftPart, changed_parts, draft_of
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.values import dataclass

_SHOWN = "id:"
_Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft it is: of a conversation of a workspace (its absolute folder), or of the next one there ("")."""

    workspace: str
    conversation_id: str = ""


class DraftStore:
    """May be used from any thread. Raises StoreError."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store
        self._writing = threading.Lock()
        self._newest: dict[_Place, int] = {}

    def load(self, workspace: str, in_hand: frozenset[str] = frozenset()) -> dict[DraftKey, Draft]:
        """The drafts of a workspace; one whose conversation was never made is of the next one, but for those of the
        conversations that other windows have `in_hand`."""
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT drafts.conversation_id, part, value, conversations.id IS NULL AS is_orphan FROM drafts"
                " LEFT JOIN conversations ON conversations.id = drafts.conversation_id WHERE drafts.workspace = ?"
                " ORDER BY drafts.conversation_id",
                (self._store.folders.name_of(workspace),),
            ).fetchall()
        parts: dict[str, dict[str, str]] = {}
        orphans: dict[str, dict[str, str]] = {}
        for row in rows:
            if row["conversation_id"] in in_hand:
                continue
            found = orphans if row["is_orphan"] and row["conversation_id"] else parts
            found.setdefault(row["conversation_id"], {})[row["part"]] = row["value"]
        drafts = {DraftKey(workspace, each): draft_of(values) for each, values in parts.items()}
        for draft in map(draft_of, orphans.values()):
            new = drafts.get(DraftKey(workspace), Draft())
            joined = Draft(draft.written.before(draft.aside).before(new.written), queue=(*new.queue, *draft.queue))
            drafts[DraftKey(workspace)] = joined
        if orphans:
            joined_parts = changed_parts(Draft(), drafts[DraftKey(workspace)])
            gone = [((workspace, each, part.value), "") for each in orphans for part in DraftPart]
            self._write([*(((workspace, "", part.value), value) for part, value in joined_parts.items()), *gone])
        return drafts

    def keep(self, changes: Mapping[DraftKey, Mapping[DraftPart, str]], number: int) -> None:
        """Keep these parts of drafts; "" takes one away.

        `number` counts the calls: of one that comes late what is kept of a later one stays.
        """
        places = [
            ((key.workspace, key.conversation_id, part.value), value)
            for key in changes
            for part, value in changes[key].items()
        ]
        with self._writing:
            self._write([(place, value) for place, value in places if self._newest.get(place, 0) <= number])
            for place, _value in places:
                self._newest[place] = max(number, self._newest.get(place, 0))

    def shown(self, workspace: str) -> str | None:
        """The conversation of a workspace that was in front; "": a new one, with something written; None: not known."""
        with self._store.transaction() as database:
            rows = database.execute(
                "SELECT part, value FROM drafts WHERE workspace = ? AND conversation_id = ''",
                (self._store.folders.name_of(workspace),),
            ).fetchall()
        parts = {row["part"]: row["value"] for row in rows}
        shown = parts.pop(DraftPart.SHOWN, None)
        return None if shown is None or (shown == _SHOWN and not parts) else str(shown).removeprefix(_SHOWN)

    @staticmethod
    def shown_value(conversation_id: str) -> str:
        """How it is kept which conversation is in front, so that a new one is not nothing."""
        return f"{_SHOWN}{conversation_id}"

    def _write(self, parts: Sequence[tuple[_Place, str]]) -> None:
        with self._store.transaction(is_lasting=True) as database:
            for (workspace, conversation_id, part), value in parts:
                place = (self._store.folders.name_of(workspace), conversation_id, part)
                database.execute("DELETE FROM drafts WHERE workspace = ? AND conversation_id = ? AND part = ?", place)
                if value:
                    database.execute("INSERT INTO drafts VALUES (?, ?, ?, ?)", (*place, value))
