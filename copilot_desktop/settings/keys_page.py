"""Settings → Keys: shortcuts that differ from the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Final

from copilot_desktop.values import dataclass

SEPARATOR: Final = " | "
_RENAMED: Final = {"my_changes.undo_dismissal": "my_changes.undo"}
"""Actions that had other ids before: keys that somebody has given them then go on working."""


@dataclass(frozen=True, slots=True)
class KeysPage:
    """`shortcuts`: action id → key sequence as text ("Ctrl+K Ctrl+O"), several of them parted by " | ", empty for none.
    Never a secret key. An id that an action had before counts as the one that it has now."""

    NAME: ClassVar[str] = "keys"
    VERSION: ClassVar[int] = 1

    shortcuts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take earlier ids for those of now; keys given to the id of now come first."""
        if not _RENAMED.keys().isdisjoint(self.shortcuts):
            before = {_RENAMED[each]: keys for each, keys in self.shortcuts.items() if each in _RENAMED}
            now = {each: keys for each, keys in self.shortcuts.items() if each not in _RENAMED}
            object.__setattr__(self, "shortcuts", before | now)
