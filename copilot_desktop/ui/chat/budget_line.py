"""Keeps the composer's line of figures right: asks what would be sent, a moment after anything has changed, and shows
all of it to whoever wants to read it before it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.chips import ChipsChanged, ChipsController, FrozenContext, Refused
from copilot_desktop.bridge.chat.turns import TurnController, would_send
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.context.budget import PartKind
from copilot_desktop.conversation.events import TurnFinished
from copilot_desktop.ui.chat.composer import Composer

if TYPE_CHECKING:
    # Imported when they are first wanted.
    from copilot_desktop.ui.chat.budget_popup import BudgetPopup
    from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending

_PAUSE_MS, _READ_PAUSE_MS = 200, 60
"""The latter while all that would be sent is being read: it follows what is written."""


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
        chips.changed.connect(self._on_chips_changed)
        turns.conversation_opened.connect(self._on_conversation_opened)
        self._reading: ReadBeforeSending | None = None
        self._reads = 0
        """How often it was asked what would be sent, to be read: an older answer is dropped."""
        self._asked = 0
        """The number of the one that is being planned."""
        self._is_planning = self._is_counting = self._is_looking = self._can_send = False

    def ask_soon(self, _changed: object = None) -> None:
        """Something that is sent has changed."""
        self._is_used = self._is_used or bool(self._chips.items or self._composer.prompt.toPlainText())
        if self._is_used and not self._is_stopped and not self._pause.isActive():
            self._pause.start(_READ_PAUSE_MS if self._is_read else _PAUSE_MS)
        self._show_awaited()

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
        if not self._is_read:
            # An answer that is under way still is about what was read before.
            self._reads += 1
            self._reading.empty()
        self._reading.open_again()
        self._is_used = True
        self._ask_to_read()

    @property
    def _is_read(self) -> bool:
        return self._reading is not None and self._reading.is_open

    def _on_conversation_opened(self, _opened: object) -> None:
        if self._reading is not None:
            self._reads += 1
            self._reading.empty()

    def _on_chips_changed(self, changed: ChipsChanged) -> None:
        self._is_counting = any(held.tokens is None for held in changed.items)
        self._is_looking = changed.is_looking
        self._show_awaited()

    def _show_awaited(self) -> None:
        """Say what may still change the text that is read, or that nothing does."""
        if self._reading is None or not self._is_read:
            return
        if self._is_looking:
            self._reading.show_awaited("context is being looked for")
        elif self._is_counting:
            self._reading.show_awaited("tokens are being counted")
        elif self._pause.isActive() or self._is_planning:
            self._reading.show_awaited("it is being put together")
        else:
            self._reading.show_final(can_send=self._can_send)

    def _ask_to_read(self) -> None:
        """With the texts of now: files are read as they are when it is sent."""
        items = (*self._chips.found.going(self._chips.items), *self._chips.decisions.items, *self._chips.rules.marks)
        prompt = self._composer.prompt.toPlainText()
        self._reads += 1
        number = self._reads
        self._is_planning = True
        self._show_awaited()

        def ask(context: FrozenContext) -> None:
            if number == self._reads:
                self._asked = number
                wanted = would_send(self._turns, self._turns.place, prompt, context, self._models.current)
                self._budgets.ask(wanted, is_read=True)

        def refuse(refused: Refused) -> None:
            if number == self._reads:
                self._show_read(f"{refused.message} {refused.advice}".rstrip(), can_send=False)

        self._chips.freeze(items, ask, refuse, has_rules=True)

    def _show_read(self, text: str, *, can_send: bool) -> None:
        self._is_planning, self._can_send = False, can_send
        if self._reading is not None and self._is_read:
            self._reading.show_text(text)
            self._show_awaited()

    def _on_pause_timeout(self) -> None:
        if self._is_read:
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

        if budget.is_read and self._asked == self._reads:
            self._show_read(budget.text or budget.refusal, can_send=budget.tokens is not None)
        found = self._chips.found
        parts = (replace(part, kind=PartKind.FOUND) if found.why(part.item_id) else part for part in budget.parts)
        self._budget = replace(budget, parts=tuple(parts))
        self._composer.budget.show_budget(shown_of(self._budget, self._models.current))
        if budget.tokens is not None:
            self._composer.show_ratio(budget.ratio if budget.is_estimate else None)
        self._show_table()
        self.planned.emit(self._budget)
