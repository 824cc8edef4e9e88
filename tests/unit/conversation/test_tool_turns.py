"""Turns of a model that calls tools: asked, proposed, kept, sent again; also of servers that take no tools."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop.context.collecting import item_of
from copilot_desktop.conversation.asking_for_blocks import repair_text
from copilot_desktop.conversation.events import (
    RepairArrived,
    RepairFinished,
    TextArrived,
    TurnFinished,
    TurnStarted,
    TurnStatus,
)
from copilot_desktop.conversation.exporting import markdown_of
from copilot_desktop.conversation.proposing import holds_edits, propose_again
from copilot_desktop.conversation.turns import RepairRequest, TurnMode, TurnRequest
from copilot_desktop.llm.profiles import EditFormat, ProviderKind
from tests.support.openai_server import Exchange, OpenAIServer, ServerCall
from tests.support.wire_answers import ChatWire, error_body
from tests.unit.conversation.conversing import Talk, converse, text_of

FILES = {"a.py": "one\ntwo\n", "old.py": "gone\n"}
EDIT = ServerCall.of("edit_file", "call_a", path="a.py", old_string="two\n", new_string="three\n")
DELETE = ServerCall.of("delete_file", "call_b", path="old.py")
NEW = ServerCall.of("create_file", "call_c", path="n.py", content="x = 1\n")
KINDS = (ProviderKind.CHAT, ProviderKind.RESPONSES)
TOOLS = EditFormat.TOOL_CALL


def read(path: str) -> str | None:
    return FILES.get(path)


def asked(talk: Talk, prompt: str = "Do it", **fields: Any) -> TurnRequest:
    return talk.request(prompt, (item_of("a.py", FILES["a.py"]),), {"a.py": FILES["a.py"]}, **fields)


@pytest.mark.parametrize("kind", KINDS)
def test_calls_are_proposed_shown_and_kept(tmp_path: Path, kind: ProviderKind) -> None:
    with OpenAIServer() as server:
        server.answers("Three changes.", calls=(EDIT, DELETE, NEW))

        async def work(talk: Talk) -> None:
            events = await talk.ask(asked(talk), read)
            finished = events[-1]
            assert isinstance(finished, TurnFinished)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n", "old.py": None, "n.py": "x = 1\n"}
            assert finished.proposal.failures == ()
            shown = text_of(events)
            assert shown.startswith("Three changes.\n\nEdit `a.py`:\n\n``````py a.py\n<<<<<<< SEARCH\ntwo\n")
            assert "Delete `old.py`." in shown
            assert "Create `n.py`:" in shown
            (kept,) = talk.turns()
            assert kept.answer == shown
            assert [call.name for call in kept.calls] == ["edit_file", "delete_file", "create_file"]
            assert holds_edits(kept)
            assert propose_again(kept, read).proposal.files == finished.proposal.files
            exported = markdown_of(talk.core.conversations.conversations("/project")[0], (kept,))
            assert shown.strip() in exported

        converse(tmp_path, server, work, edit_format=TOOLS, kind=kind)


def test_an_edit_is_shown_before_its_call_is_whole(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(EDIT, DELETE))

        async def work(talk: Talk) -> None:
            texts = [event.text for event in await talk.ask(asked(talk)) if isinstance(event, TextArrived)]
            assert len(texts) > 4

        converse(tmp_path, server, work, edit_format=TOOLS)


@pytest.mark.parametrize("kind", KINDS)
def test_history_is_sent_again_with_the_calls_and_what_became_of_them(tmp_path: Path, kind: ProviderKind) -> None:
    broken = ServerCall("edit_file", '{"path": "a.py"', "call_d")
    with OpenAIServer() as server:
        server.answers("Changed.", calls=(EDIT, DELETE, broken))
        server.answers("Fine.")

        async def work(talk: Talk) -> None:
            first = asked(talk)
            await talk.ask(first, read)
            outcomes = {first.turn_id: {"a.py": "The user accepted all changes of a.py."}}
            await talk.ask(talk.request("And now?", outcomes=outcomes))
            body = server.requests[1].body
            if kind is ProviderKind.CHAT:
                assistant, *results = body["messages"][2:6]
                assert assistant["content"] == "Changed."
                calls = [(call["id"], call["function"]) for call in assistant["tool_calls"]]
                answers = [(result["tool_call_id"], result["content"]) for result in results]
                assert {result["role"] for result in results} == {"tool"}
            else:
                items = body["input"]
                assert items[1]["content"] == [{"type": "output_text", "text": "Changed."}]
                calls = [(item["call_id"], item) for item in items if item.get("type") == "function_call"]
                answers = [(i["call_id"], i["output"]) for i in items if i.get("type") == "function_call_output"]
            assert [call[0] for call in calls] == [answer[0] for answer in answers]
            assert len({call[0] for call in calls}) == 3
            assert all(isinstance(json.loads(call[1]["arguments"]), dict) for call in calls)
            assert json.loads(calls[0][1]["arguments"]) == json.loads(EDIT.arguments)
            assert [answer[1] for answer in answers] == [
                "The user accepted all changes of a.py.",
                "Shown to the user as a proposed change.",
                "This call was not used. The call of edit_file was cut off before its arguments were whole.",
            ]
            assert "SEARCH" not in json.dumps(body["messages" if kind is ProviderKind.CHAT else "input"][1:])

        converse(tmp_path, server, work, edit_format=TOOLS, kind=kind)


def test_to_a_model_without_tools_the_calls_are_sent_as_text(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.answers("Changed.", calls=(EDIT,))
        server.answers("Fine.")

        async def first(talk: Talk) -> None:
            await talk.ask(asked(talk), read)
            talk.profile = replace(talk.profile, edit_format=EditFormat.SEARCH_REPLACE)
            await talk.ask(talk.request("And now?"))
            body = server.requests[1].body
            assert "tools" not in body
            assert {message["role"] for message in body["messages"]} == {"system", "user", "assistant"}
            assert "<<<<<<< SEARCH\ntwo\n=======\nthree\n>>>>>>> REPLACE" in body["messages"][2]["content"]

        converse(tmp_path, server, first, edit_format=TOOLS)


def test_to_another_model_the_calls_of_the_first_are_sent_as_text(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.answers("Changed.", calls=(EDIT,))

        async def work(talk: Talk) -> None:
            await talk.ask(asked(talk), read)
            talk.profile = replace(talk.profile, model="another")
            await talk.ask(talk.request("And now?"))
            body = server.requests[1].body
            assert "tools" in body
            assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]
            assert "<<<<<<< SEARCH\ntwo\n" in body["messages"][2]["content"]

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_what_a_server_wants_back_is_kept_with_the_call(tmp_path: Path) -> None:
    extra = {"google": {"thought_signature": "c2lnbmVk"}}

    def reply(exchange: Exchange) -> None:
        wire = ChatWire(exchange)
        wire.begin()
        function = {"name": EDIT.name, "arguments": EDIT.arguments}
        wire.calls([{"id": "x", "type": "function", "function": function, "extra_content": extra}])
        wire.end("tool_calls", None)
        exchange.end_stream()

    with OpenAIServer() as server:
        server.replies(reply)
        server.answers("Fine.")

        async def work(talk: Talk) -> None:
            await talk.ask(asked(talk), read)
            await talk.ask(talk.request("And now?"))
            assert server.requests[1].body["messages"][2]["tool_calls"][0]["extra_content"] == extra

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_bad_calls_are_failures_beside_the_good_ones(tmp_path: Path) -> None:
    unknown = ServerCall.of("run_shell", "call_x", command="rm -rf .")
    gone = ServerCall.of("edit_file", "call_y", path="a.py", old_string="never there at all\n", new_string="x\n")
    with OpenAIServer() as server:
        server.answers("Hm.", calls=(EDIT, unknown, gone, ServerCall("edit_file", "{", "call_z")))

        async def work(talk: Talk) -> None:
            finished = await talk.finished(asked(talk), read)
            assert finished.status is TurnStatus.FINISHED
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n"}
            reasons = [failure.reason for failure in finished.proposal.failures]
            assert reasons == ["not_found", "malformed", "cut_off"]
            assert "“run_shell”" in finished.proposal.failures[1].message

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_an_answer_cut_at_the_limit_keeps_the_calls_that_are_whole(tmp_path: Path) -> None:
    cut = ServerCall("edit_file", EDIT.arguments[:-6], "call_b")
    with OpenAIServer() as server:
        server.answers("", calls=(EDIT, cut), finish_reason="length")

        async def work(talk: Talk) -> None:
            finished = await talk.finished(asked(talk), read)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n"}
            assert [(each.reason, each.path) for each in finished.proposal.failures] == [("cut_off", "a.py")]
            assert "cut off" in finished.note

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_edits_in_the_text_are_taken_where_no_tool_is_called_and_named_where_one_is(tmp_path: Path) -> None:
    text = "a.py\n```\n<<<<<<< SEARCH\none\n=======\nONE\n>>>>>>> REPLACE\n```\n"
    with OpenAIServer() as server:
        server.answers(text)
        server.answers(text, calls=(EDIT,))

        async def work(talk: Talk) -> None:
            finished = await talk.finished(asked(talk), read)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "ONE\ntwo\n"}
            finished = await talk.finished(asked(talk), read)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n"}
            assert finished.proposal.notes == (
                "The answer also shows edits in its text; those of its calls were taken.",
            )

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_calls_that_a_server_hands_on_as_text_are_read_as_well(tmp_path: Path) -> None:
    written = json.dumps({"name": "edit_file", "arguments": json.loads(EDIT.arguments)})
    gone = json.dumps({"name": "delete_file", "arguments": DELETE.arguments})
    foreign = json.dumps({"name": "get_weather", "arguments": {"city": "Paris"}})
    with OpenAIServer() as server:
        server.answers("".join(f"<tool_call>\n{each}\n</tool_call>\n" for each in (written, foreign, gone)))
        server.answers(f"As an example:\n<tool_call>{foreign}</tool_call>")

        async def work(talk: Talk) -> None:
            finished = await talk.finished(asked(talk), read)
            assert finished.proposal is not None
            assert finished.proposal.files == {"a.py": "one\nthree\n", "old.py": None}
            (kept,) = talk.turns()
            assert holds_edits(kept)
            assert propose_again(kept, read).proposal.files == finished.proposal.files
            assert (await talk.finished(asked(talk), read)).proposal is None

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_a_stopped_call_is_kept_and_never_proposed_as_whole(tmp_path: Path) -> None:
    def reply(exchange: Exchange) -> None:
        wire = ChatWire(exchange)
        wire.begin()
        wire.call(0, ServerCall("edit_file", EDIT.arguments[:-4]))
        exchange.wait(None)

    with OpenAIServer() as server:
        server.replies(reply)

        async def work(talk: Talk) -> None:
            async with aclosing(talk.core.runner.run(asked(talk), read)) as events:
                async for event in events:
                    if isinstance(event, TextArrived) and "three" in event.text:
                        break
            await asyncio.sleep(0)
            (kept,) = talk.turns()
            assert kept.status is TurnStatus.STOPPED
            assert [call.is_whole for call in kept.calls] == [False]
            made = propose_again(kept, read).proposal
            assert (made.files, [each.reason for each in made.failures]) == ({}, ["cut_off"])

        converse(tmp_path, server, work, edit_format=TOOLS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_without_a_place_is_asked_for_again_by_a_call(tmp_path: Path, kind: ProviderKind) -> None:
    wrong = ServerCall.of("edit_file", "call_x", path="a.py", old_string="tow and more\n", new_string="three\n")
    with OpenAIServer() as server:
        server.answers("Changed.", calls=(wrong,))
        server.answers("", calls=(EDIT,))
        server.answers("Fine.")

        async def work(talk: Talk) -> None:
            first = asked(talk)
            finished = await talk.finished(first, read)
            assert finished.proposal is not None
            failures = finished.proposal.failures
            assert [failure.reason for failure in failures] == ["not_found"]
            repair = RepairRequest(repair_text(failures, FILES, FILES), failures, ("b-0",))
            events = await talk.ask(replace(first, repair=repair), read)
            last = events[-1]
            assert isinstance(last, RepairFinished)
            assert last.outcomes == (None,)
            assert last.repaired is not None
            assert last.repaired.files == {"a.py": "one\nthree\n"}
            assert "Edit `a.py`:" in "".join(event.text for event in events if isinstance(event, RepairArrived))
            assert "tools" in server.requests[1].body
            (kept,) = talk.turns()
            assert [len(each.calls) for each in kept.repairs] == [1]
            assert propose_again(kept, read).proposal.files == {"a.py": "one\nthree\n"}
            # Sent again, every call has its result right behind it.
            await talk.ask(talk.request("And now?"))
            body = server.requests[2].body
            if kind is ProviderKind.CHAT:
                roles = [message["role"] for message in body["messages"]]
                assert roles == ["system", "user", "assistant", "tool", "user", "assistant", "tool", "user"]
                results = [message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"]
            else:
                results = [i["call_id"] for i in body["input"] if i.get("type") == "function_call_output"]
            assert len(set(results)) == 2

        converse(tmp_path, server, work, edit_format=TOOLS, kind=kind)


def no_tools(exchange: Exchange) -> None:
    """A server that refuses tools, as Ollama says it."""
    if "tools" in exchange.request.body:
        message = "registry.ollama.ai/library/gemma3:4b does not support tools"
        exchange.json(400, error_body(message, "api_error", None))
    else:
        exchange.json(200, {"choices": [{"message": {"content": "As text."}, "finish_reason": "stop"}]})


def test_a_server_without_tools_is_asked_for_blocks_and_the_user_is_told(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.replies(no_tools)

        async def work(talk: Talk) -> None:
            events = await talk.ask(asked(talk))
            notes = [event.note for event in events if isinstance(event, TurnStarted)]
            assert notes[0] == ""
            assert notes[1].startswith("The server takes no tools for test-model, so it was asked for search/replace")
            assert text_of(events) == "As text."
            assert [("tools" in each.body) for each in server.requests] == [True, False]
            assert "<<<<<<< SEARCH" in server.requests[1].body["messages"][0]["content"]
            assert talk.turns()[0].begin_note == notes[1]
            # From then on it is not asked in vain.
            again = await talk.ask(asked(talk))
            assert [event.note for event in again if isinstance(event, TurnStarted)] == [notes[1]]
            assert len(server.requests) == 3

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_tools_are_counted_before_they_are_sent(tmp_path: Path) -> None:
    with OpenAIServer() as server:

        async def work(talk: Talk) -> None:
            planned = talk.core.runner.plan(asked(talk))
            count = talk.core.tokens.count
            messages = sum(count(message.text) for message in planned.request.messages)
            tools = sum(count(json.dumps(tool.parameters)) for tool in planned.request.tools)
            assert len(planned.request.tools) == 3
            assert tools > 100
            assert planned.tokens > messages + tools

        converse(tmp_path, server, work, edit_format=TOOLS)


def test_what_is_kept_of_a_request_holds_the_tools(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(EDIT,))

        async def work(talk: Talk) -> None:
            request = asked(talk, mode=TurnMode.EDIT)
            finished = await talk.finished(request, read)
            assert finished.proposal is not None
            (record,) = talk.core.ledger.records_of(request.turn_id)
            sent = json.loads(record.body)
            assert [tool["function"]["name"] for tool in sent["tools"]] == ["edit_file", "create_file", "delete_file"]

        converse(tmp_path, server, work, edit_format=TOOLS)
