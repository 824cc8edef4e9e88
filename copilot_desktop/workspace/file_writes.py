"""What is to be written: the files of one plan."""

from __future__ import annotations

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FileWrite:
    """One file of a plan. `expected_hash` None: it must not exist (`ANY_CONTENT`: any); `data` None: it is deleted.

    `like`: the path of a file whose permission bits a new file takes, that of one being renamed. `stored`: in place of
    `data`, the name of a content of the store. `copy`: it is not the file that is written but the hot-exit copy of its
    unsaved text, which has this path below the folder of unsaved texts.
    """

    path: str
    expected_hash: str | None
    data: bytes | None
    like: str | None = None
    stored: str | None = None
    copy: str = ""

    @property
    def is_deletion(self) -> bool:
        """Whether the file is to be gone."""
        return self.data is None and self.stored is None

    @property
    def told(self) -> str:
        """What a sentence calls it."""
        return told_of(self.path, self.copy)


def told_of(path: str, copy: str) -> str:
    """What a sentence calls a file, or the hot-exit copy of its text."""
    return f"the copy of the unsaved text of {path}" if copy else path
