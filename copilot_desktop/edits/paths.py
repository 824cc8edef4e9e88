"""Paths a model names: what is safe to touch, and which file is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
        if part.lower().rstrip(". ") in (".git", "git~1"):
            return "it is inside git's own folder"
        if not part or part != part.rstrip(". ") or ":" in part or any(c < " " or c == "\x7f" for c in part):
            return "it is not a plain file name on every system"
        if is_reserved(part):
            return "it is a name Windows reserves"
    return None


def is_reserved(name: str) -> bool:
    """Whether Windows takes a name for a device, whatever extension it has."""
    return _RESERVED.fullmatch(name) is not None


def same_but_case(path: str, known: Iterable[str]) -> str | None:
    """Return the known path that differs from `path` only in case."""
    folded = path.casefold()
    return next((each for each in known if each.casefold() == folded and each != path), None)
