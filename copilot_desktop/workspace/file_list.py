"""Every file of the opened folder that git does not ignore, for finding one by its name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import Final

from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.git.restraint import QUIET, RESTRAINED, git_environment
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.listing import leads_to_file
from copilot_desktop.workspace.paths import Workspace

LIMIT_FILES: Final = 500_000
_GIT_S: Final = 20.0
# Nothing the folder's own git settings name may be run by a look at it.
_GIT = ("git", *QUIET, "ls-files", "-z")


def list_files(workspace: Workspace, rules: IgnoreRules) -> tuple[str, ...]:
    """POSIX paths relative to the workspace, sorted; at most LIMIT_FILES. Links to folders are not followed.

    34,000 files take 0.2 s where git is there, else 0.8 s: call it on a worker.
    """
    found = _by_git(workspace)
    if found is None:
        found = list(_walk(workspace, rules))
    return tuple(sorted(found[:LIMIT_FILES]))


def _by_git(workspace: Workspace) -> list[str] | None:
    """What git lists; None where the folder is none of git's, or git is not there."""
    listed = _run_git(workspace, "--cached", "--others", "--exclude-standard", "--deduplicate")
    gone = _run_git(workspace, "--deleted") if listed is not None else None
    # A folder inside a repository that ignores it lists nothing, and yet has files.
    if not listed or gone is None:
        return None
    missing = set(gone)
    return [path for path in listed if path not in missing and not is_temporary(path.rsplit("/", 1)[-1])]


def _run_git(workspace: Workspace, *options: str) -> list[str] | None:
    environ = git_environment(**RESTRAINED, GIT_OPTIONAL_LOCKS="0", LC_ALL="C")
    try:
        done = subprocess.run(
            (*_GIT, *options), cwd=workspace.root, env=environ, capture_output=True, timeout=_GIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name and not name.endswith(b"/")]


def _walk(workspace: Workspace, rules: IgnoreRules) -> Iterator[str]:
    waiting = [""]
    count = 0
    while waiting and count < LIMIT_FILES:
        folder = waiting.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            entries = list(os.scandir(workspace.root / folder))
        except OSError:
            continue  # gone meanwhile, or not ours to read
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            path = prefix + entry.name
            if is_temporary(entry.name) or rules.is_ignored(path, is_folder):
                continue
            if is_folder:
                waiting.append(path)
            elif leads_to_file(entry):
                count += 1
                yield path
