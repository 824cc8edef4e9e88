"""The conversation that is shown and what is asked in it, as signals that carry one frozen event each.

An answer goes on when another conversation is shown. The prompt in the text (Ctrl+I) asks in the same conversation,
beside the chat: neither stops the other's answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol
from weakref import WeakValueDictionary

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat.chips import FrozenContext
from copilot_desktop.bridge.chat.conversation_place import ConversationPlace
from copilot_desktop.bridge.chat.opened_conversation import (
    NEW,
    ConversationOpened,
    read_conversation,
    with_running,
)
from copilot_desktop.bridge.chat.running_turn import Runner, TurnToRun
from copilot_desktop.bridge.chat.running_turns import RunningTurns
from copilot_desktop.bridge.chat.unread_conversations import UnreadConversations
from copilot_desktop.bridge.chosen_secrets import ChosenSecrets, Way
from copilot_desktop.conversation.branches import Branch
from copilot_desktop.conversation.draft_store import DraftStore
from copilot_desktop.conversation.events import notice_of
from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import (
    Conversation,
    MayRead,
    Outcomes,
    RepairRequest,
    TurnMode,
    TurnRequest,
    new_id,
    title_of,
)
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.conversation.reading_rounds import Reader


class FolderReading(Protocol):
    """Whether the model may read in the opened folder by itself; `bridge.context.model_reading` tells. GUI thread."""

    @property
    def is_on(self) -> bool:
        """Whether the user lets it."""

    def reader(self, conversation_id: str) -> Reader | None:
        """What answers it in one turn of a conversation; None where no folder is open."""


@dataclass(frozen=True, slots=True)
class BranchesChanged:
    """Turn of the shown branch → the turns that follow on the same one, itself included; where there are others."""

    forks: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ConversationMade:
    """The conversation that is shown is kept from now on."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class TurnSent:
    """A prompt is on its way."""

    request: TurnRequest


class TurnController(QObject):
    """Shows one conversation at a time; what runs in others goes on, see `running`. GUI thread."""

    workspace_opened = Signal(str)
    """Carries the absolute folder, before `conversation_opened` with a new conversation, then with one that is kept."""
    turn_event = Signal(object)
    """Carries one `TurnEvent`, of any conversation."""
    sent = Signal(object)
    """Carries one `TurnSent`, of the conversation that is shown."""
    proposed = Signal(object)
    """Carries one `ProposalMade`, right after the turn's last event."""
    stopped_kept = Signal(object)
    """Carries one `StoppedTurnKept`."""
    conversation_opened = Signal(object)
    conversation_made = Signal(object)
    branches_changed = Signal(object)
    """Carries one `BranchesChanged`, after `conversation_opened` or `sent`."""
    failed = Signal(object)
    """Carries one `ErrorNotice`: the store cannot be used."""

    def __init__(
        self,
        thread: AsyncThread,
        runner: Runner,
        store: ConversationStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._store = store
        self._workspace = ""
        self._read_file: ReadFile | None = None
        self.outcomes: Callable[[], Outcomes] = dict
        """Asked with each prompt what became of the changes that were proposed before: models hear of it."""
        self.folder_reading: FolderReading | None = None
        self.secrets = ChosenSecrets()
        """Which secrets are sent as they are."""
        self._conversation: Conversation | None = None
        self._wanted: Conversation | None = None
        self._place = ConversationPlace("")
        # A prompt that is on its way, and a turn that runs, know their place, which is the one that is shown later.
        self._places: WeakValueDictionary[str, ConversationPlace] = WeakValueDictionary()
        self._branch = Branch()
        unread = UnreadConversations(thread, store, self)
        unread.failed.connect(self.failed)
        self.running = RunningTurns(thread, runner, unread, self)
        self.running.show(self._place)
        self.running.turn_event.connect(self.turn_event)
        self.running.proposed.connect(self.proposed)
        self.running.stopped_kept.connect(self.stopped_kept)

    @property
    def is_running(self) -> bool:
        """Whether an answer of the chat is awaited or arrives in the conversation that is shown."""
        return self.running.is_answering(self._place)

    @property
    def place(self) -> ConversationPlace:
        """Where what is sent now is kept."""
        return self._place

    @property
    def workspace(self) -> str:
        """The absolute folder whose conversations are shown; empty before one is open."""
        return self._workspace

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that is shown; None before its first prompt."""
        return self._conversation

    @property
    def branch(self) -> Branch:
        """The branch that is shown."""
        return self._branch

    def place_in(self, conversation: Conversation) -> ConversationPlace:
        """Where what is asked in a kept conversation is kept, also of one that is not shown.

        It is the same as long as somebody holds it.
        """
        known = self._places.get(conversation.conversation_id)
        if known is None:
            known = self._places[conversation.conversation_id] = ConversationPlace.of(conversation)
        return known

    def open_workspace(self, folder: str, read_file: ReadFile | None = None) -> None:
        """Open the conversation that was in front in a workspace (its absolute folder), else the last used, else a new
        one.

        `read_file` gives the texts of files that an answer changes though they were not shown; called on workers.
        """
        self.running.forget()
        self._workspace, self._read_file = folder, read_file
        self.workspace_opened.emit(folder)
        self._on_loaded(NEW)
        place = self._place

        def load() -> tuple[ConversationOpened, frozenset[str]]:
            kept, shown = self._store.conversations(folder), DraftStore(self._store).shown(folder)
            last = next((each for each in kept if each.conversation_id == shown), kept[0] if kept else None)
            found = NEW if last is None or shown == "" else read_conversation(self._store, last)
            return found, self.running.unread.kept.load(folder)

        def opened(answer: tuple[ConversationOpened, frozenset[str]]) -> None:
            found, unread = answer
            if self._workspace == folder:
                self.running.unread.bring_back(unread)
            # Who has sent a prompt by now is in a new conversation.
            if self._place is place and not place.is_used:
                self._on_loaded(found)

        self._thread.run_in_worker(load, opened, self._on_store_failed)

    def open_conversation(self, conversation: Conversation, turn_id: str = "") -> None:
        """Show a conversation that is kept.

        `turn_id`: go to this turn, on whichever branch it is.
        """
        self._open(conversation, lambda: read_conversation(self._store, conversation, turn_id))

    def branch_off(self, turn_id: str) -> None:
        """Make a conversation with the history up to this turn, and show it."""
        conversation = self._conversation
        if conversation is None:
            return
        title = f"{conversation.title} (branch)"

        def copy() -> ConversationOpened:
            return read_conversation(self._store, self._store.copy_branch(conversation, turn_id, title))

        self._open(conversation, copy)

    def take_title(self, title: str) -> None:
        """The conversation that is shown has another title."""
        if self._conversation is not None:
            self._conversation = self._place.kept = replace(self._conversation, title=title)

    def new_conversation(self) -> None:
        """Begin anew; the old conversation is kept, and its answer goes on."""
        self._on_loaded(NEW)

    def start(
        self,
        prompt: str,
        context: FrozenContext,
        profile: Profile,
        mode: TurnMode = TurnMode.CHAT,
        edited_id: str = "",
    ) -> str:
        """Send a prompt and return the turn's id; `sent` and `turn_event` tell what happens.

        Stops the turn that runs in the same mode; one of the other mode goes on. `edited_id`: the turn whose prompt
        this was; the new turn takes its place, and it stays with what follows as another branch.
        """
        self._wanted = None
        parent_id = self._branch.tree.parents.get(edited_id, self._branch.leaf_id)
        request = self._begin(self._place, _request(prompt, context, profile, mode, parent_id))
        self._branch = self._branch.with_turn(request.turn_id, parent_id)
        self.sent.emit(TurnSent(request))
        self.branches_changed.emit(BranchesChanged(self._branch.forks))
        return request.turn_id

    def start_in(
        self,
        place: ConversationPlace,
        prompt: str,
        context: FrozenContext,
        profile: Profile,
        parent_id: str | None,
        mode: TurnMode = TurnMode.CHAT,
    ) -> str:
        """Send a prompt where another conversation is shown by now; returns the turn's id.

        `parent_id`: the turn that it follows; None: the last one there.
        """
        request = _request(prompt, context, profile, mode, parent_id)
        self._begin(place, request)
        return request.turn_id

    def ask_again(self, turn_id: str, repair: RepairRequest, files: Mapping[str, str], profile: Profile) -> bool:
        """Ask once more for blocks of a kept turn's answer; False where another answer is awaited there.

        `files` are the texts of now; `turn_event` tells what happens, as of the turn itself.
        """
        place = self.running.place_of(turn_id) or self._place
        if self.running.is_answering(place):
            return False
        self._begin(place, _repair_request(place, turn_id, repair, files, profile))
        return True

    def stop(self) -> None:
        """Stop the chat's turn: the socket is closed, what came is kept and marked."""
        self.running.stop_chat(self._place)

    def _begin(self, place: ConversationPlace, request: TurnRequest) -> TurnRequest:
        """Run a turn in a place; the first prompt of a new conversation makes it."""
        place.is_used = True
        way, secrets = Way.of(request), self.secrets
        # All comments are sent as they were shown together; whoever sends them says when that is over.
        choices = (secrets.of if way is Way.COMMENTS else secrets.take)(place.conversation_id, way)
        request = replace(request, conversation_id=place.conversation_id, outcomes=self.outcomes(), choices=choices)

        def tell(made: Conversation) -> None:
            self._thread.post(lambda: self._on_conversation_made(place, made))

        title = title_of(request.prompt)
        reading = self.folder_reading
        may_read = request.repair is None and may_read_in_folder(self, request)
        reader = reading.reader(place.conversation_id) if may_read and reading is not None else None
        if reader is not None:
            request = replace(request, reading=MayRead())
        turn = TurnToRun(
            request, lambda: place.keep(self._store, title, tell), _files_for(self._read_file, reader), reader
        )
        self.running.begin(place, turn)
        return request

    def _on_conversation_made(self, place: ConversationPlace, conversation: Conversation) -> None:
        if self._place is place:
            self._conversation = conversation
            self.conversation_made.emit(ConversationMade(conversation))

    def _on_loaded(self, opened: ConversationOpened) -> None:
        self._wanted = None
        conversation = self._conversation = opened.conversation
        if conversation is None:
            if not self._place.is_new or self._place.workspace != self._workspace:
                self._place = ConversationPlace(self._workspace)
        else:
            opened = with_running(opened, self.running.progress(conversation.conversation_id))
            self._place = self.place_in(conversation)
            self._place.kept = conversation
        self._places[self._place.conversation_id] = self._place
        self.running.show(self._place)
        self._branch = Branch(opened.tree, opened.turns[-1].turn_id if opened.turns else "")
        self.conversation_opened.emit(opened)
        self.branches_changed.emit(BranchesChanged(self._branch.forks))

    def _open(self, wanted: Conversation, load: Callable[[], ConversationOpened]) -> None:
        self._wanted = wanted
        ended = self.running.ended_count(wanted.conversation_id)
        stopped = self.running.stopped_in(wanted.conversation_id)

        async def load_when_kept() -> ConversationOpened:
            await asyncio.gather(*(each.ended() for each in stopped))
            return await asyncio.to_thread(load)

        def opened(found: ConversationOpened) -> None:
            # Another folder or conversation may have been chosen by now, or a prompt sent in this one.
            if self._wanted is not wanted:
                return
            is_same = found.conversation is not None and found.conversation.conversation_id == wanted.conversation_id
            if is_same and self.running.ended_count(wanted.conversation_id) != ended:
                self._open(wanted, load)
            else:
                self._on_loaded(replace(found, is_asked_for=True))

        self._thread.submit(load_when_kept(), opened, self._on_store_failed)

    def _on_store_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(notice_of(error))


def would_send(
    turns: TurnController,
    place: ConversationPlace,
    prompt: str,
    context: FrozenContext,
    profile: Profile,
    mode: TurnMode = TurnMode.CHAT,
) -> TurnRequest:
    """What `start` or `start_in` would run in a place now, to be planned and priced before anything is sent."""
    parent_id = turns.branch.leaf_id if place is turns.place else None
    request = _request(prompt, context, profile, mode, parent_id)
    reading = MayRead() if may_read_in_folder(turns, request) else None
    conversation_id = place.conversation_id
    choices = turns.secrets.of(conversation_id, Way.of(request))
    request = replace(request, turn_id="", conversation_id=conversation_id, choices=choices)
    return replace(request, outcomes=turns.outcomes(), reading=reading)


def would_ask_again(
    turns: TurnController, turn_id: str, repair: RepairRequest, files: Mapping[str, str], profile: Profile
) -> TurnRequest:
    """What `ask_again` would run now, to be seen before it is sent."""
    place = turns.running.place_of(turn_id) or turns.place
    choices = turns.secrets.of(place.conversation_id, Way.REPAIR)
    request = _repair_request(place, turn_id, repair, files, profile)
    return replace(request, choices=choices, outcomes=turns.outcomes())


def may_read_in_folder(turns: TurnController, request: TurnRequest) -> bool:
    """Whether the model of a turn may read by itself: in the chat alone, where its rows are seen."""
    reading = turns.folder_reading
    is_asked_freely = request.mode is TurnMode.CHAT and request.refine is None and not request.profile.is_weak
    return is_asked_freely and reading is not None and reading.is_on


def _files_for(read: ReadFile | None, reader: Reader | None) -> ReadFile | None:
    """What an answer changes though it was not shown: as the model has read it, else as it is on disk."""
    if read is None:
        return None

    def find(path: str) -> str | None:
        shown = None if reader is None else reader.shown(path)
        return read(path) if shown is None else shown

    from copilot_desktop.conversation.read_once import ReadOnce  # with the first prompt

    return ReadOnce(find)


def _request(
    prompt: str, context: FrozenContext, profile: Profile, mode: TurnMode, parent_id: str | None
) -> TurnRequest:
    files = dict(context.files)
    return TurnRequest(new_id(), "", prompt, context.items, files, profile, mode, parent_id, refine=context.refine)


def _repair_request(
    place: ConversationPlace, turn_id: str, repair: RepairRequest, files: Mapping[str, str], profile: Profile
) -> TurnRequest:
    return TurnRequest(turn_id, place.conversation_id, "", (), files, profile, repair=repair)
