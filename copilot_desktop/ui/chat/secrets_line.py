"""The line of the composer about secrets in what would be sent, the marks of its chips, and the way to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.chosen_secrets import SecretUse
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.context.budget import PartKind
from copilot_desktop.credentials.placeholders import SeenSecret
from copilot_desktop.ui.chat.budget_line import BudgetLine
from copilot_desktop.ui.chat.composer import Composer

if TYPE_CHECKING:
    # Imported when it is first wanted.
    from copilot_desktop.ui.chat.secrets_popup import SecretRow, SecretsPopup

_WHERE = {PartKind.PROMPT: "in your prompt", PartKind.HISTORY: "in earlier turns"}


class SecretsLine(QObject):
    """Lives as long as its composer."""

    def __init__(
        self, composer: Composer, budgets: BudgetController, turns: TurnController, budget_line: BudgetLine
    ) -> None:
        super().__init__(composer)
        self._composer, self._turns, self._budget_line = composer, turns, budget_line
        self._wheres: dict[str, list[str]] = {}
        self._seen: dict[str, SeenSecret] = {}
        self._popup: SecretsPopup | None = None
        budgets.planned.connect(self._on_planned)
        composer.secrets.clicked.connect(self.open)

    @property
    def has_secrets(self) -> bool:
        """Whether anything that would be sent holds or may hold one."""
        return bool(self._seen)

    def open(self, _checked: bool = False) -> None:
        """Open the list of them, where each is masked or sent."""
        from copilot_desktop.ui.chat.secrets_popup import SecretsPopup

        if self._seen:
            self._popup = popup = SecretsPopup(self._rows(), self._composer)
            popup.chosen.connect(self._on_chosen)
            popup.destroyed.connect(self._on_popup_destroyed)
            popup.open_above(self._composer.secrets)

    def _on_planned(self, budget: Budget) -> None:
        if budget.refusal or budget.tokens is None:
            return
        self._wheres, self._seen = {}, {}
        by_item: dict[str, tuple[SeenSecret, ...]] = {}
        for part in budget.parts:
            if part.secrets and part.item_id:
                by_item[part.item_id] = part.secrets
            for seen in part.secrets:
                self._seen.setdefault(seen.placeholder, seen)
                self._wheres.setdefault(seen.placeholder, []).append(_WHERE.get(part.kind, f"in {part.label}"))
        self._composer.show_secrets(tuple(self._seen.values()), by_item)

    def _rows(self) -> list[SecretRow]:
        from copilot_desktop.ui.chat.secrets_popup import SecretRow

        conversation_id = self._turns.place.conversation_id
        return [
            SecretRow(seen, ", ".join(self._wheres[seen.placeholder]), self._use_of(conversation_id, seen))
            for seen in self._seen.values()
        ]

    def _use_of(self, conversation_id: str, seen: SeenSecret) -> SecretUse:
        return self._turns.secrets.use_of(conversation_id, seen)

    def _on_chosen(self, placeholder: str, use: SecretUse) -> None:
        self._turns.secrets.choose(self._turns.place.conversation_id, placeholder, use)
        self._budget_line.ask_soon()

    def _on_popup_destroyed(self) -> None:
        self._popup = None
