"""The client against a real server that behaves."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from copilot_desktop.errors import CopilotError, UsageError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.profiles import Price
from copilot_desktop.llm.requests import (
    Finished,
    FinishReason,
    ModelRequest,
    Outcome,
    TextDelta,
    Usage,
    UsageReported,
)
from tests.support.openai_server import OpenAIServer, ServerUsage
from tests.unit.llm.asking import KEY, Records, all_events, ask, profile_of, reasoning_of, request_for, run, text_of

ODD_TEXT = "def f():\r\n\treturn 'ä\u2028\u0085\x0b 漢字 😀'\n\n"


@pytest.mark.parametrize("slash", ["", "/", " "])
def test_answer_arrives_whole_with_usage_last(slash: str) -> None:
    records = Records()
    with OpenAIServer() as server:
        server.answers(list(ODD_TEXT), reasoning=["let ", "me"], usage=ServerUsage(100, 20, 40))
        profile = replace(profile_of(server.base_url + slash), price=Price(2.0, 8.0, 0.5))
        events = ask(request_for(profile), records)
        assert [request.path for request in server.requests] == ["/v1/chat/completions"]
    assert text_of(events) == ODD_TEXT
    assert reasoning_of(events) == "let me"
    assert events[-2:] == [UsageReported(Usage(100, 20, 40, 0)), Finished(FinishReason.STOP)]
    (record,) = records.kept
    assert record.outcome is Outcome.FINISHED
    assert record.error_kind is None
    assert record.cost_usd == pytest.approx((60 * 2.0 + 40 * 0.5 + 20 * 8.0) / 1e6)
    assert record.first_token_s is not None
    assert 0 < record.first_token_s <= record.duration_s
    assert (record.request_id, record.turn_id, record.purpose) == ("r1", "t1", "chat")


def test_the_record_holds_the_body_as_sent_and_never_the_key() -> None:
    records = Records()
    with OpenAIServer() as server:
        ask(request_for(profile_of(server.base_url, key=True), "What is “this”?", max_output_tokens=9), records)
        (seen,) = server.requests
    assert records.kept[0].body == seen.raw
    assert seen.authorization == f"Bearer {KEY}"
    assert seen.body["max_tokens"] == 9
    assert KEY not in repr(records.kept[0])


def test_without_a_key_no_authorization_header_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: 1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with OpenAIServer() as server:
        ask(request_for(profile_of(server.base_url)), Records())
        headers = server.requests[0].headers
    assert set(headers) <= {
        "host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent"
    }  # fmt: skip
    assert headers["user-agent"].startswith("copilot-desktop/")


def test_loopback_goes_round_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with OpenAIServer() as server:
        server.answers("direct")
        assert text_of(ask(request_for(profile_of(server.base_url)), Records())) == "direct"


def test_one_connection_serves_all_requests_of_a_profile() -> None:
    async def work(client: ModelClient) -> None:
        for _ in range(3):
            await all_events(client, request_for(profile_of(server.base_url)))

    with OpenAIServer() as server:
        run(work, Records())
        assert len(server.requests) == 3
        assert server.connection_count == 1


def test_servers_without_usage_are_fine() -> None:
    records = Records()
    with OpenAIServer() as server:
        server.no_usage("fine")
        events = ask(request_for(profile_of(server.base_url)), records)
    assert text_of(events) == "fine"
    assert not any(isinstance(event, UsageReported) for event in events)
    assert records.kept[0].usage == Usage()
    assert records.kept[0].cost_usd is None


def test_a_refused_field_is_left_out_and_stays_left_out() -> None:
    records = Records()

    async def work(client: ModelClient) -> list[str]:
        request = request_for(profile_of(server.base_url))
        return [text_of(await all_events(client, request)) for _ in range(2)]

    with OpenAIServer() as server:
        server.rejects_stream_options("understood")
        assert run(work, records) == ["understood", "understood"]
        assert ["stream_options" in request.body for request in server.requests] == [True, False, False]
    assert records.asked == 3
    assert [record.outcome for record in records.kept] == [Outcome.FAILED, Outcome.FINISHED, Outcome.FINISHED]


def test_the_newer_name_of_the_output_limit_is_learnt() -> None:
    with OpenAIServer() as server:
        message = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
        server.fails(400, message, code="unsupported_parameter")
        server.answers("ok")
        assert text_of(ask(request_for(profile_of(server.base_url), max_output_tokens=5), Records())) == "ok"
        assert server.requests[1].body["max_completion_tokens"] == 5
        assert "max_tokens" not in server.requests[1].body


def test_an_answer_at_its_output_limit_says_so() -> None:
    with OpenAIServer() as server:
        server.answers("half of", finish_reason="length")
        assert ask(request_for(profile_of(server.base_url)), Records())[-1] == Finished(FinishReason.LENGTH)


def test_a_stream_without_done_ends_with_its_finish_reason() -> None:
    with OpenAIServer() as server:
        server.answers("all of it", has_done=False)
        assert text_of(ask(request_for(profile_of(server.base_url)), Records())) == "all of it"


def test_a_server_that_does_not_stream_is_understood() -> None:
    completion = {
        "choices": [{"message": {"role": "assistant", "content": "at once"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2},
    }
    with OpenAIServer() as server:
        server.replies(lambda exchange: exchange.json(200, completion))
        events = ask(request_for(profile_of(server.base_url)), Records())
    assert events == [TextDelta("at once"), UsageReported(Usage(3, 2, None)), Finished(FinishReason.STOP)]


def test_grammar_goes_into_the_body() -> None:
    with OpenAIServer() as server:
        ask(request_for(profile_of(server.base_url), grammar='root ::= "a"'), Records())
        assert server.requests[0].body["grammar"] == 'root ::= "a"'


def test_cancelling_the_task_closes_the_socket() -> None:
    records = Records()

    async def work(client: ModelClient) -> str:
        got: list[str] = []

        async def read() -> None:
            async for event in client.stream(request_for(profile_of(server.base_url))):
                if isinstance(event, TextDelta):
                    got.append(event.text)  # noqa: PERF401 - a comprehension would lose all of it when cancelled

        task = asyncio.create_task(read())
        while not got:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.wait_disconnect)
        return "".join(got)

    with OpenAIServer() as server:
        server.stall(["first ", "second"], after=1)
        assert run(work, records) == "first "
    assert [record.outcome for record in records.kept] == [Outcome.STOPPED]
    assert json.loads(records.kept[0].body)["model"] == "test-model"


def test_cancelling_before_the_first_byte_closes_the_socket() -> None:
    records = Records()

    async def work(client: ModelClient) -> None:
        task = asyncio.create_task(all_events(client, request_for(profile_of(server.base_url))))
        await asyncio.to_thread(server.wait_requests)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert await asyncio.to_thread(server.wait_disconnect)

    with OpenAIServer() as server:
        server.stall(before_headers=True)
        run(work, records)
    assert [record.outcome for record in records.kept] == [Outcome.STOPPED]


def test_closing_the_events_closes_the_socket() -> None:
    records = Records()

    async def work(client: ModelClient) -> None:
        async with aclosing(client.stream(request_for(profile_of(server.base_url)))) as events:
            assert await anext(events) == TextDelta("first ")
        assert [record.outcome for record in records.kept] == [Outcome.STOPPED]
        assert await asyncio.to_thread(server.wait_disconnect)

    with OpenAIServer() as server:
        server.stall(["first ", "second"], after=1)
        run(work, records)


def test_the_record_is_there_when_finished_arrives() -> None:
    records = Records()

    async def work(client: ModelClient) -> None:
        async for event in client.stream(request_for(profile_of(server.base_url))):
            assert len(records.kept) == isinstance(event, Finished | UsageReported)

    with OpenAIServer() as server:
        run(work, records)
    assert len(records.kept) == 1


def test_a_gate_that_refuses_keeps_the_request_here() -> None:
    class Closed(Records):
        def before_request(self, request: ModelRequest) -> None:
            raise UsageError("The cap is reached.")

    records = Closed()
    with OpenAIServer() as server:
        with pytest.raises(CopilotError, match="cap"):
            ask(request_for(profile_of(server.base_url)), records)
        assert server.requests == []
    assert records.kept == []


def test_models_are_listed_sorted() -> None:
    with OpenAIServer(models=["b", "a"]) as server:
        assert run(lambda client: client.list_models(profile_of(server.base_url)), Records()) == ("a", "b")


def test_connection_test_makes_a_real_call() -> None:
    records = Records()
    with OpenAIServer(key=KEY) as server:
        result = run(lambda client: client.test(profile_of(server.base_url, key=True)), records)
        assert len(server.requests) == 1
    assert result.model == "test-model"
    assert 0 < result.first_token_s <= result.duration_s
    assert records.kept[0].purpose == "test"


def test_warming_sends_nothing() -> None:
    with OpenAIServer() as server:
        run(lambda client: client.warm(profile_of(server.base_url)), Records())
        assert server.connection_count == 0


def test_a_changed_base_url_is_followed() -> None:
    async def work(client: ModelClient) -> None:
        for server in (first, second):
            await all_events(client, request_for(profile_of(server.base_url)))

    with OpenAIServer() as first, OpenAIServer() as second:
        run(work, Records())
        assert (len(first.requests), len(second.requests)) == (1, 1)
