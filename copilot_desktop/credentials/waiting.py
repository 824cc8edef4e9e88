"""Awaits calls that may wait for the user, as those of a locked keyring do, without holding up the program's end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar, cast

T = TypeVar("T")


async def on_daemon_thread(work: Callable[[], T]) -> T:
    """Run blocking work on a daemon thread of its own. When this is cancelled the work goes on and nobody waits for it.

    Not `asyncio.to_thread`: the loop's end and Python's own wait for the threads of a pool, whatever they wait for.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(cast("T", result))

    def body() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 # border: worker thread; whoever awaits gets it
            failure = error
        try:
            loop.call_soon_threadsafe(tell, result, failure)
        except RuntimeError:
            # The loop has ended meanwhile, and with it whoever wanted the answer.
            return

    threading.Thread(target=body, name="waiting", daemon=True).start()
    return await answer


def within(limit_s: float, work: Callable[[], T]) -> T:
    """Run blocking work that must not hold up the end of the program: on a daemon thread, waited for so long.

    Raises TimeoutError when it has not ended by then; it goes on, and nobody learns of it.
    """
    answer: Future[T] = Future()

    def body() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 # border: worker thread; whoever waits gets it
            answer.set_exception(error)

    threading.Thread(target=body, name="waiting", daemon=True).start()
    return answer.result(limit_s)
