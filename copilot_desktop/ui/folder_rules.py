"""Brings what the folder's .editorconfig files ask for into the views, and says which of them cannot be followed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.editor_configs import ConfigRead, EditorConfigs
from copilot_desktop.bridge.documents.events import DocumentClosed
from copilot_desktop.ui.editor_views import EditorViews
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice


class FolderRules(QObject):
    """Joins one window's views to the rules of its folder."""

    def __init__(
        self, window: MainWindow, configs: EditorConfigs, views: EditorViews, documents: DocumentsController
    ) -> None:
        super().__init__(window)
        self._window, self._views = window, views
        configs.config_read.connect(self._on_config_read)
        configs.problem_found.connect(self._on_problem_found)
        documents.closed.connect(self._on_document_closed)

    def _on_config_read(self, event: ConfigRead) -> None:
        pages = self._window.editors.document_pages.pages_of(event.document_id)
        self._views.take_config(event.document_id, event.config, [page.view for page in pages])

    def _on_problem_found(self, problem: str) -> None:
        self._window.notices.show_notice(Notice(problem, "The settings hold instead.", key="editorconfig"))

    def _on_document_closed(self, event: DocumentClosed) -> None:
        self._views.forget(event.document_id)
