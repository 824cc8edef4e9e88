"""Tools on both wire formats: what is sent, and calls however servers cut them up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import ModelError, Remedy, ServerError, StreamError, ToolsRefusedError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.openai_chat.wire import ChatReader
from copilot_desktop.llm.profiles import ProviderKind
from copilot_desktop.llm.requests import Message, ModelEvent, ModelRequest, Tool, ToolCall, ToolCallDelta
from tests.support.openai_server import Exchange, OpenAIServer, ServerCall
from tests.support.wire_answers import ChatWire, wire_of
from tests.unit.llm.asking import Records, ask, profile_of, request_for, run, text_of

KINDS = (ProviderKind.CHAT, ProviderKind.RESPONSES)
TOOL = Tool("edit_file", "Change a file.", {"type": "object", "properties": {"path": {"type": "string"}}})
EDIT = ServerCall.of("edit_file", "call_a", path="a.py", old_string="é = 1\n", new_string="é = 2\n")
OTHER = ServerCall.of("delete_file", "call_b", path="old.py")


def request_with_tools(server: OpenAIServer, kind: ProviderKind) -> ModelRequest:
    profile = replace(profile_of(server.base_url), kind=kind)
    return request_for(profile, tools=(TOOL,))


def calls_in(events: Sequence[ModelEvent]) -> list[ToolCall]:
    """The whole calls; what came of each in pieces must be the same."""
    calls = [event for event in events if isinstance(event, ToolCall)]
    for call in calls:
        pieces = [event.text for event in events if isinstance(event, ToolCallDelta) and event.number == call.number]
        assert "".join(pieces) == call.arguments
    return calls


@pytest.mark.parametrize("kind", KINDS)
def test_tools_are_sent_and_calls_come_back(kind: ProviderKind) -> None:
    with OpenAIServer() as server:
        server.answers("I change two things.", calls=(EDIT, OTHER))
        events = ask(request_with_tools(server, kind), Records())
        sent = server.requests[0].body["tools"]
    assert text_of(events) == "I change two things."
    assert calls_in(events) == [
        ToolCall(0, "call_a", "edit_file", EDIT.arguments),
        ToolCall(1, "call_b", "delete_file", OTHER.arguments),
    ]
    described = {"name": TOOL.name, "description": TOOL.description, "parameters": TOOL.parameters}
    if kind is ProviderKind.CHAT:
        assert sent == [{"type": "function", "function": described}]
    else:
        assert sent == [{"type": "function", "strict": False} | described]


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_without_a_word_is_an_answer(kind: ProviderKind) -> None:
    with OpenAIServer() as server:
        server.answers("", calls=(EDIT,))
        events = ask(request_with_tools(server, kind), Records())
    assert [call.name for call in calls_in(events)] == ["edit_file"]


@pytest.mark.parametrize("kind", KINDS)
def test_calls_and_their_results_are_sent_again_as_the_format_wants_them(kind: ProviderKind) -> None:
    calls = (ToolCall(0, "call_a", "edit_file", "{}"), ToolCall(1, "call_b", "edit_file", "{}"))
    messages = (
        Message("user", "Do it"),
        Message("assistant", "", calls),
        Message("tool", "accepted", call_id="call_a"),
        Message("tool", "rejected", call_id="call_b"),
        Message("user", "And now?"),
    )
    with OpenAIServer() as server:
        request = replace(request_with_tools(server, kind), messages=messages)
        ask(request, Records())
        body = server.requests[0].body
    function = {"name": "edit_file", "arguments": "{}"}
    if kind is ProviderKind.CHAT:
        assert body["messages"][1:4] == [
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": each, "type": "function", "function": function} for each in ("call_a", "call_b")],
            },
            {"role": "tool", "tool_call_id": "call_a", "content": "accepted"},
            {"role": "tool", "tool_call_id": "call_b", "content": "rejected"},
        ]
    else:
        assert body["input"][1:5] == [
            {"type": "function_call", "call_id": "call_a"} | function,
            {"type": "function_call", "call_id": "call_b"} | function,
            {"type": "function_call_output", "call_id": "call_a", "output": "accepted"},
            {"type": "function_call_output", "call_id": "call_b", "output": "rejected"},
        ]


def piece(arguments: object = None, **fields: object) -> dict[str, Any]:
    """A piece of a call; `name` goes where it belongs."""
    function = {"name": fields.pop("name", None), "arguments": arguments}
    return {**fields, "function": {key: value for key, value in function.items() if value is not None}}


A, B = '{"path": "a.py"}', '{"path": "b.py"}'
ODD_STREAMS: dict[str, tuple[list[list[dict[str, Any]]], list[tuple[str, str, str]]]] = {
    "no index, ids": (
        [[piece("", id="x", name="e")], [piece(A)], [piece("", id="y", name="e")], [piece(B)]],
        [("x", "e", A), ("y", "e", B)],
    ),
    "no index, the id with every piece": (
        [[piece(A[:5], id="x", name="e")], [piece(A[5:], id="x", name="e")], [piece(B, id="y", name="e")]],
        [("x", "e", A), ("y", "e", B)],
    ),
    "one index for all, ids": (
        [[piece("", index=0, id="x", name="e")], [piece(A, index=0)], [piece(B, index=0, id="y", name="e")]],
        [("x", "e", A), ("y", "e", B)],
    ),
    "one index for all, no ids": (
        [[piece(A, index=0, name="e")], [piece(B, index=0, name="e")]],
        [("call_1", "e", A), ("call_2", "e", B)],
    ),
    "neither index nor id": ([[piece(A, name="e")], [piece(B, name="e")]], [("call_1", "e", A), ("call_2", "e", B)]),
    "several in one piece": (
        [[piece(A, id="x", name="e"), piece(B, id="y", name="e")]],
        [("x", "e", A), ("y", "e", B)],
    ),
    "an index that counts the pieces": (
        [[piece("", index=0, id="x", name="e")], [piece(A[:5], index=1)], [piece(A[5:], index=2)]],
        [("x", "e", A)],
    ),
    "indexes, no ids": (
        [[piece("", index=0, name="e")], [piece(A, index=0)], [piece("", index=1, name="e")], [piece(B, index=1)]],
        [("call_1", "e", A), ("call_2", "e", B)],
    ),
    "interleaved": (
        [
            [piece("", index=0, id="x", name="e"), piece("", index=1, id="y", name="f")],
            [piece(A[:4], index=0), piece(B[:4], index=1)],
            [piece(B[4:], index=1), piece(A[4:], index=0)],
        ],
        [("x", "e", A), ("y", "f", B)],
    ),
    "the name with every piece": (
        [[piece(A[:5], index=0, id="x", name="e")], [piece(A[5:], index=0, name="e")], [piece("", index=0, name="e")]],
        [("x", "e", A)],
    ),
    "the name in two pieces": (
        [[piece(index=0, id="x", name="edit_")], [piece(index=0, name="file")], [piece(A, index=0)]],
        [("x", "edit_file", A)],
    ),
    "arguments as an object": ([[piece(json.loads(A), index=0, id="x", name="e")]], [("x", "e", A)]),
    "no arguments at all": ([[piece(index=0, id="x", name="e")]], [("x", "e", "")]),
    "cut JSON": ([[piece(A[:-4], index=0, id="x", name="e")]], [("x", "e", A[:-4])]),
}


@pytest.mark.parametrize("name", ODD_STREAMS)
def test_odd_servers_lose_no_call(name: str) -> None:
    pieces, expected = ODD_STREAMS[name]

    def reply(exchange: Exchange) -> None:
        wire = ChatWire(exchange)
        wire.begin()
        for each in pieces:
            wire.calls(each)
        wire.end("stop", None)
        exchange.end_stream()

    with OpenAIServer() as server:
        server.replies(reply)
        events = ask(request_with_tools(server, ProviderKind.CHAT), Records())
    assert [(call.call_id, call.name, call.arguments) for call in calls_in(events)] == expected


def test_what_a_server_wants_back_with_its_calls_goes_back() -> None:
    signature = {"google": {"thought_signature": "c2lnbmVk"}}

    def reply(exchange: Exchange) -> None:
        wire = ChatWire(exchange)
        wire.begin()
        wire.calls([piece(A, id="x", name="e") | {"extra_content": signature}])
        wire.end("tool_calls", None)
        exchange.end_stream()

    with OpenAIServer() as server:
        server.replies(reply)
        (call,) = calls_in(ask(request_with_tools(server, ProviderKind.CHAT), Records()))
        messages = (Message("assistant", "", (call,)), Message("tool", "fine", call_id="x"))
        ask(replace(request_with_tools(server, ProviderKind.CHAT), messages=messages), Records())
        (sent,) = server.requests[1].body["messages"][0]["tool_calls"]
    assert sent["extra_content"] == signature


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_does_not_stream_calls_as_well(kind: ProviderKind) -> None:
    call = {"id": "x", "type": "function", "function": {"name": "edit_file", "arguments": A}}
    item = {"id": "fc", "type": "function_call", "call_id": "x", "name": "edit_file", "arguments": A}
    chat = {"choices": [{"message": {"content": None, "tool_calls": [call]}, "finish_reason": "tool_calls"}]}
    whole = chat if kind is ProviderKind.CHAT else {"status": "completed", "output": [item]}
    with OpenAIServer() as server:
        server.replies(lambda exchange: exchange.json(200, whole))
        events = ask(request_with_tools(server, kind), Records())
    assert calls_in(events) == [ToolCall(0, "x", "edit_file", A)]


@pytest.mark.parametrize(
    "odd",
    [{"tool_calls": "x"}, {"tool_calls": ["x"]}, {"tool_calls": [{"id": 3}]}, {"tool_calls": [{"function": "x"}]}],
)
def test_what_is_no_call_is_a_sentence(odd: dict[str, object]) -> None:
    with pytest.raises(StreamError):
        ChatReader().read_payload({"choices": [{"delta": odd}]})


@given(st.lists(st.fixed_dictionaries({}, optional={
    "index": st.none() | st.integers(0, 2),
    "id": st.none() | st.sampled_from(["", "x", "y"]),
    "function": st.none() | st.fixed_dictionaries({}, optional={
        "name": st.none() | st.sampled_from(["", "e", "f"]),
        "arguments": st.none() | st.text(max_size=4) | st.dictionaries(st.text(max_size=2), st.integers()),
    }),
}), max_size=8))  # fmt: skip
def test_no_character_of_arguments_is_lost_or_told_twice(pieces: list[dict[str, Any]]) -> None:
    reader = ChatReader()
    events: list[ModelEvent] = []
    for each in pieces:
        events += reader.read_payload({"choices": [{"delta": {"tool_calls": [each]}}]})
    events += reader.read("[DONE]")
    sent = [(each.get("function") or {}).get("arguments") or "" for each in pieces]
    length = sum(len(each) if isinstance(each, str) else len(json.dumps(each, ensure_ascii=False)) for each in sent)
    assert sum(len(call.arguments) for call in calls_in(events)) == length


REFUSALS = [
    (400, "registry.ollama.ai/library/gemma3:4b does not support tools"),
    (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    (500, "tools param requires --jinja flag"),
    (404, 'No endpoints found that support tool use. Try disabling "edit_file".'),
    (400, "`tool calling` is not supported with this model"),
    (400, "deepseek-reasoner does not support Function Calling"),
    (400, "Unsupported parameter: 'tools' is not supported with this model."),
    (422, "Extra inputs are not permitted: tools"),
]


@pytest.mark.parametrize(("status", "message"), REFUSALS)
def test_a_server_that_takes_no_tools_says_so_in_its_way(status: int, message: str) -> None:
    with OpenAIServer() as server:
        server.fails(status, message)
        with pytest.raises(ToolsRefusedError) as caught:
            ask(request_with_tools(server, ProviderKind.CHAT), Records())
    assert "Settings, Models" in caught.value.advice
    assert message in caught.value.detail


@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_call_that_the_server_cannot_read_itself_is_no_refusal_of_tools(is_streamed: bool) -> None:
    message = 'error parsing tool call: raw=\'{"path": "not supported\', err=unexpected end of JSON input'
    with OpenAIServer() as server:
        if is_streamed:
            server.error_in_stream(message, after=0)
        else:
            server.fails(500, message)
        with pytest.raises(ServerError) as caught:
            ask(request_with_tools(server, ProviderKind.CHAT), Records())
    assert caught.value.message == "The model's tool call was malformed, and the server kept it back."
    assert caught.value.remedies == (Remedy.RETRY, Remedy.MODELS)


@pytest.mark.parametrize(
    "message", ["The server had an error.", "messages with role 'tool' must follow 'tool_calls'", "model not found"]
)
def test_other_refusals_are_what_they_were(message: str) -> None:
    with OpenAIServer() as server:
        server.fails(400, message)
        with pytest.raises(ModelError) as caught:
            ask(request_with_tools(server, ProviderKind.CHAT), Records())
        assert not isinstance(caught.value, ToolsRefusedError)
        server.fails(400, REFUSALS[0][1])
        with pytest.raises(ModelError) as caught:
            ask(request_for(profile_of(server.base_url)), Records())
    assert not isinstance(caught.value, ToolsRefusedError)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_that_is_cut_tells_what_came_of_its_call(kind: ProviderKind) -> None:
    def reply(exchange: Exchange) -> None:
        wire = wire_of(exchange)
        wire.begin()
        wire.call(0, ServerCall("edit_file", A[:8]))
        exchange.hang_up()

    with OpenAIServer() as server:
        server.replies(reply)
        request, events = request_with_tools(server, kind), list[ModelEvent]()

        async def work(client: ModelClient) -> None:
            async for event in client.stream(request):
                events.append(event)

        with pytest.raises(StreamError):
            run(work, Records())
    assert "".join(event.text for event in events if isinstance(event, ToolCallDelta)) == A[:8]
