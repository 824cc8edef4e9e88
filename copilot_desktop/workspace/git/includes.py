"""Conditions under which a file of git's settings takes in another one (`includeIf`): by folder and by branch."""

from __future__ import annotations

import os
import re
from pathlib import Path

from copilot_desktop.workspace.git.state import branch_of

_PIECE = re.compile(r"\*\*/|/\*\*$|\*|\?|.", re.DOTALL)
_PIECES = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}


def is_met(condition: str, file: Path, git: Path | None) -> bool:
    """Whether a condition in this file of settings holds for a repository (its .git folder), or for none.

    Any other condition than `gitdir:`, `gitdir/i:` and `onbranch:` does not.
    """
    kind, _colon, pattern = condition.partition(":")
    if git is None:
        return False
    if kind == "onbranch":
        branch = branch_of(git)
        return branch is not None and _fits(f"{pattern}**" if pattern.endswith("/") else pattern, branch)
    if kind in ("gitdir", "gitdir/i"):
        places = {git.absolute().as_posix(), Path(os.path.realpath(git)).as_posix()}
        whole = _whole(pattern, file)
        return any(_fits(whole, place, folds_case=kind == "gitdir/i") for place in places)
    return False


def _whole(pattern: str, file: Path) -> str:
    """The pattern as git completes it."""
    if pattern.startswith("~/"):
        pattern = os.path.expanduser(pattern)
    elif pattern.startswith("./"):
        pattern = f"{Path(os.path.realpath(file.parent)).as_posix()}/{pattern[2:]}"
    elif not os.path.isabs(pattern):
        pattern = f"**/{pattern}"
    return f"{pattern}**" if pattern.endswith("/") else pattern


def _fits(pattern: str, text: str, *, folds_case: bool = False) -> bool:
    pieces = (_PIECES.get(each, re.escape(each)) for each in _PIECE.findall(pattern))
    return re.fullmatch("".join(pieces), text, re.IGNORECASE if folds_case else 0) is not None
