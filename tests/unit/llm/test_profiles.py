"""Profiles to plain fields and back."""

from __future__ import annotations

import json

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import (
    KeySource,
    Price,
    Profile,
    ProviderKind,
    fields_of,
    profile_from_fields,
)

PRICE = Price(1.0, 2.0, 0.5)
FULL = Profile("work", ProviderKind.CHAT, "https://x/v1", "m", KeySource.ENVIRONMENT, "MY_KEY", 8000, 500, PRICE, True)


@pytest.mark.parametrize("profile", [FULL, BUILT_IN_PROFILE, Profile("a", ProviderKind.CHAT, "", "")])
def test_there_and_back_through_json(profile: Profile) -> None:
    assert profile_from_fields(json.loads(json.dumps(fields_of(profile)))) == profile


def test_missing_fields_take_their_defaults_and_unknown_ones_are_passed_over() -> None:
    fields = {"name": "a", "base_url": "u", "model": "m", "colour": "red"}
    assert profile_from_fields(fields) == Profile("a", ProviderKind.CHAT, "u", "m")


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"kind": "telepathy"},
        {"key_source": "plaintext"},
        {"base_url": 3},
        {"limit_tokens": "many"},
        {"limit_tokens": -1},
        {"limit_tokens": True},
        {"input_usd": "free"},
        {"output_usd": float("nan")},
    ],
)
def test_what_a_field_cannot_hold_is_a_sentence(change: dict[str, object]) -> None:
    with pytest.raises(UsageError) as caught:
        profile_from_fields(fields_of(FULL) | change)
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
