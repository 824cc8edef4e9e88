"""How the git program is run so that nothing else is: no hook, filter, monitor, pager, signer or helper, whatever the
settings of the repository, of the user or of the system name.

Fixed settings are switched off on git's command line, which outranks every file. Those with a name of their own
(`filter.NAME.clean`) are asked for first; `git config --list` only reads.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from copilot_desktop.child_processes import child_environment
from copilot_desktop.errors import RepositoryError

LIMIT_S: Final = 120.0
_LIST_S: Final = 20.0
_OF_OTHERS: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_EXTERNAL_DIFF"}
)
"""They would have git work in another repository than the one that is looked at, or run a program."""
RESTRAINED: Final[Mapping[str, str]] = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_EDITOR": "true",
    "GIT_SEQUENCE_EDITOR": "true",
    "GIT_PAGER": "cat",
    "GIT_ASKPASS": "true",
    "GIT_SSH_COMMAND": "false",
    "GIT_TERMINAL_PROMPT": "0",
}
"""A partial clone fetches what it lacks by any program that its settings name: no protocol is allowed."""
_FIXED: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "true",
    "core.pager": "cat",
    "core.editor": "true",
    "core.alternateRefsCommand": "true",
    "core.quotePath": "false",
    "safe.bareRepository": "explicit",
    "sequence.editor": "true",
    "credential.helper": "",
    "commit.gpgSign": "false",
    "commit.verbose": "false",
    "tag.gpgSign": "false",
    "log.showSignature": "false",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.x509.program": "false",
    "gpg.ssh.program": "false",
    "gpg.ssh.defaultKeyCommand": "",
    "gc.auto": "0",
    "gc.recentObjectsHook": "",
    "maintenance.auto": "false",
    "submodule.recurse": "false",
    "diff.ignoreSubmodules": "all",
    "status.submoduleSummary": "false",
    "interactive.diffFilter": "cat",
}
QUIET: Final = ("--no-pager", *(part for key, value in _FIXED.items() for part in ("-c", f"{key}={value}")))
"""What stands before each command that must run no other program."""

_NAMED: Final = {
    re.compile(r"filter\.(.+)\.(?:clean|smudge|process|required)"): {
        "clean": "",
        "smudge": "",
        "process": "",
        "required": "false",
    },
    re.compile(r"hook\.(.+)\.(?:command|event|enabled)"): {"enabled": "false", "command": "true"},
    re.compile(r"diff\.(.+)\.(?:command|textconv)"): {"command": "true", "textconv": "cat"},
    re.compile(r"merge\.(.+)\.(?:driver|recursive)"): {"driver": "false"},
    re.compile(r"submodule\.(.+)\.update"): {"update": "none"},
    re.compile(r"remote\.(.+)\.(?:uploadpack|receivepack|vcs|proxy)"): {"uploadpack": "false", "receivepack": "false"},
    re.compile(r"trailer\.(.+)\.(?:command|cmd)"): {"command": "true", "cmd": "true"},
    re.compile(r"credential\.(.+)\.helper"): {"helper": ""},
}
_RUN_FIXED: Final = frozenset(
    key.lower()
    for key in (
        "core.fsmonitor",
        "core.hooksPath",
        "core.sshCommand",
        "core.gitProxy",
        "core.askPass",
        "core.pager",
        "core.editor",
        "core.alternateRefsCommand",
        "sequence.editor",
        "credential.helper",
        "gpg.program",
        "gpg.openpgp.program",
        "gpg.x509.program",
        "gpg.ssh.program",
        "gpg.ssh.defaultKeyCommand",
        "gc.recentObjectsHook",
        "diff.external",
        "interactive.diffFilter",
    )
)
_HARMLESS: Final = {"core.fsmonitor": ("false", "no", "off", "0", "")}


class GitSetting(NamedTuple):
    """One setting as git reads it; `scope` is git's word for the file that it is from: system, global, local, …."""

    scope: str
    key: str
    value: str

    @property
    def runs_program(self) -> bool:
        """Whether git runs what it says, or by it: at once, or with some command."""
        key = self.key.lower()
        if key in _RUN_FIXED:
            return self.value.lower() not in _HARMLESS.get(key, ())
        return any(shape.fullmatch(self.key) for shape in _NAMED)

    @property
    def is_of_repository(self) -> bool:
        """Whether it came with the repository, or was set in it."""
        return self.scope in ("local", "worktree")


def git_program() -> str:
    """Where the git program is. Raises RepositoryError where there is none."""
    found = shutil.which("git")
    if found is None:
        raise RepositoryError(
            "This needs the git program, and there is none on the search path.",
            advice="Install git and start the program again; what is staged stays as it is.",
        )
    return found


def git_environment(**more: str) -> Mapping[str, str]:
    """What a git program is given: no keys, nobody to ask in a terminal, no other repository."""
    given = dict(child_environment(GIT_TERMINAL_PROMPT="0", GIT_EDITOR="true", GIT_MERGE_AUTOEDIT="no"))
    given.update(more)
    return {name: value for name, value in given.items() if name not in _OF_OTHERS}


def settings_of(folder: Path) -> tuple[GitSetting, ...]:
    """Every setting that holds in a folder, with what its files include. Runs git, which runs nothing here. Raises
    RepositoryError."""
    command = [os.fsencode(each) for each in (git_program(), *QUIET, "-C", str(folder))]
    command += [b"config", b"--list", b"-z", b"--show-scope", b"--includes"]
    environment = git_environment(**RESTRAINED, GIT_OPTIONAL_LOCKS="0")
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, timeout=_LIST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RepositoryError("The git program could not be run to its end.", detail=str(error)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise RepositoryError("The settings of git could not be read.", detail=said)
    found = []
    tokens = done.stdout.split(b"\0")
    for scope, entry in zip(tokens[::2], tokens[1::2], strict=False):
        key, _newline, value = entry.partition(b"\n")
        found.append(GitSetting(os.fsdecode(scope), os.fsdecode(key), os.fsdecode(value)))
    return tuple(found)


def restrained(folder: Path) -> tuple[str, ...]:
    """`QUIET` for a folder, and what its settings name besides. Raises RepositoryError for a name that cannot be
    switched off on a command line."""
    off: dict[str, str] = {}
    for setting in settings_of(folder):
        if setting.scope == "command":
            continue
        for shape, values in _NAMED.items():
            found = shape.fullmatch(setting.key)
            if found is None:
                continue
            section = setting.key.split(".", 1)[0]
            if "=" in found[1] or "\n" in found[1]:
                raise RepositoryError(
                    f"The setting {setting.key} of this repository cannot be switched off, so git is not run here.",
                    advice="Trust the folder if you know what it does, or use git in a terminal.",
                )
            off |= {f"{section}.{found[1]}.{name}": value for name, value in values.items()}
    return (*QUIET, *(part for key, value in off.items() for part in ("-c", f"{key}={value}")))
