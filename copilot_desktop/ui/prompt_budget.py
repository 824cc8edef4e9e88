"""Keeps the figures of a prompt in the text right: what would be sent, a moment after anything of it has changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.chat.budgets import Budget, BudgetController
from copilot_desktop.bridge.chat.chips import Refused
from copilot_desktop.bridge.chosen_secrets import ChosenSecrets, SecretRow, SecretUse, Way
from copilot_desktop.context.budget import PartKind
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.ui import figures
from copilot_desktop.ui.prompt_box import PromptBox

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending

_PAUSE_MS = 200
Prepare = Callable[[str, Callable[[TurnRequest], None], Callable[[Refused], None]], None]
"""Gives the request that a prompt would make now, soon or at once, or tells why nothing would be sent."""


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
        box.look_chosen.connect(self.show_sent)
        self._reading: ReadBeforeSending | None = None
        self._on_planned(Budget(None))
        self.ask_soon()

    def ask_soon(self, _changed: object = None) -> None:
        """Something that is sent has changed."""
        if not self._pause.isActive():
            self._pause.start()
        self._show_awaited()

    def show_sent(self) -> None:
        """Open a window with all that would be sent now; it follows what is written as long as it is open."""
        from copilot_desktop.ui.chat.read_before_sending import ReadBeforeSending  # when it is first wanted

        if self._reading is not None and not self._reading.is_open:
            # It has what was sent before.
            self._reading.deleteLater()
            self._reading = None
        if self._reading is None:
            self._reading = ReadBeforeSending(self._box)
        self._reading.open_again()
        self._ask()

    def stop(self) -> None:
        """The box goes."""
        self._pause.stop()
        self._budgets.planned.disconnect(self._on_planned)
        self._budgets.forget()

    def _on_pause_timeout(self) -> None:
        # Of what is on its way the chat says what it took.
        if not self._box.is_working:
            self._ask()

    def _ask(self) -> None:
        is_read = self._reading is not None and self._reading.is_open
        self._show_awaited()
        self._prepare(self._box.field.text().strip(), partial(self._take, is_read=is_read), self._refuse)

    def _show_awaited(self) -> None:
        if self._reading is not None and not self._box.is_working:
            self._reading.show_awaited("it is being put together")

    def _take(self, request: TurnRequest, *, is_read: bool) -> None:
        self._box.show_refusal("")
        self._budgets.ask(request, is_read=is_read)

    def _refuse(self, refused: Refused) -> None:
        """Nothing would be sent."""
        self._budgets.forget()
        said = f"{refused.message} {refused.advice}".strip()
        self._box.show_refusal(said)
        self._box.show_secrets(())
        self._box.show_budget("", said)
        if self._reading is not None:
            self._reading.show_text(said)
            self._reading.show_final(can_send=False)

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
        if self._reading is not None and self._reading.is_open and budget.is_read:
            self._reading.show_text(budget.text or budget.refusal)
            if not self._pause.isActive():
                self._reading.show_final(can_send=budget.tokens is not None)
        tip = budget.refusal or f"What would be sent to {profile.name}: {_parts_of(budget)}"
        rules = [part.label for part in budget.parts if part.item_id.startswith("rule:")]
        if rules:
            tip = f"{tip}\nWith {', '.join(rules)}"
        if budget.omitted_turns:
            tip = f"{tip}\nLeaves out the {budget.omitted_turns} oldest turns of the conversation."
        self._box.show_budget(line, tip, is_over=bool(budget.refusal))


def _parts_of(budget: Budget) -> str:
    """What goes along, in words; of the turns before it how much that is."""
    past = [part for part in budget.parts if part.kind in (PartKind.HISTORY, PartKind.SUMMARY)]
    if not past:
        return "the lines and the instructions"
    said = f"{' and '.join(part.label for part in past)} of the chat ({sum(part.tokens for part in past):,} tk"
    pictures = sum(part.pictures for part in past)
    if pictures:
        said = f"{said}, {'1 picture' if pictures == 1 else f'{pictures} pictures'}"
    return f"the lines, the instructions and {said})"
