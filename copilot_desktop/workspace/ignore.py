"""Which files git ignores: nested .gitignore, .git/info/exclude and the user's own excludes, by libgit2.

Folders without git follow the same files. Used off the GUI thread: the first call loads pygit2 (0.1 s).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_desktop.workspace.paths import Workspace, is_git_folder

if TYPE_CHECKING:
    import pygit2


class IgnoreRules:
    """The ignore rules of one workspace. Thread-safe; nothing is loaded before the first question."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._repository: pygit2.Repository | None = None
        self._prefix = ""
        self._tracked: list[str] | None = None

    def is_ignored(self, path: str, is_folder: bool) -> bool:
        """Whether a workspace path (POSIX; it need not exist) is ignored. `.git` always is; tracked files never are."""
        parts = [name for name in path.split("/") if name]
        if not parts:
            return False
        if any(is_git_folder(name) for name in parts):
            return True
        with self._lock:
            repository = self._repository or self._open()
            inner = self._prefix + "/".join(parts)
            # Without the slash libgit2 looks at the disk to learn whether rules for folders apply.
            if not repository.path_is_ignored(f"{inner}/" if is_folder else inner):
                return False
            return not self._is_tracked(repository, inner, is_folder)

    def refresh(self) -> None:
        """Forget what was read: a .gitignore, the index or the kind of folder may have changed."""
        with self._lock:
            self._repository = None
            self._tracked = None

    def _open(self) -> pygit2.Repository:
        import pygit2

        root = self._workspace.root
        found = pygit2.discover_repository(str(root))
        self._tracked, self._prefix = None, ""
        if found is not None:
            with contextlib.suppress(pygit2.GitError):
                repository = pygit2.Repository(found)
                if repository.workdir is not None:
                    inner = root.relative_to(os.path.realpath(repository.workdir)).as_posix()
                    prefix = "" if inner == "." else f"{inner}/"
                    # A folder that its surroundings ignore (a scratch folder in a checkout) stands for itself.
                    if not prefix or not repository.path_is_ignored(prefix):
                        self._repository, self._prefix = repository, prefix
                        return repository
        self._repository = _without_git(root)
        return self._repository

    def _is_tracked(self, repository: pygit2.Repository, inner: str, is_folder: bool) -> bool:
        if self._tracked is None:
            self._tracked = [] if repository.is_bare else [entry.path for entry in repository.index]
        wanted = f"{inner}/" if is_folder else inner
        at = bisect_left(self._tracked, wanted)
        if at == len(self._tracked):
            return False
        return self._tracked[at].startswith(wanted) if is_folder else self._tracked[at] == wanted


def _without_git(root: Path) -> pygit2.Repository:
    """A repository that knows the rules of a folder and leaves nothing in it.

    libgit2 reads ignore files only through a repository; this one's own folder is gone before it is used.
    """
    import pygit2

    with tempfile.TemporaryDirectory(prefix="copilot-desktop-") as folder:
        pygit2.init_repository(folder, bare=True)
        repository = pygit2.Repository(folder)
        repository.workdir = str(root)  # in memory only: neither a link nor a setting is written
        repository.path_is_ignored("any")  # reads the settings while the folder is there
    return repository
