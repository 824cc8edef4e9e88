"""Answers that a test lets go on piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tests.support.http_exchange import Exchange
from tests.support.wire_answers import ServerUsage, wire_of


class SteppedAnswer:
    """A reply of the test server: each piece is sent when the test says so, and so is the end. `is_cut`: the connection
    breaks there."""

    def __init__(self, pieces: Sequence[str], *, is_cut: bool = False) -> None:
        self._pieces = pieces
        self._is_cut = is_cut
        self._allowed = [threading.Event() for _ in range(len(pieces) + 1)]

    def step(self, count: int = 1) -> None:
        """Send so many pieces more."""
        for event in [event for event in self._allowed if not event.is_set()][:count]:
            event.set()

    def finish(self) -> None:
        """Send all the rest."""
        self.step(len(self._allowed))

    def __call__(self, exchange: Exchange) -> None:
        wire = wire_of(exchange)
        wire.begin()
        for allowed, piece in zip(self._allowed, self._pieces, strict=False):
            exchange.wait(None, allowed)
            wire.text(piece)
        exchange.wait(None, self._allowed[-1])
        if self._is_cut:
            exchange.hang_up()
            return
        wire.end("stop", ServerUsage())
        exchange.end_stream()
