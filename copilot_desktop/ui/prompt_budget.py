"""Keeps the figures of a prompt in the text right: what would be sent, a moment after anything of it has changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chosen_secrets import ChosenSecrets, SecretRow, SecretUse, Way
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui import figures
from copilot_desktop.ui.prompt_box import PromptBox

_PAUSE_MS = 200
Prepare = Callable[[str, Callable[[TurnRequest], None]], None]
"""Gives the request that a prompt would make now, soon or at once; not where there is none."""


class PromptBudget(QObject):
    """Lives as long as its box."""

    def __init__(
        self,
        box: PromptBox,
        budgets: BudgetController,
        profile: Callable[[], Profile],
        prepare: Prepare,
        secrets: ChosenSecrets,
    ) -> None:
        super().__init__(box)
        self._box, self._budgets, self._profile, self._prepare = box, budgets, profile, prepare
        self._secrets = secrets
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)
        budgets.planned.connect(self._on_planned)
        box.field.textChanged.connect(self.ask_soon)
        box.idle.connect(self.ask_soon)
        box.secrets.chosen.connect(self._on_chosen)
        self._on_planned(Budget(None))
        self.ask_soon()

    def ask_soon(self, _changed: object = None) -> None:
        """Something that is sent has changed."""
        if not self._pause.isActive():
            self._pause.start()

    def stop(self) -> None:
        """The box goes."""
        self._pause.stop()
        self._budgets.planned.disconnect(self._on_planned)
        self._budgets.forget()

    def _on_pause_timeout(self) -> None:
        # Of what is on its way the chat says what it took.
        if not self._box.is_working:
            self._prepare(self._box.field.text().strip(), self._budgets.ask)

    def _on_chosen(self, row: SecretRow, use: SecretUse) -> None:
        self._secrets.choose(row, use)
        self.ask_soon()

    def _on_planned(self, budget: Budget) -> None:
        if budget.tokens is not None and not self._box.is_working:
            self._box.show_secrets(self._secrets.rows(Way.IN_PLACE, budget.secrets))
        profile = self._profile()
        line = figures.budget(budget.tokens, profile.limit_tokens, budget.price(profile))
        if budget.refusal:
            line = "more than the model takes"
        tip = budget.refusal or f"What would be sent to {profile.name}: the lines, the instructions and the chat before"
        rules = [part.label for part in budget.parts if part.item_id.startswith("rule:")]
        if rules:
            tip = f"{tip}\nWith {', '.join(rules)}"
        if budget.omitted_turns:
            tip = f"{tip}\nLeaves out the {budget.omitted_turns} oldest turns of the conversation."
        self._box.show_budget(line, tip, is_over=bool(budget.refusal))
