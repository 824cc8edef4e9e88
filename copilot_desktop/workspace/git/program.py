"""The git program: for what only it does right: filters, hooks, signing, and which files are renamed ones."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final

from copilot_desktop.child_processes import child_environment
from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.repository import GitRepository

_LIMIT_S: Final = 120.0
_OF_OTHERS: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"})
"""They would have git work in another repository than the one that is looked at."""
_READING: Final = {"GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
"""A partial clone fetches what it lacks by any program that its settings name: not because it is looked at."""


def git_program() -> str:
    """Where the git program is. Raises RepositoryError where there is none."""
    found = shutil.which("git")
    if found is None:
        raise RepositoryError(
            "This needs the git program, and there is none on the search path.",
            advice="Install git and start the program again; what is staged stays as it is.",
        )
    return found


def git_environment() -> Mapping[str, str]:
    """What a git program is given: no keys, nobody to ask in a terminal, no other repository."""
    given = child_environment(GIT_TERMINAL_PROMPT="0", GIT_EDITOR="true", GIT_MERGE_AUTOEDIT="no")
    return {name: value for name, value in given.items() if name not in _OF_OTHERS}


def run_git(repository: GitRepository, arguments: Sequence[str], *, is_reading: bool = False) -> bytes:
    """Run a git command in the repository and return what it prints. Raises RepositoryError with what it said.

    `is_reading`: it must run no other program, whatever the repository's settings say.
    """
    command = [os.fsencode(each) for each in (git_program(), "-C", str(repository.folder), *arguments)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**git_environment(), **(_READING if is_reading else {})},
            timeout=_LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RepositoryError("The git program could not be run to its end.", detail=str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        last = said.split("\n")[-1] if said else f"it ended with {done.returncode}"
        raise RepositoryError(f"git refused: {last}", advice="Nothing was changed by it.", detail=said)
    return done.stdout
