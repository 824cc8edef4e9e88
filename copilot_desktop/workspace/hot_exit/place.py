"""Where unsaved texts are kept. Imported before the first paint, which the rest of this room is too large for."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

SUFFIX: Final = ".unsaved"
WITHOUT_FOLDER: Final = "no-folder"
"""What stands for a folder's name, for texts of windows without one."""


class UnsavedPlace(NamedTuple):
    """`is_brought_back`: the texts of an earlier start are opened with their folder."""

    state_folder: Path
    is_brought_back: bool = True

    def has_texts(self) -> bool:
        """Whether any text is kept, of whatever folder. Blocking."""
        return any(self.state_folder.glob(f"unsaved/*/*/*{SUFFIX}"))
