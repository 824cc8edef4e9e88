"""A hot-exit copy that is written by a step of several files, as one of them."""

from __future__ import annotations

from pathlib import Path

from copilot_desktop.values import dataclass
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.hot_exit.place import SUFFIX
from copilot_desktop.workspace.hot_exit.records import UnsavedHeader, first_records


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """The copy of the unsaved text of `path`: nobody writes to it but the step. `name` is its path below the folder of
    unsaved texts."""

    path: str
    name: str
    header: UnsavedHeader

    @classmethod
    def at(cls, folder: Path, entry_id: str, path: str, header: UnsavedHeader) -> HeldCopy:
        """That of an entry in a program's folder."""
        return cls(path, "/".join((*folder.parts[-2:], f"{entry_id}{SUFFIX}")), header)

    def with_text(self, text: str) -> FileWrite:
        """What writes another text into it."""
        data = first_records(self.header, text.encode("utf-8", "surrogatepass"))
        return FileWrite(self.path, ANY_CONTENT, data, copy=self.name)
