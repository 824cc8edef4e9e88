"""Settings → History."""

from __future__ import annotations

from typing import ClassVar

from copilot_desktop.settings.fields import setting
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """How much is kept of what the program overwrites and deletes, of all folders together."""

    NAME: ClassVar[str] = "history"
    VERSION: ClassVar[int] = 1

    limit_mb: int = setting(
        1024,
        "Old contents, MB",
        "What is overwritten or deleted is kept up to this much, of all folders together; the oldest goes first. "
        "What the last step of a folder needs stays.",
        low=16,
        high=1_000_000,
    )
    kept_days: int = setting(
        30,
        "Kept for, days",
        "Older contents are let go, as are the entries of the history that need them.",
        low=1,
        high=3650,
    )
