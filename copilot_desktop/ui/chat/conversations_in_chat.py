"""Joins the list of conversations with the chat: opens what is chosen, follows what is renamed or deleted, exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.conversations import (
    ConversationRenamed,
    ConversationsController,
    ConversationsDeleted,
    ConversationsFound,
    ConversationsRestored,
)
from copilot_desktop.bridge.chat.running_turns import AnswersChanged
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.conversation.events import TextArrived
from copilot_desktop.conversation.searching import ConversationFound
from copilot_desktop.conversation.turns import Conversation
from copilot_desktop.ui.chat.chat_header import ChatHeader
from copilot_desktop.ui.chat.chat_pages import ChatPages

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.conversation_list import ConversationList


class ConversationsInChat(QObject):
    """Lives as long as the chat."""

    failed = Signal(object)
    """Carries one `ErrorNotice`."""
    closed = Signal()
    """The list was put away."""

    def __init__(
        self, pages: ChatPages, header: ChatHeader, controller: ConversationsController, turns: TurnController
    ) -> None:
        super().__init__(pages)
        self._deleted_while_shown: Conversation | None = None
        self._answers = AnswersChanged()
        self._pages, self._header, self._controller, self._turns = pages, header, controller, turns
        header.list_chosen.connect(self.toggle_list)
        pages.list_made.connect(self._on_list_made)
        controller.found.connect(self._on_found)
        controller.renamed.connect(self._on_renamed)
        controller.deleted.connect(self._on_deleted)
        controller.restored.connect(self._on_restored)
        controller.refused.connect(self._on_refused)
        controller.failed.connect(self.failed)
        turns.conversation_opened.connect(self._on_conversation_opened)
        turns.sent.connect(self._on_turn_sent)
        turns.running.answers_changed.connect(self._on_answers_changed)

    def toggle_list(self) -> None:
        """Show the list with the keyboard in its field, or go back to the conversation."""
        if self._pages.is_list_shown:
            self.hide_list()
            return
        self._pages.show_list(True)
        self._header.list_button.show_checked(True)
        self._pages.list.open()

    def hide_list(self) -> None:
        """Go back to the conversation."""
        self._put_away()
        self.closed.emit()

    def rename_shown(self) -> None:
        """Edit the title of the conversation that is shown, in the list."""
        self._pages.list.rename_soon()
        if self._pages.is_list_shown:
            self._pages.list.open()
        else:
            self.toggle_list()

    def export_shown(self) -> None:
        """Write the conversation that is shown to a file."""
        if self._turns.conversation is not None:
            self.ask_export(self._turns.conversation)

    def delete_shown(self) -> None:
        """Delete the conversation that is shown; it can be brought back."""
        if self._turns.conversation is not None:
            self._controller.delete(self._turns.conversation)

    def ask_export(self, conversation: Conversation) -> None:
        """Ask where to write a conversation."""
        from PySide6.QtWidgets import QFileDialog

        from copilot_desktop.conversation.exporting import file_name_of

        start = Path(self._turns.workspace) / file_name_of(conversation.title)
        dialog = QFileDialog(self._pages.window(), "Export the conversation", str(start), "Markdown (*.md)")
        dialog.setObjectName("dialog.export_conversation")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("md")
        dialog.fileSelected.connect(lambda name: self._export(conversation, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _export(self, conversation: Conversation, place: Path) -> None:
        running = self._turns.running.progress(conversation.conversation_id)
        arriving = {
            each.request.turn_id: "".join(event.text for event in each.events if isinstance(event, TextArrived))
            for each in running
        }
        self._controller.export(conversation, place, arriving)

    def _on_list_made(self, made: ConversationList) -> None:
        controller = self._controller
        made.query_changed.connect(controller.search)
        made.chosen.connect(self._on_chosen)
        made.renamed.connect(controller.rename)
        made.pinned.connect(controller.set_pinned)
        made.deleted.connect(controller.delete)
        made.export_chosen.connect(self.ask_export)
        made.stop_chosen.connect(self._on_stop_chosen)
        made.closed.connect(self.hide_list)
        made.show_answers(self._answers)

    def _on_refused(self) -> None:
        if self._pages.made_list is not None:
            self._pages.made_list.show_again()

    def _put_away(self) -> None:
        self._pages.show_list(False)
        self._header.list_button.show_checked(False)

    def _on_found(self, found: ConversationsFound) -> None:
        if self._pages.made_list is not None:
            self._pages.made_list.show_found(found.query, found.found, self._shown_id())

    def _on_chosen(self, found: ConversationFound) -> None:
        conversation = found.conversation
        if conversation.conversation_id == self._shown_id() and not found.turn_id:
            self.hide_list()
        else:
            self._turns.open_conversation(conversation, found.turn_id)

    def _on_conversation_opened(self, _opened: object) -> None:
        if self._pages.is_list_shown:
            self.hide_list()

    def _on_turn_sent(self, _sent: object) -> None:
        self._put_away()

    def _on_renamed(self, renamed: ConversationRenamed) -> None:
        if renamed.conversation_id == self._shown_id():
            self._turns.take_title(renamed.title)
            self._header.show_title(renamed.title)

    def _on_stop_chosen(self, conversation: Conversation) -> None:
        self._turns.running.stop_conversation(conversation.conversation_id)

    def _on_answers_changed(self, answers: AnswersChanged) -> None:
        self._answers = answers
        if self._pages.made_list is not None:
            self._pages.made_list.show_answers(answers)
        self._header.show_others(len(answers.running - {answers.shown_id}), len(answers.unread))

    def _on_deleted(self, deleted: ConversationsDeleted) -> None:
        for each in deleted.conversations:
            # Nobody reads what would still be paid for.
            self._turns.running.stop_conversation(each.conversation_id)
            self._turns.running.unread.see(ConversationPlace.of(each))
        if self._shown_id() in [each.conversation_id for each in deleted.conversations]:
            is_list_shown = self._pages.is_list_shown
            self._deleted_while_shown = self._turns.conversation
            self._turns.new_conversation()
            if is_list_shown:
                # What was deleted from the list leaves one in the list.
                self._pages.show_list(True)
                self._header.list_button.show_checked(True)
                self._pages.list.list.setFocus()

    def _on_restored(self, restored: ConversationsRestored) -> None:
        """What was in front when it was deleted is in front again, unless something was begun meanwhile."""
        deleted, self._deleted_while_shown = self._deleted_while_shown, None
        is_back = deleted is not None and deleted in restored.conversations
        if deleted is not None and is_back and self._turns.place.is_new and not self._pages.is_list_shown:
            self._turns.open_conversation(deleted)

    def _shown_id(self) -> str:
        return "" if self._turns.conversation is None else self._turns.conversation.conversation_id
