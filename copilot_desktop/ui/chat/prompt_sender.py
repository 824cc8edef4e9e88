"""Sends prompts of the chat: what is in the composer, or the prompt of an earlier turn once more, as it was asked.

Files on disk are read first. What is sent is fixed before: the composer is free for the next prompt at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from copilot_desktop.bridge.chips import ChipsController, FrozenContext, Refused
from copilot_desktop.bridge.models import ModelsController
from copilot_desktop.bridge.turns import TurnController
from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.selection_edit import placed_in
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.ui.chat.composer import Composer


class PromptSender:
    """One prompt at a time is on its way to the model; asked for a second one meanwhile, it leaves it where it is."""

    def __init__(
        self, composer: Composer, turns: TurnController, chips: ChipsController, models: ModelsController
    ) -> None:
        self._composer = composer
        self._turns = turns
        self._chips = chips
        self._models = models
        self._is_reading = False

    def submit(self, prompt: str, edited_id: str = "") -> None:
        """Send what the composer holds; both come back into it when a file cannot be read.

        `edited_id`: the turn whose prompt this was.
        """
        if not self._is_reading:
            items, folder = self._chips.items, self._turns.workspace
            self._empty_composer()

            def back() -> None:
                # In another folder the files are others; the words are still the user's.
                self.put_back(prompt, items if self._turns.workspace == folder else ())

            self._send(prompt, items, back, edited_id)

    def take(self) -> tuple[ContextItem, ...] | None:
        """Empty the composer for a prompt that is sent later: its items; None while one is on its way."""
        if self._is_reading:
            return None
        items = self._chips.items
        self._empty_composer()
        return items

    def send_queued(self, prompt: str, items: tuple[ContextItem, ...], back: Callable[[], None]) -> bool:
        """Send a prompt that has waited; `back` is called when it could not be sent. False while one is on its way."""
        if self._is_reading:
            return False
        self._send(prompt, items, back)
        return True

    def send_again(self, prompt: str, items: tuple[ContextItem, ...], edited_id: str) -> None:
        """Send the prompt of a turn once more. A draft in the composer stays, unless it is this very prompt."""
        if self._is_reading:
            return
        held = [item.item_id for item in self._chips.items]
        is_held = self._composer.prompt.toPlainText() == prompt and held == [item.item_id for item in items]
        if is_held:
            self._empty_composer()
        folder = self._turns.workspace

        def back() -> None:
            if is_held:
                self.put_back(prompt, items if self._turns.workspace == folder else ())

        self._send(prompt, items, back, edited_id)

    def send_in_place_again(
        self, prompt: str, items: tuple[ContextItem, ...], files: Mapping[str, str] | None, edited_id: str
    ) -> None:
        """Send the prompt of a turn about a selection once more, as such; the composer has no part in it.

        `files`: the texts it was sent with; None: those of now, in which the selection is found again.
        """
        if self._is_reading or not items:
            return
        self._composer.show_notice("")
        self._is_reading = True
        folder = self._turns.workspace

        def send(context: FrozenContext) -> None:
            self._is_reading = False
            if self._turns.workspace == folder:
                self._turns.start(prompt, context, self._models.current, TurnMode.EDIT, edited_id)

        def find(context: FrozenContext) -> None:
            found = (placed_in(item, context.files.get(item.path, "")) for item in context.items)
            send(FrozenContext(tuple(found), context.files))

        def refuse(refused: Refused) -> None:
            self._is_reading = False
            self._composer.show_notice(f"{refused.message} {refused.advice}".rstrip())

        def go_on() -> None:
            if files is not None:
                send(FrozenContext(items, files))
            else:
                self._chips.freeze(items, find, refuse)

        self._chips.check(items[0].path, go_on, refuse)

    def put_back(self, prompt: str, items: tuple[ContextItem, ...]) -> None:
        """Put an unsent prompt with its chips before what the composer holds now."""
        typed = self._composer.prompt.toPlainText()
        self._composer.prompt.put(f"{prompt}\n{typed}" if typed else prompt)
        self._chips.restore(items)

    def _empty_composer(self) -> None:
        self._composer.prompt.clear()
        self._chips.clear()

    def _send(self, prompt: str, items: tuple[ContextItem, ...], back: Callable[[], None], edited_id: str = "") -> None:
        self._composer.show_notice("")
        self._is_reading = True
        folder = self._turns.workspace

        def send(context: FrozenContext) -> None:
            self._is_reading = False
            if self._turns.workspace == folder:
                self._composer.prompt.remember(prompt)
                self._turns.start(prompt, context, self._models.current, edited_id=edited_id)
            else:
                back()

        def refuse(refused: Refused) -> None:
            self._is_reading = False
            back()
            self._composer.show_notice(f"{refused.message} {refused.advice}".rstrip())

        self._chips.freeze(items, send, refuse)
