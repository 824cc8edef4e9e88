"""What stands below a prompt in the order in which it came: text of the answer, what the model looked at, more text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.conversation.turn_calls import TurnCall
from copilot_desktop.ui.chat.answer_view import AnswerView
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.reading_lines import ReadingColumn


class AnswerParts(QObject):
    """Of one turn, in its layout. There is one text at least, which is hidden until something comes of it."""

    added = Signal(object)
    """Carries a further `AnswerView`: text came behind what was looked at."""
    code_action = Signal(object)

    def __init__(self, layout: QVBoxLayout, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._layout, self._theme = layout, theme
        self._parts: list[AnswerView | ReadingColumn] = []
        self.views: list[AnswerView] = []
        """The texts, in order."""
        self._new_view(layout.count())

    @property
    def text(self) -> str:
        """All of the answer, as the model wrote it."""
        return "".join(view.text for view in self.views)

    @property
    def end(self) -> int:
        """The place in the layout behind all of it."""
        return self._layout.indexOf(self._parts[-1]) + 1

    def open(self) -> AnswerView:
        """The text that goes on."""
        if self._parts[-1] is not self.views[-1]:
            self.added.emit(self._new_view(self.end))
        return self.views[-1]

    def show_reading(self, number: int, call: TurnCall) -> str:
        """Show a look, or what became of it; it in words."""
        from copilot_desktop.ui.chat.reading_lines import ReadingColumn  # most answers read nothing

        columns = [part for part in self._parts if isinstance(part, ReadingColumn)]
        column = next((each for each in columns if number in each.lines), None)
        if column is not None:
            return column.show_call(number, call)
        view = self.views[-1]
        is_empty = self._parts[-1] is view and not view.text.strip()
        at = len(self._parts) - is_empty
        before = self._parts[at - 1] if at else None
        if not isinstance(before, ReadingColumn):
            before = ReadingColumn(self._theme)
            self._insert(before, self._layout.indexOf(view) + (not is_empty), at)
            if not is_empty:
                view.finish()
        return before.show_call(number, call)

    def finish(self) -> None:
        """Nothing more comes."""
        self.views[-1].finish()
        for part in self._parts:
            if not isinstance(part, AnswerView):
                part.end()

    def refresh(self) -> None:
        """Draw again in the theme's colours of now."""
        for view in self.views:
            view.refresh()

    def _new_view(self, place: int) -> AnswerView:
        view = AnswerView(self._theme)
        view.code_action.connect(self.code_action)
        self.views.append(view)
        self._insert(view, place, len(self._parts))
        view.hide()
        return view

    def _insert(self, part: AnswerView | ReadingColumn, place: int, at: int) -> None:
        self._layout.insertWidget(place, part)
        self._parts.insert(at, part)
        part.show()
