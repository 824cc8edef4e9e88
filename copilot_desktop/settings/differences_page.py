"""Settings → Differences."""

from __future__ import annotations

from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """How changes are shown in the review, the history and wherever else there are some."""

    NAME: ClassVar[str] = "differences"
    VERSION: ClassVar[int] = 1

    side_by_side: bool = setting(
        False, "Side by side", "Old and new lines beside each other, where the window is wide enough."
    )
    wrap: bool = setting(False, "Wrap long lines", "Show long lines on several rows.")
    fold_whitespace: bool = setting(
        False, "Fold changes of blanks", "Lines that differ in blanks and line ends only are one row that opens."
    )
