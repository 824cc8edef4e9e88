"""Turns of a model that reads in the folder: asked again with what it was told, within limits, kept and sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop.assembly import Core
from copilot_desktop.context.index.symbols import FoundSymbol
from copilot_desktop.context.reading.border import ReadingBorder
from copilot_desktop.context.reading.folder import FolderReader
from copilot_desktop.context.reading.questions import ReadLimits
from copilot_desktop.conversation.events import ReadingChanged, TurnEvent, TurnFinished, TurnStarted, TurnStatus
from copilot_desktop.conversation.exporting import markdown_of
from copilot_desktop.conversation.turns import MayRead, TurnRequest
from copilot_desktop.errors import UsageError
from copilot_desktop.llm.profiles import EditFormat, ProviderKind
from copilot_desktop.llm.requests import ModelRequest
from copilot_desktop.usage.ledger import Ledger
from copilot_desktop.workspace.model_border import ModelBorder
from copilot_desktop.workspace.paths import Workspace
from tests.support.openai_server import Exchange, OpenAIServer, ServerCall
from tests.support.wire_answers import Answer, ChatWire, error_body
from tests.unit.conversation.conversing import Talk, converse, text_of

KINDS = (ProviderKind.CHAT, ProviderKind.RESPONSES)
READ_A = ServerCall.of("read_file", "call_a", path="a.py")
EDIT = ServerCall.of("edit_file", "call_e", path="a.py", old_string="two\n", new_string="three\n")


class Window:
    """What is open in tabs, and no index."""

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = texts or {}

    async def texts(self, path: str | None) -> Mapping[str, str]:
        return self._texts

    async def symbols(self, name: str, limit: int) -> tuple[tuple[FoundSymbol, ...], bool]:
        return (), True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_text("one\ntwo\n")
    (project / "b.py").write_text("".join(f"line {number}\n" for number in range(1, 3001)))
    (project / ".env").write_text("PASSWORD=hunter2secret\n")
    (project / ".gitignore").write_text("made/\n")
    (project / "made").mkdir()
    (project / "made" / "x.py").write_text("generated_word\n")
    return project


def reader_of(folder: Path, core: Core, texts: Mapping[str, str] | None = None) -> FolderReader:
    workspace = Workspace(folder)
    return FolderReader(ReadingBorder(ModelBorder(workspace)), Window(texts), core.tokens.count)


def asked(talk: Talk, prompt: str = "Do it", **fields: Any) -> TurnRequest:
    return replace(talk.request(prompt), reading=MayRead(), **fields)


async def told(
    talk: Talk, request: TurnRequest, folder: Path, texts: Mapping[str, str] | None = None
) -> tuple[TurnEvent, ...]:
    async with aclosing(talk.core.runner.run(request, None, reader_of(folder, talk.core, texts))) as events:
        return tuple([event async for event in events])


def results(body: Mapping[str, Any]) -> list[str]:
    """What the model was told of its calls."""
    if "messages" in body:
        return [message["content"] for message in body["messages"] if message["role"] == "tool"]
    return [item["output"] for item in body["input"] if item.get("type") == "function_call_output"]


def tool_names(body: Mapping[str, Any]) -> list[str]:
    return [tool.get("function", tool)["name"] for tool in body.get("tools", ())]


def readings(events: Sequence[TurnEvent]) -> list[str]:
    """The titles of what was read, at the end."""
    found = {event.number: event.call.reading for event in events if isinstance(event, ReadingChanged)}
    return [reading.title for reading in found.values() if reading is not None]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("edit_format", [EditFormat.TOOL_CALL, EditFormat.SEARCH_REPLACE])
def test_what_the_model_asks_for_is_read_and_it_is_asked_again(
    tmp_path: Path, folder: Path, kind: ProviderKind, edit_format: EditFormat
) -> None:
    with OpenAIServer() as server:
        server.answers("I look.", calls=(READ_A, ServerCall.of("search_text", "call_b", query="LINE 17")))
        server.answers("It says two.")

        async def work(talk: Talk) -> None:
            request = asked(talk)
            events = await told(talk, request, folder)
            finished = events[-1]
            assert isinstance(finished, TurnFinished)
            assert (finished.status, finished.error, finished.requests) == (TurnStatus.FINISHED, None, 2)
            assert text_of(events) == "I look.\n\nIt says two."
            assert readings(events) == ["Read a.py:1–2", "Searched “LINE 17” · 111 matches"]
            assert sum(isinstance(event, TurnStarted) for event in events) == 1
            first, second = server.requests[0].body, server.requests[1].body
            assert tool_names(first)[-4:] == ["list_files", "read_file", "search_text", "find_symbols"]
            assert ("edit_file" in tool_names(first)) is (edit_format is EditFormat.TOOL_CALL)
            read, found = results(second)
            assert read == "a.py, lines 1 to 2 of 2:\none\ntwo\n"
            assert found.startswith("111 matches in 1 file:\nb.py:17: line 17\nb.py:170: line 170\n")
            records = talk.core.ledger.records_of(request.turn_id)
            assert [json.loads(record.body) for record in records] == [first, second]
            (kept,) = talk.turns()
            assert [call.name for call in kept.readings] == ["read_file", "search_text"]
            assert kept.readings[0].reading is not None
            assert (kept.readings[0].reading.result, kept.readings[0].reading.tokens > 5) == (read, True)
            exported = markdown_of(talk.core.conversations.conversations("/project")[0], (kept,))
            assert "Read a.py:1–2" in exported

        converse(tmp_path, server, work, edit_format=edit_format, kind=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_edits_beside_calls_to_read_are_proposed_and_reading_goes_on(
    tmp_path: Path, folder: Path, kind: ProviderKind
) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(READ_A, EDIT))
        server.answers("Done.")

        async def work(talk: Talk) -> None:
            reader = reader_of(folder, talk.core)

            def read(path: str) -> str | None:
                return reader.shown(path)

            async with aclosing(talk.core.runner.run(asked(talk), read, reader)) as running:
                events = [event async for event in running]
            finished = events[-1]
            assert isinstance(finished, TurnFinished)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n"}
            assert finished.proposal.failures == ()
            assert results(server.requests[1].body)[1] == "Shown to the user as a proposed change."
            assert text_of(tuple(events)).endswith("\n\nDone.")

        converse(tmp_path, server, work, edit_format=EditFormat.TOOL_CALL, kind=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_read_is_sent_again_to_the_same_model_and_named_to_another(
    tmp_path: Path, folder: Path, kind: ProviderKind
) -> None:
    with OpenAIServer() as server:
        server.answers("I look.", calls=(READ_A, replace(READ_A, arguments='{"path": ".env"}')))
        server.answers("It says two.")
        server.answers("Yes.")

        async def work(talk: Talk) -> None:
            await told(talk, asked(talk), folder)
            await told(talk, asked(talk, "Sure?"), folder)
            body = server.requests[2].body
            assert results(body) == results(server.requests[1].body)
            rows = body.get("messages", body.get("input"))
            said = json.dumps(rows)
            assert said.index("I look.") < said.index("one\\ntwo") < said.index("It says two.") < said.index("Sure?")
            talk.profile = replace(talk.profile, model="another")
            await told(talk, asked(talk, "And you?"), folder)
            body = server.requests[3].body
            assert results(body) == []
            assert "[For the answer this was looked at: Read a.py:1–2; Refused: .env looks like" in json.dumps(
                body, ensure_ascii=False
            )
            assert "hunter2" not in "".join(json.dumps(request.body) for request in server.requests)

        converse(tmp_path, server, work, kind=kind)


def test_unsaved_text_is_read_and_searched_as_the_user_sees_it(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(READ_A, ServerCall.of("search_text", "s", query="typed_word")))
        server.answers("Fine.")

        async def work(talk: Talk) -> None:
            await told(talk, asked(talk), folder, {"a.py": "typed_word = 1\n"})
            read, found = results(server.requests[1].body)
            assert read == "a.py, lines 1 to 1 of 1:\ntyped_word = 1\n"
            assert found == "1 match in 1 file:\na.py:1: typed_word = 1\n"

        converse(tmp_path, server, work)


def test_calls_that_cannot_be_used_are_told_and_end_in_an_answer(tmp_path: Path, folder: Path) -> None:
    bad = (
        ServerCall("read_file", '{"path": "a.py"', "w"),
        ServerCall.of("run_shell", "x", command="rm -rf ."),
        ServerCall.of("read_file", "x", path=7),
        ServerCall.of("read_file", "x", path="a.py", first_line="two"),
        ServerCall("read_file", "[1, 2]", "x"),
        READ_A,
    )
    with OpenAIServer() as server:
        server.answers("", calls=bad)
        server.answers("I see.")

        async def work(talk: Talk) -> None:
            events = await told(talk, asked(talk), folder)
            assert text_of(events) == "I see."
            said = results(server.requests[1].body)
            assert said[0] == "The arguments of the call of read_file are not valid JSON. Make it again."
            assert said[1].startswith("There is no tool “run_shell”. There are list_files, read_file")
            assert said[2] == "path is not text. Make the call again."
            assert said[3].startswith("first_line is no number of a line")
            assert said[4] == "The arguments of the call of read_file are not one object. Make it again."
            assert said[5].startswith("a.py, lines 1 to 2 of 2:\none\ntwo\n\n[No more is read in this turn")
            ids = [
                message["tool_call_id"] for message in server.requests[1].body["messages"] if "tool_call_id" in message
            ]
            assert len(set(ids)) == len(bad)
            assert server.requests[1].body["tool_choice"] == "none"
            (kept,) = talk.turns()
            assert "5 calls of the model could not be used" in kept.note or "4 calls" in kept.note

        converse(tmp_path, server, work)


def test_a_model_that_only_reads_is_stopped_after_ten_rounds(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(READ_A,))

        async def work(talk: Talk) -> None:
            events = await told(talk, asked(talk), folder)
            finished = events[-1]
            assert isinstance(finished, TurnFinished)
            assert len(server.requests) == 11
            assert [request.body.get("tool_choice") for request in server.requests[9:]] == [None, "none"]
            assert finished.status is TurnStatus.FAILED
            assert finished.error is not None
            assert "only asked to read more files" in finished.error.message
            assert results(server.requests[2].body)[1] == "The same as you were told before in this turn."
            (kept,) = talk.turns()
            assert len(kept.readings) == 11

        converse(tmp_path, server, work)


def test_with_edit_tools_only_those_are_left_at_the_limit(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        for _ in range(10):
            server.answers("", calls=(READ_A,))
        server.answers("", calls=(EDIT,))

        async def work(talk: Talk) -> None:
            reader = reader_of(folder, talk.core)
            async with aclosing(talk.core.runner.run(asked(talk), reader.shown, reader)) as running:
                finished = [event async for event in running][-1]
            assert isinstance(finished, TurnFinished)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n"}
            assert tool_names(server.requests[10].body) == ["edit_file", "create_file", "delete_file"]
            assert "tool_choice" not in server.requests[10].body

        converse(tmp_path, server, work, edit_format=EditFormat.TOOL_CALL)


def test_what_is_read_stays_within_the_models_window(tmp_path: Path, folder: Path) -> None:
    calls = [ServerCall.of("read_file", "x", path="b.py", first_line=first) for first in (1, 400, 800, 1200)]
    with OpenAIServer() as server:
        server.answers("", calls=calls)
        server.answers("Enough.")

        async def work(talk: Talk) -> None:
            request = asked(talk)
            events = await told(talk, request, folder)
            assert text_of(events) == "Enough."
            said = results(server.requests[1].body)
            assert "[Cut at the limit: go on with first_line" in said[0]
            assert said[3].startswith("Not carried out: no more is read in this turn.")
            sent = sum(talk.core.tokens.count(row.get("content") or "") for row in server.requests[1].body["messages"])
            assert 3_000 < sent < 6_000
            assert "The model's window is full" in talk.turns()[0].note

        converse(tmp_path, server, work, limit_tokens=8_000, max_output_tokens=2_000)


def test_a_server_without_tools_is_asked_without_and_the_turn_says_so(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        server.replies(lambda exchange: exchange.json(400, error_body("tools are not supported", "invalid", None)))
        server.answers("As it is.")

        async def work(talk: Talk) -> None:
            events = await told(talk, asked(talk), folder)
            assert text_of(events) == "As it is."
            notes = [event.note for event in events if isinstance(event, TurnStarted)]
            assert notes[-1] == "The server takes no tools for test-model, so the model cannot read files by itself."
            assert "tools" not in server.requests[1].body

        converse(tmp_path, server, work)


def test_a_stop_while_it_is_asked_again_keeps_what_came(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        server.answers("I look.", calls=(READ_A,))
        server.stall("Half of", after=1)

        async def work(talk: Talk) -> None:
            async def run() -> None:
                await told(talk, asked(talk), folder)

            running = asyncio.ensure_future(run())
            while len(server.requests) < 2:
                await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            (kept,) = talk.turns()
            assert kept.status is TurnStatus.STOPPED
            assert kept.answer.startswith("I look.")
            assert kept.readings[0].reading is not None
            assert kept.readings[0].reading.result.startswith("a.py, lines 1 to 2")

        converse(tmp_path, server, work)


def test_a_request_that_waits_goes_out_at_once_when_hurried(tmp_path: Path, folder: Path) -> None:
    with OpenAIServer() as server:
        server.answers("I look.", calls=(READ_A,))
        server.rate_limit(retry_after="50")
        server.answers("Two.")

        async def work(talk: Talk) -> None:
            request = asked(talk)
            running = asyncio.ensure_future(told(talk, request, folder))
            while len(server.requests) < 2:
                await asyncio.sleep(0.01)
            while not running.done():
                await talk.core.runner.hurry(request.turn_id)
                await asyncio.sleep(0.01)
            assert text_of(running.result()) == "I look.\n\nTwo."
            assert len(server.requests) == 3

        converse(tmp_path, server, work)


def test_nothing_of_an_answer_is_lost_where_a_half_call_is_followed_by_an_error(tmp_path: Path, folder: Path) -> None:
    def reply(exchange: Exchange) -> None:
        wire = ChatWire(exchange)
        wire.begin()
        wire.call(0, READ_A)
        wire.error("Rate limit reached.", code="rate_limit_exceeded")
        exchange.end_stream()

    with OpenAIServer() as server:
        server.replies(reply)

        async def work(talk: Talk) -> None:
            finished = (await told(talk, asked(talk), folder))[-1]
            assert isinstance(finished, TurnFinished)
            assert finished.status is TurnStatus.FAILED
            assert len(server.requests) == 1
            (kept,) = talk.turns()
            assert [call.name for call in kept.calls] == ["read_file"]

        converse(tmp_path, server, work)


def test_a_limit_of_spending_is_asked_before_each_request(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = 0

    def before(_ledger: Ledger, _request: ModelRequest) -> None:
        nonlocal let_go
        let_go += 1
        if let_go > 1:
            raise UsageError("The limit of today is reached.")

    monkeypatch.setattr(Ledger, "before_request", before)
    with OpenAIServer() as server:
        server.answers("I look.", calls=(READ_A,))

        async def work(talk: Talk) -> None:
            finished = (await told(talk, asked(talk), folder))[-1]
            assert isinstance(finished, TurnFinished)
            assert finished.error is not None
            assert finished.error.message == "The limit of today is reached."
            assert len(server.requests) == 1
            (kept,) = talk.turns()
            assert (kept.answer, len(kept.readings)) == ("I look.", 1)

        converse(tmp_path, server, work)


@pytest.mark.logs_warnings
def test_a_mistake_of_the_program_is_told_to_the_model_and_logged(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_reader: FolderReader, _question: object, _limit_tokens: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(FolderReader, "answer", broken)
    with OpenAIServer() as server:
        server.answers("", calls=(READ_A,))
        server.answers("Then without.")

        async def work(talk: Talk) -> None:
            assert text_of(await told(talk, asked(talk), folder)) == "Then without."
            assert results(server.requests[1].body) == ["This could not be carried out: a mistake in the program."]

        converse(tmp_path, server, work)
    assert "a call to read failed" in caplog.text


def test_at_the_limit_of_tokens_it_is_asked_to_answer(tmp_path: Path, folder: Path) -> None:
    calls = [ServerCall.of("read_file", f"c{first}", path="b.py", first_line=first) for first in (1, 200, 400, 600)]
    with OpenAIServer() as server:
        server.answers("", calls=calls)
        server.answers("Enough.")

        async def work(talk: Talk) -> None:
            reader = reader_of(folder, talk.core)
            reader.limits = ReadLimits(result_tokens=400, turn_tokens=1_000)
            async with aclosing(talk.core.runner.run(asked(talk), None, reader)) as running:
                assert text_of(tuple([event async for event in running])) == "Enough."
            (kept,) = talk.turns()
            tokens = [call.reading.tokens for call in kept.readings if call.reading is not None]
            assert all(300 < each < 430 for each in tokens[:2])
            assert sum(tokens) < 1_100
            assert results(server.requests[1].body)[3].startswith("Not carried out")
            assert server.requests[1].body["tool_choice"] == "none"
            assert "tokens, which is the limit of a turn: it was asked to answer" in kept.note

        converse(tmp_path, server, work)


def test_secrets_in_what_is_read_are_masked_and_edits_around_them_placed(tmp_path: Path, folder: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    (folder / "a.py").write_text(f"TOKEN = '{token}'\n")

    def edited(exchange: Exchange) -> None:
        shown = results(exchange.request.body)[0].split("\n")[1]
        blocks = ["a.py", "```py", "<<<<<<< SEARCH", shown, "=======", f"API_{shown}", ">>>>>>> REPLACE", "```", ""]
        Answer(["\n".join(blocks)])(exchange)

    with OpenAIServer() as server:
        server.answers("", calls=(READ_A, ServerCall.of("search_text", "s", query="ghp_")))
        server.replies(edited)

        async def work(talk: Talk) -> None:
            reader = reader_of(folder, talk.core)
            async with aclosing(talk.core.runner.run(asked(talk), reader.shown, reader)) as running:
                events = [event async for event in running]
            finished = events[-1]
            assert isinstance(finished, TurnFinished)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": f"API_TOKEN = '{token}'\n"}
            assert readings(events)[0] == "Read a.py:1–1 · 1 secret masked"
            assert readings(events)[1].endswith("1 match · 1 secret masked")
            sent = results(server.requests[1].body)
            assert all("HIDDEN_SECRET_" in result for result in sent)
            shown = [call.reading.as_sent for call in talk.turns()[0].readings if call.reading is not None]
            assert shown == sent
            assert token not in json.dumps([request.body for request in server.requests])

        converse(tmp_path, server, work)
