"""Keeps the index of one folder whatever happens to it: damaged, deleted or refused, it is made anew or tried again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from copilot_desktop.context.index.building import IndexBuilder, Progress
from copilot_desktop.context.index.forgetting import forget_unused, note_use
from copilot_desktop.context.index.schema import OF_DAMAGE, forget_index, is_damage, open_index, unusable
from copilot_desktop.errors import CopilotError, StoreError
from copilot_desktop.workspace.paths import Workspace

_SOONEST_S: Final = 1.0
_LATEST_S: Final = 30.0
"""What was refused is tried again after a second, then after twice as long each time, up to this."""
_ROOM_BYTES: Final = 1_000_000
"""With less, a disk is as good as full: the whole folder need not be looked at to find that out."""


class KeptIndex:
    """Of one folder. `tell` hears how far it is. Waits for the disk; used by one thread."""

    def __init__(self, workspace: Workspace, place: Path, tell: Callable[[Progress], None]) -> None:
        self._workspace, self._place, self._tell = workspace, place, tell
        self._database: sqlite3.Connection | None = None
        self._builder: IndexBuilder | None = None
        self._file: tuple[int, int] | None = None
        self._ended: list[Progress] = []
        self.try_again_s = 0.0
        """When what was refused is to be tried again, by `look_at` with nothing; 0 where nothing was."""
        self._tried_s = 0.0

    def look_at(self, paths: Iterable[str] | None) -> None:
        """Look at these files again; None: at the whole folder, as also after a look that was refused.

        Raises StoreError, FolderGoneError.
        """
        wanted = None if paths is None else list(paths)
        if wanted == [] and not self.try_again_s:
            return
        if wanted is not None and self.try_again_s and not self._may_try():
            return
        try:
            self._look(None if self.try_again_s else wanted)
        except StoreError:
            self._tried_s, self.try_again_s = time.monotonic(), _later(self.try_again_s)
            raise
        self.try_again_s = 0.0

    def work_on(self) -> bool:
        """Do a part of what need not be done at once; whether there is more."""
        if self._builder is None or self.try_again_s:
            return False
        try:
            return self._builder.work_on()
        except (StoreError, sqlite3.Error, *OF_DAMAGE):
            return False  # the next look meets it too, and says so

    def _look(self, paths: list[str] | None) -> None:
        """Two goes: what was damaged, or taken away under it, is made anew. Raises StoreError, FolderGoneError."""
        found: BaseException | None = None
        for _go in range(2):
            try:
                if self._look_once(paths):
                    return
            except (CopilotError, sqlite3.Error, *OF_DAMAGE) as error:
                found = error
                if is_damage(error):
                    self._close()
                    with contextlib.suppress(OSError):
                        forget_index(self._place)
                elif self._is_in_place():
                    if isinstance(error, CopilotError):
                        raise
                    raise unusable(error) from error
            paths = None
        raise StoreError(
            "The index of this folder is deleted or damaged again and again.",
            advice="See which other program works in the program's cache folder.",
            detail=str(found or ""),
        ) from found

    def _look_once(self, paths: list[str] | None) -> bool:
        """Whether the index is where it belongs, when all has been written into it."""
        if self._builder is None or not self._is_in_place():
            paths = None
        builder = self._opened()
        self._ended.clear()
        if paths is None:
            builder.bring_up_to_date()
            forget_unused(self._place)
        else:
            builder.look_at(paths)
        if not self._is_in_place():
            return False
        for progress in self._ended:
            self._tell(progress)
        return True

    def _hear(self, progress: Progress) -> None:
        # That it is complete is said once it is known to be where it is looked for.
        if progress.is_complete:
            self._ended.append(progress)
        else:
            self._tell(progress)

    def _opened(self) -> IndexBuilder:
        if self._builder is not None and self._is_in_place():
            return self._builder
        self._close()
        self._database = open_index(self._place)
        self._file = _identity(self._place)
        self._builder = IndexBuilder(self._workspace, self._database, self._hear)
        note_use(self._place)
        return self._builder

    def _close(self) -> None:
        if self._database is not None:
            with contextlib.suppress(sqlite3.Error):
                self._database.close()
        self._database = self._builder = self._file = None

    def _is_in_place(self) -> bool:
        """Whether what is open is what others find: the cache may be emptied at any time. What is not open is not
        somewhere else."""
        return self._file is None or self._file == _identity(self._place)

    def _may_try(self) -> bool:
        """Whether what was refused may be granted now."""
        if time.monotonic() - self._tried_s < _SOONEST_S:
            return False
        self._tried_s = time.monotonic()
        try:
            return shutil.disk_usage(self._place.parent).free >= _ROOM_BYTES
        except OSError:
            return True  # nobody knows


def _later(wait_s: float) -> float:
    return min(max(wait_s * 2, _SOONEST_S), _LATEST_S)


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(place)
    except OSError:
        return None
    return status.st_dev, status.st_ino
