"""Makes what compacts conversations once it is wanted: a long one is open, or somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from copilot_desktop.bridge.chat.budgets import Budget
from copilot_desktop.bridge.chat.opened_conversation import ConversationOpened
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.ui.chat.budget_line import BudgetLine
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.conversation_view import ConversationView

if TYPE_CHECKING:
    from copilot_desktop.bridge.chat.compaction import CompactionController
    from copilot_desktop.ui.chat.compaction_in_chat import CompactionInChat

LEAST_SHARE: Final = 0.3
"""Of what the model takes: no setting offers it before."""


class Compacting(QObject):
    """Of one chat. `make` makes the controller, `foot` is where its bar stands."""

    made = Signal(object)
    """Carries the one `CompactionInChat`."""

    def __init__(
        self,
        composer: Composer,
        conversation: ConversationView,
        turns: TurnController,
        budget: BudgetLine,
        make: Callable[[], CompactionController],
    ) -> None:
        super().__init__(composer)
        self._composer, self._conversation, self._turns, self._budget = composer, conversation, turns, budget
        self._make = make
        self._made: CompactionInChat | None = None
        self.foot: QVBoxLayout | None = None
        budget.planned.connect(self._on_planned)
        budget.compact_chosen.connect(self.compact)
        turns.conversation_opened.connect(self._on_conversation_opened)

    def compact(self) -> None:
        """Plan a summary of the older turns; its price is shown before anything is sent."""
        self._wanted().compact()

    def _wanted(self) -> CompactionInChat:
        if self._made is None:
            from copilot_desktop.ui.chat.compaction_in_chat import CompactionInChat

            made = self._made = CompactionInChat(self._composer, self._conversation, self._make())
            made.changed.connect(self._budget.ask_soon)
            if self.foot is not None:
                self.foot.insertWidget(0, made.bar)
            self.made.emit(made)
        return self._made

    def _on_planned(self, budget: Budget) -> None:
        if self._made is None and not _may_be_full(budget):
            return
        leaf_id, is_running = self._turns.branch.leaf_id, self._turns.is_running
        self._wanted().look(budget, leaf_id, may_ask=not is_running)

    def _on_conversation_opened(self, opened: ConversationOpened) -> None:
        if opened.has_summaries and self._made is None:
            self._wanted().read()


def _may_be_full(budget: Budget) -> bool:
    if budget.omitted_turns:
        return True
    if budget.tokens is None or budget.limit_tokens is None or not budget.has_history:
        return False
    return budget.tokens >= LEAST_SHARE * (budget.limit_tokens - (budget.room_tokens or 0))
