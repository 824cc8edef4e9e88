"""The border between a folder and any model: files on the never-send list, and what `.copilotignore` names.

`.copilotignore` is written as `.gitignore` is, in the opened folder and in folders below it.
"""

from __future__ import annotations

import threading
from typing import Final

from copilot_desktop.errors import NeverSendError
from copilot_desktop.workspace.git.config import read_small
from copilot_desktop.workspace.git.patterns import IgnorePatterns
from copilot_desktop.workspace.never_send import refuse_never_send
from copilot_desktop.workspace.paths import Workspace, is_git_folder

IGNORE_FILE: Final = ".copilotignore"


class ModelBorder:
    """Of one workspace. Thread-safe; nothing is read before the first question."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._of_folders: dict[str, IgnorePatterns | None] = {}

    def refresh(self) -> None:
        """Forget what was read: a `.copilotignore` may have changed."""
        with self._lock:
            self._of_folders.clear()

    def hides(self, path: str) -> bool:
        """Whether no model may see what a file says; the path is POSIX, and the file need not exist."""
        try:
            self.refuse(path)
        except NeverSendError:
            return True
        return False

    def refuse(self, path: str) -> None:
        """Raise NeverSendError for a file that no model may see, or for a link to one."""
        self._refuse(path, path)
        place = self._workspace.root / path
        try:
            target = place.resolve() if place.is_symlink() else None
        except (OSError, ValueError, RuntimeError):
            return  # a link that leads nowhere can be read by nobody
        if target is not None:
            inside = target.is_relative_to(self._workspace.root)
            self._refuse(path, target.relative_to(self._workspace.root).as_posix() if inside else target.as_posix())

    def _refuse(self, path: str, real: str) -> None:
        parts = real.split("/")
        if any(is_git_folder(part) for part in parts):
            raise NeverSendError(f"{path} is git's own and is never given to a model.")
        refuse_never_send(real)
        with self._lock:
            is_named = any(self._names("/".join(parts[: at + 1]), at < len(parts) - 1) for at in range(len(parts)))
        if is_named:
            raise NeverSendError(
                f"{path} is left out by {IGNORE_FILE} and is never given to a model.",
                advice=f"Take it out of {IGNORE_FILE} if a model may see it.",
            )

    def _names(self, path: str, is_folder: bool) -> bool:
        """By the rules nearest to it that say something."""
        folder = path.rpartition("/")[0]
        while True:
            rules = self._rules(folder)
            said = None
            if rules is not None:
                said = rules.verdict(path[len(folder) + 1 :] if folder else path, is_folder)
            if said is not None:
                return said
            if not folder:
                return False
            folder = folder.rpartition("/")[0]

    def _rules(self, folder: str) -> IgnorePatterns | None:
        if folder not in self._of_folders:
            text = read_small(self._workspace.root / folder / IGNORE_FILE)
            self._of_folders[folder] = IgnorePatterns(text) if text else None
        return self._of_folders[folder]
