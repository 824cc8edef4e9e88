"""The files of the opened folder that the user lets models see: read and kept on workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.errors import CopilotError, NeverSendError
from copilot_desktop.workspace.lifted import Lift, LiftStore, names_of
from copilot_desktop.workspace.paths import Workspace


class LiftedFiles(QObject):
    """Of one window. GUI thread. Whoever checks a file reads what is kept; `lifts` is what is shown of it."""

    changed = Signal()
    failed = Signal(object)
    """Carries one `CopilotError`: nothing was allowed, or taken back."""

    def __init__(
        self, thread: AsyncThread, workspace: WorkspaceController, state_folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._state_folder = workspace, state_folder
        self._queue = WorkQueue(thread)
        self.lifts: tuple[Lift, ...] = ()
        self._is_asked = False
        workspace.opened.connect(self._on_opened)

    def names(self, conversation_id: str) -> frozenset[str]:
        """What is allowed in a conversation, as far as it is read: the first question has it read."""
        self.load()
        return names_of(self.lifts, conversation_id)

    def allow(self, hidden: NeverSendError, conversation_id: str, done: Callable[[], None]) -> None:
        """The user allows a file in a conversation, or in all of the folder where that is ""."""
        lift = Lift(hidden.names, hidden.reason, conversation_id)
        self._run(lambda store: store.add(lift), done)

    def revoke(self, lift: Lift, done: Callable[[], None]) -> None:
        """The user takes it back."""
        self._run(lambda store: store.remove(lift), done)

    def load(self) -> None:
        """Have it read, where it is not; `changed` tells."""
        if not self._is_asked:
            self._is_asked = True
            self._run(lambda store: store.load())

    def _run(self, work: Callable[[LiftStore], tuple[Lift, ...]], done: Callable[[], None] = lambda: None) -> None:
        workspace = self._workspace.workspace
        if workspace is None:
            return

        def take(lifts: tuple[Lift, ...]) -> None:
            if workspace is self._workspace.workspace:
                self.lifts = lifts
                self.changed.emit()
                done()

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            self.failed.emit(error)

        self._queue.run(lambda: work(LiftStore(self._state_folder, workspace.root)), take, fail)

    def _on_opened(self, _workspace: Workspace) -> None:
        self.lifts, self._is_asked = (), False
