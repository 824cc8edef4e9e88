"""The view of one document: how its text looks, what marks and widgets float over it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QWidget

from copilot_desktop.editor.alt_clicks import AltClicks
from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.caret_marks import CaretMarks
from copilot_desktop.editor.carets import CaretCommands
from copilot_desktop.editor.clipboard import TextClipboard
from copilot_desktop.editor.commands import EditorCommands
from copilot_desktop.editor.comments import CommentCommands
from copilot_desktop.editor.diff_marks import DiffMarks
from copilot_desktop.editor.events import ContextMenuRequested, EditorOptions, ViewState
from copilot_desktop.editor.finding import Finder
from copilot_desktop.editor.indentation_guides import IndentationGuides
from copilot_desktop.editor.inline_host import InlineHost
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage, language_for
from copilot_desktop.editor.line_commands import LineCommands
from copilot_desktop.editor.long_lines import LARGE_TEXT, LongLines
from copilot_desktop.editor.new_lines import NewLines
from copilot_desktop.editor.pairs import BracketPairs
from copilot_desktop.editor.selections import Selections
from copilot_desktop.editor.shared_document import SharedDocument, ShownLanguage
from copilot_desktop.editor.spoken_text import SpokenText
from copilot_desktop.editor.styling import apply_language, apply_theme, style_tokens
from copilot_desktop.editor.tab_keys import TabKeys
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.tidying import tidy
from copilot_desktop.editor.view_places import ViewPlaces
from copilot_desktop.text.indentation import Indentation, found_indentation
from copilot_desktop.text.ranges import DocumentId, LineRange

FIRST_LINES = 2_000


class EditorView(BufferWidget):
    """An editor of one document. `load(text)` fills it; parts: `commands`, `carets`, `lines`, `comments`,
    `finder`, `diff_marks`."""

    context_menu_requested = Signal(object)
    """Carries one `ContextMenuRequested`."""

    def __init__(
        self,
        document_id: DocumentId,
        path: str | None,
        theme: EditorTheme,
        parent: QWidget | None = None,
        shared: SharedDocument | None = None,
    ) -> None:
        super().__init__(document_id, path, parent, shared)
        self._theme = theme
        self._options = EditorOptions()
        self._chosen_indentation: Indentation | None = None
        self._language = self._wanted_language = PLAIN_TEXT
        self._long_lines = LongLines(self.code)
        self._long_lines.appeared.connect(self._on_long_line_appeared)
        self.code.setObjectName("editor.text")
        self._name_for_screen_readers()
        self._selections = selections = Selections(self.code)
        self.commands = EditorCommands(self.code)
        self._places = ViewPlaces(self.code, selections)
        self.carets = CaretCommands(self.code, selections)
        self.lines = LineCommands(self.code, selections)
        self.comments = CommentCommands(self.code, selections)
        self.finder = Finder(self, self._live, selections)
        self.clipboard = TextClipboard(self.code, selections)
        self._pairs = BracketPairs(self.code, selections)
        self._new_lines = NewLines(self.code, selections)
        tabs = TabKeys(self.code, selections, self.lines.indent)
        self.code.key_takers = {
            Qt.Key.Key_Tab: tabs.takes_tab,
            Qt.Key.Key_Backtab: tabs.takes_backtab,
            Qt.Key.Key_Return: self._new_lines.takes_enter,
            Qt.Key.Key_Enter: self._new_lines.takes_enter,
            Qt.Key.Key_Backspace: self._pairs.takes_backspace,
        }
        self._marks = CaretMarks(self.code)
        AltClicks(self.code)
        self.spoken = SpokenText(self)
        self._guides = IndentationGuides(self.code)
        self.shared.annotations.define(self.code)
        self.diff_marks = DiffMarks(self, self.shared.marks, theme)
        self._inline_host = InlineHost(self.code, self.shared.annotations, self.column)
        self.code.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.shared.language_changed.connect(self._take_language)
        self._live.came_whole.connect(self._on_text_came_whole)
        if shared is None:
            self.set_language(language_for(path))
        else:
            self._take_language()

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
        self._name_for_screen_readers()
        self.set_language(language_for(path, self._first_lines()[:200].partition("\n")[0]))
        self._indent()

    def set_language(self, language: EditorLanguage) -> None:
        """Show the text in a language; very long lines and very large texts stay plain."""
        is_plain = self._long_lines.look(self.text)
        shown = PLAIN_TEXT if is_plain else language
        apply_language(self.code, shown)
        self.shared.show_in(ShownLanguage(language, shown, is_plain))

    def _take_language(self) -> None:
        """The lexer of the document is another one."""
        shared = self.shared.language
        language = self._wanted_language = shared.wanted
        self._language, self.code.is_plain = shared.shown, shared.is_plain
        self.comments.language = language
        self._new_lines.language = language
        self._pairs.set_language(language)
        self._pairs.style_tokens = style_tokens(self.code, self._language)
        self.set_theme(self._theme)

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the text in other colours or another font, at once."""
        self._theme = theme
        apply_theme(self.code, theme, self._language)
        self._guides.colour = theme.guide
        self.code.show_rulers(self._options.ruler_columns)
        self.diff_marks.set_theme(theme)
        self.finder.set_theme(theme)

    def set_options(self, options: EditorOptions) -> None:
        """Edit and show as the options say."""
        self._options = options
        self._new_lines.does_indent = options.has_auto_indent
        self._pairs.does_close = options.does_close_pairs
        self._pairs.does_surround = options.does_surround
        self.code.apply_options(options)
        self._indent()

    def options(self) -> EditorOptions:
        """The options the view was given last."""
        return self._options

    def tidy(self) -> None:
        """Do to the text what the options ask for before it is saved, as one step to undo."""
        tidy(self.code, self._selections, self._options)

    def go_to(self, line: int, column: int) -> None:
        """Put the caret at a 0-based line and column (code points), as far as the text reaches."""
        line = min(line, self.code.lineCount() - 1)
        self.show_lines(LineRange(line, line + 1))
        start, end = self.code.positionFromLine(line), self.code.lineEndPosition(line)
        column = min(column, self.code.countCharacters(start, end))
        self.code.gotoPos(self.code.positionRelative(start, column) if column else start)

    def indent_as(self, indentation: Indentation | None) -> None:
        """Indent so from now on; None: as the text and the options say."""
        self._chosen_indentation = indentation
        self._indent()

    def state(self) -> ViewState:
        """Return how the text is looked at: selections, scroll, folds."""
        return self._places.state()

    def restore_state(self, state: ViewState) -> None:
        """Look at the text as it was, as far as it reaches."""
        self._places.restore(state)

    def show_inline_widget(self, widget: QWidget, line: int) -> None:
        """Show a widget above a line; it follows scrolling. It replaces one that is shown."""
        self._inline_host.show_widget(widget, line)

    def hide_inline_widget(self) -> None:
        """Take the inline widget away; it is hidden and has no parent then."""
        self._inline_host.hide_widget()

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
        self.code.apply_indentation(chosen, options.tab_columns)

    def _first_lines(self) -> str:
        """Enough of the text to tell what it is; all of it where that is quick."""
        if not self.code.is_large:
            return self.text()
        end = self.code.line_start(FIRST_LINES)
        return self.code.text_between(0, end) if end <= LARGE_TEXT else ""

    def _name_for_screen_readers(self) -> None:
        self.code.setAccessibleName(f"Text of {self.path}" if self.path else "Text of an untitled file")
