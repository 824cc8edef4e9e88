"""What a window remembers of itself and of its folder, noted while it is used: a killed program comes back, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.settings.session import WindowState, WorkspaceState
from copilot_desktop.ui.main_window import MainWindow

DELAY_MS = 500


class WindowMemory(QObject):
    """Notes open tabs and the window's look in the session soon after each change. `folder` tells the open one."""

    def __init__(
        self,
        window: MainWindow,
        documents: DocumentsController,
        keeper: SessionKeeper,
        folder: Callable[[], Path | None],
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._keeper, self._folder = window, documents, keeper, folder
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.note)
        documents.opened.connect(self._on_changed)
        documents.closed.connect(self._on_changed)
        window.editors.current_changed.connect(self._on_changed)

    def window_state(self, place: Path | None) -> WindowState:
        """How a window for this folder looked the last time, else the window used last."""
        session = self._keeper.session
        own = session.workspace(str(place)).window if place is not None else session.window
        return own if own.geometry else session.window

    def note(self) -> None:
        """Note it now."""
        self._timer.stop()
        state, folder = self._window.state(), self._folder()
        if folder is None:
            self._keeper.update(lambda session: replace(session, window=state))
            return
        document = self._documents.current_document()
        active = (document.path or "") if document is not None else ""
        of_folder = WorkspaceState(tuple(self._window.editors.tabs.open_paths()), active, state)
        self._keeper.update(lambda session: replace(session, window=state).with_workspace(str(folder), of_folder))

    def _on_changed(self, _event: object = None) -> None:
        self._timer.start()
