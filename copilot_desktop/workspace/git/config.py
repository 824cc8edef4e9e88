"""Settings of git, read from its files: the system's, the user's, then the repository's; the last one holds."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from copilot_desktop.workspace.git.includes import is_met

_SECTION = re.compile(r'\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_KEY = re.compile(r"\s*([A-Za-z][\w-]*)\s*(=?)\s*")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b"}
_LARGEST_BYTES = 1_000_000
_DEEPEST = 10
"""Files that include each other."""


class GitSettings(NamedTuple):
    """Values by `section.key`, the key in lower case, and the files that they are from, or would be."""

    values: dict[str, str]
    files: tuple[Path, ...]


def git_settings(common: Path | None, git: Path | None) -> GitSettings:
    """The settings of the repository with this common folder and .git folder, or of none."""
    files = [
        Path("/etc/gitconfig"),
        Path(os.environ.get("PROGRAMDATA", "/nowhere")) / "Git" / "config",
        _user_folder() / "config",
        _expanded("~/.gitconfig"),
        *([common / "config"] if common is not None else ()),
    ]
    found, read = dict[str, str](), list[Path]()

    def take(file: Path, depth: int) -> None:
        read.append(file)
        for section, key, value in _entries(read_small(file)):
            found[f"{section}.{key}"] = value
            name, _dot, condition = section.partition(".")
            is_taken = name == "include" or (name == "includeif" and is_met(condition, file, git))
            if is_taken and key == "path" and value and depth < _DEEPEST:
                take(file.parent / _expanded(value), depth + 1)

    for file in files:
        take(file, 0)
    return GitSettings(found, tuple(read))


def excludes_file(settings: dict[str, str]) -> Path:
    """The user's own file of what is ignored everywhere."""
    named = settings.get("core.excludesfile")
    return _expanded(named) if named else _user_folder() / "ignore"


def folds_case(settings: dict[str, str]) -> bool:
    """Whether names that differ in case are the same."""
    usual = "true" if sys.platform in ("win32", "darwin") else "false"
    return settings.get("core.ignorecase", usual).lower() in ("true", "yes", "on", "1")


def read_small(file: Path) -> str:
    """The text of a file of git's; empty where there is none that can be read."""
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST_BYTES:
            return ""
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except (OSError, ValueError):
        return ""


def _user_folder() -> Path:
    return _expanded(os.environ.get("XDG_CONFIG_HOME") or "~/.config") / "git"


def _expanded(path: str) -> Path:
    return Path(os.path.expanduser(path))


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    # A backslash at the end of a line goes on with the next.
    for line in re.sub(r"\\\r?\n", "", text).splitlines():
        begun = _SECTION.match(line)
        if begun is not None:
            section = begun[1].lower() + (f".{begun[2]}" if begun[2] is not None else "")
            line = line[begun.end() :]
        named = _KEY.match(line)
        if named is not None and section:
            yield section, named[1].lower(), _value(line[named.end() :]) if named[2] else "true"


def _value(written: str) -> str:
    """A value without its quotes, escapes and comment."""
    made, is_quoted, kept = "", False, 0
    characters = iter(written)
    for character in characters:
        if character == '"':
            is_quoted = not is_quoted
        elif character == "\\":
            escaped = next(characters, "")
            made += _ESCAPES.get(escaped, escaped)
        elif character in "#;" and not is_quoted:
            break
        else:
            made += character
        if is_quoted or not character.isspace():
            kept = len(made)
    return made[:kept]
