"""Every way a model's server misbehaves becomes one sentence of the error tree, with the key in none of them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from copilot_desktop.errors import (
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    EmptyAnswerError,
    ModelError,
    NetworkError,
    QuotaError,
    RateLimitError,
    ServerError,
    StreamError,
    UnknownModelError,
)
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.requests import Outcome, TextDelta
from copilot_desktop.llm.transport.connection import Limits
from tests.support.odd_servers import Authority, raw_server, with_certificate
from tests.support.openai_server import Exchange, OpenAIServer, RecordedRequest, Reply, closed_port_url
from tests.unit.llm.asking import KEY, Records, all_events, ask, profile_of, request_for, run, text_of

SHORT = Limits(connect_s=5.0, first_token_s=0.3, stall_s=0.3, list_s=0.3)


def error_of(
    script: Callable[[OpenAIServer], None], kind: type[ModelError], *, limits: Limits | None = None, key: str = KEY
) -> ModelError:
    """What asking a server with this script raises; checked for what holds for every error."""
    records = Records()
    with OpenAIServer() as server:
        script(server)
        with pytest.raises(kind) as caught:
            ask(request_for(profile_of(server.base_url, key=True)), records, limits, key)
    error = caught.value
    assert type(error) is kind
    assert error.message.endswith(".")
    assert error.advice.endswith(".")
    assert "!" not in error.message + error.advice
    assert key not in f"{error.message}{error.advice}{error.detail}"
    if records.kept:
        (record,) = records.kept
        assert (record.outcome, record.error_kind) == (Outcome.FAILED, error.kind)
        assert key not in repr(record)
    return error


def test_wrong_key() -> None:
    error = error_of(lambda server: server.wrong_key(), AuthenticationError)
    assert "401" in error.message
    assert "[key]" in error.detail


def test_a_forbidden_key() -> None:
    assert "not allowed" in error_of(lambda server: server.fails(403, "Not yours."), AuthenticationError).message


def test_no_key_where_one_is_wanted() -> None:
    with OpenAIServer(key=KEY) as server, pytest.raises(AuthenticationError, match="none is set"):
        ask(request_for(profile_of(server.base_url)), Records())


@pytest.mark.parametrize("key", ["sk-with-ä", "sk-with\nbreak", "sk with blank"])
def test_a_key_that_cannot_be_sent_is_not_sent(key: str) -> None:
    with OpenAIServer() as server:
        with pytest.raises(AuthenticationError, match="not sent"):
            ask(request_for(profile_of(server.base_url, key=True)), Records(), key=key)
        assert server.requests == []


@pytest.mark.parametrize(
    ("status", "wording", "code"),
    [
        (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", None),
        (400, "Your request was rejected as a result of our safety system.", None),
        (403, "Your chosen model requires moderation and your input was flagged for violence.", None),
        (400, "No.", "content_policy_violation"),
    ],
)
def test_a_filtered_request_in_every_providers_words(status: int, wording: str, code: str | None) -> None:
    error_of(lambda server: server.fails(status, wording, code=code), ContentFilterError)


def test_a_model_that_moderates_is_no_filter() -> None:
    error_of(lambda server: server.fails(404, "The model `omni-moderation` does not exist."), UnknownModelError)


def test_unknown_model() -> None:
    error_of(lambda server: server.unknown_model(), UnknownModelError)


@pytest.mark.parametrize(
    "wording",
    [
        "model 'nonsense' not found, try pulling it first",
        "The model `x` does not exist.",
        "No models loaded. Load one.",
    ],
)
def test_unknown_model_in_other_words(wording: str) -> None:
    error_of(lambda server: server.fails(404, wording, code=None), UnknownModelError)


def test_a_wrong_path_is_not_taken_for_an_unknown_model() -> None:
    error = error_of(lambda server: server.fails(404, "Not Found"), ServerError)
    assert "/v1" in error.advice


@pytest.mark.parametrize(
    "wording",
    [
        None,
        # llama.cpp, vLLM (two versions), text-generation-inference, Ollama, LM Studio
        "the request exceeds the available context size, try increasing it",
        "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages.",
        "The decoder prompt (length 5000) is longer than the maximum model length of 4096. context length",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
        "prompt is too long: input length exceeds the context length",
        "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context "
        "length of only 4096 tokens, which is not enough. Try to load the model with a larger context length",
    ],
)
def test_context_length_in_every_servers_words(wording: str | None) -> None:
    error_of(lambda server: server.context_length(wording), ContextLengthError)


def test_rate_limit_in_seconds() -> None:
    error = error_of(lambda server: server.rate_limit("7"), RateLimitError)
    assert isinstance(error, RateLimitError)
    assert error.retry_after_s == 7.0
    assert "7 seconds" in error.advice


def test_rate_limit_as_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    error = error_of(lambda server: server.rate_limit(date), RateLimitError)
    assert isinstance(error, RateLimitError)
    assert error.retry_after_s is not None
    assert 30 < error.retry_after_s <= 41


@pytest.mark.parametrize(("headers", "expected"), [({"Retry-After-Ms": "1500"}, 1.5), ({"Retry-After": "soon"}, None)])
def test_rate_limit_in_other_forms(headers: dict[str, str], expected: float | None) -> None:
    error = error_of(lambda server: server.rate_limit(None, headers=headers), RateLimitError)
    assert isinstance(error, RateLimitError)
    assert error.retry_after_s == expected


def test_after_a_rate_limit_the_next_request_goes_through() -> None:
    async def work(client: ModelClient) -> str:
        request = request_for(profile_of(server.base_url))
        with pytest.raises(RateLimitError):
            await all_events(client, request)
        return text_of(await all_events(client, request))

    with OpenAIServer() as server:
        server.rate_limit("1")
        server.answers("there you are")
        assert run(work, Records()) == "there you are"
        assert len(server.requests) == 2


def test_quota() -> None:
    error_of(lambda server: server.quota(), QuotaError)


@pytest.mark.parametrize("status", [500, 502, 503, 529])
def test_server_errors(status: int) -> None:
    assert str(status) in error_of(lambda server: server.server_error(status), ServerError).message


def test_an_error_page_in_html() -> None:
    error_of(lambda server: server.html(502), ServerError)


def test_a_redirect_is_not_followed_with_the_key() -> None:
    error_of(lambda server: server.fails(307, "moved", headers={"Location": "http://127.0.0.1:9/"}), ServerError)


def test_connection_refused() -> None:
    with pytest.raises(NetworkError, match="Nothing answers at"):
        ask(request_for(profile_of(closed_port_url())), Records())


def test_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    # In place of the system's resolver, which would ask a server outside this machine.
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NetworkError, match="could not be found"):
        ask(request_for(profile_of("http://nowhere.invalid/v1")), Records())


def test_tls_towards_a_plain_server() -> None:
    with OpenAIServer() as server, pytest.raises(NetworkError, match="secure connection"):
        ask(request_for(profile_of(server.base_url.replace("http:", "https:"))), Records())


def test_a_certificate_of_the_user_s_holds_on_this_machine_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    answer = b'data: {"choices": [{"delta": {"content": "secret"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + answer
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with raw_server(with_certificate(authority.certificate("localhost"), reply)) as port:
        assert text_of(ask(request_for(profile_of(f"https://localhost:{port}/v1")), Records())) == "secret"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    with pytest.raises(NetworkError, match="No connection can be made"):
        ask(request_for(profile_of("https://localhost:1/v1")), Records())


@pytest.mark.parametrize("address", ["", "127.0.0.1:80/v1", "ftp://x/v1", "http://[::1", "http://exa mple:x/v1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(NetworkError, match="base URL"):
        ask(request_for(profile_of(address)), Records())


def test_a_server_that_never_accepts() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for filler in waiting:  # Fill the queue of the kernel, so that the next connect hangs.
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        try:
            with pytest.raises(NetworkError, match="accept a connection in time"):
                ask(request_for(profile_of(url)), Records(), Limits(connect_s=0.3))
        finally:
            for filler in waiting:
                filler.close()


def test_no_first_token_in_time() -> None:
    error_of(lambda server: server.stall(before_headers=True), NetworkError, limits=SHORT)
    error_of(lambda server: server.stall(after=0), NetworkError, limits=SHORT)


def test_a_stalled_answer_keeps_what_came() -> None:
    got: list[object] = []

    async def work(client: ModelClient) -> None:
        async for event in client.stream(request_for(profile_of(server.base_url))):
            got.append(event)  # noqa: PERF401 - a comprehension would lose all of it with the error

    with OpenAIServer() as server:
        server.stall(["one ", "two ", "three"], after=2)
        with pytest.raises(StreamError, match="stopped coming"):
            run(work, Records(), replace(SHORT, first_token_s=30.0))
        assert server.wait_disconnect()
    assert got == [TextDelta("one "), TextDelta("two ")]


@pytest.mark.parametrize("tidy", [False, True])
def test_a_cut_stream(tidy: bool) -> None:
    error = error_of(lambda server: server.cut(after=2, tidy=tidy), StreamError)
    assert "cut off" in error.message


def test_a_connection_cut_before_the_answer() -> None:
    async def work(client: ModelClient) -> None:
        task = asyncio.create_task(all_events(client, request_for(profile_of(server.base_url))))
        await asyncio.to_thread(server.wait_requests)
        server.hang_up_all()
        await task

    with OpenAIServer() as server:
        server.stall(before_headers=True)
        with pytest.raises(NetworkError, match=r"without answering|before an answer"):
            run(work, Records())


@pytest.mark.parametrize(
    "data",
    [
        'data: {"choices": [{"delta": {"content": "x"\n\n',
        "data: [1, 2]\n\n",
        "data: nonsense\n\n",
        'data: {"choices": {}}\n\n',
        'data: {"choices": ["x"]}\n\n',
        'data: {"choices": [{"delta": "x"}]}\n\n',
        'data: {"choices": [{"delta": {"content": 3}}]}\n\n',
        "<html><body>Log in</body></html>\n",
        '{"choices": []}\n',
        "data: " + "[" * 100_000 + "\n\n",
    ],
)
def test_malformed_streams(data: str) -> None:
    error_of(lambda server: server.malformed(data), StreamError)
    error_of(lambda server: server.malformed(data, after=1), StreamError)


def test_bytes_that_are_not_utf8() -> None:
    def script(server: OpenAIServer) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.begin_stream()
            exchange.raw(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n')
            exchange.end_stream()

        server.replies(reply)

    error_of(script, StreamError)


def test_a_web_page_instead_of_an_answer() -> None:
    assert "web page" in error_of(lambda server: server.html(), StreamError).message


def test_an_error_inside_the_stream() -> None:
    assert "crashed" in error_of(lambda server: server.error_in_stream(after=1), StreamError).detail
    error_of(lambda server: server.error_in_stream(after=0), ServerError)
    words = "context length exceeded"
    error_of(lambda server: server.error_in_stream(words, after=0), ContextLengthError)


def test_an_error_object_with_status_200() -> None:
    body = {"error": {"message": "No."}}
    error_of(lambda server: server.replies(lambda exchange: exchange.json(200, body)), ServerError)


def test_empty_answers() -> None:
    error_of(lambda server: server.empty(), EmptyAnswerError)
    thought_only = error_of(
        lambda server: server.answers([], reasoning=["hm"], finish_reason="length"), EmptyAnswerError
    )
    assert "output limit" in thought_only.message
    filtered = error_of(lambda server: server.answers([], finish_reason="content_filter"), EmptyAnswerError)
    assert "filter" in filtered.message


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"data": 3}', b"<html>"])
def test_lists_of_models_in_no_form(body: bytes) -> None:
    with Listing(lambda exchange: exchange.whole(200, body, "application/json")) as server, pytest.raises(StreamError):
        run(lambda client: client.list_models(profile_of(server.base_url)), Records())


def test_odd_entries_of_a_list_of_models_are_passed_over() -> None:
    listing = {"data": [3, {"id": None}, {"id": "good"}]}
    with Listing(lambda exchange: exchange.json(200, listing)) as server:
        assert run(lambda client: client.list_models(profile_of(server.base_url)), Records()) == ("good",)


def test_a_server_without_a_list_of_models() -> None:
    with Listing(lambda exchange: exchange.json(404, {})) as server, pytest.raises(ServerError, match=r"v1/models"):
        run(lambda client: client.list_models(profile_of(server.base_url)), Records())


def test_a_list_of_models_that_never_comes() -> None:
    with Listing(lambda exchange: exchange.wait(None)) as server, pytest.raises(NetworkError):
        run(lambda client: client.list_models(profile_of(server.base_url)), Records(), SHORT)


class Listing(OpenAIServer):
    """Answers the list of models in a way of its own."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._listing = reply

    def _reply_to(self, request: RecordedRequest) -> Reply:
        return self._listing
