"""Settings → Appearance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from copilot_desktop.settings.fields import setting


class ThemeChoice(StrEnum):
    """Which theme the window has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class AppearancePage:
    """How the window looks."""

    NAME: ClassVar[str] = "appearance"
    VERSION: ClassVar[int] = 1

    theme: ThemeChoice = setting(ThemeChoice.SYSTEM, "Theme", "Follow the system, or always light or dark.")  # noqa: RUF009
