"""What comes of a turn: handed on in few pieces, and the first of it at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator

import pytest
from pytestqt.qtbot import QtBot

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.chat import running_turn
from copilot_desktop.bridge.chat.running_turn import RunningTurn, TurnToRun
from copilot_desktop.conversation.events import (
    ReasoningArrived,
    RepairArrived,
    TextArrived,
    TurnEvent,
    TurnFinished,
    TurnStatus,
)
from copilot_desktop.conversation.planning import PlannedRequest
from copilot_desktop.conversation.proposing import ReadFile
from copilot_desktop.conversation.reading_rounds import Reader
from copilot_desktop.conversation.turns import TurnRequest
from copilot_desktop.llm.profiles import Profile, ProviderKind
from tests.support.threads import running_thread

PROFILE = Profile("Test", ProviderKind.CHAT, "http://127.0.0.1:9/v1", "test-model")
TURN = TurnRequest("turn", "", "Hi", (), {}, PROFILE)
PIECES = 200


class Answering:
    """Says one word, waits until it may go on, and says the rest; `is_all_taken` once all of it was taken."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.is_all_taken = False
        self.ends = True
        self.piece: type[TextArrived | ReasoningArrived | RepairArrived] = TextArrived

    def plan(self, request: TurnRequest) -> PlannedRequest:
        raise NotImplementedError

    async def hurry(self, turn_id: str) -> None:
        raise NotImplementedError

    async def run(
        self, request: TurnRequest, _read_file: ReadFile | None = None, _reader: Reader | None = None
    ) -> AsyncGenerator[TurnEvent, None]:
        yield TextArrived(request.turn_id, "0 ")
        await self.may_go_on.wait()
        for number in range(1, PIECES):
            yield self.piece(request.turn_id, f"{number} ")
        self.is_all_taken = True
        if not self.ends:
            await asyncio.Event().wait()
        yield TurnFinished(request.turn_id, TurnStatus.FINISHED)


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[AsyncThread]:
    with running_thread() as thread:
        yield thread


def begin(thread: AsyncThread, answering: Answering) -> tuple[RunningTurn, list[TurnEvent]]:
    running, events = RunningTurn(thread, answering, thread), list[TurnEvent]()
    running.turn_event.connect(events.append)

    async def conversation_id() -> str:
        return "conversation"

    running.begin(TurnToRun(TURN, conversation_id))
    return running, events


def go_on(thread: AsyncThread, answering: Answering) -> None:
    async def let() -> None:
        answering.may_go_on.set()

    thread.submit(let())


@pytest.mark.parametrize("piece", [TextArrived, ReasoningArrived, RepairArrived])
def test_the_first_word_is_handed_on_at_once_and_what_follows_together(
    qtbot: QtBot,
    thread: AsyncThread,
    monkeypatch: pytest.MonkeyPatch,
    piece: type[TextArrived | ReasoningArrived | RepairArrived],
) -> None:
    monkeypatch.setattr(running_turn, "_COLLECTING_S", 3600.0)
    answering = Answering()
    answering.ends, answering.piece = False, piece
    running, events = begin(thread, answering)
    qtbot.waitUntil(lambda: events == [TextArrived("turn", "0 ")])
    go_on(thread, answering)
    qtbot.waitUntil(lambda: answering.is_all_taken)
    assert len(events) == 1
    running.stop()
    rest = "".join(f"{number} " for number in range(1, PIECES))
    assert events[1:] == [piece("turn", rest), TurnFinished("turn", TurnStatus.STOPPED)]
    qtbot.waitUntil(lambda: running.is_idle)


def test_nothing_is_lost_on_the_way(qtbot: QtBot, thread: AsyncThread) -> None:
    answering = Answering()
    _running, events = begin(thread, answering)
    go_on(thread, answering)
    qtbot.waitUntil(lambda: TurnFinished("turn", TurnStatus.FINISHED) in events)
    texts = [event.text for event in events if isinstance(event, TextArrived)]
    assert "".join(texts) == "".join(f"{number} " for number in range(PIECES))
    assert len(texts) < PIECES // 10
