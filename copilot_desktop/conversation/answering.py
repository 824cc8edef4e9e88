"""The answer of one request as events, sent again after the waits that the server asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, Protocol

from copilot_desktop.conversation.events import RetryScheduled, TurnEvent
from copilot_desktop.errors import NetworkError, RateLimitError
from copilot_desktop.llm.requests import ModelEvent, ModelRequest

RETRY_COUNT: Final = 4
RETRY_WAIT_S: Final = 60.0
"""A server that asks for longer gets no retry: the user is told instead."""
RETRY_WAITS_S: Final = 180.0
"""All waits of one turn together."""

_FIRST_BACKOFF_S: Final = 2.0
_RECONNECT_S: Final = 1.0


class ModelSource(Protocol):
    """What answers; `llm.client.ModelClient` fulfils it."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """The events of one request; closing the generator closes the socket."""


class Arriving(Protocol):
    """What keeps an answer while it arrives."""

    @property
    def has_come(self) -> bool:
        """Whether anything has come of the answer to this request."""

    def take(self, event: ModelEvent) -> tuple[TurnEvent, ...]:
        """Keep an event of the model; what to tell of it."""


async def answered(
    client: ModelSource,
    request: ModelRequest,
    arriving: Arriving,
    keep: Callable[[], Awaitable[None]],
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncGenerator[TurnEvent, None]:
    """The answer's events, sent again after the waits the server asks for as long as nothing has come.

    A connection that could not be made is tried once more: nothing has left then. `keep` is awaited after each event,
    `wait` before a request goes out again.
    """
    retries, waited_s, is_reconnected = 0, 0.0, False
    while True:
        try:
            async with aclosing(client.stream(request)) as events:
                async for event in events:
                    for told in arriving.take(event):
                        yield told
                    await keep()
            return
        except RateLimitError as error:
            delay_s = _FIRST_BACKOFF_S * 2**retries if error.retry_after_s is None else error.retry_after_s
            if arriving.has_come or retries >= RETRY_COUNT:
                raise
            if delay_s > RETRY_WAIT_S or waited_s + delay_s > RETRY_WAITS_S:
                raise _asks_too_long(error, delay_s) from error
            retries, waited_s = retries + 1, waited_s + delay_s
            yield RetryScheduled(request.turn_id, delay_s, error.message)
            await wait(delay_s)
        except NetworkError as error:
            if is_reconnected or not error.may_retry:
                raise
            is_reconnected = True
            yield RetryScheduled(request.turn_id, _RECONNECT_S, error.message)
            await wait(_RECONNECT_S)


def _asks_too_long(error: RateLimitError, delay_s: float) -> RateLimitError:
    return RateLimitError(
        f"The server takes no more requests at the moment and asks to wait {shown_duration(delay_s)}.",
        retry_after_s=error.retry_after_s,
        advice="Send the prompt again after that time, or choose another model.",
        detail=error.detail,
    )


def shown_duration(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.0f} hours"
