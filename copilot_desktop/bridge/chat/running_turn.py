"""One turn at a time on the asyncio thread; the chat of each conversation has one of these, and the prompt in the text.

The first text after a silence is handed on at once, what follows it is collected for some frames of the screen: drawing
it is the same work for one word as for ten. What arrives for a turn that is no longer awaited is dropped.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.conversation.events import (
    ErrorNotice,
    ReasoningArrived,
    RepairArrived,
    RepairFinished,
    RetryScheduled,
    TextArrived,
    TurnEvent,
    TurnFinished,
    TurnStatus,
    notice_of,
)
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.conversation.turns import TurnRequest, title_of
from copilot_desktop.edits.proposal import Proposal
from copilot_desktop.errors import CopilotError
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.conversation.reading_rounds import Reader

_COLLECTING_S = 0.033


class Runner(Protocol):
    """What runs a turn; `conversation.running.TurnRunner` does."""

    def plan(self, request: TurnRequest) -> PlannedRequest:
        """The request a turn would send now. Raises ContextLengthError with the figures."""

    def run(
        self, request: TurnRequest, read_file: ReadFile | None = None, reader: Reader | None = None
    ) -> AsyncGenerator[TurnEvent, None]:
        """The events of a turn, TurnFinished last. Cancelling stops it and keeps what came."""

    async def hurry(self, turn_id: str) -> None:
        """Send the request of a turn that waits again at once."""


@dataclass(frozen=True, slots=True)
class ProposalMade:
    """An answer, or a code block of one, wants to change files. `files`: the texts it was made from.

    `is_stopped`: the answer was, so the proposal is of its whole blocks alone.
    """

    turn_id: str
    proposal: Proposal
    files: Mapping[str, str]
    title: str
    model: str
    prompt: str = ""
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class StoppedTurnKept:
    """A turn that was stopped has ended: what came of it, and what was sent for it, is kept."""

    turn_id: str


@dataclass(frozen=True, slots=True)
class TurnProgress:
    """A turn that runs, and what has come of it so far, as few events."""

    request: TurnRequest
    events: tuple[TurnEvent, ...]


@dataclass(frozen=True, slots=True)
class TurnToRun:
    """A turn with what it needs beside the runner.

    `conversation_id` is awaited on the asyncio thread before the turn begins: a new conversation is kept from its first
    prompt on. `read_file` is called on workers. `reader` answers a model that may read in the folder.
    """

    request: TurnRequest
    conversation_id: Callable[[], Awaitable[str]]
    read_file: ReadFile | None = None
    reader: Reader | None = None


class RunningTurn(QObject):
    """Runs a turn; another one can begin when it has ended or was stopped. GUI thread."""

    turn_event = Signal(object)
    """Carries one `TurnEvent`."""
    proposed = Signal(object)
    """Carries one `ProposalMade`, right after the turn's last event."""
    stopped_kept = Signal(object)
    """Carries one `StoppedTurnKept`, some time after the turn's last event."""

    def __init__(self, thread: AsyncThread, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread
        self._runner = runner
        self._turn: TurnToRun | None = None
        self._future: Future[None] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._stopping = 0
        self._told: list[TurnEvent] = []
        self._waits_until = 0.0
        self._arrived: list[TurnEvent] = []
        self._arrived_lock = threading.Lock()
        self._collecting = QTimer(self, singleShot=True)
        self._collecting.timeout.connect(self._on_collecting_timeout)
        self._handed_on_at = -math.inf

    @property
    def turn_id(self) -> str:
        """The turn that runs; empty: none."""
        return "" if self._turn is None else self._turn.request.turn_id

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs, and nothing that was stopped is being kept."""
        return self._turn is None and not self._stopping

    @property
    def progress(self) -> TurnProgress | None:
        """What has come of the turn that runs; None: none does."""
        if self._turn is None:
            return None
        last = self._told[-1] if self._told else None
        events = [event for event in self._told if event is last or not isinstance(event, RetryScheduled)]
        if isinstance(last, RetryScheduled):
            events[-1] = replace(last, delay_s=max(self._waits_until - time.monotonic(), 0.0))
        return TurnProgress(self._turn.request, tuple(_joined(events)))

    def begin(self, turn: TurnToRun) -> None:
        """Run a turn; one that runs is stopped."""
        self.stop()
        self._launch(turn)

    def stop(self) -> None:
        """Stop the running turn: the socket is closed, what came is kept and marked."""
        turn = self._turn
        if turn is None:
            return
        if self._future is not None:
            self._future.cancel()
        self._flush()
        # The flush may have brought the end of the turn.
        if self._turn is turn:
            self._turn = None
            turn_id = turn.request.turn_id
            self._stopping += 1
            self.turn_event.emit(_end_of(turn, TurnStatus.STOPPED))
            self._thread.submit(self.ended(), lambda _none: self._on_kept(turn_id))

    def try_now(self) -> None:
        """Send the waiting request again without waiting any longer."""
        if self._turn is not None:
            self._thread.submit(self._runner.hurry(self.turn_id))

    def _launch(self, turn: TurnToRun) -> None:
        self._turn, self._told = turn, []
        turn_id = turn.request.turn_id
        self._future = self._thread.submit(self._run(turn), None, lambda error: self._on_turn_failed(turn_id, error))

    async def ended(self) -> None:
        """On the asyncio thread: wait for the end of what runs, or was stopped and is being kept."""
        async with self._one_at_a_time:
            return

    async def _run(self, turn: TurnToRun) -> None:
        """On the asyncio thread. The lock lets a stopped turn keep what it has before the next begins."""
        async with self._one_at_a_time:
            request = replace(turn.request, conversation_id=await turn.conversation_id())
            async with aclosing(self._runner.run(request, turn.read_file, turn.reader)) as events:
                async for event in events:
                    self._take(event)

    def _take(self, event: TurnEvent) -> None:
        """On the asyncio thread: collect, and wake the GUI thread for the first of what is collected."""
        with self._arrived_lock:
            is_first = not self._arrived
            self._arrived.append(event)
        if is_first:
            self._thread.post(self._on_first_taken)

    def _flush(self) -> None:
        with self._arrived_lock:
            events, self._arrived = self._arrived, []
        for event in _joined(events):
            turn = self._turn
            if turn is None or event.turn_id != turn.request.turn_id:
                continue
            if isinstance(event, TurnFinished):
                self._turn, self._told = None, []
            else:
                self._told.append(event)
            if isinstance(event, RetryScheduled):
                self._waits_until = time.monotonic() + event.delay_s
            self.turn_event.emit(event)
            if isinstance(event, TurnFinished) and event.proposal is not None:
                prompt, model = turn.request.prompt, turn.request.profile.model
                made = ProposalMade(event.turn_id, event.proposal, event.files, title_of(prompt), model, prompt)
                self.proposed.emit(made)

    def _on_first_taken(self) -> None:
        left_s = self._handed_on_at + _COLLECTING_S - time.monotonic()
        self._collecting.start(round(max(left_s, 0.0) * 1000))

    def _on_collecting_timeout(self) -> None:
        self._handed_on_at = time.monotonic()
        self._flush()

    def _on_kept(self, turn_id: str) -> None:
        self._stopping -= 1
        self.stopped_kept.emit(StoppedTurnKept(turn_id))

    def _on_turn_failed(self, turn_id: str, error: BaseException) -> None:
        self._flush()
        if self._turn is not None and self.turn_id == turn_id:
            turn, self._turn = self._turn, None
            self.turn_event.emit(_end_of(turn, TurnStatus.FAILED, _notice(error)))
        if not isinstance(error, CopilotError):
            raise error


def _end_of(turn: TurnToRun, status: TurnStatus, error: ErrorNotice | None = None) -> TurnFinished:
    """The last event of a turn that has told none itself."""
    request = turn.request
    if request.repair is None:
        return TurnFinished(request.turn_id, status, error)
    return RepairFinished(request.turn_id, status, error, block_ids=request.repair.block_ids)


def _joined(events: Sequence[TurnEvent]) -> Iterator[TurnEvent]:
    """The same events, with pieces of text that follow each other in one."""
    for (kind, turn_id), pieces in groupby(events, key=lambda event: (type(event), event.turn_id)):
        if issubclass(kind, TextArrived | ReasoningArrived | RepairArrived):
            text = "".join(
                piece.text for piece in pieces if isinstance(piece, TextArrived | ReasoningArrived | RepairArrived)
            )
            yield kind(turn_id, text)
        else:
            yield from pieces


def _notice(error: BaseException) -> ErrorNotice:
    if isinstance(error, CopilotError):
        return notice_of(error)
    return ErrorNotice(
        "model",
        "The answer ended because of a mistake in this program.",
        "Your prompt and files are unharmed. Try again; the crash log holds the details.",
        f"{type(error).__name__}: {error}",
    )
