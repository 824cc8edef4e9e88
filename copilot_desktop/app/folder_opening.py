"""Opens what belongs to a folder: the unsaved texts of an earlier start, its tabs, and the files asked for with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.app.joining import WindowShell
from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.bridge.documents.events import BY_NAME
from copilot_desktop.workspace.hot_exit.place import UnsavedPlace
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.bridge.documents.hot_exit import HotExitController


class FolderOpening(QObject):
    """Of one window. What keeps unsaved texts takes 25 ms to make and most starts have none to bring back, so the first
    folder's files are opened without it then: `keep` is called before anything can be typed.

    `found_nothing()`: no file is on its way.
    """

    found_nothing = Signal()

    def __init__(
        self, shell: WindowShell, memory: WindowMemory, unsaved: UnsavedPlace, join: Callable[[], None]
    ) -> None:
        super().__init__(shell.window)
        self._shell, self._memory, self._unsaved, self._join = shell, memory, unsaved, join
        self._is_keeping = self._has_opened = self._are_back = False
        self._waiting: list[Callable[[], None]] = []
        shell.workspace.opened.connect(self._on_workspace_opened)
        shell.workspace.failed.connect(self._on_failed)
        shell.documents.failed.connect(self._on_failed)

    @cached_property
    def hot_exit(self) -> HotExitController:
        """Keeps the unsaved texts."""
        from copilot_desktop.bridge.documents.hot_exit import HotExitController

        return HotExitController(self._shell.thread, self._shell.documents, self._unsaved)

    def keep(self) -> None:
        """Keep on disk what is typed from now on."""
        from copilot_desktop.ui.hot_exit_notices import HotExitNotices

        HotExitNotices(self._shell.window, self.hot_exit)
        self._is_keeping = True
        workspace = self._shell.workspace.workspace
        if workspace is not None:
            self.hot_exit.open_workspace(workspace, self._settle if self._has_opened else self._open_files)
        elif self._shell.files.wanted_folder is None:
            self.hot_exit.open_workspace(None, self._settle)

    def when_texts_are_back(self, call: Callable[[], None]) -> None:
        """Call once the unsaved texts of the opened folder are in their tabs: now, or when they are."""
        if self._are_back:
            call()
        else:
            self._waiting.append(call)

    def close(self, limit_s: float) -> None:
        """The window closes: what is typed is written down."""
        if self._is_keeping:
            self.hot_exit.close(limit_s)

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        self._shell.documents.set_workspace(workspace, self._unsaved.state_folder)
        self._are_back = False
        self._waiting.clear()
        if self._is_keeping:
            self.hot_exit.open_workspace(workspace, self._open_files)
        else:
            self._shell.thread.run_in_worker(self._unsaved.has_texts, self._on_looked, self._on_not_looked)

    def _on_looked(self, are_there: bool) -> None:
        if self._is_keeping:
            return
        if are_there:
            self._join()
        else:
            self._open_files()

    def _on_not_looked(self, _error: BaseException) -> None:
        # Whoever brings texts back says what is wrong with their folder.
        self._on_looked(True)

    def _settle(self) -> None:
        self._are_back = True
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

    def _open_files(self) -> None:
        self._has_opened = True
        if self._is_keeping:
            self._settle()
        self._memory.restore_tabs()
        wanted = self._shell.files.take_files_to_open()
        for path, lines in wanted:
            self._shell.documents.open(path, lines, BY_NAME)
        if not wanted and not self._shell.window.editors.panes.pages():
            self._shell.start_page.show()
            self.found_nothing.emit()

    def _on_failed(self, _event: object) -> None:
        self.found_nothing.emit()
