"""Vectors from a real server, also from one that misbehaves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from copilot_desktop.conversation.embedding import Agreed, AgreedUpError, Embedder
from copilot_desktop.errors import AuthenticationError, CopilotError, NetworkError, RateLimitError, StreamError
from copilot_desktop.llm.catalogue import Catalogue
from copilot_desktop.llm.client import ModelClient
from copilot_desktop.llm.profiles import Price, Profile, ProviderKind
from copilot_desktop.llm.requests import EMBEDDING, Outcome
from tests.support.embedding_answers import PATH, Embeds, vector_of
from tests.support.openai_server import OpenAIServer
from tests.support.planted_secrets import every_kind
from tests.unit.llm.asking import Records, profile_of, run

TEXTS = ("def buy(cart): ...", "def send_mail(address): ...")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        made.paths.add(PATH)
        yield made


def _third(text: str) -> int:
    return len(text) // 3


def embed(
    profile: Profile,
    records: Records,
    texts: tuple[str, ...] = TEXTS,
    tokens: int = 10_000,
    spent: list[int] | None = None,
) -> Any:
    used = [] if spent is None else spent

    async def work(client: ModelClient) -> Any:
        embedder = Embedder(client, Agreed(profile, tokens, "group"), lambda _profile: _third, used.append)
        return await embedder.embed(texts)

    return run(work, records)


@pytest.mark.parametrize("kind", [ProviderKind.CHAT, ProviderKind.RESPONSES])
def test_vectors_come_in_the_order_of_the_texts_and_are_in_the_ledger(server: OpenAIServer, kind: ProviderKind) -> None:
    server.replies(Embeds())
    records, spent = Records(), list[int]()
    profile = Catalogue.load().for_embedding(replace(profile_of(server.base_url), kind=kind), "embed-1", 0.02)
    vectors = embed(profile, records, spent=spent)
    (seen,) = server.requests
    assert seen.path == PATH
    assert seen.body == {"model": "embed-1", "input": list(TEXTS), "encoding_format": "float"}
    for vector, text in zip(vectors, TEXTS, strict=True):
        assert list(vector) == pytest.approx(vector_of(text))
    (record,) = records.kept
    assert (record.purpose, record.turn_id, record.outcome) == (EMBEDDING, "group", Outcome.FINISHED)
    assert record.body == seen.raw
    tokens = sum(len(text) for text in TEXTS) // 4
    assert record.usage.input_tokens == tokens
    assert record.cost_usd == pytest.approx(tokens * 0.02 / 1e6)
    assert sum(spent) == tokens
    assert records.asked == 1


def test_secrets_do_not_leave(server: OpenAIServer) -> None:
    server.replies(Embeds())
    for name, line, secret in every_kind(5):
        embed(profile_of(server.base_url), Records(), (f"a {line} b",))
        assert secret not in server.requests[-1].body["input"][0], name


def _with_nan(vectors: list[Any]) -> list[Any]:
    return [[math.nan, *vectors[0][1:]], *vectors[1:]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda vectors: vectors[:1],
        lambda vectors: [*vectors, vectors[0]],
        lambda vectors: [vectors[0], vectors[1][:7]],
        _with_nan,
        lambda vectors: [[0.0] * 64, vectors[1]],
        lambda vectors: [["x"] * 64, vectors[1]],
        lambda vectors: ["AAAA", vectors[1]],
        lambda _vectors: [],
        lambda _vectors: None,
        lambda vectors: [[1e308] * 64, vectors[1]],
    ],
)
def test_answers_that_are_no_vectors_are_refused(server: OpenAIServer, spoil: Any) -> None:
    server.replies(Embeds(spoil=lambda vectors: spoil(vectors) or []))
    records = Records()
    with pytest.raises(StreamError, match="vectors") as failed:
        embed(profile_of(server.base_url), records)
    assert failed.value.advice
    assert len(records.kept) == 1


@pytest.mark.parametrize(
    ("misbehave", "error"),
    [
        (lambda server: server.wrong_key(), AuthenticationError),
        (lambda server: server.cut(), StreamError),
        (lambda server: server.html(), StreamError),
        (lambda server: server.rate_limit(retry_after="7200"), RateLimitError),
        (lambda server: server.replies(lambda exchange: exchange.json(200, {"data": 7})), StreamError),
        (lambda server: server.replies(lambda exchange: exchange.hang_up()), NetworkError),
        (lambda server: server.replies(lambda exchange: exchange.json(200, {"error": {"message": "x"}})), CopilotError),
    ],
)
def test_what_fails_is_an_error_of_the_tree(server: OpenAIServer, misbehave: Any, error: type[CopilotError]) -> None:
    misbehave(server)
    records = Records()
    with pytest.raises(error):
        embed(profile_of(server.base_url), records)
    assert {record.outcome for record in records.kept} == {Outcome.FAILED}


def test_a_server_that_is_busy_is_asked_again_after_the_time_it_names(server: OpenAIServer) -> None:
    server.rate_limit(retry_after="0.1")
    server.replies(Embeds(has_usage=False))
    spent = list[int]()
    assert len(embed(profile_of(server.base_url), Records(), spent=spent)) == 2
    assert len(server.requests) == 2
    assert sum(spent) == sum(len(text) // 3 for text in TEXTS)


def test_no_more_is_sent_than_was_agreed_to(server: OpenAIServer) -> None:
    server.replies(Embeds())
    records = Records()
    with pytest.raises(AgreedUpError):
        embed(profile_of(server.base_url), records, tokens=10)
    assert server.requests == []
    assert records.asked == 0


def test_prices_are_known_of_openais_own_models_alone() -> None:
    catalogue = Catalogue.load()
    openai = Profile("work", ProviderKind.CHAT, "https://api.openai.com/v1", "gpt-5")
    assert catalogue.for_embedding(openai, "text-embedding-3-small").price == Price(0.02, 0.0)
    assert catalogue.for_embedding(openai, "unheard-of").price is None
    elsewhere = replace(openai, base_url="https://example.com/v1", price=Price(1, 1))
    assert catalogue.for_embedding(elsewhere, "text-embedding-3-small").price is None
    assert catalogue.for_embedding(elsewhere, "text-embedding-3-small", 0.5).price == Price(0.5, 0.0)
