"""When to look at a socket again: what a model says within a few frames of the screen is taken together.

Each look at the socket costs some 0.2 ms in two turns of the event loop and the layers of the HTTP client, whatever
it finds: at 200 tokens a second this was most of all that an answer takes. What arrives during a pause waits in the
system's buffer. The first piece after a silence is never kept waiting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

PERIOD_S: Final = 0.025
"""From one look to the next while pieces keep coming; the window draws what came less often than that."""
BURST_BYTES: Final = 32_768
"""A server that sends so much within one period is not made to wait."""


class Read(Generic[T]):
    """Awaits something once, and then knows whether that had to wait or was there already."""

    def __init__(self, awaited: Awaitable[T]) -> None:
        self._steps = awaited.__await__()
        self.has_waited = False

    def __await__(self) -> Generator[Any, Any, T]:
        return self

    def __iter__(self) -> Read[T]:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """One step; raises StopIteration with the result."""
        step = self._steps.send(value)
        self.has_waited = True
        return step

    def throw(self, *raised: Any) -> Any:
        """Let an error into it, as cancelling does."""
        return self._steps.throw(*raised)

    def close(self) -> None:
        """End it."""
        self._steps.close()


class Pace:
    """The pauses between reads.

    A read that had to wait brings one piece or a number of them, and the client does not tell whether there are more
    before it is asked: those that follow need not wait then, and the first that has to again is the last before a
    pause.
    """

    def __init__(self) -> None:
        self._period_at = 0.0
        self._size_bytes = 0
        self._is_first_look = True

    def pause_s(self, now: float, size_bytes: int, has_waited: bool) -> float:
        """Seconds to leave the socket alone after a read at the time `now`; 0: none."""
        self._size_bytes += size_bytes
        if not has_waited:
            return 0.0
        if self._is_first_look or now - self._period_at >= PERIOD_S or self._size_bytes >= BURST_BYTES:
            self._period_at, self._size_bytes, self._is_first_look = now, 0, False
            return 0.0
        self._is_first_look = True
        return self._period_at + PERIOD_S - now
