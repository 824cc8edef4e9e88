"""How an opened folder is watched: what the system tells of, what is looked at again and again, and why."""

from __future__ import annotations

from enum import StrEnum

from copilot_desktop.values import dataclass


class PollReason(StrEnum):
    """Why folders are looked at again and again."""

    NONE = "none"
    LIMIT = "limit"
    """More folders than may be watched."""
    SILENT = "silent"
    """A network or program's file system, which does not tell of changes made elsewhere."""
    REFUSED = "refused"
    """The system lets nothing be watched."""


@dataclass(frozen=True, slots=True)
class WatchState:
    """Numbers of folders. `file_system`: the kind that is silent; `error`: what the system said when it refused.

    `is_settled`: all of the folder is watched, or was looked at once.
    """

    watched: int = 0
    polled: int = 0
    reason: PollReason = PollReason.NONE
    file_system: str = ""
    error: str = ""
    is_settled: bool = False
