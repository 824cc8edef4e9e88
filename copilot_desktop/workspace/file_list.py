"""Every file of the opened folder that git does not ignore, for finding one by its name."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from copilot_desktop.text.visible_signs import shown_path
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.git.restraint import QUIET, RESTRAINED, git_environment
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.listing import leads_to_file
from copilot_desktop.workspace.paths import Workspace

LIMIT_FILES: Final = 500_000
_GIT_S: Final = 20.0
# Nothing the folder's own git settings name may be run by a look at it.
_GIT = ("git", *QUIET, "ls-files", "-z")
_REFUSED: Final = re.compile(
    r"^warning: could not open directory '(?P<path>.*?)(?:': (?P<reason>[^':\n]*))?$", re.MULTILINE
)
"""Git cuts a line off after 4,096 bytes, which only the path of a folder nested too deep has."""
_REASONS: Final = {
    "Permission denied": errno.EACCES,
    "Operation not permitted": errno.EPERM,
    "File name too long": errno.ENAMETOOLONG,
}
"""As git says them in no language; the system's own words may be in the user's."""


@dataclass(frozen=True, slots=True)
class FileList:
    """`paths`: POSIX, relative to the workspace, sorted. `unread`: a sentence about each folder that could not be
    looked into, by its path, and one by "" where there were more files than are listed."""

    paths: tuple[str, ...]
    unread: Mapping[str, str]


def list_files(workspace: Workspace, rules: IgnoreRules) -> tuple[str, ...]:
    """POSIX paths relative to the workspace, sorted; at most LIMIT_FILES. Links to folders are not followed.

    34,000 files take 0.2 s where git is there, else 0.8 s: call it on a worker.
    """
    return look_for_files(workspace, rules).paths


def look_for_files(workspace: Workspace, rules: IgnoreRules) -> FileList:
    """The same, with what could not be listed."""
    unread: dict[str, str] = {}
    found = _by_git(workspace, unread)
    if found is None:
        unread.clear()
        found = list(_walk(workspace, rules, unread))
    if len(found) > LIMIT_FILES:
        unread[""] = f"The folder has more than {LIMIT_FILES:,} files: the others are not searched."
    return FileList(tuple(sorted(found[:LIMIT_FILES])), unread)


def _by_git(workspace: Workspace, unread: dict[str, str]) -> list[str] | None:
    """What git lists; None where the folder is none of git's, or git is not there."""
    listed = _run_git(workspace, unread, "--cached", "--others", "--exclude-standard", "--deduplicate")
    gone = _run_git(workspace, {}, "--deleted") if listed is not None else None
    # A folder inside a repository that ignores it lists nothing, and yet has files.
    if not listed or gone is None:
        return None
    missing = set(gone)
    return [path for path in listed if path not in missing and not is_temporary(path.rsplit("/", 1)[-1])]


def _run_git(workspace: Workspace, unread: dict[str, str], *options: str) -> list[str] | None:
    environ = git_environment(**RESTRAINED, GIT_OPTIONAL_LOCKS="0", LC_ALL="C")
    try:
        done = subprocess.run(
            (*_GIT, *options), cwd=workspace.root, env=environ, capture_output=True, timeout=_GIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    for refused in _REFUSED.finditer(os.fsdecode(done.stderr)):
        path = refused["path"].removeprefix(_prefix(workspace.root)).removesuffix("/")
        reason = refused["reason"] or "File name too long"
        unread[path] = _said_of_folder(path, _REASONS.get(reason, reason))
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name and not name.endswith(b"/")]


def _prefix(root: Path) -> str:
    """Where in its repository a folder is: git names what it cannot read from the top on."""
    top = next((each for each in (root, *root.parents) if os.path.lexists(each / ".git")), root)
    return "" if top == root else f"{root.relative_to(top).as_posix()}/"


def _walk(workspace: Workspace, rules: IgnoreRules, unread: dict[str, str]) -> Iterator[str]:
    waiting = [""]
    count = 0
    while waiting and count <= LIMIT_FILES:
        folder = waiting.pop()
        prefix = f"{folder}/" if folder else ""
        try:
            # No Path: it takes the names of each apart, which in thousands of nested folders are many.
            with os.scandir(os.path.join(workspace.root, folder)) as listing:
                entries = list(listing)
        except (FileNotFoundError, NotADirectoryError):
            continue  # gone meanwhile
        except OSError as error:
            unread[folder] = _said_of_folder(folder or workspace.root.name, error.errno or 0)
            continue
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


def _said_of_folder(path: str, reason: int | str) -> str:
    shown = shown_path(path)
    if reason in (errno.EACCES, errno.EPERM):
        return f"This account may not look into the folder {shown}: nothing in it is searched."
    if reason == errno.ENAMETOOLONG:
        return f"{shown} is nested too deep for this system: nothing in it is searched."
    said = os.strerror(reason) if isinstance(reason, int) else reason
    return f"The folder {shown} could not be looked into: nothing in it is searched. The system says: {said}."
