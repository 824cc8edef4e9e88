"""Whose drafts are being written in windows without a folder: several may be open, and each has its own."""

from __future__ import annotations


class DraftsInHand:
    """Shared by the windows of a program; used on their thread alone. Who holds something is told by identity."""

    def __init__(self) -> None:
        self._first: object | None = None
        self._ids: dict[int, set[str]] = {}

    def is_first(self, holder: object) -> bool:
        """Whether the draft that was kept without a folder is this one's; whoever asks first has it."""
        if self._first is None:
            self._first = holder
        return self._first is holder

    def hold(self, holder: object, conversation_id: str) -> None:
        """The holder writes the draft of a conversation that is not made yet."""
        self._ids.setdefault(id(holder), set()).add(conversation_id)

    def held_by_others(self, holder: object) -> frozenset[str]:
        """The conversations whose drafts others write."""
        return frozenset(each for of, ids in self._ids.items() if of != id(holder) for each in ids)

    def let_go(self, holder: object) -> None:
        """The holder has opened a folder, or its window closes."""
        self._first = None if self._first is holder else self._first
        self._ids.pop(id(holder), None)
