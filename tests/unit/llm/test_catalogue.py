"""Limits and prices of known models, and what a request costs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from copilot_desktop.llm.catalogue import Catalogue, cost_usd
from copilot_desktop.llm.profiles import EditFormat, Price, Profile, ProviderKind
from copilot_desktop.llm.requests import Usage
from copilot_desktop.resource_files import resource_path

CATALOGUE = Catalogue.load()
OPENAI = Profile("work", ProviderKind.CHAT, "https://api.openai.com/v1", "gpt-4.1")


@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-4.1-2025-04-14", "gpt-4.1-latest"])
def test_dated_ids_are_found(model: str) -> None:
    entry = CATALOGUE.find(model)
    assert entry is not None
    assert (entry.model, entry.price) == ("gpt-4.1", Price(2.0, 8.0, 0.5))


@pytest.mark.parametrize("model", ["gpt-4.1-mini-2025-04-14", "gpt-5-nano", "o3-mini"])
def test_a_sibling_has_its_own_entry(model: str) -> None:
    entry = CATALOGUE.find(model)
    assert entry is not None
    assert entry.model != model.split("-m", maxsplit=1)[0].split("-n", maxsplit=1)[0]


@pytest.mark.parametrize("model", ["", "gpt", "gpt-5-unheard-of", "llama3", "gpt-4.1-2025"])
def test_an_unknown_model_has_none(model: str) -> None:
    assert CATALOGUE.find(model) is None


def test_every_entry_is_sane_and_the_date_is_one() -> None:
    assert date.fromisoformat(
        json.loads(resource_path("model_catalogue.json").read_text(encoding="utf-8"))["as_of"]
    ) > date(2026, 1, 1)
    for entry in CATALOGUE.entries.values():
        assert entry.limit_tokens is None or entry.limit_tokens >= 100_000
        assert entry.price is None or 0 < (entry.price.cached_usd or 0) < entry.price.input_usd < entry.price.output_usd


def test_a_profile_is_completed_but_never_overruled() -> None:
    assert CATALOGUE.complete(OPENAI).limit_tokens == 1_047_576
    own = replace(OPENAI, limit_tokens=5, price=Price(1.0, 1.0))
    assert CATALOGUE.complete(own).limit_tokens == 5
    assert CATALOGUE.complete(own).price == Price(1.0, 1.0)


def test_the_same_name_elsewhere_has_neither_limit_nor_price() -> None:
    elsewhere = replace(OPENAI, base_url="http://127.0.0.1:1234/v1")
    completed = CATALOGUE.complete(elsewhere)
    assert (completed.limit_tokens, completed.max_output_tokens, completed.price) == (None, None, None)


@pytest.mark.parametrize(
    ("model", "edit_format"),
    [
        ("gpt-4.1-mini", EditFormat.APPLY_PATCH),
        ("openai/gpt-5.1-codex", EditFormat.APPLY_PATCH),
        ("gpt-oss:20b", EditFormat.APPLY_PATCH),
        ("o3-mini", EditFormat.APPLY_PATCH),
        ("gpt-4o", EditFormat.SEARCH_REPLACE),
        ("gpt-50", EditFormat.SEARCH_REPLACE),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", EditFormat.SEARCH_REPLACE),
        ("models/gemini-2.5-pro", EditFormat.SEARCH_REPLACE),
        ("hf.co/unsloth/Qwen3-Coder-30B-GGUF:Q4_K_M", EditFormat.SEARCH_REPLACE),
        ("qwen2.5-gpt-5-distill", EditFormat.SEARCH_REPLACE),
        ("unheard-of", EditFormat.SEARCH_REPLACE),
        ("", EditFormat.SEARCH_REPLACE),
    ],
)
def test_a_family_has_its_format_whoever_serves_it(model: str, edit_format: EditFormat) -> None:
    profile = Profile("p", ProviderKind.CHAT, "http://127.0.0.1:1234/v1", model)
    assert CATALOGUE.complete(profile).edit_format is edit_format
    assert CATALOGUE.family_of(model).edit_format is edit_format


def test_the_users_own_format_is_kept_and_families_have_names() -> None:
    own = replace(OPENAI, edit_format=EditFormat.SEARCH_REPLACE)
    assert CATALOGUE.complete(own).edit_format is EditFormat.SEARCH_REPLACE
    assert CATALOGUE.family_of("deepseek-r1-distill-llama-70b").name == "DeepSeek models"
    assert all(EditFormat.AUTO is not family.edit_format for family in CATALOGUE.families)


@pytest.mark.parametrize(
    ("usage", "price", "cost"),
    [
        (Usage(1_000_000, 1_000_000, None), Price(2.0, 8.0), 10.0),
        (Usage(1_000_000, 0, 500_000), Price(2.0, 8.0, 0.5), 1.25),
        (Usage(1_000_000, 0, 500_000), Price(2.0, 8.0), 2.0),
        (Usage(10, 0, 20), Price(1.0, 1.0, 0.0), 0.0),
        (Usage(None, 5), Price(2.0, 8.0), None),
        (Usage(5, 5), None, None),
    ],
)
def test_cost(usage: Usage, price: Price | None, cost: float | None) -> None:
    assert cost_usd(usage, price) == (None if cost is None else pytest.approx(cost))
