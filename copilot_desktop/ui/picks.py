"""What can be chosen in a list; the list itself is imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice. `is_current`: what holds now; it is marked. `aliases`: other names that it is found by.
    `icon` stands before it."""

    title: str
    run: Callable[[], object]
    is_current: bool = False
    aliases: str = ""
    icon: str = ""
