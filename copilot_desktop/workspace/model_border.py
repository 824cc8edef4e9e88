"""The border between a folder and any model: the never-send list, `.copilotignore`, and what git ignores.

`.copilotignore` is written as `.gitignore` is, in the opened folder and in folders below it. Links are followed, and a
hard link is the file that it is a link to. What the user has allowed file by file is let through.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.errors import NeverSendError
from copilot_desktop.workspace.git.config import read_small
from copilot_desktop.workspace.git.patterns import FolderPatterns, IgnorePatterns, unknown_above
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.never_send import has_plain_name, never_send_kind
from copilot_desktop.workspace.paths import Workspace, is_git_folder

IGNORE_FILE: Final = ".copilotignore"
_OF_GIT: Final = "is git's own"
_MOST_LOOKED_AT: Final = 50_000
"""Names that are looked at for a file which has several, the nearest to the top first."""


class ModelBorder:
    """Of one workspace. Thread-safe; nothing is read before the first question. Blocking: call it on workers.

    `lifted`: paths that the user has allowed. `rules` are git's, read for this border alone where none are given.
    """

    def __init__(
        self, workspace: Workspace, rules: IgnoreRules | None = None, lifted: Collection[str] = frozenset()
    ) -> None:
        self.workspace = workspace
        self.rules = rules or IgnoreRules(workspace)
        self.lifted = frozenset(lifted)
        self._lock = threading.RLock()
        self._of_folders = FolderPatterns(self._rules)
        self._named_folders: dict[str, bool] = {}
        self._real_folders: dict[str, str] = {}
        self._open_folders: dict[str, bool] = {}
        self._twins: dict[tuple[int, int], str] | None = None

    def refresh(self) -> None:
        """Forget what was read: rules, links and files may be others now."""
        self.rules.refresh()
        with self._lock:
            self._of_folders.clear()
            self._named_folders.clear()
            self._real_folders.clear()
            self._open_folders.clear()
            self._twins = None

    def hides(self, path: str) -> bool:
        """Whether no model may see what a file says; the path is POSIX, and the file need not exist."""
        try:
            self.refuse(path)
        except NeverSendError:
            return True
        return False

    def hides_listed(self, path: str) -> bool:
        """The same of a file that was listed by git's rules."""
        try:
            self._refuse(path, False, is_listed=True)
        except NeverSendError:
            return True
        return False

    def refuse_new(self, path: str) -> None:
        """The same of a file that is yet to be made: git's rules are about files that are there."""
        self._refuse(path, False, is_listed=True)

    def refuse(self, path: str, is_folder: bool = False) -> None:
        """Raise NeverSendError for a file that no model may see, or for another name of one."""
        self._refuse(path, is_folder, is_listed=False)

    def _refuse(self, path: str, is_folder: bool, *, is_listed: bool) -> None:
        path = "/".join(name for name in path.split("/") if name not in ("", "."))
        if not is_folder and self._is_plain(path) and (is_listed or not self.rules.is_ignored(path, False)):
            return
        names = [path]
        for at, (said, name) in enumerate(self._names_of(path)):
            if at:
                names.append(name)
            reason = self._reason(name, is_folder, is_listed=is_listed and not at)
            if name in self.lifted and reason != _OF_GIT:
                continue
            if not reason:
                continue
            which = f"{said}{name}, which {reason}," if at else reason
            can_lift = reason != _OF_GIT and not is_folder
            raise NeverSendError(
                f"{path} {which} and is never given to a model.",
                advice="Only the user can allow it, file by file.",
                names=self._all_names(path) if can_lift else (),
                reason=which.rstrip(","),
            )

    def _is_plain(self, path: str) -> bool:
        """Whether a file is there under this name alone, which is on no list, nor is a folder that it stands in; git's
        rules are not asked. What is not plain is looked at one reason after the other, which takes ten times as long.
        """
        folder, _slash, name = path.rpartition("/")
        if not has_plain_name(name) or is_git_folder(name):
            return False
        if not self._is_open(folder) or self._names(path, False):
            return False
        found = _status_of(f"{self.workspace.root}/{path}")
        return found is not None and stat.S_ISREG(found.st_mode) and found.st_nlink == 1

    def _is_open(self, folder: str) -> bool:
        """Whether a folder stands where its path says, and hides nothing by its name or those above."""
        known = self._open_folders
        if folder not in known:
            with self._lock:
                for each in unknown_above(folder, known):
                    known[each] = (not each or known[each.rpartition("/")[0]]) and self._is_open_itself(each)
        return known[folder]

    def _is_open_itself(self, folder: str) -> bool:
        place = f"{self.workspace.root.as_posix()}/{folder}".rstrip("/")
        if never_send_kind(f"{place}/x") is not None:
            return False
        if not folder:
            return True
        name = folder.rpartition("/")[2]
        if name == ".." or is_git_folder(name) or self._names(folder, True):
            return False
        found = _status_of(place)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def _all_names(self, path: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for _said, name in self._names_of(path)))

    def _names_of(self, path: str) -> Iterator[tuple[str, str]]:
        """The names under which a file stands, this one first, and how each is one of its names."""
        yield "", path
        root = self.workspace.root
        try:
            real = self._real(path)
            if real != root / path:
                inside = real.is_relative_to(root)
                yield "leads to ", (real.relative_to(root) if inside else real).as_posix()
            found = real.lstat()
        except (OSError, ValueError, RuntimeError):
            return  # what leads nowhere can be read by nobody
        if found.st_nlink > 1 and stat.S_ISREG(found.st_mode):
            twin = self._hidden_twins().get((found.st_dev, found.st_ino))
            if twin is not None and twin != path:
                yield "is the same file as ", twin

    def _real(self, path: str) -> Path:
        """The place of a path with its links followed; hardly any file is a link, and folders are asked once."""
        folder, _slash, name = path.rpartition("/")
        with self._lock:
            real = self._real_folders.get(folder)
            if real is None:
                real = self._real_folders[folder] = os.path.realpath(self.workspace.root / folder)
        place = Path(real, name)
        return Path(os.path.realpath(place)) if place.is_symlink() or name == ".." else place

    def _reason(self, name: str, is_folder: bool, *, is_listed: bool) -> str:
        """Why no model may see what stands under a name, as the rest of a sentence; "" where it may."""
        parts = name.split("/")
        if any(is_git_folder(part) for part in parts):
            return _OF_GIT
        kind = never_send_kind(f"{self.workspace.root.as_posix()}/{name}")
        if kind is not None:
            return f"looks like {kind}"
        if self._is_named(name, is_folder):
            return f"is left out by {IGNORE_FILE}"
        if not is_listed and not name.startswith("/") and self.rules.is_ignored(name, is_folder):
            return "is ignored by git"
        return ""

    def _hidden_twins(self) -> dict[tuple[int, int], str]:
        """The hidden files of the folder that have more than one name. A hard link is made on purpose or by a build:
        what only git ignores is none that hides its other names."""
        with self._lock:
            if self._twins is None:
                self._twins = {}
                for path, entry in _entries(self.workspace.root):
                    kind = never_send_kind(path)
                    if kind is None and not self._is_named(path, False):
                        continue
                    try:
                        found = entry.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    if found.st_nlink > 1:
                        self._twins[found.st_dev, found.st_ino] = path
            return self._twins

    def _is_named(self, path: str, is_folder: bool) -> bool:
        folder, known = path.rpartition("/")[0], self._named_folders
        with self._lock:
            for each in unknown_above(folder, known):
                known[each] = bool(each) and (known[each.rpartition("/")[0]] or self._names(each, True))
            return known[folder] or self._names(path, is_folder)

    def _names(self, path: str, is_folder: bool) -> bool:
        return bool(self._of_folders.verdict(path, is_folder))

    def _rules(self, folder: str) -> IgnorePatterns | None:
        text = read_small(self.workspace.root / folder / IGNORE_FILE)
        # A name in other letters is the same file on some disks, and the same secret on all.
        return IgnorePatterns(text, folds_case=True) if text else None


def _status_of(place: str) -> os.stat_result | None:
    """What stands at a place itself; None for nothing, and for what leads elsewhere on Windows and is no link there."""
    try:
        found = os.lstat(place)
    except (OSError, ValueError):
        return None
    return None if getattr(found, "st_reparse_tag", 0) else found


def _entries(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """The files of a folder and of those below, the nearest first."""
    waiting, count = deque([""]), 0
    while waiting and count < _MOST_LOOKED_AT:
        folder = waiting.popleft()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    count += 1
                    if not entry.is_dir(follow_symlinks=False):
                        yield path, entry
                    elif not is_git_folder(entry.name):
                        waiting.append(path)
        except OSError:
            continue  # gone meanwhile, or not ours to read
