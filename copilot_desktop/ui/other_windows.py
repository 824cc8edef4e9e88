"""What a window may ask of the others of its program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class OtherWindows(NamedTuple):
    """`find` brings the window that has a folder (its real path) to the front and says if there is one; `open` shows
    a folder, or a file with its folder, in a window of its own."""

    find: Callable[[Path], bool]
    open: Callable[[Path], object]
