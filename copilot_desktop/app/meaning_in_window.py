"""Finding by meaning in a window: what the user has agreed to for the open folder, and the dialog that asks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QObject

from copilot_desktop.app.index_in_window import IndexInWindow
from copilot_desktop.app.window_memory import WindowMemory
from copilot_desktop.app.window_parts import WindowParts
from copilot_desktop.bridge.context.meaning import MeaningController, MeaningParts, MeaningState, TokensSpent
from copilot_desktop.conversation.embedding import Agreed
from copilot_desktop.settings.session import MeaningChoice
from copilot_desktop.ui.chat_in_window import ChatInWindow
from copilot_desktop.ui.notices import Notice

if TYPE_CHECKING:
    from copilot_desktop.llm.profiles import Profile
    from copilot_desktop.ui.meaning_dialog import MeaningDialog

_NOTICE = "meaning"
_ELSEWHERE = ("nomic-embed-text", "bge-m3", "mxbai-embed-large")
"""Well-known models of servers that people run themselves."""


class MeaningInWindow(QObject):
    """Made where a folder has it on, or the user asks for it."""

    def __init__(self, parts: WindowParts, chat: ChatInWindow, index: IndexInWindow, memory: WindowMemory) -> None:
        super().__init__(parts.window)
        self._parts, self._chat, self._index, self._memory = parts, chat, index, memory
        self._used: tuple[str, Profile | None] = ("", None)
        self._dialog: MeaningDialog | None = None
        self._told = ""
        parts.workspace.opened.connect(self._on_workspace_opened)
        chat.models.changed.connect(self.follow)
        self.follow()

    @cached_property
    def meaning(self) -> MeaningController:
        """The vectors of the open folder."""
        core = self._parts.core
        made = MeaningController(
            self._parts.thread,
            self._index.index,
            MeaningParts(core.client, lambda profile: core.counts.of(profile).count, self._chat.files),
            self,
        )
        made.spent.connect(self._on_spent)
        made.changed.connect(self._on_changed)
        return made

    def show(self) -> None:
        """Ask, or say how far it is."""
        from copilot_desktop.ui.meaning_dialog import MeaningDialog, MeaningOffers

        self._index.index.want()
        self.meaning.measure()
        if self._dialog is not None:
            self._dialog.reject()
        profiles = [profile for profile in self._chat.models.profiles if not profile.kind.is_local]
        offers = MeaningOffers(profiles, self._models_of, self._parts.core.catalogue.for_embedding)
        made = MeaningDialog(self.meaning, self._index.index, offers, self._choice, self._parts.window)
        made.agreed.connect(self._on_agreed)
        made.switched_off.connect(self._on_switched_off)
        made.deleted.connect(self._on_deleted)
        made.sent_wanted.connect(lambda: self._chat.requests.ask(self._choice.group))
        made.finished.connect(self._on_finished)
        self._dialog = made
        made.show()

    def follow(self, _changed: object = None) -> None:
        """The folder, or the profiles, may be others: use what the user has agreed to, or stop."""
        choice = self._choice
        profile = next((each for each in self._chat.models.profiles if each.name == choice.profile), None)
        is_same = profile is not None and profile.base_url == choice.base_url
        used = (choice.group, profile) if choice.is_on else ("", None)
        if used == self._used:
            return
        self._used = used
        if not choice.is_on:
            self.meaning.use(None)
        elif profile is None or not is_same:
            # It was agreed to for this server, and for no other.
            self.meaning.use(
                None, f"The profile “{choice.profile}” is gone or has another address: nothing is sent until you agree."
            )
        else:
            made = self._parts.core.catalogue.for_embedding(profile, choice.model, choice.input_usd)
            self.meaning.use(Agreed(made, choice.tokens_left, choice.group))

    @property
    def _choice(self) -> MeaningChoice:
        return self._memory.of_folder.meaning

    def _models_of(self, profile: Profile) -> Sequence[str]:
        catalogue = self._parts.core.catalogue
        is_known = urlsplit(profile.base_url).hostname == catalogue.host
        return tuple(catalogue.embedding_prices) if is_known else _ELSEWHERE

    def _change(self, choice: MeaningChoice) -> None:
        self._memory.change_folder(lambda state: replace(state, meaning=choice))
        if self._dialog is not None:
            self._dialog.choose(choice)

    def _on_agreed(self, choice: MeaningChoice) -> None:
        self._change(replace(choice, group=uuid.uuid4().hex))
        self.follow()

    def _on_switched_off(self) -> None:
        self._change(replace(self._choice, is_on=False))
        self.follow()

    def _on_deleted(self) -> None:
        self._change(replace(self._choice, is_on=False))
        self.follow()
        self.meaning.delete()

    def _on_changed(self, state: MeaningState) -> None:
        said = f"{state.done:,} of {state.total:,} by meaning" if state.is_running and state.total else ""
        self._index.say_vectors("found by words alone" if state.problem else said)
        if state.problem and state.problem != self._told:
            choices = (("Find by meaning…", self.show),)
            self._parts.window.notices.show_notice(
                Notice("Finding by meaning has stopped.", state.problem, choices, key=_NOTICE)
            )
        elif not state.problem:
            self._parts.window.notices.withdraw(_NOTICE)
        self._told = state.problem

    def _on_spent(self, spent: TokensSpent) -> None:
        choice = self._choice
        if spent.group == choice.group:
            left = replace(choice, tokens_left=choice.tokens_left - spent.tokens)
            self._memory.change_folder(lambda state: replace(state, meaning=left))

    def _on_workspace_opened(self, _workspace: object) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        self.follow()

    def _on_finished(self, _code: int) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
