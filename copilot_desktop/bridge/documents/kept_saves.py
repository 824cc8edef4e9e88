"""The worker side of saving: what a save overwrites is kept first. The store is imported at the first save."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_desktop.workspace.files import write_pieces
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.workspace.saving import Saver


class KeptSaves:
    """Of one opened folder; `state_folder` None: nothing is kept."""

    def __init__(self, workspace: Workspace, state_folder: Path | None) -> None:
        self._workspace = workspace
        self._state_folder = state_folder

    def write(self, path: str, pieces: Iterable[bytes], expected: str | None, encoding: str, is_kept: bool) -> str:
        """Write a file and return its hash. Raises what `Saver.save` does."""
        saver = self._saver
        if saver is None or not is_kept:
            return write_pieces(self._workspace, path, pieces, expected_hash=expected)
        return saver.save(path, pieces, expected_hash=expected, encoding=encoding)

    @cached_property
    def _saver(self) -> Saver | None:
        from copilot_desktop.workspace.saving import Saver

        return None if self._state_folder is None else Saver(self._workspace, self._state_folder)
