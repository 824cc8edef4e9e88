"""What a window remembers of itself and of its folder, noted while it is used: a killed program comes back, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.session import PaneState, TabFile, WindowState, WorkspaceState
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.workspace.documents import Documents

if TYPE_CHECKING:
    from copilot_desktop.bridge.models.controller import ModelsController
    from copilot_desktop.ui.explorer.panel import ExplorerPanel

DELAY_MS = 500
UNFOLDED_LIMIT = 500
CARET_DELAY_MS = 5_000
"""Where the carets are is worth less than a file written for every line that is read."""


class WindowMemory(QObject):
    """Notes open tabs, chosen encodings and model, and the window's look in the session soon after each change.

    `folder` tells the open one.
    """

    def __init__(
        self, window: MainWindow, keeper: SessionKeeper, folder: Callable[[], Path | None], documents: Documents
    ) -> None:
        super().__init__(window)
        self._window, self._keeper, self._folder, self._documents = window, keeper, folder, documents
        self._restored: Path | None = None
        self._explorer: ExplorerPanel | None = None
        self._models: ModelsController | None = None
        self._message: QPlainTextEdit | None = None
        self._is_over = False
        self._timer = self._noting_after(DELAY_MS)
        self._caret_timer = self._noting_after(CARET_DELAY_MS)
        window.editors.tabs_changed.connect(self._on_changed)
        window.editors.current_changed.connect(self._on_changed)
        window.editors.view_added.connect(self._on_view_added)
        window.side_view_made.connect(self._on_side_view_made)

    def window_state(self, place: Path | None) -> WindowState:
        """How a window for this folder looked the last time, else the window used last."""
        session = self._keeper.session
        own = session.workspace(str(place)).window if place is not None else session.window
        return own if own.geometry else session.window

    def restore_tabs(self) -> None:
        """Bring the tabs of the open folder back; from then on they are noted."""
        folder = self._folder()
        if folder is not None:
            state = self._keeper.session.workspace(str(folder))
            self._documents.chosen.restore(state.encodings)
            self._window.editors.restore(state.editors, state.active_group)
            self._window.editors.document_tabs.drop_missing(state.files, self._keeper.kept_at_s)
        self._restored = folder
        self._unfold()
        self._bring_model_back()
        self._bring_message_back()

    def follow_models(self, models: ModelsController) -> None:
        """The chat is there: the model that was chosen in it comes back, and is noted from now on."""
        self._models = models
        self._bring_model_back()
        models.changed.connect(self._on_changed)

    def follow_message(self, message: QPlainTextEdit) -> None:
        """The field for the message of a commit is there: what was written in it comes back, and is noted from now."""
        self._message = message
        self._bring_message_back()
        message.textChanged.connect(self._on_message_changed)

    @property
    def of_folder(self) -> WorkspaceState:
        """What is remembered of the open folder; the defaults where none is open."""
        folder = self._folder()
        return WorkspaceState() if folder is None else self._keeper.session.workspace(str(folder))

    def change_folder(self, change: Callable[[WorkspaceState], WorkspaceState]) -> None:
        """Something was switched in the open folder."""
        folder = self._folder()
        if folder is not None:
            state = change(self.of_folder)
            self._keeper.update(lambda session: session.with_workspace(str(folder), state))

    def note(self) -> None:
        """Note it now."""
        if self._is_over:
            return
        self._timer.stop()
        self._caret_timer.stop()
        window, folder = self._window.state(), self._folder()
        if folder is None:
            model = self._keeper.session.model if self._models is None else self._models.chosen
            self._keeper.update(lambda session: replace(session, window=window, model=model))
            return
        of_folder = replace(self._keeper.session.workspace(str(folder)), window=window)
        if folder == self._restored:
            # Before, what is shown is less than what there was.
            unfolded = of_folder.unfolded if self._explorer is None else self._explorer.revealer.all_unfolded()
            tabs, encodings = self._window.editors.state(), self._documents.keep_chosen()
            model = of_folder.model if self._models is None else self._models.chosen
            files = self._files(tabs[0], of_folder.files)
            of_folder = WorkspaceState(
                *tabs,
                window,
                unfolded[:UNFOLDED_LIMIT],
                encodings,
                model,
                of_folder.identity,
                files,
                of_folder.has_automatic_context,
                of_folder.commit_message if self._message is None else self._message.toPlainText(),
                of_folder.applies_rules,
                of_folder.lets_model_read,
                of_folder.is_index_paused,
                of_folder.meaning,
            )
        self._keeper.update(lambda session: replace(session, window=window).with_workspace(str(folder), of_folder))

    def end(self) -> None:
        """Note it for the last time: from now on the window goes, and what is left of it is not how it looked."""
        self.note()
        self._is_over = True

    def _files(self, editors: PaneState, known: Mapping[str, TabFile]) -> dict[str, TabFile]:
        """What those of the tabs are found by once they have other names."""
        found = {}
        for path in {tab.path: None for group in editors.groups() for tab in group.tabs if tab.path and not tab.page}:
            document, before = self._documents.find(path), known.get(path, TabFile())
            content = "" if document is None else document.disk_hash or document.hash_when_lost()
            found[path] = replace(before, content=content or before.content)
        return found

    def _noting_after(self, interval_ms: int) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=interval_ms)
        timer.timeout.connect(self.note)
        return timer

    def _bring_model_back(self) -> None:
        folder, session = self._folder(), self._keeper.session
        if self._models is not None and folder == self._restored:
            self._models.bring_back(session.model if folder is None else session.workspace(str(folder)).model)

    def _bring_message_back(self) -> None:
        folder = self._folder()
        if self._message is not None and folder is not None and folder == self._restored:
            self._message.setPlainText(self._keeper.session.workspace(str(folder)).commit_message)

    def _on_message_changed(self) -> None:
        if not self._timer.isActive():  # also while one writes on
            self._timer.start()

    def _on_changed(self, _event: object = None) -> None:
        self._timer.start()

    def _unfold(self) -> None:
        if self._explorer is not None and self._restored is not None:
            self._explorer.revealer.set_unfolded(self._keeper.session.workspace(str(self._restored)).unfolded)

    def _on_side_view_made(self, view: QWidget) -> None:
        from copilot_desktop.ui.explorer.panel import ExplorerPanel

        if isinstance(view, ExplorerPanel):
            self._explorer = view
            self._unfold()
            view.tree.expanded.connect(self._on_changed)
            view.tree.collapsed.connect(self._on_changed)

    def _on_view_added(self, view: EditorView) -> None:
        view.caret_moved.connect(self._on_caret_moved)

    def _on_caret_moved(self, _event: object) -> None:
        if not self._caret_timer.isActive():
            self._caret_timer.start()
