"""What stays the same of a folder that is renamed: tells it from another one under either name."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from copilot_desktop.workspace.birth_time import birth_ns


class FolderIdentity(NamedTuple):
    """The numbers of its device and inode, and when it was made (None: the system does not say)."""

    device: int
    inode: int
    birth_ns: int | None


def identity_of(folder: Path) -> FolderIdentity:
    """Of a folder that is there. Raises OSError."""
    status = folder.stat()
    return FolderIdentity(status.st_dev, status.st_ino, birth_ns(folder))


def is_same_folder(known: FolderIdentity, here: FolderIdentity, *, has_same_name: bool) -> bool:
    """Whether a folder known before is this one: its number alone goes to a new one once it is deleted.

    Where nobody knows when it was made its name decides (a folder above was renamed).
    """
    if (known.device, known.inode) != (here.device, here.inode):
        return False
    if known.birth_ns is None or here.birth_ns is None:
        return has_same_name
    return known.birth_ns == here.birth_ns
