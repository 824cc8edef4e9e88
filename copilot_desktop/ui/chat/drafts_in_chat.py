"""Joins composer and queue with the drafts that are kept: each conversation has its own, also after a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject

from copilot_desktop.bridge.chat.chips import ChipsController, as_kept
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.draft_keeper import DraftKeeper, DraftsLoaded, DraftsProtected
from copilot_desktop.bridge.chat.turns import TurnController
from copilot_desktop.conversation.draft_store import DraftKey
from copilot_desktop.conversation.drafts import Draft, UnsentPrompt
from copilot_desktop.conversation.events import ErrorNotice
from copilot_desktop.ui.chat.branching import Branching
from copilot_desktop.ui.chat.composer import Composer
from copilot_desktop.ui.chat.prompt_queue import PromptQueue
from copilot_desktop.ui.chat.prompt_sender import PromptSender
from copilot_desktop.ui.closing import Unkept
from copilot_desktop.values import dataclass

_DRAFTS, _CONVERSATION = "drafts", "conversation"
_OR_SEND = "Send or copy it, or it is lost."
_UNPROTECTED = "What you write here is not kept if the program ends: {message} {advice}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where prompts are written, and wait."""

    composer: Composer
    chips: ChipsController
    branching: Branching
    queue: PromptQueue
    sender: PromptSender


class DraftsInChat(QObject):
    """Follows every change, and changes the composer with the conversation."""

    def __init__(self, desk: Desk, turns: TurnController, keeper: DraftKeeper) -> None:
        super().__init__(desk.composer)
        self._desk, self._turns, self._keeper = desk, turns, keeper
        self._place = turns.place
        self._is_beside = False
        """Another window without a folder has the draft of the next conversation there."""
        self._key = self._key_of(turns.place)
        self._is_showing = self._is_stopped = False
        self._awaits: frozenset[str] = frozenset()
        """What must come after the opening of a folder before it is known what is written where. Until then what is
        typed stays in the composer, whichever conversation it turns out to be."""
        self._is_folder_new = False
        desk.composer.prompt_changed.connect(self._note)
        desk.chips.changed.connect(self._note)
        desk.queue.changed.connect(self._on_queue_changed)
        desk.sender.way_changed.connect(self._on_way_changed)
        desk.sender.went_elsewhere.connect(self._on_went_elsewhere)
        desk.sender.came_back_elsewhere.connect(self._on_came_back_elsewhere)
        turns.sent.connect(self._on_turn_sent)
        turns.workspace_opened.connect(self._on_workspace_opened)
        turns.conversation_opened.connect(self._on_conversation_opened)
        keeper.loaded.connect(self._on_loaded)
        keeper.protection_changed.connect(self._on_protection_changed)

    def open_without_folder(self) -> None:
        """No folder is open, and none on its way: what is written then is kept as well."""
        if self._keeper.is_first():
            self._awaits = frozenset({_DRAFTS})
            self._keeper.open_workspace("")
        else:
            # What was kept stands in another window. This one begins anew, with a draft of its own.
            self._is_beside = True
            self._key = self._key_of(self._place)
            self._note()

    def check_kept(self, answer: Callable[[Unkept | None], None]) -> None:
        """Before the window closes: what is written and not sent must be on the disk, or be asked about."""

        def settled(problem: ErrorNotice | None) -> None:
            if problem is None:
                answer(None)
                return
            message = f"What you have written in the chat and not sent could not be kept. {problem.message}"
            answer(Unkept(message, f"{problem.advice} {_OR_SEND}".strip(), self._desk.composer.prompt.setFocus))

        self._note()
        self._keeper.settle(settled)

    def stop(self) -> None:
        """The window closes: what is written now is what is kept."""
        self._note()
        self._is_stopped = True
        self._keeper.close()

    def _note(self, _event: object = None) -> None:
        """Something in the composer is another one now."""
        if self._is_showing or self._is_stopped or self._turns.place is not self._place:
            return
        if self._awaits and self._place.is_new:
            return
        key = self._key_of(self._place)
        if key != self._key:
            # The first prompt was sent: from now on it is the draft of this conversation.
            self._keeper.put(self._key, Draft())
            self._key = key
            self._keeper.show(key)
        desk = self._desk
        self._keeper.put(
            key,
            Draft(
                self._written(),
                desk.branching.edited_id,
                _kept(desk.branching.aside),
                _kept(desk.sender.on_its_way(self._place)),
                self._queued(self._place),
            ),
        )

    def _written(self) -> UnsentPrompt:
        # What automatic context has found is found anew for the prompt: kept, it would be as if the user had chosen it.
        chips = self._desk.chips
        chosen = tuple(item for item in chips.items if not chips.found.why(item.item_id))
        written = self._desk.composer.prompt.written
        marks = chips.rules.marks if written or chosen else ()
        return _kept(UnsentPrompt(written, (*chosen, *marks)))

    def _queued(self, place: ConversationPlace) -> tuple[UnsentPrompt, ...]:
        return tuple(_kept(each) for each in self._desk.queue.queued(place))

    def _show(self, draft: Draft) -> None:
        """Show what is written in the conversation that is in front."""
        desk, shown = self._desk, draft.written
        self._is_showing = True
        if not desk.branching.resume(draft.edited_id, draft.aside):
            shown = shown.before(draft.aside)
        desk.composer.prompt.show_draft(shown.prompt)
        desk.chips.bring_back(shown.items)
        if draft.queue:
            desk.queue.bring_back(draft.queue)
        self._is_showing = False
        self._note()

    def _settle(self, *came: str) -> None:
        """Once all is known: what was typed meanwhile stands behind what was kept."""
        self._awaits -= {*came}
        if self._awaits:
            return
        draft, typed = self._keeper.draft(self._key), self._written()
        if draft in (Draft(), Draft(typed)):
            self._note()
        else:
            self._show(replace(draft, written=draft.written.before(typed)))
        self._keeper.show(self._key)

    def _on_workspace_opened(self, folder: str) -> None:
        self._is_beside = False
        self._awaits, self._is_folder_new = frozenset({_DRAFTS, _CONVERSATION}), True
        self._keeper.open_workspace(folder)

    def _on_conversation_opened(self, _opened: object) -> None:
        before, self._place = self._place, self._turns.place
        key, self._key = self._key, self._key_of(self._place)
        if self._is_folder_new:
            self._is_folder_new = False
            # In another folder the files are others; words written where none was open are for this one.
            self._show(Draft() if key.workspace else Draft(UnsentPrompt(self._written().prompt)))
            if not key.workspace:
                self._keeper.put(key, Draft())
        elif self._awaits:
            self._settle(_CONVERSATION)
        elif self._place is not before:
            self._show(self._keeper.draft(self._key))
            self._keeper.show(self._key)
        else:
            self._stay()

    def _key_of(self, place: ConversationPlace) -> DraftKey:
        is_own = self._is_beside and not place.workspace
        if is_own and place.is_new:
            self._keeper.hold(place.conversation_id)
        return DraftKey(place.workspace, "" if place.is_new and not is_own else place.conversation_id)

    def _stay(self) -> None:
        """Another branch of the same conversation, perhaps without the turn whose prompt is edited."""
        draft = self._keeper.draft(self._key)
        if draft.edited_id and not self._desk.branching.resume(draft.edited_id, draft.aside):
            self._show(replace(draft, written=draft.written.before(draft.aside), edited_id="", aside=UnsentPrompt()))

    def _on_turn_sent(self, _sent: object) -> None:
        # Who has sent a prompt stays in its conversation.
        if _CONVERSATION in self._awaits:
            self._settle(_CONVERSATION)
        self._note()

    def _on_loaded(self, loaded: DraftsLoaded) -> None:
        if loaded.workspace == self._turns.workspace and _DRAFTS in self._awaits:
            self._settle(_DRAFTS)

    def _on_queue_changed(self, place: ConversationPlace) -> None:
        if place is self._place:
            self._note()
        elif not self._is_stopped:
            key = self._key_of(place)
            self._keeper.put(key, replace(self._keeper.draft(key), queue=self._queued(place)))

    def _on_way_changed(self, place: ConversationPlace) -> None:
        if place is self._place:
            self._note()
        else:
            key, way = self._key_of(place), _kept(self._desk.sender.on_its_way(place))
            self._keeper.put(key, replace(self._keeper.draft(key), on_its_way=way))

    def _on_went_elsewhere(self, place: ConversationPlace) -> None:
        draft = self._keeper.draft(self._key_of(place))
        if draft.edited_id:
            written = draft.aside.before(draft.written)
            self._keeper.put(self._key_of(place), replace(draft, written=written, edited_id="", aside=UnsentPrompt()))

    def _on_came_back_elsewhere(self, place: ConversationPlace, unsent: UnsentPrompt) -> None:
        self._keeper.put_before(self._key_of(place), _kept(unsent))

    def _on_protection_changed(self, protected: DraftsProtected) -> None:
        composer, problem = self._desk.composer, protected.problem
        if problem is not None:
            composer.show_notice(_UNPROTECTED.format(message=problem.message, advice=problem.advice).rstrip())
        elif composer.notice.toPlainText().startswith(_UNPROTECTED[:40]):
            composer.show_notice("")


def _kept(unsent: UnsentPrompt) -> UnsentPrompt:
    return replace(unsent, items=as_kept(unsent.items)) if unsent.items else unsent
