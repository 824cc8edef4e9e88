"""Which files git ignores: nested .gitignore, .git/info/exclude and the user's own excludes.

Folders without git follow the same files. Read here and not by libgit2, which takes 12 MiB and 0.1 s for it: this is
asked in every window, all day. Used off the GUI thread.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

from copilot_desktop.workspace.git.config import excludes_file, folds_case, git_settings, read_small
from copilot_desktop.workspace.git.patterns import FolderPatterns, IgnorePatterns, unknown_above
from copilot_desktop.workspace.git.state import git_folder
from copilot_desktop.workspace.git.tracked import tracked_paths
from copilot_desktop.workspace.paths import Workspace, is_git_folder

_FILE = ".gitignore"


class IgnoreRules:
    """The ignore rules of one workspace. Thread-safe; nothing is read before the first question."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._source: _Source | None = None

    def is_ignored(self, path: str, is_folder: bool) -> bool:
        """Whether a workspace path (POSIX; it need not exist) is ignored. `.git` always is; tracked files never are."""
        parts = [name for name in path.split("/") if name]
        if not parts:
            return False
        if any(is_git_folder(name) for name in parts):
            return True
        with self._lock:
            if self._source is None:
                self._source = _source_of(self._workspace.root)
            return self._source.is_ignored("/".join(parts), is_folder)

    def refresh(self) -> None:
        """Forget what was read: a .gitignore, the index or the kind of folder may have changed."""
        with self._lock:
            self._source = None

    def is_outdated(self) -> bool:
        """Whether the user's own rules, or settings of git, have changed: nobody watches their folders."""
        with self._lock:
            return self._source is not None and self._source.is_outdated()


class _Source:
    """The rules below one folder: a repository's top, or a folder without git. `prefix` leads to the workspace."""

    def __init__(self, top: Path, git: Path | None, prefix: str = "") -> None:
        self._top, self._git, self._prefix = top, git, prefix
        common = None if git is None else _common_folder(git)
        settings, read = git_settings(common, git)
        self._folds_case = folds_case(settings)
        self._hash_bytes = 32 if settings.get("extensions.objectformat") == "sha256" else 20
        everywhere = [*([common / "info" / "exclude"] if common is not None else ()), excludes_file(settings)]
        self._outside = _stamps((*read, *everywhere))
        self._everywhere = [self._patterns(file) for file in everywhere]
        self._of_folders = FolderPatterns(lambda folder: self._patterns(self._top / folder / _FILE))
        self._verdicts: dict[str, bool] = {"": False}
        self._tracked: list[str] | None = None

    def is_outdated(self) -> bool:
        """Whether a file of rules or settings that stands outside of the workspace is another one now."""
        return _stamps(self._outside) != self._outside

    def is_ignored(self, path: str, is_folder: bool) -> bool:
        """Whether a path of the workspace is."""
        inner = self._prefix + path
        return self._is_left_out(inner, is_folder) and not self._is_tracked(inner, is_folder)

    def leaves_out_workspace(self) -> bool:
        """Whether the workspace itself is ignored."""
        return self._is_left_out(self._prefix.rstrip("/"), True)

    def _is_left_out(self, inner: str, is_folder: bool) -> bool:
        folder = inner.rpartition("/")[0]
        for each in unknown_above(folder, self._verdicts):
            # What is below an ignored folder cannot be taken back.
            self._verdicts[each] = self._verdicts[each.rpartition("/")[0]] or self._verdict(each, True)
        return self._verdicts[folder] or self._verdict(inner, is_folder)

    def _verdict(self, inner: str, is_folder: bool) -> bool:
        said = self._of_folders.verdict(inner, is_folder)
        if said is not None:
            return said
        verdicts = (each.verdict(inner, is_folder) for each in self._everywhere if each is not None)
        return next((said for said in verdicts if said is not None), False)

    def _patterns(self, file: Path) -> IgnorePatterns | None:
        text = read_small(file)
        return IgnorePatterns(text, folds_case=self._folds_case) if text else None

    def _is_tracked(self, inner: str, is_folder: bool) -> bool:
        if self._tracked is None:
            self._tracked = [] if self._git is None else tracked_paths(self._git / "index", self._hash_bytes)
        wanted = f"{inner}/" if is_folder else inner
        at = bisect_left(self._tracked, wanted)
        if at == len(self._tracked):
            return False
        return self._tracked[at].startswith(wanted) if is_folder else self._tracked[at] == wanted


def _stamps(files: Iterable[Path]) -> dict[Path, tuple[int, int, int] | None]:
    """What tells that a file was written; None where there is none."""
    found: dict[Path, tuple[int, int, int] | None] = {}
    for file in files:
        try:
            status = file.stat()
            found[file] = status.st_mtime_ns, status.st_size, status.st_ino
        except (OSError, ValueError):
            found[file] = None
    return found


def _source_of(root: Path) -> _Source:
    for top in (root, *root.parents):
        git = git_folder(top / ".git")
        if git is None:
            continue
        inner = root.relative_to(top).as_posix()
        prefix = "" if inner == "." else f"{inner}/"
        source = _Source(top, git, prefix)
        # A folder that its surroundings ignore (a scratch folder in a checkout) stands for itself.
        if prefix and source.leaves_out_workspace():
            break
        return source
    return _Source(root, None)


def _common_folder(git: Path) -> Path:
    """Where what all worktrees share is."""
    named = read_small(git / "commondir").strip()
    return Path(os.path.normpath(git / named)) if named else git
