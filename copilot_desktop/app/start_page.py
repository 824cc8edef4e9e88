"""What a window shows while no tab is open, with the folders opened before; those are noted as one is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.settings.session import Session
from copilot_desktop.ui.editor_area import EditorArea
from copilot_desktop.ui.files import FileCommands
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.bridge.models.controller import ModelsController
    from copilot_desktop.ui.welcome.page import WelcomePage


class StartPage(QObject):
    """Of one window. The page is made when nothing else is there to be seen, or after the first paint."""

    sample_wanted = Signal()
    settings_wanted = Signal()

    def __init__(
        self, editors: EditorArea, files: FileCommands, workspace: WorkspaceController, session: SessionKeeper
    ) -> None:
        super().__init__(editors)
        self._editors, self._files, self._workspace, self._session = editors, files, workspace, session
        self.welcome: WelcomePage | None = None
        self._looked_for: tuple[str, ...] = ()
        self._models: ModelsController | None = None
        session.changed.connect(self._on_session_changed)
        workspace.opened.connect(self._on_workspace_opened)
        self._show_recent()

    def show(self) -> None:
        """From now on the welcome page is what is shown while no tab is open."""
        self._editors.set_empty(self._make)

    def follow_models(self, models: ModelsController) -> None:
        """The chat is there: models can be connected from now on."""
        self._models = models
        if self.welcome is not None:
            self.welcome.follow(models)

    def _make(self) -> WelcomePage:
        from copilot_desktop.ui.welcome.page import WelcomePage

        self.welcome = WelcomePage()
        self.welcome.open_requested.connect(self._files.dialogs.choose_folder)
        self.welcome.folder_chosen.connect(self._on_folder_chosen)
        self.welcome.file_requested.connect(self._on_file_requested)
        self.welcome.sample_wanted.connect(self.sample_wanted)
        self.welcome.settings_wanted.connect(self.settings_wanted)
        if self._models is not None:
            self.welcome.follow(self._models)
        self._show_recent()
        return self.welcome

    def _show_recent(self) -> None:
        recent, workspace = self._session.session.recent_folders, self._workspace.workspace
        self._files.recent.folders = recent
        if self.welcome is not None:
            own = str(workspace.root) if workspace is not None else ""
            self.welcome.show_recent([folder for folder in recent if folder != own])
            self.welcome.show_folder(workspace.root.name or own if workspace is not None else "")
        if self.welcome is not None and recent != self._looked_for:
            self._looked_for = recent
            self._workspace.places.find_missing(recent, self._on_missing_found)

    def _on_missing_found(self, folders: frozenset[str]) -> None:
        self._files.recent.missing = folders
        if self.welcome is not None:
            self.welcome.show_gone(folders)

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        self._session.update(lambda session: session.with_recent(str(workspace.root)))
        self._show_recent()

    def _on_session_changed(self, _session: Session) -> None:
        self._show_recent()

    def _on_file_requested(self) -> None:
        window = self._editors.window()
        if isinstance(window, MainWindow) and any(each.action_id == "go.file" for each in window.commands.all()):
            window.commands.run("go.file")

    def _on_folder_chosen(self, folder: str) -> None:
        self._files.open_place(Path(folder))
