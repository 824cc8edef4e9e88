"""What was typed at several carets, or over a selection, as one step to undo.

Scintilla joins what is typed at one caret; every letter at several, and the first one over a selection, it keeps apart.
Its history stays as it is here: undo goes on to the start of what was typed, redo to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.live_text import LiveText

_LIMIT = 1_000


class _Typed(NamedTuple):
    """From which place of the history to which a word was typed; `caret` and `carets` are those after it."""

    start: int
    end: int
    caret: int
    carets: int
    is_blank: bool


class _Begun(NamedTuple):
    """The place of the history before a letter goes in, whether it goes on with what was typed, and is a blank."""

    start: int
    goes_on: bool
    is_blank: bool


class TypingSteps(QObject):
    """One for all views of a document, as its history is."""

    def __init__(self, live: LiveText) -> None:
        super().__init__()
        self._live = live
        self._typed: list[_Typed] = []
        self._begun: _Begun | None = None
        self._back: tuple[int, int] | None = None
        """Where undo or redo went last, and the version of the text there."""

    def follow(self, code: CodeWidget) -> None:
        """Hear of what is typed in a view."""
        code.text_takers.append(partial(self._before, code))
        code.charAdded.connect(partial(self._on_char_added, code))

    def forget(self) -> None:
        """The history is another one."""
        self._typed.clear()
        self._back = self._begun = None

    def undo(self, code: CodeWidget) -> None:
        """Take back the last change, or the last word that was typed."""
        self._go(code, code.undo)

    def redo(self, code: CodeWidget) -> None:
        """Make what was taken back again."""
        self._go(code, code.redo)

    def _go(self, code: CodeWidget, go: Callable[[], object]) -> None:
        self._settle()
        before = _place(code)
        go()
        # The saved text is always met.
        while _place(code) != before and self._is_within(_place(code)) and code.modify():
            before = _place(code)
            go()
        self._back = (_place(code), self._live.version)

    def _is_within(self, place: int) -> bool:
        return any(each.start < place < each.end for each in self._typed)

    def _settle(self) -> None:
        """Something else may have been done since undo: what was undone then is gone."""
        if self._back is not None and self._back[1] != self._live.version:
            self._cut(self._back[0])
            self._back = None

    def _cut(self, place: int) -> None:
        """What came after this place of the history is gone."""
        self._typed = [each._replace(end=min(each.end, place)) for each in self._typed if each.start < place]

    def _before(self, code: CodeWidget, text: str) -> bool:
        self._begun = None
        if code.readOnly() or not text.isprintable():
            return False
        self._settle()
        self._back = None
        place, is_blank = _place(code), text.isspace()
        if self._typed and self._typed[-1].end > place:
            # Undone before, and overwritten now.
            self._cut(place)
        last = self._typed[-1] if self._typed else None
        is_there = last is not None and last[1:4] == (place, code.currentPos(), code.selections())
        is_new_word = last is not None and is_blank and not last.is_blank
        goes_on = is_there and not is_new_word and code.selectionEmpty()
        if goes_on or code.selections() > 1 or not code.selectionEmpty():
            self._begun = _Begun(place, goes_on, is_blank)
        return False

    def _on_char_added(self, code: CodeWidget, _sign: int) -> None:
        begun, self._begun = self._begun, None
        if begun is None:
            return
        start = self._typed.pop().start if begun.goes_on else begun.start
        self._typed.append(_Typed(start, _place(code), code.currentPos(), code.selections(), begun.is_blank))
        del self._typed[:-_LIMIT]


def _place(code: CodeWidget) -> int:
    """How many steps of Scintilla's history, the smallest there are, lead to the text now."""
    return code.send(Scintilla.Message.GetUndoCurrent)
