"""Puts the blocks that have no place into a window: their cards, asking for them once more, and their commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.budgets import BudgetController
from copilot_desktop.bridge.chat.chips import ChipsController
from copilot_desktop.bridge.chat.conversations import ConversationsController
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.live_texts import LiveTexts
from copilot_desktop.bridge.folder.readable_files import WorkspaceFiles
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.bridge.preferences import PreferencesController
from copilot_desktop.bridge.review.block_repairs import BlockRepairs
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.refused_blocks import RefusedBlocks
from copilot_desktop.bridge.review.writable_proposals import WritableProposals
from copilot_desktop.conversation.turns import Conversation, TurnRequest
from copilot_desktop.settings.chat_page import ChatPage
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.chat.refused_cards import RefusedCards
from copilot_desktop.ui.chat.repair_lines import RepairLines
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.placing_by_hand import PlacingByHand
from copilot_desktop.ui.theme.theme import Theme
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.conversation.planning import PlannedRequest


@dataclass(frozen=True, slots=True)
class RefusedParts:
    """What refused blocks need of a window and its chat."""

    window: MainWindow
    thread: AsyncThread
    theme: Theme
    documents: DocumentsController
    preferences: PreferencesController
    review: ReviewController
    files: WorkspaceFiles
    turns: TurnController
    conversations: ConversationsController
    models: ModelsController
    panel: ChatPanel
    chips: ChipsController
    plan: Callable[[TurnRequest, Callable[[], bool]], PlannedRequest]


class RefusedInWindow(QObject):
    """Lives as long as the chat of its window."""

    def __init__(self, parts: RefusedParts) -> None:
        super().__init__(parts.panel)
        texts = LiveTexts(parts.thread, parts.documents, parts.files)
        self.blocks = RefusedBlocks(texts, parts.documents, parts.review, self)
        self.repairs = BlockRepairs(
            self.blocks,
            texts,
            parts.turns,
            lambda: parts.models.current,
            lambda: not parts.panel.has_unsent,
            BudgetController(parts.thread, parts.plan, self),
        )
        self.repairs.kept_back.connect(parts.chips.kept_back)
        self.repairs.check_writable = WritableProposals(parts.thread, parts.documents, parts.files, self).check
        conversation = parts.panel.conversation
        self._cards = RefusedCards(conversation, self.blocks, self.repairs, parts.theme)
        self._placing = PlacingByHand(parts.window, parts.documents, self.blocks)
        self._cards.signals.by_hand_chosen.connect(self._placing.start)
        parts.review.refused_wanted.connect(self._on_refused_wanted)
        self._review = parts.review
        self._window, self._turns, self._conversations = parts.window, parts.turns, parts.conversations
        RepairLines(conversation, self.repairs, parts.theme)
        parts.preferences.page_changed.connect(self.repairs.follow)
        parts.preferences.load(ChatPage)
        parts.window.commands.add(self._actions())

    def _on_refused_wanted(self, change_set_id: str) -> None:
        self._window.show_chat()
        change_set = self._review.change_set(change_set_id)
        turn_id = "" if change_set is None else change_set.turn_id
        if change_set is None or not change_set.failures:
            self._window.status.show_done("These blocks were dismissed: the chat offers to show them again.")
        elif not self._cards.go_to(turn_id, change_set_id):
            self._conversations.find_turn(turn_id, partial(self._on_conversation_found, turn_id))

    def _on_conversation_found(self, turn_id: str, conversation: Conversation | None) -> None:
        if conversation is None:
            self._window.status.show_done("The conversation with these blocks was deleted.")
        else:
            # The cards go there once its turn is drawn.
            self._turns.open_conversation(conversation, turn_id)

    def _actions(self) -> tuple[Action, ...]:
        """Each is about the card with the keyboard, else the newest one."""

        def has_block() -> bool:
            return self._cards.block_of_focus() is not None

        return (
            Action(
                "refused.place",
                "Place the refused block by hand",
                self._place,
                ("Ctrl+Alt+P",),
                "Chat",
                3,
                when=has_block,
            ),
            Action("refused.retry", "Ask again for the refused block", self._retry, (), "Chat", 3, when=has_block),
            Action(
                "refused.focus",
                "Go to the refused block",
                self._cards.focus_next,
                ("Ctrl+Alt+G",),
                "Chat",
                3,
                when=has_block,
            ),
        )

    def _place(self) -> None:
        block = self._cards.block_of_focus()
        if block is not None:
            self._placing.start(block.block_id)

    def _retry(self) -> None:
        block = self._cards.block_of_focus()
        if block is not None:
            self.repairs.ask(block.block_id)
