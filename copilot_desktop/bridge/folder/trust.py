"""Whether the opened folder is trusted: read on workers when it is opened and when what trust is about changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.trust.values import GuardedChange, TrustState

if TYPE_CHECKING:
    from copilot_desktop.workspace.folder_changes import FolderChanged
    from copilot_desktop.workspace.trust.folder_trust import FolderTrust

_QUIET_MS: Final = 150


class TrustController(QObject):
    """Of one window. GUI thread, but for `runs_programs` and `trust_of`, which workers call."""

    changed = Signal(object)
    """Carries one `TrustState`: of a folder that was opened, or another one than before."""
    failed = Signal(object)
    """Carries one `CopilotError`: what the user has said could not be kept."""

    def __init__(
        self, thread: AsyncThread, workspace: WorkspaceController, state_folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._state_folder = workspace, state_folder
        self._queue = WorkQueue(thread)
        self._noticed: set[str] = set()
        self.state: TrustState | None = None
        """None until it is known."""
        self._later = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._later.timeout.connect(self.look)
        workspace.opened.connect(self._on_opened)
        workspace.changed.connect(self._on_folder_changed)
        if workspace.workspace is not None:
            self.look()

    def trust_of(self, workspace: Workspace) -> FolderTrust:
        """What is kept of a folder, for workers."""
        from copilot_desktop.workspace.trust.folder_trust import FolderTrust

        return FolderTrust(workspace, self._state_folder)

    def runs_programs(self, workspace: Workspace) -> bool:
        """On a worker: whether git may run what the repository names."""
        return self.trust_of(workspace).runs_programs()

    def look(self) -> None:
        """Read it again; `changed` tells."""
        noticed = frozenset(self._noticed)
        self._run(lambda trust: trust.state(noticed))

    def notice(self, paths: Iterable[str]) -> None:
        """Rule files were found below that would be applied."""
        if not self._noticed.issuperset(paths):
            self._noticed.update(paths)
            self.look()

    def trust(self) -> None:
        """The user trusts the folder as it is."""
        self._run(lambda trust: trust.trust())

    def restrict(self) -> None:
        """The user keeps the folder restricted."""
        self._run(lambda trust: trust.restrict())

    def agree(self, changes: tuple[GuardedChange, ...]) -> None:
        """The user has looked at changes and lets them hold."""
        self._run(lambda trust: trust.agree(changes))

    def _run(self, work: Callable[[FolderTrust], TrustState]) -> None:
        workspace = self._workspace.workspace
        if workspace is None:
            return

        def take(state: TrustState) -> None:
            if workspace is self._workspace.workspace and state != self.state:
                self.state = state
                self.changed.emit(state)

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self.failed.emit(error)

        self._queue.run(lambda: work(self.trust_of(workspace)), take, fail)

    def _on_opened(self, _workspace: Workspace) -> None:
        self.state = None
        self._noticed.clear()
        self.look()

    def _on_folder_changed(self, event: FolderChanged) -> None:
        from copilot_desktop.workspace.trust.guarded import is_guarded  # watching comes after the first paint

        paths = (*event.created, *event.modified, *event.deleted)
        # Files that rule files import can have any name.
        known = frozenset(self.state.found if self.state is not None else ())
        if event.is_overflow or any(is_guarded(path) or path in known for path in paths):
            self._noticed.update(path for path in (*event.created, *event.modified) if is_guarded(path))
            self._later.start()
