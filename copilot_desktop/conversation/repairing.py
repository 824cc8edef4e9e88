"""Asks the model once more for blocks of a kept turn's answer that had no place; what came is kept with the turn."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import Final

from copilot_desktop.conversation.answer_writing import AnswerWriter
from copilot_desktop.conversation.answering import Arriving
from copilot_desktop.conversation.events import (
    ErrorNotice,
    RepairArrived,
    RepairFinished,
    RepairStarted,
    TurnEvent,
    TurnStarted,
    TurnStatus,
    notice_of,
)
from copilot_desktop.conversation.proposing import MadeProposal, ReadFile, make_repair, said_edits
from copilot_desktop.conversation.store import ConversationStore
from copilot_desktop.conversation.turns import Repair, RepairRequest, StoredTurn, TurnRequest
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.errors import CopilotError, EmptyAnswerError, StoreError
from copilot_desktop.llm.requests import Finished, FinishReason, ModelEvent

_log = logging.getLogger(__name__)

Ask = Callable[[TurnRequest, Arriving, Callable[[], Awaitable[None]]], AsyncGenerator[TurnEvent, None]]
"""Plans a request and sends it: the events of its answer, TurnStarted first."""

_CUT_OFF_NOTE: Final = "The new blocks were cut off at the model's output limit."

_OTHER_NOTE: Final = " A change that was not asked for came instead; it waits in the review."


class RepairRunner:
    """Runs on the asyncio thread. `with_figures` adds to a turn what the ledger says of its requests."""

    def __init__(
        self,
        store: ConversationStore,
        ask: Ask,
        with_figures: Callable[[StoredTurn], StoredTurn],
    ) -> None:
        self._store = store
        self._ask = ask
        self._with_figures = with_figures

    async def run(
        self, request: TurnRequest, repair: RepairRequest, read_file: ReadFile | None
    ) -> AsyncGenerator[TurnEvent, None]:
        """RepairStarted, what comes, and RepairFinished, which also tells every error. Cancel to stop."""
        asking = _Asking(request, repair)
        made: MadeProposal | None = None
        outcomes: tuple[Failure | None, ...] = ()
        repeated: tuple[bool, ...] = ()
        yield RepairStarted(request.turn_id, repair.text, len(repair.asked), repair.is_automatic)
        try:
            asking.kept = kept = await asyncio.to_thread(self._kept, request)
            async with aclosing(self._ask(_asked_of(kept, request, repair), asking, _keep_nothing)) as events:
                async for event in events:
                    # The turn began long ago.
                    if not isinstance(event, TurnStarted):
                        yield event
            for event in asking.close():
                yield event
            if not asking.answer:
                raise EmptyAnswerError("The model answered without a character.", advice="Ask for the block again.")
            given = said_edits(asking.answer, asking.written.calls)
            # A call has an end of its own.
            is_whole = asking.is_whole or bool(asking.written.calls)
            said = said_edits(kept.answer, kept.calls)
            made, outcomes, repeated = await asyncio.to_thread(
                make_repair, given, repair, request.files, read_file, said=said, finished=is_whole
            )
            asking.status, asking.placed = TurnStatus.FINISHED, sum(outcome is None for outcome in outcomes)
            asking.is_other = not asking.placed and made is not None and bool(made.proposal.hunks)
        except CopilotError as error:
            asking.status, asking.error = TurnStatus.FAILED, notice_of(error)
            _log.info("asking again in turn %s failed: %s: %s", request.turn_id, type(error).__name__, error.message)
        finally:
            if asking.status is TurnStatus.STOPPED:
                asking.close()
                with suppress(StoreError):
                    self._save(asking)
        for event in asking.close():
            yield event
        yield replace(self._finished(asking, made, outcomes), repeated=repeated)

    def with_turn(self, request: TurnRequest, repair: RepairRequest) -> TurnRequest:
        """The request with what its kept turn says, to be planned before it is sent. Raises StoreError."""
        return _asked_of(self._kept(request), request, repair)

    def _kept(self, request: TurnRequest) -> StoredTurn:
        turns = self._store.turns(request.conversation_id)
        kept = next((turn for turn in turns if turn.turn_id == request.turn_id), None)
        if kept is None:
            raise StoreError(
                "The conversation of this answer is no longer kept, so the model cannot be asked in it.",
                advice="Ask in another conversation, or place the block by hand.",
            )
        return kept

    def _save(self, asking: _Asking) -> StoredTurn | None:
        if asking.kept is None:
            return None
        kept = asking.kept
        turn = self._with_figures(replace(kept, repairs=(*kept.repairs, asking.repair_kept)))
        # How long the first answer took stays what its figure says.
        turn = replace(turn, first_token_s=kept.first_token_s, duration_s=kept.duration_s + asking.duration_s)
        self._store.save_turn(turn)
        return turn

    def _finished(
        self, asking: _Asking, made: MadeProposal | None, outcomes: tuple[Failure | None, ...]
    ) -> RepairFinished:
        note, turn = asking.note, None
        try:
            turn = self._save(asking)
        except StoreError as error:
            note = f"{note} This could not be kept: {error.message}".strip()
        turn = turn or asking.kept or StoredTurn(asking.request.turn_id, asking.request.conversation_id, "")
        return RepairFinished(
            turn_id=turn.turn_id,
            status=asking.status,
            error=asking.error,
            usage=turn.usage,
            cost_usd=turn.cost_usd,
            first_token_s=turn.first_token_s,
            duration_s=turn.duration_s,
            note=note,
            files=made.files if made is not None else {},
            repaired=made.proposal if made is not None else None,
            outcomes=outcomes,
            block_ids=asking.repair.block_ids,
        )


@dataclass(slots=True)
class _Asking:
    """What has come so far."""

    request: TurnRequest
    repair: RepairRequest
    kept: StoredTurn | None = None
    status: TurnStatus = TurnStatus.STOPPED
    error: ErrorNotice | None = None
    is_whole: bool = True
    placed: int | None = None
    is_other: bool = False
    started: float = field(default_factory=time.monotonic)
    written: AnswerWriter = field(default_factory=AnswerWriter)

    @property
    def answer(self) -> str:
        return self.written.answer

    @property
    def has_come(self) -> bool:
        return self.written.has_come

    @property
    def duration_s(self) -> float:
        return time.monotonic() - self.started

    @property
    def note(self) -> str:
        said = "" if self.placed is None else _placed_text(self.placed, len(self.repair.asked))
        said += _OTHER_NOTE * self.is_other
        return said if self.is_whole else f"{said} {_CUT_OFF_NOTE}".strip()

    @property
    def repair_kept(self) -> Repair:
        """What is kept of it."""
        note = self.note if self.error is None else f"{self.error.message} {self.error.advice}".strip()
        return Repair(
            self.repair.text,
            self.answer,
            len(self.repair.asked),
            self.repair.is_automatic,
            self.status,
            note,
            self.written.calls,
            is_cut=not self.is_whole,
        )

    def take(self, event: ModelEvent) -> tuple[TurnEvent, ...]:
        """Keep an event of the model; what to tell of it."""
        if isinstance(event, Finished):
            self.is_whole = event.reason not in (FinishReason.LENGTH, FinishReason.CONTENT_FILTER)
        return self._shown(self.written.take(event))

    def close(self) -> tuple[TurnEvent, ...]:
        """Nothing more comes; what to tell of calls that had begun."""
        return self._shown(self.written.finish())

    def _shown(self, text: str) -> tuple[TurnEvent, ...]:
        return (RepairArrived(self.request.turn_id, text),) if text else ()


def _placed_text(placed: int, asked: int) -> str:
    # What was refused then may have been placed by hand since: what is said of it is said of then.
    if placed == asked:
        return "It has its place now." if asked == 1 else "They have their places now."
    if asked == 1:
        return "It had no place again."
    return f"{placed} of {asked} have a place now." if placed else "None of them had a place again."


async def _keep_nothing() -> None:
    """What comes is kept at the end: the turn itself is kept already."""


def _asked_of(kept: StoredTurn, request: TurnRequest, repair: RepairRequest) -> TurnRequest:
    """The request with the prompt and answer of the turn as it is kept."""
    return replace(
        request,
        conversation_id=kept.conversation_id,
        prompt=kept.prompt,
        items=kept.items,
        mode=kept.mode,
        parent_id=kept.parent_id,
        repair=replace(repair, kept=kept),
    )
