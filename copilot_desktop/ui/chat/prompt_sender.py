"""Sends prompts of the chat: what is in the composer, or the prompt of an earlier turn once more, as it was asked.

Files on disk are read first. What is sent is fixed before, and where: the composer is free for the next prompt at once,
and another conversation may be shown by then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.chat.chips import ChipsController, FrozenContext, Refused, refined_again, with_rules
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.held_rules import without_rules
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.bridge.models.controller import ModelsController
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.drafts import UnsentPrompt
from copilot_desktop.conversation.selection_edit import placed_in
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.ui.chat.composer import Composer

if TYPE_CHECKING:
    from copilot_desktop.ui.chat.sending_soon import SendingSoon

_WAITS_UNTOLD_MS = 400


class PromptSender(QObject):
    """One prompt of a conversation is on its way to the model at a time; a second one meanwhile stays where it is."""

    way_changed = Signal(object)
    """Carries the `ConversationPlace` whose prompt is on its way, or no longer."""
    went_elsewhere = Signal(object)
    """Carries the place of a prompt that was sent while another one is shown."""
    came_back_elsewhere = Signal(object, object)
    """Carries the place and the `UnsentPrompt` that could not be sent, while another place is shown."""

    def __init__(
        self, composer: Composer, turns: TurnController, chips: ChipsController, models: ModelsController
    ) -> None:
        super().__init__(composer)
        self._composer = composer
        self._turns = turns
        self._chips = chips
        self._models = models
        self._ways: dict[ConversationPlace, UnsentPrompt] = {}
        self._soon: SendingSoon | None = None

    def on_its_way(self, place: ConversationPlace) -> UnsentPrompt:
        """What is being sent from a place and is nowhere else yet."""
        return self._ways.get(place, UnsentPrompt())

    @property
    def has_items(self) -> bool:
        """Whether something was added to the prompt that is written now."""
        return bool(self._chips.items)

    def is_sending(self, place: ConversationPlace) -> bool:
        """Whether a prompt of a place is on its way."""
        return place in self._ways

    def when_found(self, send: Callable[[str], None], prompt: str) -> None:
        """Call `send` with the prompt of the composer; while context is looked for, a moment later."""
        if not self._chips.found.is_looking:
            send(prompt)
            return
        if self._soon is None:
            from copilot_desktop.ui.chat.sending_soon import SendingSoon  # with the first that waits

            self._soon = SendingSoon(self._composer, self._chips, self._turns, send)
        self._soon.submit(prompt)

    def stop(self) -> None:
        """The window closes: what waits for its context stays in the composer."""
        if self._soon is not None:
            self._soon.cancel()

    def submit(self, prompt: str, edited_id: str = "") -> None:
        """Send what the composer holds; both come back into it when a file cannot be read.

        `edited_id`: the turn whose prompt this was.
        """
        place = self._turns.place
        if place not in self._ways:
            unsent = UnsentPrompt(prompt, (*self._chips.found.going(self._chips.items), *self._chips.rules.marks))
            self._empty_composer()
            self._send(place, unsent, lambda: self._put_back_in(place, unsent), edited_id)

    def take(self) -> tuple[ContextItem, ...] | None:
        """Empty the composer for a prompt that is sent later: its items; None while one is on its way."""
        if self._turns.place in self._ways:
            return None
        items = (*self._chips.found.going(self._chips.items), *self._chips.rules.marks)
        self._empty_composer()
        return items

    def send_queued(
        self, place: ConversationPlace, prompt: str, items: tuple[ContextItem, ...], back: Callable[[], None]
    ) -> bool:
        """Send a prompt that has waited; `back` is called when it could not be sent. False while one is on its way."""
        if place in self._ways:
            return False
        self._send(place, UnsentPrompt(prompt, items), back)
        return True

    def send_again(self, prompt: str, items: tuple[ContextItem, ...], edited_id: str) -> None:
        """Send the prompt of a turn once more. A draft in the composer stays, unless it is this very prompt."""
        place = self._turns.place
        if place in self._ways:
            return
        held = [item.item_id for item in self._chips.items]
        wanted = [item.item_id for item in without_rules(items)]
        is_held = self._composer.prompt.toPlainText() == prompt and held == wanted
        if is_held:
            self._empty_composer()

        def back() -> None:
            if is_held:
                self._put_back_in(place, UnsentPrompt(prompt, items))

        self._send(place, UnsentPrompt(prompt, items), back, edited_id)

    def send_in_place_again(
        self, prompt: str, items: tuple[ContextItem, ...], sent: FrozenContext | None, edited_id: str
    ) -> None:
        """Send the prompt of a turn about a selection once more, as such; the composer has no part in it.

        `sent`: what it was sent with; None: the texts of now, in which the selection is found again.
        """
        place = self._turns.place
        if place in self._ways or not items:
            return
        self._composer.show_notice("")
        # Its turn still has it.
        self._ways[place] = UnsentPrompt()

        def send(context: FrozenContext) -> None:
            with_rules(self._chips.rules, context, start)

        def start(context: FrozenContext) -> None:
            self._ways.pop(place, None)
            if self._turns.place is place:
                self._turns.start(prompt, context, self._models.current, TurnMode.EDIT, edited_id)

        def find(context: FrozenContext) -> None:
            if items[0].kind.is_proposed:
                refined = refined_again(items, context.files)
                if refined is None:
                    refuse(Refused("The lines that this was about have changed since.", "Ask about them anew."))
                else:
                    send(refined)
                return
            found = (placed_in(item, context.files.get(item.path, "")) for item in context.items)
            send(FrozenContext(tuple(found), context.files))

        def refuse(refused: Refused) -> None:
            self._ways.pop(place, None)
            self._composer.show_refused(refused)

        def go_on() -> None:
            if sent is not None:
                send(sent)
            else:
                self._chips.freeze(items, find, refuse)

        self._chips.check(items[0].path, go_on, refuse)

    def put_back(self, prompt: str, items: tuple[ContextItem, ...]) -> None:
        """Put an unsent prompt with its chips before what the composer holds now."""
        typed = self._composer.prompt.toPlainText()
        self._composer.prompt.put(f"{prompt}\n{typed}" if typed else prompt)
        self._chips.restore(items)

    def _empty_composer(self) -> None:
        self._composer.prompt.take()
        self._chips.clear()

    def _put_back_in(self, place: ConversationPlace, unsent: UnsentPrompt) -> None:
        if self._turns.place is place:
            self.put_back(unsent.prompt, unsent.items)
        else:
            self.came_back_elsewhere.emit(place, unsent)

    def _send(
        self, place: ConversationPlace, unsent: UnsentPrompt, back: Callable[[], None], edited_id: str = ""
    ) -> None:
        self._composer.show_notice("")
        self._ways[place] = unsent
        self.way_changed.emit(place)
        parent_id = self._turns.branch.tree.parents.get(edited_id)

        waited = " and ".join(item.label for item in unsent.items if item.is_unmade)
        waits = f"The prompt is sent once {waited} has been read."

        def tell_wait() -> None:
            if self._ways.get(place) is unsent and self._turns.place is place:
                self._composer.show_notice(waits, ("Do not wait", stop_waiting))

        def stop_waiting() -> None:
            self._chips.checks.stop_expecting(f"Nothing was sent, and {waited} is not added.")

        def arrive() -> None:
            if self._composer.notice.toPlainText() == waits:
                self._composer.show_notice("")
            self._ways.pop(place, None)
            self.way_changed.emit(place)

        if waited:
            QTimer.singleShot(_WAITS_UNTOLD_MS, self, tell_wait)

        def send(context: FrozenContext) -> None:
            if self._turns.workspace != place.workspace:
                back()
            elif self._turns.place is place:
                self._composer.prompt.remember(unsent.prompt)
                self._turns.start(unsent.prompt, context, self._models.current, edited_id=edited_id)
            else:
                self._turns.start_in(place, unsent.prompt, context, self._models.current, parent_id)
                self.went_elsewhere.emit(place)
            arrive()

        def refuse(refused: Refused) -> None:
            back()
            arrive()
            self._composer.show_refused(refused)

        # Not of a prompt that is sent once more: it has its own.
        has_told = any(item.kind is ItemKind.DECISIONS for item in unsent.items)
        is_told = place is not self._turns.place or has_told or bool(edited_id)
        items = (*unsent.items, *(() if is_told else self._chips.decisions.items))
        self._chips.freeze(items, send, refuse, has_rules=True)
