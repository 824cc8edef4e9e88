"""Asking the model once more for blocks of a kept turn, on the real client, store and ledger."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_desktop.conversation.asking_for_blocks import repair_text
from copilot_desktop.conversation.events import RepairArrived, RepairFinished, RepairStarted, TurnStatus
from copilot_desktop.conversation.proposing import make_proposal
from copilot_desktop.conversation.turns import RepairRequest, TurnRequest
from copilot_desktop.edits import propose
from copilot_desktop.edits.proposal import Failure
from copilot_desktop.edits.refusals import REPAIRABLE
from copilot_desktop.llm.profiles import Price
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.unit.conversation.conversing import Talk, converse

FILES = {"a.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n"}
LOST = """a.py
```
<<<<<<< SEARCH
def g(value):
    return value
=======
def g():
    return 20
>>>>>>> REPLACE
```
"""
RIGHT = LOST.replace("def g(value):\n    return value", "def g():\n    return 2")


async def repaired(talk: Talk, request: TurnRequest) -> RepairFinished:
    """Ask for what the turn's answer has without a place."""
    finished = await talk.finished(request)
    assert finished.proposal is not None
    asked = finished.proposal.failures
    repair = RepairRequest(repair_text(asked, FILES, FILES), asked, ("b-0",))
    last = (await talk.ask(replace(request, repair=repair)))[-1]
    assert isinstance(last, RepairFinished)
    return last


def test_what_was_sent_and_came_is_kept_with_the_turn_and_its_price(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        last = await repaired(talk, talk.request("change it", files=FILES))
        assert last.outcomes == (None,)
        assert last.repaired is not None
        assert last.repaired.files == {"a.py": FILES["a.py"].replace("return 2\n", "return 20\n")}
        assert (last.usage.input_tokens, last.usage.output_tokens) == (300, 80)
        assert last.cost_usd == pytest.approx(300e-6 + 2 * 80e-6)
        (turn,) = talk.turns()
        assert (turn.status, turn.answer) == (TurnStatus.FINISHED, LOST)
        (repair,) = turn.repairs
        assert (repair.answer, repair.status, repair.note) == (RIGHT, TurnStatus.FINISHED, "It has its place now.")
        assert repair.text == server.requests[1].body["messages"][-1]["content"]
        assert turn.cost_usd == last.cost_usd
        assert len(talk.core.ledger.records_of(turn.turn_id)) == 2

    with OpenAIServer() as server:
        server.answers(LOST, usage=ServerUsage(100, 50))
        server.answers(RIGHT, usage=ServerUsage(200, 30))
        converse(tmp_path, server, work, price=Price(1.0, 2.0))


def test_the_last_block_of_a_repair_cut_at_the_output_limit_is_not_taken_for_whole(tmp_path: Path) -> None:
    diff = "--- a.py\n+++ a.py\n@@ -5,2 +5,3 @@\n def g():\n-    return 2\n+    half = 20\n"

    async def work(talk: Talk) -> None:
        last = await repaired(talk, talk.request("change it", files=FILES))
        assert [failure is not None for failure in last.outcomes] == [True]
        assert last.repaired is not None
        assert last.repaired.files == {}
        (turn,) = talk.turns()
        (repair,) = turn.repairs
        assert repair.is_cut
        assert repair.note.endswith("The new blocks were cut off at the model's output limit.")
        # It is made again so after a restart.
        again = make_proposal(turn.answer, FILES, None, repairs=turn.repairs).proposal
        assert (again.files, len(again.failures)) == ({}, 1)

    with OpenAIServer() as server:
        server.answers(LOST)
        server.answers(diff, finish_reason="length")
        converse(tmp_path, server, work)


def test_a_repair_that_does_not_fit_is_not_sent(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        request = talk.request("change it", files=FILES)
        finished = await talk.finished(request)
        assert finished.proposal is not None
        asked = finished.proposal.failures
        repair = RepairRequest("word " * 4_000, asked, ("b-0",))
        profile = replace(request.profile, limit_tokens=3_000)
        last = (await talk.ask(replace(request, profile=profile, repair=repair)))[-1]
        assert isinstance(last, RepairFinished)
        assert last.error is not None
        assert last.error.kind == "context_length"
        assert (last.outcomes, last.repaired) == ((), None)
        assert len(server.requests) == 1
        (turn,) = talk.turns()
        assert turn.repairs[0].status is TurnStatus.FAILED

    with OpenAIServer() as server:
        server.answers(LOST)
        converse(tmp_path, server, work)


def test_a_conversation_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        failure = Failure("a.py", "not_found", "", LOST)
        request = replace(talk.request(files=FILES), repair=RepairRequest("again", (failure,), ("b-0",)))
        first, last = await talk.ask(request)
        assert first == RepairStarted(request.turn_id, "again")
        assert isinstance(last, RepairFinished)
        assert last.error is not None
        assert "no longer kept" in last.error.message
        assert server.requests == []
        assert talk.turns() == ()

    with OpenAIServer() as server:
        converse(tmp_path, server, work)


def test_a_stopped_repair_keeps_what_came_and_the_turn_as_it_was(tmp_path: Path) -> None:
    async def work(talk: Talk) -> None:
        request = talk.request("change it", files=FILES)
        finished = await talk.finished(request)
        assert finished.proposal is not None
        repair = RepairRequest("again", finished.proposal.failures, ("b-0",))
        async with aclosing(talk.core.runner.run(replace(request, repair=repair))) as events:
            async for event in events:
                if isinstance(event, RepairArrived):
                    break
        (turn,) = talk.turns()
        assert (turn.status, turn.answer) == (TurnStatus.FINISHED, LOST)
        assert turn.repairs[0].status is TurnStatus.STOPPED
        assert RIGHT.startswith(turn.repairs[0].answer)
        assert turn.repairs[0].answer

    with OpenAIServer() as server:
        server.answers(LOST)
        server.holds(RIGHT, after=1)
        converse(tmp_path, server, work)


def test_the_text_says_of_every_block_why_and_what_the_file_says_now() -> None:
    answer = LOST + LOST.replace("def g(value):\n    return value", "    return")
    asked = propose(answer, FILES).failures
    assert all(failure.reason in REPAIRABLE for failure in asked)
    now = {"a.py": "# new above\n" + FILES["a.py"]}
    text = repair_text(asked, now, FILES)
    assert "## Block 1, a.py" in text
    assert "## Block 2, a.py" in text
    assert "a.py has these lines now, lines 3 to 7:" in text
    assert "def g(value):" in text


def test_a_file_that_is_gone_is_said() -> None:
    asked = propose(LOST, FILES).failures
    assert "There is no file a.py any more." in repair_text(asked, {}, FILES)
