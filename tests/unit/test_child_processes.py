from __future__ import annotations

import asyncio
import gc
import os
import sys
from pathlib import Path

import pytest

from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.child_processes import child_environment, start_process


def test_children_get_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"OPENAI_API_KEY", "GITHUB_TOKEN", "db_password", "AWS_SECRET_ACCESS_KEY", "MY_KEYS", "OPENAI_API_KEY2"}
    for name in names:
        monkeypatch.setenv(name, "value")
    monkeypatch.setenv("MY_MODEL", "sk-test-0123456789")
    monkeypatch.setenv("GNOME_KEYRING_CONTROL", "/run/keyring")
    environ = child_environment(LC_ALL="C")
    assert not names & set(environ)
    assert "MY_MODEL" not in environ
    assert environ["GNOME_KEYRING_CONTROL"] == "/run/keyring"
    assert environ["LC_ALL"] == "C"
    assert "PATH" in environ


def _children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads Linux's /proc")
def test_a_start_that_is_cancelled_leaves_no_process_and_no_pipe() -> None:
    async def begin_and_cancel(steps: int) -> None:
        pipe = asyncio.subprocess.PIPE
        task = asyncio.create_task(start_process(sys.executable, "-c", "input()", stdin=pipe, stdout=pipe))
        for _step in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def begin_all() -> None:
        for steps in range(1, 5):
            await begin_and_cancel(steps)
        await asyncio.sleep(0)

    before = _children()
    asyncio.run(begin_all())
    gc.collect()  # an open pipe is a warning now, and that fails the test
    assert _children() <= before


async def _start_and_end() -> None:
    process = await start_process(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    try:
        await process.wait()
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.kill()
        await process.wait()


def test_the_end_of_the_loop_waits_for_a_process_that_is_started() -> None:
    errors: list[BaseException] = []
    for _time in range(5):
        loop = AsyncLoop(errors.append)
        loop.submit(_start_and_end())
        loop.stop()
        assert loop.is_closed
    gc.collect()
    assert errors == []
