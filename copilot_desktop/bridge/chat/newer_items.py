"""Which items of the next prompt say something else by now, and what they would say."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from copilot_desktop.context.items import ContextItem


class NewerItems:
    """Of one composer. `changed` is called when others are known."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._newer: dict[str, ContextItem | None] = {}

    def put(self, newer: Mapping[str, ContextItem | None]) -> None:
        """By their ids, those that are old now, with what takes their place; None: nothing can."""
        if newer != self._newer:
            self._newer = dict(newer)
            self._changed()

    def is_old(self, item: ContextItem) -> bool:
        """Whether where it comes from says something else."""
        if item.item_id not in self._newer:
            return False
        newer = self._newer[item.item_id]
        return newer is None or newer.text != item.text

    def newer(self, item: ContextItem) -> ContextItem | None:
        """What may take its place."""
        return self._newer.get(item.item_id) if self.is_old(item) else None
