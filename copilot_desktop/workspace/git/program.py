"""The git program: for what only it does right: filters, hooks, signing, and which files are renamed ones."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.restraint import LIMIT_S, QUIET, RESTRAINED, git_environment, git_program, restrained


def run_git(repository: GitRepository, arguments: Sequence[str], *, is_reading: bool = False) -> bytes:
    """Run a git command in the repository and return what it prints. Raises RepositoryError with what it said.

    In a folder that is not trusted it runs no other program, whatever the repository's settings say. `is_reading`: a
    command that needs none is held to that everywhere, and writes nothing.
    """
    environment = dict(git_environment())
    before: tuple[str, ...] = ()
    if is_reading:
        before = QUIET
        environment |= {**RESTRAINED, "GIT_OPTIONAL_LOCKS": "0"}
    elif not repository.runs_programs:
        before = restrained(repository.folder)
        environment |= RESTRAINED
    command = [os.fsencode(each) for each in (git_program(), *before, "-C", str(repository.folder), *arguments)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RepositoryError("The git program could not be run to its end.", detail=str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        last = said.split("\n")[-1] if said else f"it ended with {done.returncode}"
        raise RepositoryError(f"git refused: {last}", advice="Nothing was changed by it.", detail=said)
    return done.stdout


def refuse_program(repository: GitRepository, path: str, name: str) -> None:
    """Raise RepositoryError for a file that passes through a program, in a folder that is not trusted."""
    if not repository.runs_programs:
        raise RepositoryError(
            f"{path} passes through the program “{name}” (filter={name}), and programs are not run in a restricted "
            "folder.",
            advice="Trust the folder if you know what the program does, or use git in a terminal.",
        )
