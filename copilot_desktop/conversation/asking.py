"""One question to a model outside of any conversation: its answer as events, waits and the end included."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress

from copilot_desktop.conversation.answering import ModelSource, answered
from copilot_desktop.conversation.events import (
    ErrorNotice,
    TextArrived,
    TurnEvent,
    TurnFinished,
    TurnStatus,
    notice_of,
)
from copilot_desktop.errors import CopilotError, EmptyAnswerError, StoreError
from copilot_desktop.llm.requests import (
    Finished,
    FinishReason,
    ModelEvent,
    ModelRequest,
    RequestRecord,
    TextDelta,
    Usage,
)

_log = logging.getLogger(__name__)

_CUT_OFF = "The answer was cut off at the model's output limit."
_FILTERED = "The provider's content filter ended the answer."


class QuestionRunner:
    """Runs on the asyncio thread. `records_of` gives the requests of a turn from the ledger."""

    def __init__(self, client: ModelSource, records_of: Callable[[str], Sequence[RequestRecord]]) -> None:
        self._client = client
        self._records_of = records_of

    async def run(self, request: ModelRequest) -> AsyncGenerator[TurnEvent, None]:
        """What comes, and TurnFinished, which also tells every error; nothing else is raised.

        Close the generator or cancel its task to stop: the socket is closed, and no event tells so.
        """
        started, arriving = time.monotonic(), _Arriving(request.turn_id)
        error: ErrorNotice | None = None
        try:
            async with aclosing(answered(self._client, request, arriving, _keep_nothing)) as events:
                async for event in events:
                    yield event
            if not arriving.answer.strip():
                raise EmptyAnswerError("The model answered without a character.", advice="Ask once more.")
        except CopilotError as failed:
            error = notice_of(failed)
            _log.info("question %s failed: %s: %s", request.turn_id, type(failed).__name__, failed.message)
        records = await asyncio.to_thread(self._records, request.turn_id)
        costs = [record.cost_usd for record in records if record.cost_usd is not None]
        last = records[-1] if records else None
        yield TurnFinished(
            request.turn_id,
            TurnStatus.FINISHED if error is None else TurnStatus.FAILED,
            error,
            usage=Usage() if last is None else last.usage,
            cost_usd=sum(costs) if costs else None,
            first_token_s=None if last is None else last.first_token_s,
            duration_s=time.monotonic() - started,
            note=arriving.note,
            requests=len(records),
        )

    def _records(self, turn_id: str) -> Sequence[RequestRecord]:
        with suppress(StoreError):
            return self._records_of(turn_id)
        return ()


class _Arriving:
    """What has come."""

    def __init__(self, turn_id: str) -> None:
        self._turn_id = turn_id
        self._pieces: list[str] = []
        self.note = ""

    @property
    def answer(self) -> str:
        """What has come so far."""
        return "".join(self._pieces)

    @property
    def has_come(self) -> bool:
        """Whether anything has."""
        return bool(self._pieces)

    def take(self, event: ModelEvent) -> tuple[TurnEvent, ...]:
        """Keep an event of the model; what to tell of it."""
        if isinstance(event, TextDelta):
            self._pieces.append(event.text)
            return (TextArrived(self._turn_id, event.text),)
        if isinstance(event, Finished):
            self.note = {FinishReason.LENGTH: _CUT_OFF, FinishReason.CONTENT_FILTER: _FILTERED}.get(event.reason, "")
        return ()


async def _keep_nothing() -> None:
    """Nothing of it is kept while it arrives."""
