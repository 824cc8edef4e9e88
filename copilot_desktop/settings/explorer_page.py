"""Settings → Explorer."""

from __future__ import annotations

from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """What the explorer shows."""

    NAME: ClassVar[str] = "explorer"
    VERSION: ClassVar[int] = 1

    show_ignored: bool = setting(
        False, "Show ignored files", "Show what git ignores as well, drawn faintly. Git's own folder is never shown."
    )
    follow_front: bool = setting(
        True,
        "Show the file in front",
        "Choose the row of the file whose tab comes to the front.",
    )
