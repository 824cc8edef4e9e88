"""The calls to read of one turn: carried out within limits, so that the model can be asked again with their results."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Final, Protocol

from copilot_desktop.context.reading.questions import Answer, Question, ReadLimits
from copilot_desktop.conversation.events import ReadingChanged
from copilot_desktop.conversation.read_calls import question_of
from copilot_desktop.conversation.turn_calls import Reading, TurnCall
from copilot_desktop.conversation.turn_so_far import TurnSoFar
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.credentials.placeholders import MaskedText
from copilot_desktop.credentials.secret_words import told_as_it_is, told_masked
from copilot_desktop.errors import UsageError

_log = logging.getLogger(__name__)

_LEAST_TOKENS: Final = 120
"""With less room an answer says nothing of use."""
_CALL_TOKENS: Final = 60
"""What a call takes beside its result, at most mostly."""
_MOST_UNUSABLE: Final = 4
_NO_MORE: Final = "\n[No more is read in this turn: answer with what you have.]"
_SAME: Final = "The same as you were told before in this turn."


class Reader(Protocol):
    """Looks into the folder; `context.reading.folder.FolderReader` does. On the asyncio thread."""

    @property
    def limits(self) -> ReadLimits:
        """How much of it in one turn."""

    async def answer(self, question: Question, limit_tokens: int) -> Answer:
        """What the model is told, in at most about so many tokens."""

    def shown(self, path: str) -> str | None:
        """The whole text of a file of which the model has read something. From any thread."""


class ReadingRounds:
    """Of one turn. `is_over`: nothing more is read in it."""

    def __init__(self, turn: TurnSoFar, reader: Reader, count_tokens: Callable[[str], int]) -> None:
        self._turn, self._reader, self._count, self._limits = turn, reader, count_tokens, reader.limits
        self._rounds = self._calls = self._tokens = self._unusable = 0
        self._told: dict[Question, str] = {}
        self._over = ""

    @property
    def is_over(self) -> bool:
        """Whether the limits are reached."""
        return bool(self._over)

    async def carry_out(self, room_tokens: int | None, masking: Masking) -> AsyncGenerator[ReadingChanged, None]:
        """Carry out the calls of the answer that has just ended; `room_tokens`: what is left of the model's window.

        `masking` is that of the conversation: what it masks of a result is told, and counted as it leaves.
        """
        self._rounds += 1
        for number, call in self._turn.written.to_read():
            before = self._tokens
            async for reading in self._carried_out(call, room_tokens, masking):
                yield self._put(number, reading)
            if room_tokens is not None:
                room_tokens -= self._tokens - before + _CALL_TOKENS
        if self._rounds >= self._limits.rounds:
            self._over = self._over or f"The model has been answered {self._rounds} times, which is the limit of a turn"
        if self._over:
            number, call = self._turn.written.to_read()[-1]
            if call.reading is not None:
                last = call.reading
                as_sent = last.as_sent and last.as_sent + _NO_MORE
                yield self._put(number, replace(last, result=last.result + _NO_MORE, as_sent=as_sent))
            self._turn.read_note = f"{self._over}: it was asked to answer with what it had."

    def refuse(self) -> list[ReadingChanged]:
        """The model was to answer, and asks for more all the same: carry nothing out."""
        self._turn.read_note = f"{self._over}; what it asked for after that was not carried out."
        told = []
        for number, call in self._turn.written.to_read():
            said = "Not carried out: no more is read in this turn."
            told.append(self._put(number, Reading(_title_of(call), said, is_refused=True)))
        return told

    def _put(self, number: int, reading: Reading) -> ReadingChanged:
        call = self._turn.written.put_reading(number, reading)
        return ReadingChanged(self._turn.request.turn_id, number, call)

    async def _carried_out(
        self, call: TurnCall, room_tokens: int | None, masking: Masking
    ) -> AsyncGenerator[Reading, None]:
        """The call while it is carried out, and what came of it."""
        self._calls += 1
        limit = self._limit(room_tokens)
        try:
            question = question_of(call)
        except UsageError as error:
            self._unusable += 1
            if self._unusable >= _MOST_UNUSABLE:
                self._over = self._over or f"{self._unusable} calls of the model could not be used"
            said = f"{error.message} {error.advice}".strip()
            yield Reading(f"Unusable call of {call.name or 'no tool'}", said, await self._counted(said))
            return
        if limit < _LEAST_TOKENS or self._calls > self._limits.calls:
            self._over = self._over or self._why_not()
            yield Reading(question.title, "Not carried out: no more is read in this turn.", is_refused=True)
            return
        yield Reading(question.title)
        try:
            answer = await self._reader.answer(question, limit)
        except Exception:  # noqa: BLE001 - border: tool call; the turn goes on, and the model is told
            _log.exception("a call to read failed")
            answer = Answer("This could not be carried out: a mistake in the program.", f"{question.title} · failed")
        text = _SAME if self._told.get(question) == answer.text else answer.text
        self._told[question] = answer.text
        masked = await asyncio.to_thread(_masked, masking, text)
        hidden = told_masked(masked.seen)
        title = f"{answer.title} · {hidden}" if hidden else answer.title
        tokens = await self._counted(masked.text)
        self._tokens += tokens
        as_it_is = told_as_it_is(masked.seen)
        yield Reading(title, text, tokens, answer.is_refused, masked.text if hidden else "", as_it_is)

    def _limit(self, room_tokens: int | None) -> int:
        left = min(self._limits.result_tokens, self._limits.turn_tokens - self._tokens)
        return left if room_tokens is None else min(left, room_tokens)

    def _why_not(self) -> str:
        if self._calls > self._limits.calls:
            return f"{self._limits.calls} calls of the model were carried out, which is the limit of a turn"
        if self._limits.turn_tokens - self._tokens < _LEAST_TOKENS:
            return f"The model has read {self._tokens:,} tokens, which is the limit of a turn"
        return f"The model's window is full: {self._tokens:,} tokens were read"

    async def _counted(self, text: str) -> int:
        return await asyncio.to_thread(self._count, text)


def _masked(masking: Masking, text: str) -> MaskedText:
    masking.learn_unshown((text,))
    return masking.mask(text)


def _title_of(call: TurnCall) -> str:
    try:
        return question_of(call).title
    except UsageError:
        return f"Unusable call of {call.name or 'no tool'}"
