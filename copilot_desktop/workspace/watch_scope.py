"""What of an opened folder is watched: all but ignored files, our own temporary ones, and most of git's own folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

GIT: Final = ".git"
LOGS: Final = ".git/logs"
"""Where git notes every step of HEAD, so that a commit is seen whatever else it leaves as it was."""
GIT_FILES: Final = frozenset(
    {
        ".git/HEAD",
        ".git/index",
        ".git/ORIG_HEAD",
        ".git/MERGE_HEAD",
        ".git/packed-refs",
        ".git/FETCH_HEAD",
        f"{LOGS}/HEAD",
    }
)
"""Files of git whose change is reported, as `modified` whatever became of them."""


class WatchScope:
    """Answers for places on disk and for workspace paths, from any thread."""

    def __init__(self, workspace: Workspace, rules: IgnoreRules) -> None:
        self.root = workspace.root
        self._rules = rules

    def relative(self, place: bytes | str) -> str | None:
        """As `Workspace.relative`, without asking the disk: what an event names may be gone."""
        try:
            inner = Path(os.fsdecode(place)).relative_to(self.root).as_posix()
        except ValueError:
            return None
        return "" if inner == "." else inner

    def is_shown(self, path: str, is_folder: bool) -> bool:
        """Whether a change of a file or folder is reported."""
        if path in GIT_FILES:
            return True
        return not is_temporary(path.rsplit("/", 1)[-1]) and not self._rules.is_ignored(path, is_folder)

    def is_watchable(self, place: str) -> bool:
        """Whether a folder is to be watched; of `.git` only the top and the logs."""
        path = self.relative(place)
        return path is not None and (path in ("", GIT, LOGS) or self.is_shown(path, is_folder=True))

    def folders_in(self, place: str) -> list[str]:
        """The folders in a watched one that are to be watched as well; none when it is gone or not ours to read."""
        path = self.relative(place)
        if path == GIT:
            logs = os.path.join(place, "logs")
            return [logs] if os.path.isdir(logs) else []
        if path is None or path == LOGS:
            return []
        try:
            with os.scandir(place) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [
            os.path.join(place, name) for name in names if self._is_shown_folder(f"{path}/{name}" if path else name)
        ]

    def rules_changed(self) -> None:
        """A file with rules has changed: read them anew."""
        self._rules.refresh()

    def _is_shown_folder(self, path: str) -> bool:
        return path == GIT or self.is_shown(path, is_folder=True)


def holds_rules(path: str | None) -> bool:
    """Whether a file says what is ignored."""
    return path is not None and path.rsplit("/", 1)[-1] == ".gitignore"
