"""What became of earlier proposals, which goes with the next prompt unless its chip was removed."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.context.items import ContextItem


class HeldDecisions:
    """One item or none; `changed` is called when it is another one."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._item: ContextItem | None = None
        self._removed = ""

    @property
    def items(self) -> tuple[ContextItem, ...]:
        """What is sent of it."""
        return () if self._item is None or self._item.text == self._removed else (self._item,)

    def show(self, item: ContextItem | None) -> None:
        """It is another one now; None: there is nothing to tell."""
        if item != self._item:
            self._item = item
            self._changed()

    def remove(self, item_id: str) -> None:
        """Its chip was removed: it is told no more until something else is decided."""
        if self._item is not None and item_id == self._item.item_id:
            self._removed = self._item.text
