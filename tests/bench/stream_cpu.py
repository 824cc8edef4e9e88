"""Cost of an answer on the asyncio thread: `python tests/bench/stream_cpu.py`.

CPU of a thread with an asyncio loop while 200 tokens a second stream through client and turn, in both wire formats; and
how much later than on a raw socket the first token comes once the client is warm. The server is another process.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from copilot_desktop.assembly import Core, build_core
from copilot_desktop.conversation.events import TurnFinished, TurnStatus
from copilot_desktop.conversation.turns import TurnRequest, new_id
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.requests import Message, ModelRequest, TextDelta
from copilot_desktop.settings.folders import program_folders
from tests.support.http_exchange import Exchange
from tests.support.openai_server import OpenAIServer
from tests.support.wire_answers import ServerUsage, wire_of

TOKENS_PER_S = 200
SECONDS = 10
ROUNDS = 60
Run = Callable[[Coroutine[Any, Any, float]], float]


def serve() -> None:
    """Stream at the pace that the model's name says, until standard input ends."""

    def reply(exchange: Exchange) -> None:
        rate, count = (int(part) for part in str(exchange.request.body["model"]).split("x"))
        wire = wire_of(exchange)
        wire.begin()
        start = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            wire.text("token ")
        wire.end("stop", ServerUsage())
        exchange.end_stream()

    with OpenAIServer() as server:
        server.replies(reply)
        print(server.base_url, flush=True)
        sys.stdin.read()


def profile_of(kind: ProviderKind, base_url: str, rate: int, count: int) -> Profile:
    return Profile("bench", kind, base_url, f"{rate}x{count}", KeySource.NONE)


async def stream_turn(core: Core, profile: Profile) -> float:
    """CPU seconds that this thread spent on one turn."""
    conversation = core.conversations.new_conversation("/project", "bench")
    request = TurnRequest(new_id(), conversation.conversation_id, "Hi", (), {}, profile)
    started = time.thread_time()
    async with aclosing(core.runner.run(request)) as events:
        async for event in events:
            last = event
    assert isinstance(last, TurnFinished)
    assert last.status is TurnStatus.FINISHED, last.error
    return time.thread_time() - started


async def first_token_of_client(core: Core, profile: Profile) -> float:
    """Seconds from asking to the first text."""
    request = ModelRequest(new_id(), "", profile, (Message("user", "Hi"),), "chat")
    started = time.perf_counter()
    seconds = 0.0
    async with aclosing(core.client.stream(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta) and not seconds:
                seconds = time.perf_counter() - started
    return seconds


def first_token_of_socket(kind: ProviderKind, profile: Profile) -> float:
    """The same on a raw socket that was connected before, as a warm client's is."""
    parts = urlsplit(profile.base_url)
    path = "responses" if kind is ProviderKind.RESPONSES else "chat/completions"
    body = json.dumps({"model": profile.model, "messages": [], "input": [], "stream": True}).encode()
    head = f"POST /v1/{path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.perf_counter()
        connection.sendall(head + body)
        got = b""
        while b"token " not in got:
            got += connection.recv(65536)
        seconds = time.perf_counter() - started
        while b"\r\n0\r\n" not in got:
            got = got[-8:] + connection.recv(65536)
        return seconds


def measure(core: Core, run: Run, base_url: str) -> None:
    """Print the figures."""
    for kind in (ProviderKind.CHAT, ProviderKind.RESPONSES):
        short = profile_of(kind, base_url, 1000, 3)
        run(first_token_of_client(core, short))
        later = sorted(
            1000 * (run(first_token_of_client(core, short)) - first_token_of_socket(kind, short)) for _ in range(ROUNDS)
        )
        long = profile_of(kind, base_url, TOKENS_PER_S, TOKENS_PER_S * SECONDS)
        cpu = run(stream_turn(core, long)) / SECONDS * 100
        print(
            f"{kind.value:10} first token later than on a raw socket: median {statistics.median(later):.1f} ms, "
            f"p90 {later[int(len(later) * 0.9)]:.1f} ms; "
            f"asyncio thread at {TOKENS_PER_S} tokens/s: {cpu:.1f} % of a core"
        )


def main() -> None:
    """Start the server and measure."""
    if "--serve" in sys.argv:
        serve()
        return
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    base_url = server.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as home:
        core = build_core(program_folders({"COPILOT_DESKTOP_HOME": home}), os.environ)
        loop = asyncio.new_event_loop()

        measure(core, loop.run_until_complete, base_url)
        loop.run_until_complete(core.aclose())
        loop.close()
    server.communicate()


if __name__ == "__main__":
    main()
