"""The line of the composer about secrets in what would be sent, and the marks of its chips."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.chosen_secrets import SecretRow, SecretUse, Way
from copilot_desktop.ui.chat.budget_line import BudgetLine
from copilot_desktop.ui.chat.composer import Composer


class SecretsLine(QObject):
    """Lives as long as its composer."""

    def __init__(
        self, composer: Composer, budgets: BudgetController, turns: TurnController, budget_line: BudgetLine
    ) -> None:
        super().__init__(composer)
        self._composer, self._turns, self._budget_line = composer, turns, budget_line
        budgets.planned.connect(self._on_planned)
        composer.secrets.chosen.connect(self._on_chosen)

    @property
    def has_secrets(self) -> bool:
        """Whether anything that would be sent holds or may hold one."""
        return self._composer.secrets.has_secrets

    def open(self) -> None:
        """Open the list of them, where each is masked or sent."""
        self._composer.secrets.open()

    def _on_planned(self, budget: Budget) -> None:
        if budget.refusal or budget.tokens is None:
            return
        by_item = {part.item_id: part.secrets for part in budget.parts if part.secrets and part.item_id}
        self._composer.show_secrets(self._turns.secrets.rows(Way.CHAT, budget.secrets), by_item)

    def _on_chosen(self, row: SecretRow, use: SecretUse) -> None:
        self._turns.secrets.choose(row, use)
        self._budget_line.ask_soon()
