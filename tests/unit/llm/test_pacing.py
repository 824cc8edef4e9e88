"""Pauses between reads: few looks at the socket while pieces keep coming, and none that keeps a first piece waiting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from copilot_desktop.llm.transport.pacing import BURST_BYTES, PERIOD_S, Pace, Read


@dataclass
class Socket:
    """A socket as the HTTP client shows it, in simulated time: one look brings all that has come, piece by piece."""

    arrivals_s: list[float]
    now_s: float = 0.0
    looks: int = 0
    ages_s: list[float] = field(default_factory=list)
    _ready: list[float] = field(default_factory=list)

    def read(self) -> bool:
        """Take the next piece; whether that had to wait."""
        has_waited = not self._ready
        if has_waited:
            self.looks += 1
            self.now_s = max(self.now_s, self.arrivals_s[0])
            self._ready = [arrival_s for arrival_s in self.arrivals_s if arrival_s <= self.now_s]
            self.arrivals_s = self.arrivals_s[len(self._ready) :]
        self.ages_s.append(self.now_s - self._ready.pop(0))
        return has_waited

    def read_all(self, size_bytes: int = 100) -> None:
        """Take everything at the pace."""
        pace = Pace()
        while self.arrivals_s or self._ready:
            self.now_s += pace.pause_s(self.now_s, size_bytes, self.read())


def test_200_tokens_a_second_are_looked_for_80_times_and_never_wait_longer_than_a_period() -> None:
    socket = Socket([number / 200 for number in range(2000)])
    socket.read_all()
    assert len(socket.ages_s) == 2000
    assert socket.looks <= 10 * 80 + 1
    assert max(socket.ages_s) <= PERIOD_S


def test_pieces_that_come_slowly_are_taken_the_moment_they_come() -> None:
    socket = Socket([number / 20 for number in range(100)])
    socket.read_all()
    assert max(socket.ages_s) == 0


def test_the_first_piece_after_a_silence_is_not_kept_waiting() -> None:
    arrivals_s = [0.0, 0.005, 0.010, 5.0, 5.005, 9.0]
    socket = Socket(arrivals_s)
    socket.read_all()
    assert [socket.ages_s[number] for number in (0, 3, 5)] == [0, 0, 0]


def test_a_server_that_sends_much_at_once_is_not_slowed_down() -> None:
    socket = Socket([number / 10_000 for number in range(1000)])
    socket.read_all(size_bytes=BURST_BYTES)
    assert max(socket.ages_s) == 0


def test_a_read_knows_whether_it_had_to_wait() -> None:
    async def there() -> str:
        return "at once"

    async def coming() -> str:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return "later"

    async def both() -> None:
        read = Read(there())
        assert (await read, read.has_waited) == ("at once", False)
        read = Read(coming())
        assert (await read, read.has_waited) == ("later", True)

    asyncio.run(both())


def test_cancelling_and_time_limits_reach_what_a_read_waits_for() -> None:
    ended: list[str] = []

    async def silent() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.append("ended")

    async def limited() -> None:
        async with asyncio.timeout(0.01):
            await Read(silent())

    async def cancelled() -> None:
        async def reading() -> None:
            await Read(silent())

        task = asyncio.create_task(reading())
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(TimeoutError):
        asyncio.run(limited())
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    assert ended == ["ended", "ended"]


def test_an_error_of_what_is_read_comes_through() -> None:
    async def broken() -> None:
        await asyncio.sleep(0)
        raise OSError("reset")

    async def reading() -> None:
        await Read(broken())

    with pytest.raises(OSError, match="reset"):
        asyncio.run(reading())
