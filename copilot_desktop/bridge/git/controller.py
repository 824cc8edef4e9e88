"""What git says of the opened folder, read on workers: again after every change, many changes together as one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.git.events import GitFailed, StatusRead
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.git.values import Comparison, FileSides, GitChange, GitStatus
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    # pygit2 takes 100 ms and 9 MiB: on a worker, in a folder that has git.
    from copilot_desktop.workspace.folder_changes import FolderChanged
    from copilot_desktop.workspace.git.repository import GitRepository

T = TypeVar("T")
_QUIET_MS, _LONGEST_MS = 120, 3_000
_REST = 4
"""A status is read again after so many times what reading it took: of a large repository not after each of many
changes."""


class GitController(QObject):
    """GUI thread only. One piece of work at a time, in the order it was asked for."""

    status_changed = Signal(object)
    """Carries one `StatusRead`."""
    was_read = Signal()
    """The status was read, be it the same: what is staged may still be other text."""
    failed = Signal(object)
    """Carries one `GitFailed`."""

    def __init__(self, thread: AsyncThread, workspace: WorkspaceController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.async_thread = thread
        self.runs_programs: Callable[[Workspace], bool] = lambda _workspace: False
        """Asked on workers: whether git may run what the repository names."""
        self._queue = WorkQueue(thread)
        self._workspace = workspace
        self.read = StatusRead(None)
        """The last that was read."""
        self._is_reading = self._is_stale = False
        self._later = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._later.timeout.connect(self.refresh)
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(self._on_folder_changed)

    @property
    def status(self) -> GitStatus | None:
        """What differs, as far as it is known."""
        return self.read.status

    @property
    def workspace(self) -> Workspace | None:
        """The opened folder."""
        return self._workspace.workspace

    def refresh(self) -> None:
        """Read the status; `status_changed` tells. While one is being read, once more after it."""
        if self._is_reading:
            self._is_stale = True
            return
        workspace = self.workspace
        if workspace is None:
            return
        self._is_reading, self._is_stale = True, False
        self._later.stop()
        begun, before = time.monotonic(), self.read

        def read() -> StatusRead:
            found = _read(workspace)
            # Of thousands of changes comparing takes longer than a frame: here, and not where it is told.
            return before if found == before else found

        def take(found: StatusRead) -> None:
            taken_ms = round(1000 * (time.monotonic() - begun))
            self._later.setInterval(min(max(_QUIET_MS, _REST * taken_ms), _LONGEST_MS))
            self._on_read(workspace, found)

        self._queue.run(read, take, self._on_read_failed)

    def refresh_soon(self) -> None:
        """Something may have changed; changes that follow each other closely are read once."""
        self._later.start()

    def changes(
        self,
        comparison: Comparison,
        done: Callable[[tuple[GitChange, ...]], None],
        failed: Callable[[GitFailed], None] | None = None,
    ) -> None:
        """Read the files that differ between two sides."""

        def work(repository: GitRepository) -> tuple[GitChange, ...]:
            from copilot_desktop.workspace.git.comparing import changes_of

            return changes_of(repository, comparison)

        self.run(work, done, failed)

    def sides(
        self,
        changes: tuple[GitChange, ...],
        make: Callable[[FileSides], T],
        done: Callable[[tuple[tuple[FileSides, T], ...]], None],
        failed: Callable[[GitFailed], None] | None = None,
    ) -> None:
        """Read both texts of changed files, each with what `make` makes of them on the worker.

        A file that cannot be read says so in its `problem`.
        """

        def read(repository: GitRepository, change: GitChange) -> FileSides:
            from copilot_desktop.workspace.git.contents import read_sides
            from copilot_desktop.workspace.git.values import SideText

            try:
                return read_sides(repository, change)
            except CopilotError as error:
                return FileSides(change, SideText(None), SideText(None), error.message)

        def work(repository: GitRepository) -> tuple[tuple[FileSides, T], ...]:
            return tuple((sides, make(sides)) for sides in (read(repository, change) for change in changes))

        self.run(work, done, failed)

    def bases(self, done: Callable[[tuple[str, ...]], None]) -> None:
        """Read the branches that the current one may be compared with, the likely ones first."""

        def work(repository: GitRepository) -> tuple[str, ...]:
            from copilot_desktop.workspace.git.comparing import base_names

            return base_names(repository)

        self.run(work, done)

    def run(
        self,
        work: Callable[[GitRepository], T],
        done: Callable[[T], None],
        failed: Callable[[GitFailed], None] | None = None,
        otherwise: Callable[[CopilotError], bool] | None = None,
        ended: Callable[[bool], None] = lambda _is_done: None,
    ) -> None:
        """Do something with the repository on a worker, after what was asked for before.

        What fails is told by `failed`, else by the signal; `otherwise` may take an error first. Nothing comes back
        once another folder was opened, but for `ended`, which comes before all else: whether it was done.
        """
        workspace = self.workspace
        if workspace is None:
            return

        may_run = self.runs_programs

        def open_and_work() -> T:
            from copilot_desktop.workspace.git.repository import GitRepository

            return work(GitRepository(workspace, partial(may_run, workspace)))

        def take(result: T) -> None:
            ended(True)
            if workspace is self.workspace:
                done(result)

        def fail(error: BaseException) -> None:
            ended(False)
            if not isinstance(error, CopilotError):
                raise error
            if workspace is self.workspace and not (otherwise is not None and otherwise(error)):
                (failed or self.failed.emit)(GitFailed(error.message, error.advice, error.detail))

        self._queue.run(open_and_work, take, fail)

    def _on_read(self, workspace: Workspace, read: StatusRead) -> None:
        self._is_reading = False
        if workspace is not self.workspace:
            self.refresh()
            return
        if read is not self.read:
            self.read = read
            self.status_changed.emit(read)
        self.was_read.emit()
        if self._is_stale:
            self.refresh_soon()

    def _on_read_failed(self, error: BaseException) -> None:
        self._is_reading = False
        raise error

    def _on_opened(self, _workspace: Workspace) -> None:
        self.read = StatusRead(None)
        self.status_changed.emit(self.read)
        self.refresh_soon()

    def _on_folder_changed(self, _event: FolderChanged) -> None:
        self.refresh_soon()


def _read(workspace: Workspace) -> StatusRead:
    """On a worker."""
    if not _may_have_git(workspace):
        # As most folders without git are: nothing is loaded for it.
        return StatusRead(
            None,
            f"{workspace.root.name} is not in a git repository, so there is nothing to compare with.",
            "“git init” in a terminal makes one.",
        )
    from copilot_desktop.workspace.git.comparing import read_status
    from copilot_desktop.workspace.git.repository import GitRepository

    try:
        return StatusRead(read_status(GitRepository(workspace)))
    except CopilotError as error:
        return StatusRead(None, error.message, error.advice)


def _may_have_git(workspace: Workspace) -> bool:
    """Whether one of the folders on the way to the opened one has a `.git`, or is one."""
    folders = (workspace.root, *workspace.root.parents)
    return any((folder / ".git").exists() for folder in folders) or (workspace.root / "HEAD").is_file()
