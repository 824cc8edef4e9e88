"""Paths a model names: what is safe to touch, and which file is meant."""

from __future__ import annotations

import re
from collections.abc import Collection

from copilot_desktop.workspace.paths import is_git_folder

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def clean_path(path: str) -> str:
    """Return a path with POSIX separators and without `.` parts."""
    path = path.strip().replace("\\", "/")
    parts = [part for part in path.split("/") if part != "."]
    return "/".join(parts)


def unsafe_because(path: str) -> str | None:
    """Say why a cleaned path must not be touched; None where it may be."""
    if not path or path.endswith("/"):
        return "it names no file"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return "it is not relative to the project folder"
    for part in path.split("/"):
        if part == "..":
            return "it leads out of the project folder"
        if is_git_folder(part):
            return "it is inside git's own folder"
        if not part or part != part.rstrip(". ") or ":" in part or any(c < " " or c == "\x7f" for c in part):
            return "it is not a plain file name on every system"
        if is_reserved(part):
            return "it is a name Windows reserves"
    return None


def is_reserved(name: str) -> bool:
    """Whether Windows takes a name for a device, whatever extension it has."""
    return _RESERVED.fullmatch(name) is not None


class FoldedNames:
    """The names of files without regard to case. More files may come."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._folded: dict[str, str] = {}
        self._count = 0

    def twin(self, path: str) -> str | None:
        """Return a file that is `path` but for the case of its letters."""
        if self._count != len(self._known):
            self._count = len(self._known)
            self._folded = {each.casefold(): each for each in self._known}
        found = self._folded.get(path.casefold())
        return None if found == path else found
