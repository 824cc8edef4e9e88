"""The session of the program: what all windows remember, in one file of the state folder."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.credentials.waiting import within
from copilot_desktop.errors import StoreError
from copilot_desktop.settings.session import Session, WorkspaceState
from copilot_desktop.settings.store import SettingsStore

DELAY_MS = 1000
WRITE_LIMIT_S = 5.0
"""A disk that hangs must not keep the program from ending."""
_TOO_SLOW = "The session was not written: the disk did not answer in time."


class SessionKeeper(QObject):
    """Holds the session and writes it soon after each change, so that a killed program comes back, too. GUI thread.

    `changed` carries the new `Session`. Without a store (safe mode) it is empty at the start and never written.
    """

    changed = Signal(object)

    def __init__(self, store: SettingsStore | None, session: Session, loop: AsyncLoop) -> None:
        super().__init__()
        self._store = store
        self._loop = loop
        self.session = session
        self._writing = threading.Lock()
        self._asked = self._written = 0
        self._looked_at = session.workspaces
        """The folders as they were when the files of their tabs were looked at."""
        self._numbers: dict[tuple[str, str], tuple[int, ...]] = {}
        self.kept_at_s = 0.0
        """When the session of the last start was written, in seconds after 1970."""
        if store is not None:
            with contextlib.suppress(OSError):
                self.kept_at_s = store.path_of(Session).stat().st_mtime
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._on_timeout)

    def update(self, change: Callable[[Session], Session]) -> None:
        """Remember something else from now on."""
        before, self.session = self.session, change(self.session)
        if self.session != before:
            self._timer.start()
            self.changed.emit(self.session)

    def save(self) -> StoreError | None:
        """Write it now, and wait for that as long as a disk may take; what kept it from being written is returned."""
        self._timer.stop()
        self._asked += 1
        session, number = self.session, self._asked
        try:
            return within(WRITE_LIMIT_S, lambda: self._write(session, number))
        except TimeoutError:
            return StoreError(_TOO_SLOW)

    def _on_timeout(self) -> None:
        self._asked += 1
        session, number = self.session, self._asked
        # A failure is told when the program ends; until then every later change tries again.
        self._loop.run_in_worker(lambda: self._write(session, number))
        self._loop.run_waiting(lambda: self._look_at_files(session, number))

    def _look_at_files(self, session: Session, number: int) -> None:
        """Find out what the files of tabs are known by; their disk may hang, and that of the session does not wait."""
        before, self._looked_at = self._looked_at, session.workspaces
        found: dict[tuple[str, str], tuple[int, ...]] = {}
        for folder, state in session.workspaces.items():
            if state is not before.get(folder):
                found |= {(folder, path): numbers for path, numbers in _numbers(folder, state).items()}
        if any(self._numbers.get(key) != numbers for key, numbers in found.items()):
            self._numbers |= found
            self._write(session, number, is_again=True)

    def _write(self, session: Session, number: int, *, is_again: bool = False) -> StoreError | None:
        """Workers may come in any order: what is older than what stands in the file is dropped."""
        if self._store is None:
            return None
        if not self._writing.acquire(timeout=WRITE_LIMIT_S):
            return StoreError(_TOO_SLOW)
        try:
            if number > self._written or (is_again and number == self._written):
                self._store.save(_with_numbers(session, self._numbers))
                self._written = number
        except StoreError as error:
            return error
        finally:
            self._writing.release()
        return None


def _numbers(folder: str, state: WorkspaceState) -> dict[str, tuple[int, ...]]:
    """Of the files of tabs that are there."""
    # Nothing of it is needed before the first paint.
    from copilot_desktop.workspace.file_identity import file_identity

    found = {path: file_identity(Path(folder, path)) for path in state.files}
    return {path: (each.device, each.inode, each.birth_ns) for path, each in found.items() if each is not None}


def _with_numbers(session: Session, numbers: Mapping[tuple[str, str], tuple[int, ...]]) -> Session:
    """The session with what was found out about files; of others it says what it said before."""
    workspaces = {}
    for folder, state in session.workspaces.items():
        files = {
            path: replace(each, numbers=numbers.get((folder, path), each.numbers)) for path, each in state.files.items()
        }
        workspaces[folder] = replace(state, files=files)
    return replace(session, workspaces=workspaces)
