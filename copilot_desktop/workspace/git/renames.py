"""Which added files are deleted ones under another name, as git pairs them.

libgit2 measures likeness otherwise than git, and so pairs others now and then, and with them counts other lines. So the
git program is asked where there is one; it compares commits and the index only, so that no filter, no hook and no
program of the repository's runs. Without it libgit2 decides.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final

import pygit2
from pygit2.enums import DeltaStatus

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.program import run_git
from copilot_desktop.workspace.git.repository import GitRepository

_ALWAYS: Final = ("-r", "-z", "-M", "--name-status", "--no-ext-diff", "--no-textconv")


def pair_renames(repository: GitRepository, diff: pygit2.Diff, old: str, new: str = "") -> Mapping[str, str]:
    """Return new path → old path. `old` and `new` name commits or trees; without `new` the index is meant.

    Where git cannot be asked, libgit2 joins what it finds in `diff` itself, and nothing is returned.
    """
    states = {DeltaStatus(delta.status) for delta in diff.deltas}
    if not {DeltaStatus.ADDED, DeltaStatus.DELETED} <= states or not _is_wanted(repository):
        return {}
    command = ("diff-tree", *_ALWAYS, old, new) if new else ("diff-index", "--cached", *_ALWAYS, old)
    try:
        said = run_git(repository, (*command, "--"), is_reading=True)
    except RepositoryError:
        diff.find_similar()
        return {}
    return _pairs(said.split(b"\0"))


def _is_wanted(repository: GitRepository) -> bool:
    """Whether the settings let git look for renames; it does unless they say otherwise."""
    config = repository.git.config
    if "diff.renames" not in config:
        return True
    said = config["diff.renames"]
    return said is None or said.lower() not in ("false", "no", "off", "0", "")


def _pairs(tokens: Sequence[bytes]) -> Mapping[str, str]:
    found = {}
    at = 0
    while at < len(tokens) - 1:
        if tokens[at][:1] in (b"R", b"C"):
            if tokens[at][:1] == b"R":
                found[os.fsdecode(tokens[at + 2])] = os.fsdecode(tokens[at + 1])
            at += 3
        else:
            at += 2
    return found
