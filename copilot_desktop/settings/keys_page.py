"""Settings → Keys: shortcuts that differ from the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Final

from copilot_desktop.values import dataclass

SEPARATOR: Final = " | "


@dataclass(frozen=True, slots=True)
class KeysPage:
    """`shortcuts`: action id → key sequence as text ("Ctrl+K Ctrl+O"), several of them parted by " | ", empty for none.
    Never a secret key."""

    NAME: ClassVar[str] = "keys"
    VERSION: ClassVar[int] = 1

    shortcuts: Mapping[str, str] = field(default_factory=dict)
