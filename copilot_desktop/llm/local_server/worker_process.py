"""One worker with one model: started on first use, kept, started again when it has died."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from copilot_desktop.child_processes import child_environment, start_process
from copilot_desktop.errors import LocalModelError
from copilot_desktop.values import dataclass

_log = logging.getLogger(__name__)

_END_GRACE_S = 3.0
_ANSWER_LIMIT_BYTES = 64_000
_SLOW_DISK_BYTES_PER_S = 50_000_000


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model's file and how to run it. `threads` None: as many as are good (see `worker`). `is_greedy`: it takes
    the likeliest word each time, so that it answers the same prompt in the same way."""

    path: Path
    context_tokens: int
    threads: int | None = None
    size_bytes: int = 0
    name: str = "The built-in model"
    is_greedy: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the running server answers, and the key that this run of it wants."""

    base_url: str
    api_key: str


class WorkerProcess:
    """The worker process. Used on one event loop; `aclose()` before the loop ends.

    `command` starts the worker, `--worker model` included; the arguments for the model are added. `find_model` gives
    the model, or raises LocalModelError; it reads a file, so it runs on a worker thread.
    """

    def __init__(
        self, command: tuple[str, ...], find_model: Callable[[], LocalModel], time_limit_s: float = 60.0
    ) -> None:
        self._command = command
        self._find_model = find_model
        self._time_limit_s = time_limit_s
        self._users = 0
        self._starting: asyncio.Task[Endpoint] | None = None
        self._process: Process | None = None

    @property
    def process_id(self) -> int | None:
        """Of the running worker; None when there is none."""
        return self._process.pid if self._is_alive() and self._process else None

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits for its answer."""
        return self._users == 0

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """While this is open the worker is not ended in favour of another model."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1

    async def endpoint(self) -> Endpoint:
        """Where to ask; starts the worker when it is not running. Raises LocalModelError.

        Callers at the same time share one start, and one that is cancelled does not end it for the others.
        """
        if self._starting is None or (self._starting.done() and not self._has_endpoint(self._starting)):
            self._starting = asyncio.create_task(self._start(), name="start-built-in-model")
        return await asyncio.shield(self._starting)

    async def has_ended(self, within_s: float = 1.0) -> bool:
        """Whether the worker is dead; waits a little, since sockets and loop tell of a death before one another."""
        if self._process is None:
            return True
        try:
            async with asyncio.timeout(within_s):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def aclose(self) -> None:
        """End the worker and wait for its end."""
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        await self._end()

    def _has_endpoint(self, starting: asyncio.Task[Endpoint]) -> bool:
        return not starting.cancelled() and starting.exception() is None and self._is_alive()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _start(self) -> Endpoint:
        await self._end()
        model = await asyncio.to_thread(self._find_model)
        key = os.urandom(24).hex()
        limit_s = self._time_limit_s + model.size_bytes / _SLOW_DISK_BYTES_PER_S
        try:
            self._process = await start_process(
                *self._command,
                *_arguments(model),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=child_environment(),
                limit=_ANSWER_LIMIT_BYTES,
                **_OWN_GROUP,
            )
        except OSError as error:
            raise _not_started(model, f"{type(error).__name__}: {error}") from error
        try:
            async with asyncio.timeout(limit_s):
                port = await self._handshake(self._process, model, key)
        except TimeoutError as error:
            await self._end()
            raise LocalModelError(
                f"{model.name} was not ready within {limit_s:.0f} seconds.",
                advice="This machine may be busy or short of memory: close other programs and try again, or connect "
                "another model in Settings, Models.",
            ) from error
        except BaseException:  # border: a start that is cancelled or fails must leave no process
            await self._end()
            raise
        _log.debug("model worker %d: %s is ready", self._process.pid, model.name)
        return Endpoint(f"http://127.0.0.1:{port}/v1", key)

    async def _handshake(self, process: Process, model: LocalModel, key: str) -> int:
        """Give the key, wait for the port."""
        if process.stdin is None or process.stdout is None:
            raise _not_started(model, "no pipes")
        with contextlib.suppress(ConnectionError):
            process.stdin.write(f"{key}\n".encode("ascii"))
            await process.stdin.drain()
        try:
            line = await process.stdout.readline()
            answer: Any = json.loads(line) if line else None
        except ValueError as error:
            raise _not_started(model, f"unexpected output: {error}") from error
        if isinstance(answer, dict) and isinstance(answer.get("port"), int):
            return int(answer["port"])
        if isinstance(answer, dict) and "error" in answer:
            raise _not_started(model, str(answer["error"]))
        raise _not_started(model, f"it ended with exit code {await process.wait()}")

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(_END_GRACE_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        _log.debug("model worker %d has ended with %s", process.pid, process.returncode)


def _arguments(model: LocalModel) -> tuple[str, ...]:
    threads = () if model.threads is None else ("--threads", str(model.threads))
    greedy = ("--greedy",) if model.is_greedy else ()
    return ("--model", str(model.path), "--context", str(model.context_tokens), *threads, *greedy)


# Ctrl+C in the terminal that started the program is for the program, which ends the worker itself.
_OWN_GROUP: dict[str, Any] = {"creationflags": 0x0800_0200} if sys.platform == "win32" else {"start_new_session": True}


def _not_started(model: LocalModel, reason: str) -> LocalModelError:
    lower = reason.lower()
    if "memory" in lower or "alloc" in lower or "exit code -9" in lower:
        return LocalModelError(
            f"{model.name} could not be loaded: there is not enough free memory.",
            advice="Close other programs and try again, or connect another model in Settings, Models.",
            detail=reason,
        )
    return LocalModelError(
        f"{model.name} could not be started.",
        advice="Try again; if it fails each time, install the program again, or choose another model in Settings, "
        "Models.",
        detail=reason,
    )
