"""The commands on conversations as actions of a window, and its notices of what was deleted or exported."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.conversations import ConversationExported, ConversationsController, ConversationsDeleted
from copilot_desktop.bridge.turns import TurnController
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice

_DELETED, _EXPORTED = "conversation_deleted", "conversation_exported"


class ConversationCommands(QObject):
    """Lives as long as the window."""

    def __init__(
        self, window: MainWindow, panel: ChatPanel, turns: TurnController, conversations: ConversationsController
    ) -> None:
        super().__init__(window)
        self._window, self._panel, self._turns, self._conversations = window, panel, turns, conversations
        conversations.deleted.connect(self._on_deleted)
        conversations.exported.connect(self._on_exported)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with conversations."""
        chat, kept = self._panel.conversations, self._conversations

        def is_kept() -> bool:
            return self._turns.conversation is not None

        def has_deleted() -> bool:
            return kept.has_deleted

        back = "Bring the deleted conversation back"
        return (
            Action("chat.new", "New conversation", self._begin, ("Ctrl+Alt+N",), "Chat", 1),
            Action("chat.list", "Find a conversation…", self._show_list, ("Ctrl+Alt+H",), "Chat", 1),
            Action("chat.rename", "Rename the conversation", self._rename, (), "Chat", 1, when=is_kept),
            Action("chat.export", "Export the conversation…", chat.export_shown, (), "Chat", 1, when=is_kept),
            Action("chat.delete", "Delete the conversation", chat.delete_shown, (), "Chat", 1, when=is_kept),
            Action("chat.restore", back, kept.restore_deleted, (), "Chat", 1, when=has_deleted),
        )

    def _begin(self) -> None:
        self._window.show_chat()
        self._turns.new_conversation()
        self._panel.composer.focus_prompt()

    def _show_list(self) -> None:
        self._window.show_chat()
        self._panel.conversations.toggle_list()

    def _rename(self) -> None:
        self._window.show_chat()
        self._panel.conversations.rename_shown()

    def _on_deleted(self, deleted: ConversationsDeleted) -> None:
        titles = [each.title for each in deleted.conversations]
        if not titles:
            self._window.notices.withdraw(_DELETED)
            return
        one, many = f"The conversation “{titles[0]}” was deleted.", f"{len(titles)} conversations were deleted."
        choices = (("Undo", self._conversations.restore_deleted),)
        what = one if len(titles) == 1 else many
        self._window.notices.show_notice(Notice(what, choices=choices, key=_DELETED, is_amber=False))

    def _on_exported(self, exported: ConversationExported) -> None:
        what = f"The conversation was written to {exported.place}."
        self._window.notices.show_notice(Notice(what, key=_EXPORTED, is_amber=False))
