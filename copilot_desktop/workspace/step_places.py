"""Where the files of a step stand: those of the project in its folder, hot-exit copies in the program's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from copilot_desktop.errors import UnsafePathError
from copilot_desktop.workspace.checkpoints.journal import Step
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.hot_exit.place import UNSAVED_FOLDER
from copilot_desktop.workspace.paths import Workspace

_COPY_PARTS: Final = 3
"""Folder of the workspace, folder of the program, file: see `hot_exit/store.py`."""


class StepPlaces:
    """Of one workspace and one state folder."""

    def __init__(self, workspace: Workspace, state_folder: Path) -> None:
        self._workspace = workspace
        self._copies = state_folder / UNSAVED_FOLDER

    def of(self, write: FileWrite | Step) -> Path:
        """The real place of one file of a step. Raises UnsafePathError."""
        return self._of_copy(write.copy) if write.copy else self.of_file(write.path)

    def of_file(self, path: str) -> Path:
        """The real place of a file of the project. Raises UnsafePathError."""
        return Path(os.path.realpath(self._workspace.resolve(path)))

    def inside(self, target: Path) -> str | None:
        """The path of a place in the project."""
        return self._workspace.relative(target)

    def folder(self, path: str) -> Path:
        """The place of a folder of the project that a step has made."""
        return self._workspace.root / path

    def _of_copy(self, name: str) -> Path:
        parts = name.split("/")
        # The journal is the program's own, but a damaged one must not lead anywhere else.
        if len(parts) != _COPY_PARTS or any(part in ("", ".", "..") or os.sep in part for part in parts):
            raise UnsafePathError(f"{name} is no place of an unsaved text.")
        return self._copies.joinpath(*parts)
