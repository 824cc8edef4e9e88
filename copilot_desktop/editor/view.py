"""The view of one document: how its text looks, what marks and widgets float over it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.caret_marks import CaretMarks
from copilot_desktop.editor.events import ContextMenuRequested, EditorOptions, ViewState
from copilot_desktop.editor.indentation_guides import IndentationGuides
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage, language_for
from copilot_desktop.editor.long_lines import LARGE_TEXT, LongLines
from copilot_desktop.editor.shared_document import SharedDocument, ShownLanguage
from copilot_desktop.editor.styling import apply_language, apply_theme, colour
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.text.indentation import Indentation, found_indentation
from copilot_desktop.text.ranges import DocumentId, LineColumn

if TYPE_CHECKING:
    # After the first paint.
    from copilot_desktop.editor.accepted_marks import AcceptedMarks
    from copilot_desktop.editor.carets import CaretCommands
    from copilot_desktop.editor.clipboard import TextClipboard
    from copilot_desktop.editor.commands import EditorCommands
    from copilot_desktop.editor.comments import CommentCommands
    from copilot_desktop.editor.diff_marks import DiffMarks
    from copilot_desktop.editor.finding import Finder
    from copilot_desktop.editor.git_marks import GitMarks
    from copilot_desktop.editor.line_commands import LineCommands
    from copilot_desktop.editor.spoken_text import SpokenText
    from copilot_desktop.editor.view_parts import ViewParts

FIRST_LINES = 2_000
SHORT_TEXT = 1_000_000


class EditorView(BufferWidget):
    """An editor of one document. `load(text)` fills it, and it can be looked at; its parts are there, and it can be
    typed in, after `complete`."""

    commands: EditorCommands
    carets: CaretCommands
    lines: LineCommands
    comments: CommentCommands
    finder: Finder
    clipboard: TextClipboard
    spoken: SpokenText
    diff_marks: DiffMarks
    accepted: AcceptedMarks
    git_marks: GitMarks

    context_menu_requested = Signal(object)
    """Carries one `ContextMenuRequested`."""
    indentation_changed = Signal()
    """It is indented another way from now on: the options, the language or the user say so."""

    def __init__(
        self,
        document_id: DocumentId,
        path: str | None,
        theme: EditorTheme,
        parent: QWidget | None = None,
        shared: SharedDocument | None = None,
    ) -> None:
        super().__init__(document_id, path, parent, shared)
        self.theme = theme
        self._options = EditorOptions()
        self._chosen_indentation: Indentation | None = None
        self._state_to_come: ViewState | None = None
        self._language = self._wanted_language = PLAIN_TEXT
        self._long_lines = LongLines(self.code)
        self._long_lines.appeared.connect(self._on_long_line_appeared)
        self.code.setObjectName("editor.text")
        self.code.setAccessibleName(_spoken_name(path))
        self._parts: ViewParts | None = None
        self._marks = CaretMarks(self.code)
        self._guides = IndentationGuides(self.code)
        self.shared.annotations.define(self.code)
        self.code.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.shared.language_changed.connect(self._take_language)
        self._live.came_whole.connect(self._on_text_came_whole)
        if shared is None:
            self.set_language(language_for(path))
        else:
            self._take_language()

    def complete(self) -> ViewParts:
        """Make the parts, unless that is done."""
        if self._parts is None:
            from copilot_desktop.editor.view_parts import ViewParts

            parts = self._parts = ViewParts(self, self.theme)
            self.commands, self.carets, self.lines = parts.commands, parts.carets, parts.lines
            self.comments, self.finder, self.clipboard = parts.comments, parts.finder, parts.clipboard
            self.spoken, self.diff_marks, self.accepted = parts.spoken, parts.diff_marks, parts.accepted
            self.git_marks = parts.git_marks
            parts.follow_language(self._wanted_language, self._language)
            parts.follow_options(self._options)
        return self._parts

    @property
    def language(self) -> EditorLanguage:
        """The language the text is shown in."""
        return self._language

    def load(self, text: str) -> None:
        """Show a text as just read from disk, in the language of its path or first line."""
        super().load(text)
        self.set_language(language_for(self.path, text[:200].partition("\n")[0]))
        self.set_options(self._options)

    def set_path(self, path: str | None) -> None:
        """Follow a document that was renamed or saved under a name."""
        self._path = path
        self.code.setAccessibleName(_spoken_name(path))
        self.set_language(language_for(path, self._first_lines()[:200].partition("\n")[0]))
        self._indent()

    def set_language(self, language: EditorLanguage) -> None:
        """Show the text in a language; very long lines and very large texts stay plain."""
        is_plain = self._long_lines.look(self.text)
        shown = PLAIN_TEXT if is_plain else language
        apply_language(self.code, shown)
        self.shared.show_in(ShownLanguage(language, shown, is_plain, self.code.has_long_lines))
        self._long_lines.mark_rests()

    def _take_language(self) -> None:
        """The lexer of the document is another one."""
        shared = self.shared.language
        self._wanted_language = shared.wanted
        self._language, self.code.is_plain = shared.shown, shared.is_plain
        self.code.has_long_lines = shared.has_long_lines
        if self._parts is not None:
            self._parts.follow_language(shared.wanted, shared.shown)
        self.set_theme(self.theme)

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the text in other colours or another font, at once."""
        self.theme = theme
        apply_theme(self.code, theme, self._language)
        self._guides.colour = theme.guide
        self._long_lines.set_colour(colour(theme.text))
        self.code.show_rulers(self._options.ruler_columns)
        if self._parts is not None:
            self._parts.set_theme(theme)

    def set_options(self, options: EditorOptions) -> None:
        """Edit and show as the options say."""
        self._options = options
        if self._parts is not None:
            self._parts.follow_options(options)
        self.code.apply_options(options)
        self._indent()

    def options(self) -> EditorOptions:
        """The options the view was given last."""
        return self._options

    def tidy(self) -> None:
        """Do to the text what the options ask for before it is saved, as one step to undo."""
        self.complete().tidy(self._options)

    def go_to(self, line: int, column: int) -> None:
        """Put the caret at a 0-based line and column (code points), as far as the text reaches."""
        self.show_lines(LineColumn.at(line, column))

    def indent_as(self, indentation: Indentation | None) -> None:
        """Indent so from now on; None: as the text and the options say."""
        self._chosen_indentation = indentation
        self._indent()

    def state(self) -> ViewState:
        """Return how the text is looked at: selections, scroll, folds."""
        return self.complete().state()

    def restore_state(self, state: ViewState) -> None:
        """Look at the text as it was, as far as it reaches; one that is still being read, once all of it is here."""
        self._state_to_come = state if self.code.readOnly() else None
        self.complete().restore_state(state)

    def show_inline_widget(self, widget: QWidget, line: int) -> None:
        """Show a widget above a line; it follows scrolling. It replaces one that is shown."""
        self.complete().inline_host.show_widget(widget, line)

    def hide_inline_widget(self) -> None:
        """Take the inline widget away; it is hidden and has no parent then."""
        self.complete().inline_host.hide_widget()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask the window for the menu; by keyboard it belongs at the caret."""
        position = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            caret = self.code.currentPos()
            x, y = self.code.pointXFromPosition(caret), self.code.pointYFromPosition(caret)
            position = self.code.viewport().mapToGlobal(QPoint(x, y + self.code.textHeight(0)))
        self.context_menu_requested.emit(ContextMenuRequested(position))
        event.accept()

    def _on_text_came_whole(self) -> None:
        self.set_options(self._options)
        if self._state_to_come is not None:
            self.restore_state(self._state_to_come)

    def _on_long_line_appeared(self) -> None:
        self.set_language(self._wanted_language)
        self.set_options(self._options)

    def _indent(self) -> None:
        options, name = self._options, self._language.name.lower()
        found = self._chosen_indentation or found_indentation(self._first_lines())
        chosen = found or options.by_language.get(name) or self._language.indentation or options.else_indentation
        if self._chosen_indentation is None:
            is_tabs = chosen.is_tabs if options.is_indented_by_tabs is None else options.is_indented_by_tabs
            columns = options.indent_columns or (chosen.columns if is_tabs == chosen.is_tabs else None)
            chosen = Indentation(is_tabs, columns)
        before = self.code.indentation()
        self.code.apply_indentation(chosen, options.tab_columns)
        if self.code.indentation() != before:
            self.indentation_changed.emit()

    def _first_lines(self) -> str:
        """Enough of the text to tell what it is; all of it where that is quick."""
        if self.code.length() <= SHORT_TEXT:
            return self.text()
        end = self.code.line_start(FIRST_LINES)
        return self.code.text_between(0, end) if end <= LARGE_TEXT else ""


def _spoken_name(path: str | None) -> str:
    return f"Text of {path}" if path else "Text of an untitled file"


def view_like(view: EditorView, text: str) -> EditorView:
    """A small editor of another text, which looks and is typed in as this one; without margins."""
    made = EditorView(DocumentId(os.urandom(8).hex()), view.path, view.theme)
    made.set_options(view.options())
    made.load(text)
    made.complete()
    made.code.setZoom(view.code.zoom())
    made.code.setMargins(0)  # one without width would get it again as the text grows
    return made
