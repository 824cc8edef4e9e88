"""The commands on conversations as actions of a window, and its notices of what was deleted or exported."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt

from copilot_desktop.bridge.chat.conversations import (
    ConversationExported,
    ConversationsController,
    ConversationsDeleted,
)
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.focus_order import focus_inside
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice

_SWITCHES = (
    ("case", "Find in the conversation: match case", "Alt+C"),
    ("word", "Find in the conversation: whole words", "Alt+W"),
    ("regex", "Find in the conversation: regular expression", "Alt+R"),
)
_TITLE_LENGTH = 60
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

        def is_queued() -> bool:
            return bool(self._panel.queue.prompts)

        back = "Bring the deleted conversation back"
        return (
            Action("chat.show_sent", "Show exactly what will be sent", self._show_sent, (), "Chat", 3),
            Action(
                "chat.show_parts", "Show what the prompt is made of", self._panel.composer.budget.click, (), "Chat", 3
            ),
            Action(
                "chat.secrets",
                "Choose which secrets are sent…",
                self._panel.secrets.open,
                (),
                "Chat",
                3,
                when=lambda: self._panel.secrets.has_secrets,
            ),
            Action(
                "chat.compact",
                "Summarise the older turns…",
                self._panel.compacting.compact,
                (),
                "Chat",
                3,
                when=is_kept,
            ),
            Action("chat.new", "New conversation", self._begin, ("Ctrl+Alt+N",), "Chat", 1),
            Action("chat.list", "Find a conversation…", self._show_list, ("Ctrl+Alt+H",), "Chat", 1),
            Action("chat.rename", "Rename the conversation", self._rename, (), "Chat", 1, when=is_kept),
            Action("chat.export", "Export the conversation…", chat.export_shown, (), "Chat", 1, when=is_kept),
            Action("chat.delete", "Delete the conversation", chat.delete_shown, (), "Chat", 1, when=is_kept),
            Action("chat.restore", back, kept.restore_deleted, (), "Chat", 1, when=has_deleted),
            *self._turn_actions(),
            Action(
                "chat.edit_queued", "Edit the queued prompt", self._panel.queue.edit_last, (), "Chat", 2, when=is_queued
            ),
            Action(
                "chat.send_queued", "Send the queued prompt", self._panel.queue.send_next, (), "Chat", 2, when=is_queued
            ),
        )

    def _turn_actions(self) -> tuple[Action, ...]:
        """What can be done with the turns of the conversation that is shown."""

        def has_turns() -> bool:
            return bool(self._turns.branch.leaf_id)

        branching, bar = self._panel.branching, self._panel.find_bar
        edit, again = "Edit the last prompt and send it again", "Ask again for another answer"
        turns = (
            ("chat.edit_prompt", edit, self._edit_prompt, ("Ctrl+Alt+E",)),
            ("chat.retry", again, self._ask_again, ("Ctrl+Alt+R",)),
            ("chat.branch", "Branch from here", branching.branch_off_current, ()),
            ("chat.older_branch", "Previous branch", partial(branching.step_branch, -1), ("Alt+PgUp",)),
            ("chat.newer_branch", "Next branch", partial(branching.step_branch, 1), ("Alt+PgDown",)),
            ("chat.find", "Find in the conversation…", self._find, ()),
            ("chat.previous_turn", "Previous prompt", partial(self._step, -1), ()),
            ("chat.next_turn", "Next prompt", partial(self._step, 1), ()),
        )
        switches = (
            Action(f"chat.find_{name}", title, partial(bar.toggle, name), (key,), when=bar.isVisible, focus=bar)
            for name, title, key in _SWITCHES
        )
        return (
            *(Action(name, title, run, keys, "Chat", 2, when=has_turns) for name, title, run, keys in turns),
            *switches,
        )

    def _edit_prompt(self) -> None:
        self._show_chat()
        self._panel.branching.edit_current()

    def _ask_again(self) -> None:
        self._show_chat()
        self._panel.asking_again.ask_current()

    def _step(self, direction: int) -> None:
        view = self._panel.conversation.transcript.step(direction)
        if view is not None:
            view.prompt.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _find(self) -> None:
        self._show_chat()
        self._panel.find_bar.open()

    def _show_chat(self) -> None:
        """Show the chat; a turn that has the keyboard keeps it, since it is the one that is meant."""
        if not focus_inside(self._panel):
            self._window.show_chat()

    def _begin(self) -> None:
        self._window.show_chat()
        self._turns.new_conversation()
        self._panel.composer.focus_prompt()

    def _show_sent(self) -> None:
        """Of the prompt that has the keyboard, else of the one in the chat."""
        if not self._panel.show_sent_elsewhere():
            self._panel.composer.look_chosen.emit()

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
        # A title may be as long as a field.
        first = titles[0] if len(titles[0]) <= _TITLE_LENGTH else f"{titles[0][: _TITLE_LENGTH - 1].rstrip()}…"
        one, many = f"The conversation “{first}” was deleted.", f"{len(titles)} conversations were deleted."
        choices = (("Undo", self._conversations.restore_deleted),)
        what = one if len(titles) == 1 else many
        self._window.notices.show_notice(Notice(what, choices=choices, key=_DELETED, is_amber=False))

    def _on_exported(self, exported: ConversationExported) -> None:
        what = f"The conversation was written to {exported.place}."
        self._window.notices.show_notice(Notice(what, key=_EXPORTED, is_amber=False))
