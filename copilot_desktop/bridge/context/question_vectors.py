"""Vectors of questions: one request for each, dropped where it comes too late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.context.index.vectors import nearest
from copilot_desktop.conversation.embedding import Agreed, Embedder
from copilot_desktop.errors import CopilotError
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    import sqlite3

    from copilot_desktop.context.index.vectors import Similar

_LIMIT_S: Final = 2.0
"""What is found by words is shown meanwhile; a vector that comes later is of no use."""
_KNOWN: Final = 32
_LATE: Final = "The model did not answer within 2 seconds, so the last prompt was searched for by its words alone."


@dataclass(frozen=True, slots=True)
class Meant:
    """The vector of a question, to be asked on a worker."""

    place: Path
    model: str
    vector: tuple[float, ...]

    def nearest(self, index: sqlite3.Connection) -> tuple[Similar, ...]:
        """What is near to it. Raises StoreError."""
        return nearest(index, self.place, self.model, self.vector)


class QuestionVectors:
    """GUI thread. `told` is given a sentence where words alone must do, and an empty one where they need not."""

    def __init__(self, thread: AsyncThread, told: Callable[[str], None]) -> None:
        self._thread, self._told = thread, told
        self._embedder: Embedder | None = None
        self._agreed: Agreed | None = None
        self._asking: Future[Meant] | None = None
        self._known: dict[str, Meant] = {}

    def use(self, embedder: Embedder | None, agreed: Agreed | None) -> None:
        """Another model is asked from now on, or none."""
        self._embedder, self._agreed = embedder, agreed
        self._known.clear()

    @property
    def is_asking(self) -> bool:
        """Whether the vector of a question is awaited."""
        return self._asking is not None and not self._asking.done()

    def stop(self) -> None:
        """Wait for nothing any more."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = None

    def ask(self, question: str, place: Path, done: Callable[[Meant], None]) -> None:
        """Give the vector of a question; an earlier one is not waited for any longer."""
        self.stop()
        known, agreed, embedder = self._known.get(question), self._agreed, self._embedder
        if known is not None:
            done(known)
        elif agreed is not None and embedder is not None:

            def keep(meant: Meant) -> None:
                if agreed is self._agreed:
                    if len(self._known) >= _KNOWN:
                        self._known.clear()
                    self._known[question] = meant
                    done(meant)
                    self._told("")

            self._asking = self._thread.submit(_vector(embedder, agreed, place, question), keep, self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, TimeoutError):
            self._told(_LATE)
        elif isinstance(error, CopilotError):
            self._told(sentence(error))
        else:
            raise error


def model_name(profile: Profile) -> str:
    """A model of the same name elsewhere may be another one."""
    return f"{profile.base_url.strip()} {profile.model}"


def sentence(error: CopilotError) -> str:
    """What happened, and what to do."""
    return f"{error.message} {error.advice}".strip()


async def _vector(embedder: Embedder, agreed: Agreed, place: Path, question: str) -> Meant:
    """On the asyncio thread."""
    async with asyncio.timeout(_LIMIT_S):
        (vector,) = await embedder.embed((question,))
    return Meant(place, model_name(agreed.profile), tuple(vector))
