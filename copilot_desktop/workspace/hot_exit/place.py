"""Where unsaved texts are kept. Imported before the first paint, which the rest of this room is too large for."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Final, NamedTuple

UNSAVED_FOLDER: Final = "unsaved"
"""Below the state folder."""
SUFFIX: Final = ".unsaved"
WITHOUT_FOLDER: Final = "no-folder"
"""What stands for a folder's name, for texts of windows without one."""
ENDING: Final = "hot-exit-end"
"""Name of the threads that write down what is left of windows that have closed."""


class UnsavedPlace(NamedTuple):
    """`is_brought_back`: the texts of an earlier start are opened with their folder."""

    state_folder: Path
    is_brought_back: bool = True

    def has_texts(self) -> bool:
        """Whether any text is kept, of whatever folder. Blocking."""
        return any(self.state_folder.glob(f"unsaved/*/*/*{SUFFIX}"))


def wait_for_endings(limit_s: float) -> None:
    """The program ends: windows that closed while others stayed open were not waited for, and a slow disk may still be
    writing their texts."""
    deadline = time.monotonic() + limit_s
    for thread in threading.enumerate():
        if thread.name == ENDING:
            thread.join(max(0.0, deadline - time.monotonic()))
