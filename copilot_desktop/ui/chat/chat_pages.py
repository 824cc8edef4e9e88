"""What stands between the chat's head and the composer: the turns, a sentence where there are none, or the list of
conversations."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from copilot_desktop.ui.chat.conversation_list import ConversationList
from copilot_desktop.ui.chat.empty_state import EmptyState
from copilot_desktop.ui.chat.transcript import Transcript


class ChatPages(QWidget):
    """Shows one of the three."""

    list_shown = Signal()

    def __init__(self, empty: EmptyState, transcript: Transcript, conversations: ConversationList) -> None:
        super().__init__()
        self.list = conversations
        self._has_turns = False
        self._stack = QStackedLayout(self)
        for page in (empty, transcript, conversations):
            self._stack.addWidget(page)

    @property
    def is_list_shown(self) -> bool:
        """Whether the list of conversations is in front."""
        return self._stack.currentWidget() is self.list

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
