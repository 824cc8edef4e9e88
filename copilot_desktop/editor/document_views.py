"""The widgets that show one document: they share its text, undo, markers and annotations, as Scintilla does."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from copilot_desktop.editor.code_widget import CodeWidget


class DocumentViews(QObject):
    """The first of them is asked about the text. `first_changed()`: that is another one now.
    `left(CodeWidget)`: one is gone, and may not be asked any more."""

    first_changed = Signal()
    left = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._codes: list[CodeWidget] = []

    def join(self, code: CodeWidget) -> None:
        """Show the document in one more widget, which has to be an empty one."""
        if self._codes:
            code.setDocPointer(self._codes[0].docPointer())
        self._codes.append(code)
        if len(self._codes) == 1:
            self.first_changed.emit()
        code.destroyed.connect(partial(self._leave, code))

    def show_document(self, document: int) -> None:
        """Show another, empty document in all widgets; whoever made it lets go of it here."""
        for code in self._codes:
            code.setDocPointer(document)
            code.set_up_document()
        self._codes[0].releaseDocument(document)

    @property
    def first(self) -> CodeWidget:
        """The widget to ask about the text."""
        return self._codes[0]

    def all(self) -> tuple[CodeWidget, ...]:
        """Every widget; none at the very end."""
        return tuple(self._codes)

    def _leave(self, code: CodeWidget, _object: QObject | None = None) -> None:
        if not isValid(self):
            return  # the whole window goes, and nobody is there to be told
        was_first = self._codes[0] is code
        self._codes.remove(code)
        if self._codes:
            if was_first:
                self.first_changed.emit()
            self.left.emit(code)
