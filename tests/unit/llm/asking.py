"""What the tests of the client share: a gate that keeps records, a profile of the test server, one call as a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import LocalServer
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.llm.requests import (
    Message,
    ModelEvent,
    ModelRequest,
    ReasoningDelta,
    RequestRecord,
    TextDelta,
)
from copilot_desktop.llm.transport.connection import Limits

T = TypeVar("T")
KEY = "sk-test-0123456789abcdef"


@dataclass
class Records:
    """A gate that lets everything go and keeps what it is told."""

    kept: list[RequestRecord] = field(default_factory=list)
    asked: int = 0

    def before_request(self, request: ModelRequest) -> None:
        self.asked += 1

    def after_request(self, record: RequestRecord) -> None:
        self.kept.append(record)


def profile_of(base_url: str, *, key: bool = False, model: str = "test-model") -> Profile:
    source = KeySource.RUN if key else KeySource.NONE
    return Profile("test", ProviderKind.CHAT, base_url, model, source)


def request_for(profile: Profile, text: str = "Hello", **more: object) -> ModelRequest:
    return ModelRequest("r1", "t1", profile, (Message("user", text),), "chat", **more)  # type: ignore[arg-type]


def no_model() -> Path | None:
    return None


def ignore(profile: Profile) -> None:
    """A key that was refused is nothing to a test that does not ask."""


def run(
    work: Callable[[ModelClient], Awaitable[T]],
    records: Records,
    limits: Limits | None = None,
    key: str = KEY,
    key_refused: Callable[[Profile], None] = ignore,
) -> T:
    """Run `work` with a client on a loop of its own and close the client."""

    async def read_key(profile: Profile) -> str | None:
        return key

    async def with_client() -> T:
        client = ModelClient(records, read_key, LocalServer(("false",), no_model), key_refused, limits or Limits())
        try:
            return await work(client)
        finally:
            await client.aclose()

    return asyncio.run(with_client())


def ask(
    request: ModelRequest,
    records: Records,
    limits: Limits | None = None,
    key: str = KEY,
    key_refused: Callable[[Profile], None] = ignore,
) -> list[ModelEvent]:
    """All events of one request."""

    async def work(client: ModelClient) -> list[ModelEvent]:
        return await all_events(client, request)

    return run(work, records, limits, key, key_refused)


async def all_events(client: ModelClient, request: ModelRequest) -> list[ModelEvent]:
    async with aclosing(client.stream(request)) as events:
        return [event async for event in events]


def text_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def reasoning_of(events: list[ModelEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, ReasoningDelta))
