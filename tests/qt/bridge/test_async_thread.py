"""The asyncio thread: results, errors and cancelling arrive on the GUI thread, and it ends clean."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from copilot_desktop.bridge.async_loop import AsyncLoop
from copilot_desktop.bridge.async_thread import AsyncThread


class Results:
    """Collects what arrives, with the thread it arrived on."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self.errors: list[BaseException] = []
        self.threads: set[int] = set()

    def take(self, value: object) -> None:
        self.values.append(value)
        self.threads.add(threading.get_ident())

    def fail(self, error: BaseException) -> None:
        self.errors.append(error)
        self.threads.add(threading.get_ident())


@pytest.fixture
def results() -> Results:
    return Results()


@pytest.fixture
def thread(qtbot: QtBot, results: Results) -> Iterator[AsyncThread]:
    thread = AsyncThread(results.fail)
    yield thread
    thread.stop()


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


def test_a_result_arrives_on_the_gui_thread(qtbot: QtBot, thread: AsyncThread, results: Results) -> None:
    thread.submit(double(21), results.take)
    qtbot.waitUntil(lambda: results.values == [42])
    assert results.threads == {threading.get_ident()}


def test_an_error_without_a_receiver_reaches_the_one_hook(qtbot: QtBot, thread: AsyncThread, results: Results) -> None:
    async def broken() -> None:
        raise ValueError("broken")

    thread.submit(broken())
    qtbot.waitUntil(lambda: len(results.errors) == 1)
    assert str(results.errors[0]) == "broken"
    assert results.threads == {threading.get_ident()}


def test_cancelling_ends_the_coroutine_and_calls_nobody(qtbot: QtBot, thread: AsyncThread, results: Results) -> None:
    ended: list[str] = []

    async def endless() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    future = thread.submit(endless(), results.take, results.fail)
    thread.submit(double(1), results.take)
    qtbot.waitUntil(lambda: results.values == [2])
    future.cancel()
    qtbot.waitUntil(lambda: ended == ["cancelled"])
    thread.submit(double(2), results.take)
    qtbot.waitUntil(lambda: results.values == [2, 4])
    assert not results.errors


def test_blocking_work_runs_on_another_thread(qtbot: QtBot, thread: AsyncThread, results: Results) -> None:
    thread.run_in_worker(threading.get_ident, results.take)
    qtbot.waitUntil(lambda: len(results.values) == 1)
    assert results.values[0] != threading.get_ident()


def test_stopping_cancels_what_runs_and_ends_the_thread(qtbot: QtBot) -> None:
    thread = AsyncThread(lambda error: None)
    future = thread.submit(asyncio.sleep(3600))
    thread.stop()
    thread.stop()
    assert future.cancelled()
    assert "asyncio" not in {each.name for each in threading.enumerate()}


def test_what_ends_with_the_window_is_told_to_nobody(qtbot: QtBot, results: Results) -> None:
    thread = AsyncThread(results.fail)
    thread.submit(double(21), results.take).result(timeout=5)
    thread.stop()
    late = thread.submit(double(1), results.take)
    qtbot.wait(50)
    assert results.values == []
    assert late.cancelled()


def test_the_last_work_runs_when_all_that_was_cancelled_has_ended(qtbot: QtBot) -> None:
    thread = AsyncThread(lambda error: None)
    order: list[str] = []
    is_running = threading.Event()

    async def keeps_at_its_end() -> None:
        try:
            is_running.set()
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.05)
            order.append("kept")

    async def last() -> None:
        order.append("closed")

    thread.submit(keeps_at_its_end())
    assert is_running.wait(5)
    thread.stop(10, last)
    assert order == ["kept", "closed"]


def test_an_error_of_the_last_work_is_told_and_the_thread_ends(qtbot: QtBot, results: Results) -> None:
    async def last() -> None:
        raise ValueError("broken")

    thread = AsyncThread(results.fail)
    thread.stop(10, last)
    assert [str(error) for error in results.errors] == ["broken"]
    assert "asyncio" not in {each.name for each in threading.enumerate()}


def test_stopping_does_not_wait_for_work_that_waits_for_the_user(qtbot: QtBot, results: Results) -> None:
    is_waiting, answered = threading.Event(), threading.Event()

    def ask() -> None:
        is_waiting.set()
        assert answered.wait(20)

    thread = AsyncThread(results.fail)
    thread.run_waiting(ask, results.take)
    assert is_waiting.wait(5)
    thread.stop(10)
    assert "asyncio" not in {each.name for each in threading.enumerate()}
    answered.set()
    qtbot.wait(50)
    assert results.values == []
    assert results.errors == []


def test_work_that_waits_gives_its_answer_or_its_error(qtbot: QtBot, thread: AsyncThread, results: Results) -> None:
    def fail() -> None:
        raise ValueError("refused")

    thread.run_waiting(lambda: 7, results.take)
    thread.run_waiting(fail, results.take, results.fail)
    qtbot.waitUntil(lambda: results.values == [7] and [str(error) for error in results.errors] == ["refused"])


def test_what_is_posted_once_the_window_is_gone_is_dropped_and_hurts_nobody(qtbot: QtBot, results: Results) -> None:
    loop = AsyncLoop(results.fail)
    thread = AsyncThread(results.fail, loop=loop)
    kept: list[str] = []
    is_gone = threading.Event()

    def writes() -> None:
        is_gone.wait(20)
        thread.post(lambda: results.take("called"))
        kept.append("the rest")

    writer = threading.Thread(target=writes)
    writer.start()
    thread.stop()
    delete(thread)  # as `deleteLater` does with a window's parts
    is_gone.set()
    writer.join(20)
    loop.stop(5)
    QCoreApplication.processEvents()
    assert kept == ["the rest"]
    assert results.values == results.errors == []


def test_what_was_posted_before_the_window_closed_is_not_called_after(qtbot: QtBot, results: Results) -> None:
    thread = AsyncThread(results.fail)
    thread.post(lambda: results.take("called"))
    thread.stop()
    QCoreApplication.processEvents()
    assert results.values == []
