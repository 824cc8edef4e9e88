"""What the user has said that the bytes of files mean, kept when their tabs are closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIMIT: Final = 200
"""The choices made last are kept; a file found out wrongly is mostly chosen for soon again."""


class ChosenEncodings:
    """Encodings by workspace path, the one chosen last at the end."""

    def __init__(self) -> None:
        self._by_path: dict[str, str] = {}

    def of(self, path: str) -> str | None:
        """The encoding chosen for a file; None: it is to be found out."""
        return self._by_path.get(path)

    def keep(self, path: str, encoding: str) -> None:
        """Remember a choice; the oldest beyond the limit is forgotten."""
        self._by_path.pop(path, None)
        self._by_path[path] = encoding
        for old in list(self._by_path)[:-LIMIT]:
            del self._by_path[old]

    def follow(self, old: str, new: str) -> None:
        """A file or a folder has another path."""
        for path in list(self._by_path):
            if path == old or path.startswith(f"{old}/"):
                self.keep(new + path[len(old) :], self._by_path.pop(path))

    def restore(self, kept: Mapping[str, str]) -> None:
        """Another folder is open: what was kept of it."""
        self._by_path = dict(kept)

    def all(self) -> Mapping[str, str]:
        """What is to be kept."""
        return dict(self._by_path)
