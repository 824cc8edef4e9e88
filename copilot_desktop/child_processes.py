"""What holds for every process that the program starts: keys of the environment are none of its business."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio import Task
    from asyncio.subprocess import Process

_STARTING: Final = "starting a process"
_CHUNK_BYTES: Final = 65_536

_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)(?:S|_|\d|$)", re.IGNORECASE)
_KEY_VALUE = re.compile(r"(?:sk|pk|gsk|xai|hf|gh[opsur]|github_pat|glpat)[-_]\S{8,}")


def child_environment(**more: str) -> Mapping[str, str]:
    """This process's environment without variables that hold keys, by their names or by their form, and with `more`.

    A command that gives a key (`op read …`) needs its own and is the one exception.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not _SECRET_NAME.search(name) and not _KEY_VALUE.match(value)
    }
    return kept | more


def worker_command(name: str) -> tuple[str, ...]:
    """The command that starts the program as a worker: a frozen program is its own executable."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--worker", name)
    return (sys.executable, "-m", "copilot_desktop", "--worker", name)


async def start_process(*command: str, **options: Any) -> Process:
    """As asyncio's `create_subprocess_exec`, which leaves pipes open, and a process running, where it is cancelled.

    Here that ends the process, and comes back once it has. Raises what that does.
    """
    import asyncio  # many processes never need it

    creating = asyncio.create_task(asyncio.create_subprocess_exec(*command, **options), name=_STARTING)
    try:
        return await asyncio.shield(creating)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError, ValueError):
            await _undone(await creating)
        raise


def is_starting_process(task: Task[Any]) -> bool:
    """Whether a task starts a process: it ends soon and by itself, and must not be cancelled. asyncio has one of its
    own within that."""
    coroutine = task.get_coro()
    return task.get_name() == _STARTING or getattr(coroutine, "__name__", "") == "_connect_pipes"


async def _undone(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    for stream in (process.stdout, process.stderr):
        # To its end, or it stays open.
        while stream is not None and await stream.read(_CHUNK_BYTES):
            pass
    await process.wait()
