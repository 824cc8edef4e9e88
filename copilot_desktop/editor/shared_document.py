"""What all views of one document share: its text with versions, the lines between its lines, hunks, language."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from copilot_desktop.editor.annotations import Annotations
from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.text.ranges import DocumentId

if TYPE_CHECKING:
    from copilot_desktop.editor.accepted_hunks import AcceptedHunks
    from copilot_desktop.editor.change_taking import ChangeTaking
    from copilot_desktop.editor.copying import TextCopying
    from copilot_desktop.editor.git_changes import GitChanges
    from copilot_desktop.editor.hunk_marks import HunkMarks
    from copilot_desktop.editor.loading import TextLoading
    from copilot_desktop.editor.typing_steps import TypingSteps


class ShownLanguage(NamedTuple):
    """The language of a document, and the one its text is shown in: plain where that would hold up the window."""

    wanted: EditorLanguage = PLAIN_TEXT
    shown: EditorLanguage = PLAIN_TEXT
    is_plain: bool = False
    has_long_lines: bool = False


class SharedDocument(QObject):
    """Handed from view to view; it goes with the last of them. `language_changed()` is for the views."""

    language_changed = Signal()

    def __init__(self, document_id: DocumentId) -> None:
        super().__init__()
        self.views = DocumentViews()
        self.live = LiveText(self.views, document_id)
        self.annotations = Annotations(self.views)
        self.language = ShownLanguage()

    @cached_property
    def marks(self) -> HunkMarks:
        """The hunks shown in it."""
        from copilot_desktop.editor.hunk_marks import HunkMarks

        return HunkMarks(self.views, self.annotations)

    @cached_property
    def accepted(self) -> AcceptedHunks:
        """The accepted changes marked in it."""
        from copilot_desktop.editor.accepted_hunks import AcceptedHunks

        return AcceptedHunks(self.views)

    @cached_property
    def git(self) -> GitChanges:
        """The lines that git has otherwise."""
        from copilot_desktop.editor.git_changes import GitChanges

        return GitChanges(self.views)

    @cached_property
    def copying(self) -> TextCopying:
        """Copies of the text."""
        from copilot_desktop.editor.copying import TextCopying

        return TextCopying(self.views, self.live)

    @cached_property
    def taking(self) -> ChangeTaking:
        """Changes made in portions."""
        from copilot_desktop.editor.change_taking import ChangeTaking

        return ChangeTaking(self.views, self.live)

    @cached_property
    def loading(self) -> TextLoading:
        """How a large text is read."""
        from copilot_desktop.editor.loading import TextLoading

        return TextLoading(self.views, self.live)

    @cached_property
    def typing(self) -> TypingSteps:
        """What was typed, as steps to undo."""
        from copilot_desktop.editor.typing_steps import TypingSteps

        return TypingSteps(self.live)

    def forget_steps(self) -> None:
        """The text was loaded: it has no history."""
        if "typing" in vars(self):
            self.typing.forget()

    def show_in(self, language: ShownLanguage) -> None:
        """The lexer of the text is another one now."""
        self.language = language
        self.language_changed.emit()
