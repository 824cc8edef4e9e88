"""The files of a window's folder by their paths: listed once for all that find them by letters, and when somebody asks
for the first time or after something has changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.workspace.paths import Workspace


class FolderFiles(QObject):
    """GUI thread; one for each window. `paths` are sorted, and another tuple after each listing."""

    listed = Signal()

    def __init__(self, thread: AsyncThread, workspace: WorkspaceController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread, self.workspace = thread, workspace
        self.paths: tuple[str, ...] = ()
        self.is_listing = False
        self._is_stale = True
        workspace.opened.connect(self._on_workspace_opened)
        workspace.changed.connect(self._on_folder_changed)

    def refresh(self) -> None:
        """List them where something may have changed; `listed` tells."""
        workspace, rules = self.workspace.workspace, self.workspace.rules
        if not self._is_stale or self.is_listing or workspace is None or rules is None or self.workspace.is_gone:
            return
        self.is_listing, self._is_stale = True, False

        def work() -> tuple[str, ...]:
            from copilot_desktop.workspace.file_list import list_files

            return list_files(workspace, rules)

        self._thread.run_in_worker(work, lambda paths: self._on_listed(workspace, paths))

    def _on_listed(self, workspace: Workspace, paths: tuple[str, ...]) -> None:
        self.is_listing = False
        if workspace is self.workspace.workspace:
            self.paths = paths
            self.listed.emit()
        else:
            self.refresh()

    def _on_workspace_opened(self, _workspace: object) -> None:
        self.paths, self._is_stale = (), True

    def _on_folder_changed(self, _event: object) -> None:
        self._is_stale = True
