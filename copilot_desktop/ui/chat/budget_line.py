"""Keeps the composer's line of figures right: asks what would be sent, a moment after anything has changed, and shows
all of it to whoever wants to read it before it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.chips import ChipsController, FrozenContext, Refused
from copilot_desktop.bridge.chat.turns import TurnController, would_send
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.context.budget import PartKind
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.ui.chat.composer import Composer

if TYPE_CHECKING:
    # Imported when they are first wanted.
    from copilot_desktop.ui.chat.budget_popup import BudgetPopup
    from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending

_PAUSE_MS = 200


class BudgetLine(QObject):
    """Joins the composer with the planning of the next request. Counts nothing before the composer is used: the
    tokenizer takes 70 MB, and many a day is spent in the editor alone."""

    planned = Signal(object)
    """Carries one `Budget`, once it is shown."""
    compact_chosen = Signal()
    """The older turns are to be summarised."""

    def __init__(
        self,
        composer: Composer,
        budgets: BudgetController,
        turns: TurnController,
        chips: ChipsController,
        models: ModelsController,
    ) -> None:
        super().__init__(composer)
        self._composer = composer
        self._budgets = budgets
        self._turns = turns
        self._chips = chips
        self._models = models
        self._is_stopped = self._is_used = False
        self._budget = Budget(None)
        self._popup: BudgetPopup | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        composer.focused.connect(self._on_composer_focused)
        composer.prompt_changed.connect(self.ask_soon)
        chips.changed.connect(self.ask_soon)
        models.changed.connect(self.ask_soon)
        turns.conversation_opened.connect(self.ask_soon)
        turns.turn_event.connect(self._on_turn_event)
        budgets.planned.connect(self._on_planned)
        composer.budget.clicked.connect(self.show_parts)
        composer.look_chosen.connect(self.show_sent)
        self._reading: ReadBeforeSending | None = None

    def ask_soon(self, _changed: object = None) -> None:
        """Something that is sent has changed."""
        self._is_used = self._is_used or bool(self._chips.items or self._composer.prompt.toPlainText())
        if self._is_used and not self._is_stopped and not self._pause.isActive():
            self._pause.start()

    def stop(self) -> None:
        """The window closes."""
        self._is_stopped = True
        self._pause.stop()

    def _on_turn_event(self, event: object) -> None:
        if isinstance(event, TurnFinished):
            # The answer goes along from now on.
            self.ask_soon()

    def _on_composer_focused(self) -> None:
        self._is_used = True
        self.ask_soon()

    def show_sent(self) -> None:
        """Open a window with all that would be sent now; it follows what is written as long as it is open."""
        from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending

        if self._reading is None:
            self._reading = ReadBeforeSending(self._composer)
        self._reading.open_again()
        self._is_used = True
        self._ask_to_read()

    def _ask_to_read(self) -> None:
        """With the texts of now: files are read as they are when it is sent."""
        items = (*self._chips.items, *self._chips.decisions.items, *self._chips.rules.marks)
        prompt = self._composer.prompt.toPlainText()

        def ask(context: FrozenContext) -> None:
            wanted = would_send(self._turns, self._turns.place, prompt, context, self._models.current)
            self._budgets.ask(wanted, is_read=True)

        self._chips.freeze(items, ask, self._on_refused, has_rules=True)

    def _on_refused(self, refused: Refused) -> None:
        if self._reading is not None:
            self._reading.show_text(f"{refused.message} {refused.advice}".rstrip())

    def _on_pause_timeout(self) -> None:
        if self._reading is not None and self._reading.is_open:
            self._ask_to_read()
            return
        items = (*self._chips.items, *self._chips.decisions.items, *self._chips.rules.items)
        context = FrozenContext(items, {item.path: item.text for item in self._chips.items if item.path})
        prompt = self._composer.prompt.toPlainText()
        self._budgets.ask(would_send(self._turns, self._turns.place, prompt, context, self._models.current))

    def show_parts(self) -> None:
        """Open the table of the parts above the bar."""
        from copilot_desktop.ui.chat.budget_popup import BudgetPopup

        self._is_used = True
        self.ask_soon()
        popup = BudgetPopup(self._composer.budget.theme, self._composer.budget)
        popup.destroyed.connect(self._on_popup_destroyed)
        popup.compact_chosen.connect(self.compact_chosen)
        self._popup = popup
        self._show_table()
        popup.open_above(self._composer.budget)

    def _show_table(self) -> None:
        if self._popup is not None:
            from copilot_desktop.ui.chat.budget_words import table_of

            self._popup.show_table(table_of(self._budget, self._models.current))

    def _on_popup_destroyed(self) -> None:
        self._popup = None

    def _on_planned(self, budget: Budget) -> None:
        from copilot_desktop.ui.chat.budget_words import shown_of  # with the first figures

        if self._reading is not None and self._reading.is_open:
            self._reading.show_text(budget.text or budget.refusal)
        found = self._chips.found
        parts = (replace(part, kind=PartKind.FOUND) if found.why(part.item_id) else part for part in budget.parts)
        self._budget = replace(budget, parts=tuple(parts))
        self._composer.budget.show_budget(shown_of(self._budget, self._models.current))
        if budget.tokens is not None:
            self._composer.show_ratio(budget.ratio if budget.is_estimate else None)
        self._show_table()
        self.planned.emit(self._budget)
