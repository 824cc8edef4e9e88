"""The names of all files of a folder, to be kept: what has another name later is new."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The paths of all files of the folder, each after a NUL: one text, which is cut into pieces and packed."""

    text: str

    @staticmethod
    def of(paths: Iterable[str]) -> FolderNames:
        """These paths."""
        return FolderNames("".join(f"\0{path}" for path in paths))

    def paths(self) -> frozenset[str]:
        """Each of them."""
        return frozenset(self.text.split("\0")[1:])
