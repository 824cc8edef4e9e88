"""Runs turns on the asyncio thread and tells the widgets about them, one frozen event per signal.

Text is collected and handed on at the frame rate. What arrives for a turn that is no longer shown is dropped.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chips import FrozenContext
from copilot_desktop.conversation.events import (
    ErrorNotice,
    TextArrived,
    TurnEvent,
    TurnFinished,
    TurnStatus,
    notice_of,
)
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Conversation, StoredTurn, TurnMode, TurnRequest, new_id, title_of
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile

_FRAME_MS = 16


class Runner(Protocol):
    """What runs a turn; `conversation.running.TurnRunner` does."""

    def plan(self, request: TurnRequest) -> PlannedRequest:
        """The request a turn would send now. Raises ContextLengthError with the figures."""

    def run(self, request: TurnRequest, read_file: ReadFile | None = None) -> AsyncGenerator[TurnEvent, None]:
        """The events of a turn, TurnFinished last. Cancelling stops it and keeps what came."""


@dataclass(frozen=True, slots=True)
class ConversationOpened:
    """The chat shows this conversation now; None: a new one, which is kept from its first prompt on."""

    conversation: Conversation | None
    turns: tuple[StoredTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationsListed:
    """The conversations of the workspace, the last used first."""

    conversations: tuple[Conversation, ...]


@dataclass(frozen=True, slots=True)
class ConversationMade:
    """The conversation that is shown is kept from now on."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """An answer, or a code block of one, wants to change files. `files`: the texts it was made from."""

    turn_id: str
    proposal: Proposal
    files: Mapping[str, str]
    title: str
    model: str


@dataclass(frozen=True, slots=True)
class TurnSent:
    """A prompt is on its way."""

    request: TurnRequest


class TurnController(QObject):
    """One conversation at a time, one turn at a time. GUI thread."""

    turn_event = Signal(object)
    """Carries one `TurnEvent`."""
    sent = Signal(object)
    """Carries one `TurnSent`."""
    proposed = Signal(object)
    """Carries one `ProposalMade`, right after the turn's last event."""
    conversation_opened = Signal(object)
    conversation_made = Signal(object)
    conversations_listed = Signal(object)
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
        self._runner = runner
        self._store = store
        self._workspace = ""
        self._read_file: ReadFile | None = None
        self._conversation: Conversation | None = None
        self._running: TurnRequest | None = None
        self._future: Future[None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._arrived: list[TurnEvent] = []
        self._arrived_lock = threading.Lock()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(_FRAME_MS)
        self._frame.timeout.connect(self._on_frame_timeout)

    @property
    def is_running(self) -> bool:
        """Whether an answer is awaited or arrives."""
        return self._running is not None

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that is shown; None before its first prompt."""
        return self._conversation

    def open_workspace(self, folder: str, read_file: ReadFile | None = None) -> None:
        """Open the conversation last used in a workspace (its absolute folder), or a new one.

        `read_file` gives the texts of files that an answer changes though they were not shown; called on workers.
        """
        self.stop()
        self._workspace, self._read_file = folder, read_file

        def load() -> ConversationOpened:
            kept = self._store.conversations(self._workspace)
            return ConversationOpened(kept[0], self._store.turns(kept[0].conversation_id)) if kept else _NEW

        self._in_worker(load, self._on_loaded)

    def open_conversation(self, conversation: Conversation) -> None:
        """Show a conversation that is kept; a running turn is stopped."""
        self.stop()
        self._in_worker(
            lambda: ConversationOpened(conversation, self._store.turns(conversation.conversation_id)), self._on_loaded
        )

    def new_conversation(self) -> None:
        """Begin anew; the old conversation is kept."""
        self.stop()
        self._on_loaded(_NEW)

    def list_conversations(self) -> None:
        """Ask for the conversations of this workspace; `conversations_listed` answers."""
        self._in_worker(
            lambda: ConversationsListed(self._store.conversations(self._workspace)), self.conversations_listed.emit
        )

    def start(self, prompt: str, context: FrozenContext, profile: Profile, mode: TurnMode = TurnMode.CHAT) -> str:
        """Send a prompt and return the turn's id; `sent` and `turn_event` tell what happens."""
        self.stop()
        conversation = self._conversation
        request = TurnRequest(
            turn_id=new_id(),
            conversation_id="" if conversation is None else conversation.conversation_id,
            prompt=prompt,
            items=context.items,
            files=dict(context.files),
            profile=profile,
            mode=mode,
        )
        self._launch(request)
        self.sent.emit(TurnSent(request))
        return request.turn_id

    def stop(self) -> None:
        """Stop the running turn: the socket is closed, what came is kept and marked."""
        request = self._running
        if request is None:
            return
        if self._future is not None:
            self._future.cancel()
        self._flush()
        # The flush may have brought the end of the turn.
        if self._running is request:
            self._running = None
            self.turn_event.emit(TurnFinished(request.turn_id, TurnStatus.STOPPED))

    def try_now(self) -> None:
        """Send the waiting request again without waiting any longer."""
        request = self._running
        if request is None or self._future is None:
            return
        self._future.cancel()
        self._flush()
        self._launch(request)

    def _launch(self, request: TurnRequest) -> None:
        self._running = request
        self._future = self._thread.submit(
            self._run(request), None, lambda error: self._on_turn_failed(request.turn_id, error)
        )

    async def _run(self, request: TurnRequest) -> None:
        """On the asyncio thread. The lock lets a stopped turn keep what it has before the next begins."""
        async with self._one_at_a_time:
            if not request.conversation_id:
                title = title_of(request.prompt)
                made = await asyncio.to_thread(self._store.new_conversation, self._workspace, title)
                self._thread.post(lambda: self._on_conversation_made(request.turn_id, made))
                request = replace(request, conversation_id=made.conversation_id)
            async with aclosing(self._runner.run(request, self._read_file)) as events:
                async for event in events:
                    self._take(event)

    def _take(self, event: TurnEvent) -> None:
        """On the asyncio thread: collect, and wake the GUI thread once per frame."""
        with self._arrived_lock:
            is_first = not self._arrived
            last = self._arrived[-1] if self._arrived else None
            if isinstance(event, TextArrived) and isinstance(last, TextArrived) and last.turn_id == event.turn_id:
                self._arrived[-1] = replace(last, text=last.text + event.text)
            else:
                self._arrived.append(event)
        if is_first:
            self._thread.post(self._frame.start)

    def _flush(self) -> None:
        with self._arrived_lock:
            events, self._arrived = self._arrived, []
        for event in events:
            running = self._running
            if running is None or event.turn_id != running.turn_id:
                continue
            if isinstance(event, TurnFinished):
                self._running = None
            self.turn_event.emit(event)
            if isinstance(event, TurnFinished) and event.proposal is not None:
                title = title_of(running.prompt)
                self.proposed.emit(
                    ProposalMade(event.turn_id, event.proposal, event.files, title, running.profile.model)
                )

    def _on_frame_timeout(self) -> None:
        self._flush()

    def _on_turn_failed(self, turn_id: str, error: BaseException) -> None:
        self._flush()
        if self._running is not None and self._running.turn_id == turn_id:
            self._running = None
            self.turn_event.emit(TurnFinished(turn_id, TurnStatus.FAILED, error=_notice(error)))
        if not isinstance(error, CopilotError):
            raise error

    def _on_conversation_made(self, turn_id: str, conversation: Conversation) -> None:
        if self._running is not None and self._running.turn_id == turn_id:
            self._conversation = conversation
            self._running = replace(self._running, conversation_id=conversation.conversation_id)
            self.conversation_made.emit(ConversationMade(conversation))

    def _on_loaded(self, opened: ConversationOpened) -> None:
        self._conversation = opened.conversation
        self.conversation_opened.emit(opened)

    def _in_worker(self, work: Callable[[], object], done: Callable[..., object]) -> None:
        self._thread.run_in_worker(work, lambda result: (done(result), None)[1], self._on_store_failed)

    def _on_store_failed(self, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(notice_of(error))


_NEW = ConversationOpened(None)


def _notice(error: BaseException) -> ErrorNotice:
    if isinstance(error, CopilotError):
        return notice_of(error)
    return ErrorNotice(
        "model",
        "The answer ended because of a mistake in this program.",
        "Your prompt and files are unharmed. Try again; the crash log holds the details.",
        f"{type(error).__name__}: {error}",
    )
