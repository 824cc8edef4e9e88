"""Makes the views of documents as the settings and the theme say, and keeps those that are open so."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.editor.events import EditorOptions
from copilot_desktop.editor.shared_document import SharedDocument
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.text.indentation import Indentation, read_columns, read_language_indentations
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.editor_config import EditorConfig


class EditorViews:
    """The only place that makes an `EditorView`."""

    def __init__(self, page: EditorPage, theme: Theme) -> None:
        self._page = page
        self._theme = theme
        self._configs: dict[DocumentId, EditorConfig] = {}
        self._are_complete = False

    def make(self, document: Document, text: str, shared: SharedDocument | None = None) -> EditorView:
        """A view of a document that was just read, or (`shared`) one more view of one that is open."""
        view = EditorView(document.document_id, document.path, self._editor_theme(), shared=shared)
        view.code.is_large = document.is_large or document.is_loading
        view.set_options(self._options(view.document_id))
        if shared is None:
            view.load(text)
            view.code.setReadOnly(document.is_loading)
        if self._are_complete:
            view.complete()
        return view

    def complete(self, views: Iterable[EditorView]) -> None:
        """The window is painted: views can be typed in from now on."""
        self._are_complete = True
        for view in views:
            view.complete()

    def take_config(self, document_id: DocumentId, config: EditorConfig, views: Iterable[EditorView]) -> None:
        """What the folder asks for a document; it goes before the settings."""
        is_new = self._configs.get(document_id, EditorConfig()) != config
        self._configs[document_id] = config
        for view in views if is_new else ():
            view.set_options(self._options(document_id))

    def forget(self, document_id: DocumentId) -> None:
        """The document is closed."""
        self._configs.pop(document_id, None)

    def follow_settings(self, page: EditorPage, views: Iterable[EditorView]) -> None:
        """Other settings hold from now on, in the open views too."""
        if page == self._page:
            return  # merely read again: what the user switched in a view stays
        self._page = page
        for view in views:
            view.set_options(self._options(view.document_id))
            view.set_theme(self._editor_theme())

    def follow_theme(self, views: Iterable[EditorView]) -> None:
        """The theme is another one now."""
        for view in views:
            view.set_theme(self._editor_theme())

    def _options(self, document_id: DocumentId) -> EditorOptions:
        page, config = self._page, self._configs.get(document_id, EditorConfig())
        is_trimmed, is_ended = config.trims_trailing_blanks, config.has_final_newline
        return EditorOptions(
            tab_columns=config.tab_columns or page.tab_width,
            indent_columns=config.indent_columns,
            is_indented_by_tabs=config.is_indented_by_tabs,
            by_language=read_language_indentations(page.indent_by_language),
            else_indentation=Indentation(not page.use_spaces),
            ruler_columns=(config.ruler_column,) if config.ruler_column else read_columns(page.rulers),
            is_word_wrapped=page.word_wrap,
            is_whitespace_shown=page.show_whitespace,
            has_indentation_guides=page.indentation_guides,
            does_close_pairs=page.close_brackets,
            does_surround=page.surround_selection,
            does_trim=page.trim_trailing_blanks if is_trimmed is None else is_trimmed,
            does_end_last_line=page.end_last_line if is_ended is None else is_ended,
            ending=config.ending,
        )

    def _editor_theme(self) -> EditorTheme:
        return self._theme.editor_theme(self._page.font_size_pt or None, self._page.font_family or None)
