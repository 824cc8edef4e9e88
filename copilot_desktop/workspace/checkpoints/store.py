"""What the program keeps of one folder, outside of it.

journal.json      the step under way
objects/ab/cdef…  contents by SHA-256, on the disk before the journal or the history names them
copies/ab/cdef…   the same of hot-exit copies that the step under way writes; gone after it
history.sqlite    the finished steps
lock              held during one apply, restore, save or recovery, by one process at a time
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from copilot_desktop.errors import WriteError
from copilot_desktop.workspace.atomic_write import make_private
from copilot_desktop.workspace.checkpoints.history import JOURNAL_NAME, History, place_of
from copilot_desktop.workspace.checkpoints.journal import Journal, Step
from copilot_desktop.workspace.checkpoints.objects import ObjectStore
from copilot_desktop.workspace.file_lock import try_lock
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.paths import Workspace

LOCK_LIMIT_S: Final = 10.0
LIMIT_BYTES: Final = 1024 * 1024 * 1024
"""Of old contents, where the user has said nothing else."""
SizeLimit = Callable[[], int]
"""How many bytes of old contents may be kept, as the settings say now."""


def usual_limit() -> int:
    """For whoever does not know the settings."""
    return LIMIT_BYTES


class CheckpointStore:
    """Journal, contents and history of one workspace. Its parts raise OSError and StoreError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.journal = Journal(folder / JOURNAL_NAME)
        self.objects = ObjectStore(folder / "objects")
        self.history = History(folder)
        self._copies = folder / "copies"

    @classmethod
    def of(cls, workspace: Workspace, state_folder: Path) -> CheckpointStore:
        """That of an opened folder."""
        return cls(place_of(workspace, state_folder))

    def contents_of(self, write: FileWrite | Step) -> ObjectStore:
        """Where the old and new content of a file of a step are kept. An unsaved text is kept no longer than that."""
        return ObjectStore(self._copies) if write.copy else self.objects

    def drop_copies(self) -> None:
        """No step is under way: let go of what one kept of hot-exit copies."""
        if self._copies.exists():
            shutil.rmtree(self._copies, ignore_errors=True)

    def has_room(self, contents: Mapping[str, int], limit: SizeLimit) -> bool:
        """Whether a step with these contents (name → bytes) fits beside what pending undos need."""
        pinned = self.history.pinned_contents().difference(contents)
        return sum(contents.values()) + sum(self.objects.size_bytes(name) for name in pinned) <= limit()

    @contextlib.contextmanager
    def locked(self, limit_s: float | None = None) -> Iterator[None]:
        """Hold the workspace's lock; raises WriteError when another process keeps it for 10 s."""
        make_private(self._folder)
        handle = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            end = time.monotonic() + (LOCK_LIMIT_S if limit_s is None else limit_s)
            while not try_lock(handle):
                if time.monotonic() > end:
                    raise WriteError(
                        "Another window or command is writing to this folder; nothing was changed.",
                        advice="Try again when it has finished.",
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(handle)
