"""Keeps the status bar true to the active tab and the branch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.editor.events import CaretMoved
from copilot_desktop.editor.view import EditorView
from copilot_desktop.text.encoding_names import name_of
from copilot_desktop.text.indentation import indentation_name
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.status_bar import StatusField

_ENDINGS = {LineEnding.LF: "LF", LineEnding.CRLF: "CRLF", LineEnding.CR: "CR"}

_OF_TEXT = (
    StatusField.CARET,
    StatusField.INDENTATION,
    StatusField.ENCODING,
    StatusField.LINE_ENDING,
    StatusField.LANGUAGE,
)


class EditorStatus(QObject):
    """Branch, caret, encoding, line ending and language."""

    def __init__(
        self,
        window: MainWindow,
        documents: DocumentsController,
        workspace: WorkspaceController,
        make_icon: Callable[[str, bool], QIcon],
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._make_icon = window, documents, make_icon
        window.editors.view_added.connect(self._on_view_added)
        window.editors.current_changed.connect(self._on_current_changed)
        workspace.branch_changed.connect(self._on_branch_changed)

    def refresh_icons(self) -> None:
        """Draw the icons again, after the theme has changed."""
        if self._window.status.text_of(StatusField.BRANCH):
            self._draw_icon()

    def _draw_icon(self) -> None:
        self._window.status.set_icon(StatusField.BRANCH, self._make_icon("git-branch", False))

    def _on_branch_changed(self, branch: str) -> None:
        if branch:
            self._draw_icon()
        self._window.status.show_field(StatusField.BRANCH, branch)

    def _on_view_added(self, view: EditorView) -> None:
        view.caret_moved.connect(self._on_caret_moved)
        view.indentation_changed.connect(self._on_indentation_changed)

    def _on_caret_moved(self, event: CaretMoved) -> None:
        if self.sender() in (None, self._window.editors.current_view()):
            self._show_caret(event)

    def _on_indentation_changed(self) -> None:
        view = self._window.editors.current_view()
        if view is not None and self.sender() is view:
            self._show_indentation(view)

    def _show_indentation(self, view: EditorView) -> None:
        name = indentation_name(view.code.indentation())
        self._window.status.show_field(StatusField.INDENTATION, name, "Indentation: click to change it")

    def _show_caret(self, event: CaretMoved) -> None:
        text = f"Ln {event.line + 1}, Col {event.column + 1}"
        if event.carets > 1:
            text += f" ({event.carets:,} carets)"
        elif event.selected_lines > 1:
            text += f" ({event.selected_lines} lines selected)"
        self._window.status.show_field(StatusField.CARET, text, "Line and column: click to go to another line")

    def _on_current_changed(self) -> None:
        document, view = self._documents.current_document(), self._window.editors.current_view()
        show = self._window.status.show_field
        if document is None or view is None:
            for field in _OF_TEXT:
                show(field, "")
            return
        self._show_indentation(view)
        encoding = name_of(document.format.encoding, has_bom=document.format.has_bom)
        show(StatusField.ENCODING, encoding, "Encoding: click to reopen or save with another one")
        show(StatusField.LINE_ENDING, _ENDINGS[document.format.ending], "Line endings: click to change them")
        show(StatusField.LANGUAGE, view.language.name, "Language: click to choose another one")
        self._show_caret(view.caret())
