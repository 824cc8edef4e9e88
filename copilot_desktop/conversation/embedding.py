"""Vectors of texts, from a profile's server: within what the user has agreed to, after the waits that it asks for."""

from __future__ import annotations

import asyncio
import uuid
from array import array
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from copilot_desktop.conversation.answering import ModelSource, answered
from copilot_desktop.conversation.events import RetryScheduled, TurnEvent
from copilot_desktop.credentials.masking import Masking
from copilot_desktop.errors import StreamError, UsageError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import EMBEDDING, Embedded, Message, ModelEvent, ModelRequest, UsageReported
from copilot_desktop.values import dataclass


@dataclass(frozen=True, slots=True)
class Embeddings:
    """A vector for each text of the request; `tokens` as the server counted them, None where it did not say."""

    vectors: tuple[array[float], ...]
    tokens: int | None


async def embedded(
    client: ModelSource, request: ModelRequest, waits: Callable[[RetryScheduled], None] = lambda _wait: None
) -> Embeddings:
    """Send it, and wait for its vectors; `waits` is told each wait. Raises CopilotError."""
    arriving = _Arriving()
    async with aclosing(answered(client, request, arriving, _keep_nothing)) as events:
        async for event in events:
            if isinstance(event, RetryScheduled):
                waits(event)
    if len(arriving.vectors) != len(request.messages):
        raise StreamError(
            f"The server sent {len(arriving.vectors)} vectors for {len(request.messages)} texts.",
            advice="Try again, or choose another model for embeddings.",
        )
    return Embeddings(arriving.vectors, arriving.tokens)


class AgreedUpError(UsageError):
    """The user has agreed to no more tokens."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the user has agreed to: the profile with the model that makes the vectors, and at most how many tokens.
    `group` is the turn under which the ledger keeps all its requests."""

    profile: Profile
    tokens: int
    group: str


class Embedder:
    """Embeds texts, on the asyncio thread, as long as what was agreed to lasts.

    `spent` is told the tokens of each request before it is sent, and the difference once its server has counted them.
    """

    def __init__(
        self,
        client: ModelSource,
        agreed: Agreed,
        count_of: Callable[[Profile], Callable[[str], int]],
        spent: Callable[[int], None],
        waits: Callable[[RetryScheduled], None] = lambda _wait: None,
    ) -> None:
        self._client, self._agreed, self._count_of, self._spent, self._waits = client, agreed, count_of, spent, waits
        self._left = agreed.tokens

    async def embed(self, texts: Sequence[str]) -> Sequence[array[float]]:
        """A vector for each text. Raises CopilotError; AgreedUpError where it would be more than was agreed to."""
        request = await asyncio.to_thread(self._request, texts)
        counted = request.counted_tokens or 0
        if counted > self._left:
            raise AgreedUpError(
                "What you have agreed to send, to find by meaning, is used up.",
                advice="Open “Find by meaning” to see what more would be sent, and agree to it.",
            )
        # Whatever becomes of it: what has left may have to be paid for.
        self._use(counted)
        found = await embedded(self._client, request, self._waits)
        if found.tokens is not None:
            self._use(found.tokens - counted)
        return found.vectors

    def _use(self, tokens: int) -> None:
        self._left -= tokens
        self._spent(tokens)

    def _request(self, texts: Sequence[str]) -> ModelRequest:
        """On a worker."""
        messages = tuple(Message("user", text) for text in texts)
        agreed, masking = self._agreed, Masking(turns_back=False)
        masking.learn_unshown(texts)
        made = ModelRequest(uuid.uuid4().hex, agreed.group, agreed.profile, messages, EMBEDDING, masking=masking)
        count = self._count_of(agreed.profile)
        counted = sum(count(message.text) for message in made.messages)
        return replace(made, counted_tokens=counted)


class _Arriving:
    """What has come."""

    def __init__(self) -> None:
        self.vectors: tuple[array[float], ...] = ()
        self.tokens: int | None = None

    @property
    def has_come(self) -> bool:
        """Whether the vectors have."""
        return bool(self.vectors)

    def take(self, event: ModelEvent) -> tuple[TurnEvent, ...]:
        """Keep what it says; nothing of it is shown."""
        if isinstance(event, Embedded):
            self.vectors = event.vectors
        elif isinstance(event, UsageReported):
            self.tokens = event.usage.input_tokens
        return ()


async def _keep_nothing() -> None:
    """A part of the vectors is of no use."""
