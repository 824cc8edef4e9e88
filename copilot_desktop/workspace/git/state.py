"""What git says about the opened folder, read from its files: no process, no library."""

from __future__ import annotations

from pathlib import Path

from copilot_desktop.workspace.paths import Workspace

_SHOWN_HASH_CHARACTERS = 8
_BRANCHES = "ref: refs/heads/"


def current_branch(workspace: Workspace) -> str | None:
    """The branch checked out, the first 8 characters of the commit when none is, None without git."""
    for folder in (workspace.root, *workspace.root.parents):
        git = git_folder(folder / ".git")
        if git is not None:
            return branch_of(git)
    return None


def git_folder(place: Path) -> Path | None:
    """The git folder a `.git` is or names (worktrees and submodules have a file there)."""
    try:
        if place.is_dir():
            return place if (place / "HEAD").is_file() else None
        if place.is_file():
            text = place.read_text(encoding="utf-8", errors="replace")
            if text.startswith("gitdir:"):
                return place.parent / text.removeprefix("gitdir:").strip()
    except OSError:
        return None
    return None


def branch_of(git: Path) -> str | None:
    """The same of the repository with this .git folder."""
    try:
        head = (git / "HEAD").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    if head.startswith(_BRANCHES):
        return head.removeprefix(_BRANCHES)
    return head.removeprefix("ref: ") if head.startswith("ref: ") else head[:_SHOWN_HASH_CHARACTERS] or None
