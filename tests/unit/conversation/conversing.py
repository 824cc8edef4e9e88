"""A runner on the real client, store and ledger, asked of the real test server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_desktop.assembly import Core, build_core
from copilot_desktop.context.items import ContextItem
from copilot_desktop.conversation.events import TextArrived, TurnEvent, TurnFinished
from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.conversation.turns import Outcomes, StoredTurn, TurnMode, TurnRequest, new_id
from copilot_desktop.llm.profiles import KeySource, Profile, ProviderKind
from copilot_desktop.settings.folders import program_folders
from tests.support.openai_server import OpenAIServer


@dataclass
class Talk:
    """One conversation with a server."""

    core: Core
    conversation_id: str
    profile: Profile

    def request(
        self,
        prompt: str = "Hello",
        items: tuple[ContextItem, ...] = (),
        files: dict[str, str] | None = None,
        mode: TurnMode = TurnMode.CHAT,
        outcomes: Outcomes | None = None,
    ) -> TurnRequest:
        request = TurnRequest(new_id(), self.conversation_id, prompt, items, files or {}, self.profile, mode)
        return replace(request, outcomes=outcomes or {})

    async def ask(self, request: TurnRequest, read_file: ReadFile | None = None) -> tuple[TurnEvent, ...]:
        async with aclosing(self.core.runner.run(request, read_file)) as events:
            return tuple([event async for event in events])

    async def finished(self, request: TurnRequest, read_file: ReadFile | None = None) -> TurnFinished:
        last = (await self.ask(request, read_file))[-1]
        assert isinstance(last, TurnFinished)
        return last

    def turns(self) -> tuple[StoredTurn, ...]:
        return self.core.conversations.turns(self.conversation_id)


def converse(
    folder: Path, server: OpenAIServer, work: Callable[[Talk], Awaitable[None]], **profile_fields: object
) -> None:
    """Run `work` on a loop of its own, with a profile for the server."""

    async def run() -> None:
        core = build_core(program_folders({"COPILOT_DESKTOP_HOME": str(folder / "home")}), {})
        try:
            profile = Profile("test", ProviderKind.CHAT, server.base_url, "test-model", KeySource.NONE)
            conversation = core.conversations.new_conversation("/project", "A conversation")
            await work(Talk(core, conversation.conversation_id, replace(profile, **profile_fields)))  # type: ignore[arg-type]
        finally:
            await core.aclose()

    asyncio.run(run())


def text_of(events: tuple[TurnEvent, ...]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextArrived))
