"""Makes the views of documents as the settings and the theme say, and keeps those that are open so."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.editor.events import EditorOptions
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.view import EditorView
from copilot_desktop.settings.editor_page import EditorPage
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.workspace.documents import Document


class EditorViews:
    """The only place that makes an `EditorView`."""

    def __init__(self, page: EditorPage, theme: Theme) -> None:
        self._page = page
        self._theme = theme

    def make(self, document: Document, text: str) -> EditorView:
        """A view of a document that was just read."""
        view = EditorView(document.document_id, document.path, self._editor_theme())
        view.set_options(self._options())
        view.load(text)
        return view

    def follow_settings(self, page: EditorPage, views: Iterable[EditorView]) -> None:
        """Other settings hold from now on, in the open views too."""
        if page == self._page:
            return  # merely read again: what the user switched in a view stays
        self._page = page
        for view in views:
            view.set_options(self._options())
            view.set_theme(self._editor_theme())

    def follow_theme(self, views: Iterable[EditorView]) -> None:
        """The theme is another one now."""
        for view in views:
            view.set_theme(self._editor_theme())

    def _options(self) -> EditorOptions:
        return EditorOptions(
            tab_columns=self._page.tab_width,
            is_word_wrapped=self._page.word_wrap,
            has_indentation_guides=self._page.indentation_guides,
            prefers_tabs=not self._page.use_spaces,
            does_close_pairs=self._page.close_brackets,
            does_surround=self._page.surround_selection,
        )

    def _editor_theme(self) -> EditorTheme:
        return self._theme.editor_theme(self._page.font_size_pt or None, self._page.font_family or None)
