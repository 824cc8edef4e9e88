"""Headers of the user's own, addresses with a query, and keys that a command gives, as they go over the wire."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from copilot_desktop.errors import AuthenticationError
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.llm.transport.address import Address
from tests.support.openai_server import OpenAIServer
from tests.unit.llm.asking import KEY, Records, ask, profile_of, request_for, run, text_of


def test_a_key_in_a_header_of_its_own_goes_nowhere_else() -> None:
    records = Records()
    with OpenAIServer() as server:
        profile = profile_of(f"{server.base_url}/?api-version=2024-10-21", key=True)
        profile = replace(profile, headers=(("api-key", "{key}"), ("X-Team", "blue")))
        assert text_of(ask(request_for(profile), records))
        run(lambda client: client.list_models(profile), Records())
        (seen,), (listed,) = server.requests, server.listings
    assert seen.path == "/v1/chat/completions?api-version=2024-10-21"
    assert listed.path == "/v1/models?api-version=2024-10-21"
    for request in (seen, listed):
        assert (request.headers["api-key"], request.headers["x-team"]) == (KEY, "blue")
        assert request.authorization is None
    assert KEY not in repr(records.kept)


def test_no_library_logs_a_prompt_or_a_key(caplog: pytest.LogCaptureFixture) -> None:
    with OpenAIServer() as server, caplog.at_level(logging.DEBUG):
        profile = replace(profile_of(server.base_url, key=True), headers=(("x-custom", "{key}"),))
        ask(request_for(profile, "planted prompt"), Records())
    logged = "".join(f"{record.name} {record.getMessage()}" for record in caplog.records)
    assert KEY not in logged
    assert "planted prompt" not in logged


def test_headers_without_the_key_leave_it_where_it_is() -> None:
    with OpenAIServer() as server:
        profile = replace(profile_of(server.base_url, key=True), headers=(("User-Agent", "mine"), ("X-Team", "blue")))
        ask(request_for(profile), Records())
        (seen,) = server.requests
    assert seen.authorization == f"Bearer {KEY}"
    assert (seen.headers["user-agent"], seen.headers["x-team"]) == ("mine", "blue")


def test_headers_of_one_profile_open_no_way_for_another_on_the_same_server() -> None:
    """Names that the SDK uses itself are sent only for whom they were written down."""
    with OpenAIServer() as server:
        plain = profile_of(server.base_url, key=True)
        named = replace(plain, name="Named", headers=(("User-Agent", "mine"), ("X-Stainless-Lang", "own")))

        async def both(client: ModelClient) -> None:
            await client.list_models(named)
            await client.list_models(plain)

        run(both, Records())
        first, second = server.listings
    assert (first.headers["user-agent"], first.headers["x-stainless-lang"]) == ("mine", "own")
    assert second.headers["user-agent"].startswith("copilot-desktop/")
    assert "x-stainless-lang" not in second.headers
    assert not [name for request in (first, second) for name in request.headers if name.startswith("x-copilot")]


def test_the_key_in_another_form() -> None:
    with OpenAIServer() as server:
        ask(
            request_for(replace(profile_of(server.base_url, key=True), headers=(("Authorization", "Basic {key}"),))),
            Records(),
        )
        assert server.requests[0].authorization == f"Basic {KEY}"


def test_a_refused_key_is_told_to_its_source() -> None:
    refused: list[Profile] = []
    with OpenAIServer(key="another") as server:
        profile = profile_of(server.base_url, key=True)
        with pytest.raises(AuthenticationError):
            ask(request_for(profile), Records(), key_refused=refused.append)
    assert refused == [profile]


@pytest.mark.parametrize(
    ("base_url", "asked", "listed"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1/responses", "https://api.openai.com/v1/models"),
        (" http://x/v1/ ", "http://x/v1/responses", "http://x/v1/models"),
        ("http://x/v1?a=1&b=2#part", "http://x/v1/responses?a=1&b=2", "http://x/v1/models?a=1&b=2"),
        (
            "https://me.openai.azure.com/openai/deployments/gpt/?api-version=1",
            "https://me.openai.azure.com/openai/deployments/gpt/responses?api-version=1",
            "https://me.openai.azure.com/openai/models?api-version=1",
        ),
    ],
)
def test_addresses(base_url: str, asked: str, listed: str) -> None:
    address = Address.of(base_url)
    assert (address.url("responses"), address.models_url) == (asked, listed)
