"""The choices of the banner over a tab whose file another program has changed or deleted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.editor.view import EditorView
from copilot_desktop.errors import CopilotError
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.document_page import DocumentPage
from copilot_desktop.ui.editor_area import follow_views
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.files import FileText

_COLOURS = "Removed lines are on disk, added lines are in your tab."


class OutsideAnswers(QObject):
    """Keep mine, overwrite, take theirs, compare, close."""

    def __init__(self, window: MainWindow, documents: DocumentsController, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._documents, self._theme = window, documents, theme
        self.preferences: PreferencesController | None = None
        """Where is kept how differences are shown."""
        follow_views(window.editors, self._on_view_added)

    def actions(self) -> tuple[Action, ...]:
        """The way to a banner or notice by keyboard; its buttons say the rest."""
        way = self._focus_notice
        return (Action("go.notice", "Go to the notice", way, ("Alt+F6",), "Go", 4, when=self._has_notice),)

    def _has_notice(self) -> bool:
        page = self._window.editors.panes.front()
        has_banner = isinstance(page, DocumentPage) and page.banner() is not None
        return has_banner or bool(self._window.notices.shown())

    def _focus_notice(self) -> None:
        page = self._window.editors.panes.front()
        if not (isinstance(page, DocumentPage) and page.focus_banner()):
            self._window.notices.focus_first()

    def _on_view_added(self, view: EditorView) -> None:
        page = self._window.editors.page_with(view)
        if page is not None:
            page.keep_mine_chosen.connect(self._documents.files.following.keep_mine)
            page.overwrite_chosen.connect(self._on_overwrite)
            page.take_theirs_chosen.connect(self._documents.files.following.take_theirs)
            page.compare_chosen.connect(self._on_compare)
            page.close_chosen.connect(self._on_close)

    def _on_overwrite(self, document_id: DocumentId) -> None:
        self._documents.files.save(document_id, overwrite=True)

    def _on_close(self, document_id: DocumentId) -> None:
        document, page = self._documents.documents.get(document_id), self._window.editors.page_of(document_id)
        if document is None or page is None:
            return
        if document.was_saved_when_lost and page.view.is_at_saved_text():
            # Unsaved since its file is gone, but nothing was typed; to drop it is what the user has chosen.
            self._documents.close(document_id)
        else:
            self._window.editors.close_wanted.emit((document_id,))

    def _on_compare(self, document_id: DocumentId) -> None:
        document = self._documents.documents.get(document_id)
        if document is None or document.path is None:
            return
        path = document.path

        def show(found: FileText) -> None:
            buffer = self._documents.buffers.get(document_id)
            if buffer is None:
                return  # closed meanwhile; as an empty text it would look like one that was lost
            mine = buffer.snapshot().text
            page_id = f"compare:{path}"
            self._window.editors.close_page(page_id)
            self._window.editors.show_page(
                page_id, f"{document.title}: compared", partial(self._make_page, path, mine, found.text)
            ).setFocus()

        def say(error: BaseException) -> None:
            self._documents.files.following.recheck(document)
            if not isinstance(error, CopilotError):
                raise error
            self._window.notices.show_notice(Notice(error.message, error.advice, key="compare"))

        self._documents.files.read(path, show, say)

    def _make_page(self, path: str, mine: str, theirs: str) -> QWidget:
        from copilot_desktop.ui.diff.comparing import compared_file
        from copilot_desktop.ui.diff_page import DiffPage
        from copilot_desktop.ui.diff_settings import keep_look

        compared = compared_file(path, theirs, mine)
        page = DiffPage(f"Comparison of {path}", (compared,), _COLOURS, self._theme)
        if self.preferences is not None:
            keep_look(page.look, self.preferences)
        page.came_to_front.connect(lambda shown: self._window.commands.replace(shown.one_key_actions()))
        return page
