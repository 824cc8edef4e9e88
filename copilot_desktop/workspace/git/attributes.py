"""What `.gitattributes` say of files. Most folders have none, and libgit2 looks for one in each folder on the way to a
file, whenever it is asked: of 10,000 changed files that took a second."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Final

import pygit2
from pygit2.enums import ConfigLevel

from copilot_desktop.workspace.git.patterns import unknown_above

_FILE: Final = ".gitattributes"
_SYSTEM_FILE: Final = "gitattributes"
_USER_FILE: Final = "attributes"
_SETTING: Final = "core.attributesfile"


class Attributes:
    """Of one repository, for one piece of work: which folders have such a file is looked at once."""

    def __init__(self, git: pygit2.Repository, common: Path) -> None:
        self._git, self._common = git, common
        self._of_folders: dict[str, bool] = {}

    def of(self, path: str, name: str) -> bool | str | None:
        """An attribute of a file of the repository: set, not set, or its value; None where nothing is said of it."""
        return self._git.get_attr(os.fsencode(path), name) if self._may_have(path) else None

    def _may_have(self, path: str) -> bool:
        return self._is_anything_said or self._has_file(path.rpartition("/")[0])

    def _has_file(self, folder: str) -> bool:
        """Whether a folder, or one above it, has attributes: on disk, or in the index where it has none there."""
        known = self._of_folders
        for each in unknown_above(folder, known):
            file = f"{each}/{_FILE}" if each else _FILE
            known[each] = (
                (bool(each) and known[each.rpartition("/")[0]])
                or os.path.lexists(os.path.join(self._git.workdir, file))
                or os.fsencode(file) in self._git.index
            )
        return known[folder]

    @cached_property
    def _is_anything_said(self) -> bool:
        """Whether there are attributes that stand in no folder of files: the repository's, the user's, the system's."""
        places = [self._common / "info" / _USER_FILE]
        for level, name in ((ConfigLevel.XDG, _USER_FILE), (ConfigLevel.SYSTEM, _SYSTEM_FILE)):
            found = os.fsdecode(pygit2.settings.search_path[level])
            places += [Path(each) / name for each in found.split(os.pathsep) if each]
        return _SETTING in self._git.config or any(map(os.path.lexists, places))
