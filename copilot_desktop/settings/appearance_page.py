"""Settings → Appearance."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.values import dataclass


class ThemeChoice(StrEnum):
    """Which theme the window has; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast-light"
    CONTRAST_DARK = "contrast-dark"


class ScalePercent(StrEnum):
    """How much larger everything is than the system asks for."""

    P75 = "75"
    P90 = "90"
    P100 = "100"
    P110 = "110"
    P125 = "125"
    P150 = "150"
    P175 = "175"
    P200 = "200"

    @property
    def factor(self) -> float:
        """What sizes are multiplied with."""
        return int(self.value) / 100


@dataclass(frozen=True, slots=True)
class AppearancePage:
    """How the window looks. A font size of 0 is the system's."""

    NAME: ClassVar[str] = "appearance"
    VERSION: ClassVar[int] = 1

    theme: ThemeChoice = setting(
        ThemeChoice.SYSTEM,
        "Theme",
        "Follow the system, or always the same. High contrast has strong colours and a border around everything.",
        names={"contrast-light": "High contrast light", "contrast-dark": "High contrast dark"},
    )
    interface_font_size_pt: int = setting(
        0,
        "Font size of the interface",
        "Of menus, lists, buttons and the chat; that of the code is under Editor.",
        low=0,
        high=24,
        unset="the system's",
    )
    scale: ScalePercent = setting(
        ScalePercent.P100,
        "Scale",
        "Makes everything smaller or larger, on top of the system's own scale.",
        names={each.value: f"{each.value} %" for each in ScalePercent},
        is_for_next_start=True,
    )
    reduced_motion: bool = setting(False, "Reduce motion", "The caret does not blink, and nothing slides or fades.")
