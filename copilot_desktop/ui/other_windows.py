"""What a window may ask of the others of its program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OtherWindows:
    """`find` brings the window that has a folder (its real path) to the front and says if there is one; `open` shows
    a folder, or a file with its folder, in a window of its own."""

    find: Callable[[Path], bool]
    open: Callable[[Path], object]
