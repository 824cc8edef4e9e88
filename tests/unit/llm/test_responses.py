"""The Responses API through the client, against a real server that writes its events, and against the starter model."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import (
    ContextLengthError,
    EmptyAnswerError,
    ModelError,
    QuotaError,
    RateLimitError,
    ServerError,
    StreamError,
)
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.local_server import LocalServer
from copilot_desktop.llm.openai_responses.wire import ResponsesReader
from copilot_desktop.llm.profiles import KeySource, Price, Profile, ProviderKind
from copilot_desktop.llm.requests import (
    Finished,
    FinishReason,
    Message,
    ModelRequest,
    Outcome,
    TextDelta,
    Usage,
    UsageReported,
)
from copilot_desktop.llm.transport.connection import Limits
from tests.support.http_exchange import Exchange
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.support.wire_answers import Answer, ResponsesWire, pieces_of
from tests.unit.llm.asking import KEY, Records, all_events, ask, reasoning_of, request_for, run, text_of
from tests.unit.llm.test_local_server import COMMAND, needs_model, with_server
from tests.unit.llm.test_wire import JSON

ODD_TEXT = "def f():\r\n\treturn 'ä\u2028\u0085\x0b 漢字 😀 \"error\"'\n\n"


def profile_of(base_url: str, *, key: bool = False) -> Profile:
    source = KeySource.RUN if key else KeySource.NONE
    return Profile("test", ProviderKind.RESPONSES, base_url, "test-model", source)


def error_of(answer: Answer | None = None, reply: Any = None) -> ModelError:
    records = Records()
    with OpenAIServer() as server:
        server.replies(answer or reply)
        with pytest.raises(ModelError) as caught:
            ask(request_for(profile_of(server.base_url)), records)
    assert [record.outcome for record in records.kept] == [Outcome.FAILED]
    assert records.kept[0].error_kind == caught.value.kind
    return caught.value


def test_an_answer_with_its_reasoning_and_usage() -> None:
    records = Records()
    with OpenAIServer(key=KEY) as server:
        server.replies(
            Answer(
                list(ODD_TEXT),
                usage=ServerUsage(100, 20, 40, 12),
                reasoning_parts=[["**Loo", "king*", "*\n\nLook ", "2 * 3."], ["Then answer."]],
            )
        )
        profile = replace(profile_of(server.base_url, key=True), price=Price(2.0, 8.0, 0.5))
        events = ask(request_for(profile), records)
        (seen,) = server.requests
    assert seen.path == "/v1/responses"
    assert seen.authorization == f"Bearer {KEY}"
    assert text_of(events) == ODD_TEXT
    assert reasoning_of(events) == "Looking\n\nLook 2 * 3.\n\nThen answer."
    assert events[-2:] == [UsageReported(Usage(100, 20, 40, 12)), Finished(FinishReason.STOP)]
    (record,) = records.kept
    assert record.outcome is Outcome.FINISHED
    assert record.url.endswith("/v1/responses")
    assert record.cost_usd == pytest.approx((60 * 2.0 + 40 * 0.5 + 20 * 8.0) / 1e6)
    assert record.body == seen.raw


def test_the_request_keeps_nothing_at_the_provider() -> None:
    messages = (Message("system", "Be brief."), Message("user", "a"), Message("assistant", "b"), Message("user", "c"))
    with OpenAIServer() as server:
        request = ModelRequest("r", "t", profile_of(server.base_url), messages, "chat", max_output_tokens=9)
        ask(request, Records())
        body = server.requests[0].body
    assert body == {
        "model": "test-model",
        "instructions": "Be brief.",
        "input": [
            {"role": "user", "content": "a"},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "b"}]},
            {"role": "user", "content": "c"},
        ],
        "stream": True,
        "store": False,
        "reasoning": {"summary": "auto"},
        "max_output_tokens": 9,
    }


def test_a_refused_field_is_left_out_for_this_model_only() -> None:
    async def work(client: ModelClient) -> None:
        profile = profile_of(server.base_url)
        for model in ("plain", "plain", "thinking"):
            await all_events(client, request_for(replace(profile, model=model)))

    with OpenAIServer() as server:
        message = "Unsupported parameter: 'reasoning.summary' is not supported with this model."
        server.fails(400, message, code="unsupported_parameter")
        server.answers("ok")
        run(work, Records())
        sent = [(request.body["model"], "reasoning" in request.body) for request in server.requests]
    assert sent == [("plain", True), ("plain", False), ("plain", False), ("thinking", True)]


def test_one_connection_serves_all_requests() -> None:
    async def work(client: ModelClient) -> None:
        for _ in range(3):
            await all_events(client, request_for(profile_of(server.base_url)))

    with OpenAIServer() as server:
        run(work, Records())
        assert server.connection_count == 1


@pytest.mark.parametrize(
    ("finish_reason", "expected"),
    [("length", FinishReason.LENGTH), ("content_filter", FinishReason.CONTENT_FILTER), ("stop", FinishReason.STOP)],
)
def test_how_an_answer_ended(finish_reason: str, expected: FinishReason) -> None:
    with OpenAIServer() as server:
        server.answers("half of", finish_reason=finish_reason)
        assert ask(request_for(profile_of(server.base_url)), Records())[-1] == Finished(expected)


def test_a_refusal_is_shown_as_the_answer() -> None:
    with OpenAIServer() as server:
        server.replies(Answer([], refusal=["I cannot ", "help with that."]))
        assert text_of(ask(request_for(profile_of(server.base_url)), Records())) == "I cannot help with that."


def test_stopping_closes_the_socket() -> None:
    records = Records()

    async def work(client: ModelClient) -> None:
        events = client.stream(request_for(profile_of(server.base_url)))
        assert await anext(events) == TextDelta("first ")
        await events.aclose()
        assert await asyncio.to_thread(server.wait_disconnect)

    with OpenAIServer() as server:
        server.stall(["first ", "second"], after=1)
        run(work, records)
    assert [record.outcome for record in records.kept] == [Outcome.STOPPED]


def test_a_server_that_sends_only_the_whole() -> None:
    whole = {
        "object": "response",
        "status": "completed",
        "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "content": [{"type": "output_text", "text": "at once"}]},
        ],
        "usage": {"input_tokens": 3, "output_tokens": 2},
    }
    expected = [TextDelta("at once"), UsageReported(Usage(3, 2)), Finished(FinishReason.STOP)]

    def as_events(exchange: Exchange) -> None:
        exchange.begin_stream()
        exchange.event({"type": "response.completed", "response": whole})
        exchange.end_stream()

    for reply in (as_events, lambda exchange: exchange.json(200, whole)):
        with OpenAIServer() as server:
            server.replies(reply)
            assert ask(request_for(profile_of(server.base_url)), Records()) == expected


def test_a_long_silence_between_thoughts_is_no_stall() -> None:
    def reply(exchange: Exchange) -> None:
        wire = ResponsesWire(exchange)
        wire.begin()
        wire.reasoning(["Thinking."])
        exchange.wait(1.0)
        wire.text("Done.")
        wire.end("stop", ServerUsage())
        exchange.end_stream()

    limits = Limits(first_token_s=60.0, stall_s=0.2)
    with OpenAIServer() as server:
        server.replies(reply)
        assert text_of(ask(request_for(profile_of(server.base_url)), Records(), limits)) == "Done."


def failing(code: str, after: int = 0) -> Any:
    def reply(exchange: Exchange) -> None:
        wire = ResponsesWire(exchange)
        wire.begin()
        for piece in pieces_of("Hello from here.")[:after]:
            wire.text(piece)
        wire.failed("It broke.", code)
        exchange.end_stream()

    return reply


@pytest.mark.parametrize(
    ("code", "after", "kind"),
    [
        ("server_error", 0, ServerError),
        ("server_error", 1, StreamError),
        ("rate_limit_exceeded", 0, RateLimitError),
        ("insufficient_quota", 0, QuotaError),
        ("context_length_exceeded", 0, ContextLengthError),
    ],
)
def test_a_response_that_failed(code: str, after: int, kind: type[ModelError]) -> None:
    error = error_of(reply=failing(code, after))
    assert type(error) is kind
    assert "broke" in error.detail


def test_an_error_event() -> None:
    with OpenAIServer() as server:
        server.error_in_stream("The model crashed.", after=1)
        with pytest.raises(StreamError, match="in the middle") as caught:
            ask(request_for(profile_of(server.base_url)), Records())
    assert "crashed" in caught.value.detail


@pytest.mark.parametrize("tidy", [False, True])
def test_an_answer_that_is_cut_off(tidy: bool) -> None:
    with OpenAIServer() as server:
        server.cut(after=2, tidy=tidy)
        with pytest.raises(StreamError, match="cut off"):
            ask(request_for(profile_of(server.base_url)), Records())


def test_answers_without_a_character() -> None:
    assert "empty" in error_of(Answer([])).message
    assert "output limit" in error_of(Answer([], reasoning=["hm"], finish_reason="length")).message
    assert "filter" in error_of(Answer([], finish_reason="content_filter")).message
    assert isinstance(error_of(Answer([])), EmptyAnswerError)


@given(JSON, st.sampled_from(["response.completed", "response.failed", "response.output_text.delta", "error", 3, None]))
def test_any_payload_is_read_or_refused(value: object, kind: object) -> None:
    payload = {"type": kind, "response": value, "delta": value, "error": value, "text": value}
    try:
        events = list(ResponsesReader().read(json.dumps(payload)))
    except StreamError:
        return
    assert all(not isinstance(event, TextDelta) or event.text for event in events)


@needs_model
def test_the_starter_model_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.secret_service import ROOT

    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    records = Records()

    async def work(server: LocalServer) -> None:
        endpoint = await server.endpoint()

        async def read_key(profile: Profile) -> str | None:
            return endpoint.api_key

        client = ModelClient(records, read_key, server)
        messages = (
            Message("system", "Be brief."),
            Message("user", "Say hello."),
            Message("assistant", "Hello."),
            Message("user", "Once more."),
        )
        request = ModelRequest(
            "r", "t", profile_of(endpoint.base_url, key=True), messages, "chat", max_output_tokens=12
        )
        try:
            events = await all_events(client, request)
        finally:
            await client.aclose()
        assert text_of(events)
        assert isinstance(events[-1], Finished)
        usage = next(event.usage for event in events if isinstance(event, UsageReported))
        assert usage.input_tokens
        assert usage.output_tokens

    with_server(work, LocalServer(COMMAND))
    assert records.kept[-1].outcome is Outcome.FINISHED
