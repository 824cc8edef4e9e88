"""What stands between the chat's head and the composer: the turns, a sentence where there are none, or the list of
conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from copilot_desktop.ui.chat.empty_state import EmptyState
from copilot_desktop.ui.chat.transcript import Transcript
from copilot_desktop.ui.theme.theme import Theme

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.conversation_list import ConversationList


class ChatPages(QWidget):
    """Shows one of the three."""

    list_made = Signal(object)
    """Carries the `ConversationList`."""
    list_shown = Signal()

    def __init__(self, empty: EmptyState, transcript: Transcript, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.made_list: ConversationList | None = None
        self._has_turns = False
        self._stack = QStackedLayout(self)
        for page in (empty, transcript):
            self._stack.addWidget(page)

    @property
    def list(self) -> ConversationList:
        """The list of conversations, made when it is first asked for."""
        if self.made_list is None:
            from copilot_desktop.ui.chat.conversation_list import ConversationList

            self.made_list = ConversationList(self._theme)
            self._stack.addWidget(self.made_list)
            self.list_made.emit(self.made_list)
        return self.made_list

    @property
    def is_list_shown(self) -> bool:
        """Whether the list of conversations is in front."""
        return self.made_list is not None and self._stack.currentWidget() is self.made_list

    def show_turns(self, has_turns: bool) -> None:
        """Show the turns, or the sentence instead of them; behind the list while that is in front."""
        self._has_turns = has_turns
        if not self.is_list_shown:
            self._stack.setCurrentIndex(int(has_turns))

    def show_list(self, is_shown: bool) -> None:
        """Bring the list of conversations to the front, or put it away."""
        if is_shown:
            self._stack.setCurrentWidget(self.list)
            self.list_shown.emit()
        else:
            self._stack.setCurrentIndex(int(self._has_turns))
