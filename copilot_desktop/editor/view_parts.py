"""What a view of a text can do beyond being looked at; made once it is painted, since that takes 30 ms to import."""

from __future__ import annotations

from PySide6.QtCore import Qt

from copilot_desktop.editor.accepted_marks import AcceptedMarks
from copilot_desktop.editor.alt_clicks import AltClicks
from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.caret_in_sight import CaretInSight
from copilot_desktop.editor.carets import CaretCommands
from copilot_desktop.editor.clipboard import TextClipboard
from copilot_desktop.editor.commands import EditorCommands
from copilot_desktop.editor.comments import CommentCommands
from copilot_desktop.editor.diff_marks import DiffMarks
from copilot_desktop.editor.events import EditorOptions, ViewState
from copilot_desktop.editor.finding import Finder
from copilot_desktop.editor.git_marks import GitMarks
from copilot_desktop.editor.inline_host import InlineHost
from copilot_desktop.editor.languages import EditorLanguage
from copilot_desktop.editor.line_commands import LineCommands
from copilot_desktop.editor.new_lines import NewLines
from copilot_desktop.editor.pairs import BracketPairs
from copilot_desktop.editor.selections import Selections
from copilot_desktop.editor.spoken_text import SpokenText
from copilot_desktop.editor.styling import style_tokens
from copilot_desktop.editor.tab_keys import TabKeys
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.tidying import tidy
from copilot_desktop.editor.view_places import ViewPlaces
from copilot_desktop.editor.word_links import WordLinks


class ViewParts:
    """The parts of one view; those without a name here act on keys and clicks by themselves."""

    def __init__(self, buffer: BufferWidget, theme: EditorTheme) -> None:
        code, shared = buffer.code, buffer.shared
        self._code = code
        self._selections = selections = Selections(code)
        self.commands = EditorCommands(code, shared.typing)
        self._places = ViewPlaces(code, selections)
        self.carets = CaretCommands(code, selections)
        self.lines = LineCommands(code, selections)
        self.comments = CommentCommands(code, selections)
        self.finder = Finder(buffer, shared.live, selections)
        self.clipboard = TextClipboard(code, selections)
        self._pairs = BracketPairs(code, selections)
        shared.typing.follow(code)
        self._new_lines = NewLines(code, selections)
        tabs = TabKeys(code, selections, self.lines.indent)
        code.key_takers = {
            Qt.Key.Key_Tab: tabs.takes_tab,
            Qt.Key.Key_Backtab: tabs.takes_backtab,
            Qt.Key.Key_Return: self._new_lines.takes_enter,
            Qt.Key.Key_Enter: self._new_lines.takes_enter,
            Qt.Key.Key_Backspace: self._pairs.takes_backspace,
        }
        AltClicks(code)
        self._links = WordLinks(code)
        self._links.colour = theme.accent
        CaretInSight(code)
        self.spoken = SpokenText(buffer)
        self.diff_marks = DiffMarks(buffer, shared.marks, theme)
        self.accepted = AcceptedMarks(buffer, shared.accepted, theme)
        self.git_marks = GitMarks(buffer, shared.git, theme)
        self.inline_host = InlineHost(code, shared.annotations, buffer.column)
        self.finder.set_theme(theme)

    def follow_language(self, language: EditorLanguage, shown: EditorLanguage) -> None:
        """Comment, close and indent as the language does; `shown` is the one whose colours the text has."""
        self.comments.language = language
        self._new_lines.language = language
        self._pairs.set_language(language)
        self._pairs.style_tokens = self._links.style_tokens = style_tokens(self._code, shown)

    def follow_options(self, options: EditorOptions) -> None:
        """Type as the options say."""
        self._new_lines.does_indent = options.has_auto_indent
        self._pairs.does_close = options.does_close_pairs
        self._pairs.does_surround = options.does_surround

    def set_theme(self, theme: EditorTheme) -> None:
        """Show marks in other colours."""
        self._links.colour = theme.accent
        self.diff_marks.set_theme(theme)
        self.accepted.set_theme(theme)
        self.git_marks.set_theme(theme)
        self.finder.set_theme(theme)

    def tidy(self, options: EditorOptions) -> None:
        """Do to the text what the options ask for before it is saved."""
        tidy(self._code, self._selections, options)

    def state(self) -> ViewState:
        """How the text is looked at."""
        return self._places.state()

    def restore_state(self, state: ViewState) -> None:
        """Look at the text as it was."""
        self._places.restore(state)
