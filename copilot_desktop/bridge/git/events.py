"""What the window is told about git. Frozen values, no Qt."""

from __future__ import annotations

from collections.abc import Callable

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.git.values import GitStatus


@dataclass(frozen=True, slots=True)
class StatusRead:
    """What differs now; `status` is None where that cannot be said, and then the sentences say why."""

    status: GitStatus | None
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class GitFailed:
    """What was asked for and not done, with the sentences for the user. `without_way_back` does it all the same."""

    message: str
    advice: str = ""
    detail: str = ""
    without_way_back: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Discarded:
    """What was taken back on disk: the files (paths of the opened folder) and the step of the history, "" for none.

    `deleted` are those that are gone: git did not know them.
    """

    paths: tuple[str, ...]
    entry_id: str
    deleted: tuple[str, ...] = ()
