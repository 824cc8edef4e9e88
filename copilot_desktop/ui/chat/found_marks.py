"""Marks what was found in the turns that are drawn, and brings the chosen match into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit

from copilot_desktop.errors import UsageError
from copilot_desktop.text.positions import CodePointOffset, PositionMap
from copilot_desktop.text.searching import FindQuery, Matches, Search
from copilot_desktop.ui.chat.conversation_view import ConversationView
from copilot_desktop.ui.chat.find_in_conversation import FindInConversation, FoundPlace, TurnField
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    # What draws a turn is imported with the first one: TurnColumn.
    from copilot_desktop.ui.chat.turn_view import TurnView

_MARK_MS = 60
_SEARCH_S = 0.1
_MARK_ALPHA = 90
_MARKED = 500
"""So many matches of one text are marked; more would be felt."""


class FoundMarks(QObject):
    """Follows the drawing of turns while something is looked for."""

    def __init__(self, conversation: ConversationView, find: FindInConversation, theme: Theme) -> None:
        super().__init__(conversation)
        self._conversation, self._find, self._theme = conversation, find, theme
        self._wanted: FoundPlace | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_MARK_MS)
        self._soon.timeout.connect(self._mark)
        conversation.turn_shown.connect(self._on_turn_shown)
        find.changed.connect(self._mark_soon)
        find.chosen.connect(self._on_chosen)
        theme.changed.connect(self._mark_soon)

    def clear(self) -> None:
        """Take all marks away."""
        self._wanted = None
        self._soon.stop()
        for view in self._conversation.transcript.turns:
            for field in (view.prompt.text, *view.parts.views):
                field.setExtraSelections([])

    def _on_turn_shown(self, view: TurnView) -> None:
        view.answer.document().contentsChanged.connect(self._mark_soon)
        view.answer_added.connect(self._on_answer_added)
        self._mark_soon()

    def _on_answer_added(self, answer: QTextEdit) -> None:
        answer.document().contentsChanged.connect(self._mark_soon)

    def _on_chosen(self, place: FoundPlace) -> None:
        self._wanted = place
        if self._conversation.transcript.turn(place.turn_id) is None:
            self._conversation.transcript.go_to(place.turn_id)
        self._mark()

    def _mark_soon(self, _event: object = None) -> None:
        if self._find.is_on and not self._soon.isActive():
            self._soon.start()

    def _mark(self) -> None:
        query, current = self._find.query, self._find.current
        for view in self._conversation.transcript.turns:
            for kind, fields in _fields(view).items():
                is_here = current is not None and (current.turn_id, current.field) == (view.head.turn_id, kind)
                number = current.number if current is not None and is_here else -1
                for field in fields:
                    number -= self._mark_field(view, field, query, number)

    def _mark_field(self, view: TurnView, field: QTextEdit, query: FindQuery, number: int) -> int:
        """How many matches it has; the one of this number is chosen, if it is one of them."""
        text = field.toPlainText()
        matches = _matches(text, query)
        if not len(matches):
            if field.extraSelections():
                field.setExtraSelections([])
            return 0
        if number >= len(matches):
            number = -1
        units, cursors = PositionMap(text), []
        first = max(number - _MARKED // 2, 0)
        for at in range(first, min(first + _MARKED, len(matches))):
            start, end = (units.to_utf16(CodePointOffset(each)) for each in matches.span(at))
            cursor = QTextCursor(field.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursors.append(cursor)
        field.setExtraSelections([self._selection(cursor, first + at == number) for at, cursor in enumerate(cursors)])
        if 0 <= number - first < len(cursors):
            self._reveal(view, field, cursors[number - first])
        return len(matches)

    def _selection(self, cursor: QTextCursor, is_current: bool) -> QTextEdit.ExtraSelection:
        tokens = self._theme.tokens
        look = QTextCharFormat()
        background = QColor(tokens.accent if is_current else tokens.amber)
        background.setAlpha(255 if is_current else _MARK_ALPHA)
        look.setBackground(background)
        look.setForeground(QColor(tokens.on_accent if is_current else tokens.text))
        made = QTextEdit.ExtraSelection()
        made.cursor, made.format = cursor, look
        return made

    def _reveal(self, view: TurnView, field: QTextEdit, cursor: QTextCursor) -> None:
        """Bring a match into sight, once."""
        wanted = self._wanted
        if wanted is None or wanted.turn_id != view.head.turn_id:
            return
        rect = field.cursorRect(cursor)
        top = field.viewport().mapTo(view, QPoint(0, rect.top())).y()
        self._conversation.transcript.reveal(view.head.turn_id, top, rect.height())
        if not self._conversation.transcript.is_drawing(view.head.turn_id):
            self._wanted = None


def _fields(view: TurnView) -> dict[TurnField, tuple[QTextEdit, ...]]:
    return {TurnField.PROMPT: (view.prompt.text,), TurnField.ANSWER: tuple(view.parts.views)}


def _matches(text: str, query: FindQuery) -> Matches:
    try:
        return Search(text, query).matches(_SEARCH_S)
    except UsageError:
        return Matches()
