"""A conversation is gone on with by the model that was asked there last."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.conversation.turns import TurnMode


class ConversationModels(QObject):
    """Follows which conversation the user opens. A new one, and the one that comes back with a folder, leave the model
    as it is: that one was in front when it was chosen."""

    def __init__(self, turns: TurnController, models: ModelsController) -> None:
        super().__init__(turns)
        self._models = models
        self._shown_id = ""
        turns.conversation_opened.connect(self._on_conversation_opened)

    def _on_conversation_opened(self, opened: ConversationOpened) -> None:
        before, self._shown_id = (
            self._shown_id,
            "" if opened.conversation is None else opened.conversation.conversation_id,
        )
        if not opened.is_asked_for or before == self._shown_id:
            return
        asked = [turn.profile_name for turn in opened.turns if turn.mode is TurnMode.CHAT and turn.profile_name]
        if asked:
            self._models.go_on_with(asked[-1])
