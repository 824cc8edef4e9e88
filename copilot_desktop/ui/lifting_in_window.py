"""Lets the user allow a file that no model may see, one by one, and take it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.chat.chips import ChipsController, Refused
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.errors import CopilotError, NeverSendError
from copilot_desktop.text import fuzzy
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.chat.chat_panel import ChatPanel
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice

if TYPE_CHECKING:
    # With the first chip, and with the first list.
    from copilot_desktop.bridge.folder.lifted import LiftedFiles
    from copilot_desktop.ui.picker import Picker
    from copilot_desktop.workspace.lifted import Lift

_KEY: Final = "border"
_OFFER: Final = "border.offer"
_SHOWN: Final = 50
_PASSES_S: Final = 8.0
_APART: Final = "Findings and drafts are outside of conversations, so it is allowed in all of this folder."
_STAYS: Final = "Secrets that are found in it stay masked. “Files allowed for the model…” takes it back."


class LiftingInWindow(QObject):
    """Of one window. What is not chosen in words, file by file, stays as it is."""

    def __init__(
        self,
        window: MainWindow,
        make_lifted: Callable[[], LiftedFiles],
        panel: ChatPanel,
        chips: ChipsController,
        turns: TurnController,
    ) -> None:
        super().__init__(window)
        self._window, self._panel, self._chips, self._turns = window, panel, chips, turns
        self._make_lifted = make_lifted
        self._chips.is_lifted = lambda path: path in self._allowed()
        panel.composer.allow_chosen.connect(self._on_allow_chosen)
        self._chips.kept_back.connect(self._offer)
        self._chips.not_asked_any_more.connect(self.take_offer_back)
        window.commands.add(self._actions())

    @cached_property
    def _lifted(self) -> LiftedFiles:
        made = self._make_lifted()
        made.changed.connect(self._on_changed)
        made.failed.connect(self._on_failed)
        return made

    def ask(self, refused: Refused) -> None:
        """Ask whether models may see the file, and where."""
        hidden = refused.hidden
        if hidden is None:
            return
        self.take_offer_back()
        place = self._turns.place
        choices = (
            ("Allow in this conversation", partial(self._allow, refused, hidden, place.conversation_id)),
            ("Allow in this folder", partial(self._allow, refused, hidden, "")),
        )
        said = f"Let models see {hidden.names[0]}? It {hidden.reason}."
        self._window.notices.show_notice(Notice(said, _STAYS, choices, key=_KEY))
        self._window.notices.focus_first()

    def ask_apart(self, hidden: NeverSendError, done: Callable[[], None]) -> None:
        """The same for findings and drafts of messages, which are in no conversation; `done` once it is allowed."""

        def allowed() -> None:
            self._say(f"Models may see {hidden.names[0]} in this folder now.")
            done()

        choice = ("Allow in this folder", lambda: self._lifted.allow(hidden, "", allowed))
        said = f"Let models see {hidden.names[0]}? It {hidden.reason}."
        self._window.notices.show_notice(Notice(said, f"{_APART} {_STAYS}", (choice,), key=_KEY))
        self._window.notices.focus_first()

    def ask_about_front(self) -> None:
        """Ask about the file that is shown in front."""
        view = self._window.editors.current_view()
        path = None if view is None else view.path
        if path is None:
            self._say("No file of the folder is in front: open the one that models may see.")
        else:
            self._chips.check(path, lambda: self._say(f"Models may see {path} already."), self._ask_soon)

    def _ask_soon(self, refused: Refused) -> None:
        """After the offer, which it takes the place of; what can never be allowed is said."""
        if refused.hidden is None:
            self._say(refused.message)
        else:
            QTimer.singleShot(0, self, partial(self.ask, refused))

    def show_list(self) -> None:
        """List what is allowed; choosing a row takes it back."""
        self._lifted.load()
        self._picker.popup("")

    @cached_property
    def _picker(self) -> Picker:
        from copilot_desktop.ui.picker import Picker

        made = Picker(
            "allowed_files", "Files allowed for the model", "A file’s name; Enter takes it back", self._window
        )
        made.query_changed.connect(self._fill)
        made.chosen.connect(self._on_chosen)
        return made

    def _actions(self) -> tuple[Action, ...]:
        def has_view() -> bool:
            return self._window.editors.current_view() is not None

        return (
            Action(
                "chat.allow_file", "Allow this file for the model…", self.ask_about_front, (), "Chat", 3, when=has_view
            ),
            Action("chat.allowed_files", "Files allowed for the model…", self.show_list),
        )

    def _offer(self, refused: Refused) -> None:
        """A file was asked for elsewhere than in the composer: in place, in a comment, by the model."""
        if refused.hidden is not None and refused.hidden.names[0] not in self._allowed():
            choice = ("Allow this file…", partial(self.ask, refused))
            self._window.notices.show_notice(Notice(refused.message, "", (choice,), key=_OFFER))

    def take_offer_back(self) -> None:
        """Nobody asks about the file any more."""
        self._window.notices.withdraw(_OFFER)

    def _allowed(self) -> frozenset[str]:
        return self._lifted.names(self._turns.place.conversation_id)

    def _on_allow_chosen(self, refused: object) -> None:
        if isinstance(refused, Refused):
            self.ask(refused)

    def _allow(self, refused: Refused, hidden: NeverSendError, conversation_id: str) -> None:
        def done() -> None:
            self._panel.composer.show_notice("")
            self._add_again(refused.item)
            where = "this conversation" if conversation_id else "this folder"
            self._say(f"Models may see {hidden.names[0]} in {where} now.")

        self._lifted.allow(hidden, conversation_id, done)

    def _add_again(self, item: ContextItem | None) -> None:
        if item is not None and item.kind is ItemKind.FILE:
            self._chips.add_file(item.path)
        elif item is not None:
            # By its old name it is known as refused.
            self._chips.take(replace(item, item_id=uuid.uuid4().hex[:12]))

    def _fill(self, query: str) -> None:
        from copilot_desktop.ui.picker import PickerRow

        by_name = {f"{at}": lift for at, lift in enumerate(self._lifted.lifts)}
        found = [(lift, match) for lift in by_name.values() if (match := fuzzy.match(query, lift.names[0])) is not None]
        rows = [
            PickerRow(lift.names[0], f"it {lift.reason}", self._where(lift), match.positions, lift)
            for lift, match in found[:_SHOWN]
        ]
        nothing = "No file is allowed: what is never sent, left out or ignored by git is given to no model."
        self._picker.show_rows(rows, "No allowed file is called that." if self._lifted.lifts else nothing)

    def _where(self, lift: Lift) -> str:
        if not lift.conversation_id:
            return "in this folder"
        is_here = lift.conversation_id == self._turns.place.conversation_id
        return "in this conversation" if is_here else "in another conversation"

    def _on_changed(self) -> None:
        self._chips.show(self._chips.items)
        self._chips.rules.look_again()
        if "_picker" in self.__dict__ and self._picker.isVisible():
            self._fill(self._picker.field.text())

    def _on_chosen(self, lift: object) -> None:
        from copilot_desktop.workspace.lifted import Lift

        if isinstance(lift, Lift):
            self._lifted.revoke(lift, lambda: self._say(f"No model sees {lift.names[0]} any more."))

    def _on_failed(self, error: CopilotError) -> None:
        self._window.notices.show_notice(Notice(error.message, error.advice, key=f"{_KEY}.failed"))

    def _say(self, sentence: str) -> None:
        self._window.notices.show_notice(Notice(sentence, key=_KEY, is_amber=False, passes_after_s=_PASSES_S))
