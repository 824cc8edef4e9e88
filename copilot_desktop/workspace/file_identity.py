"""What stays the same of a file that is renamed: tells it from another one that got its name, or its number. And the
names that a folder had: what has none of them is new."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.birth_time import birth_ns


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """The numbers of its device and inode, and when it was made (nanoseconds after 1970)."""

    device: int
    inode: int
    birth_ns: int


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


def file_identity(place: Path) -> FileIdentity | None:
    """Of a regular file; None where there is none, or nobody knows when it was made: its number alone goes to a new
    one once it is deleted."""
    try:
        status = place.lstat()
        made = birth_ns(place) if stat.S_ISREG(status.st_mode) else None
    except OSError:
        return None
    return None if made is None else FileIdentity(status.st_dev, status.st_ino, made)
