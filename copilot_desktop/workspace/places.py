"""Places as a person names them, looked at on the disk: what stands there, and where it really is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple


class FoundPlace(NamedTuple):
    """A place as it was asked for (`path`, absolute), with all links followed (`real`), and with those on the way to it
    (`real_parent` is where its folder really is). What is not there is neither a file nor a folder."""

    path: Path
    real: Path
    real_parent: Path
    is_file: bool
    is_folder: bool
    could_be_file: bool = False
    """Nothing is there, in a folder that is, and it is written as files are: with an ending."""

    @property
    def folder(self) -> Path:
        """The folder to open for it."""
        return self.path.parent if self.is_file else self.path

    @property
    def real_folder(self) -> Path:
        """The same with all links followed."""
        return self.real_parent if self.is_file else self.real

    def as_new_file(self) -> FoundPlace:
        """The same, taken for a file that is to be made where nothing is."""
        return self._replace(is_file=self.is_file or self.could_be_file)


def look_at(place: Path) -> FoundPlace:
    """Look at a place, for as long as its disk takes: on a thread that nothing waits for. Never raises."""
    path = Path(os.path.abspath(place))
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        mode = 0
    real, parent = Path(os.path.realpath(path)), Path(os.path.realpath(path.parent))
    could_be_file = bool(path.suffix) and not os.path.lexists(path) and os.path.isdir(parent)
    return FoundPlace(path, real, parent, stat.S_ISREG(mode), stat.S_ISDIR(mode), could_be_file)
