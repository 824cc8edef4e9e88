"""What is to be written: the files of one plan."""

from __future__ import annotations

from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class FileWrite:
    """One file of a plan. `expected_hash` None: it must not exist (`ANY_CONTENT`: any); `data` None: it is deleted.

    `like`: the path of a file whose permission bits a new file takes, that of one being renamed. `stored`: in place of
    `data`, the name of a content of the store.
    """

    path: str
    expected_hash: str | None
    data: bytes | None
    like: str | None = None
    stored: str | None = None

    @property
    def is_deletion(self) -> bool:
        """Whether the file is to be gone."""
        return self.data is None and self.stored is None
