"""Profiles to the plain fields of settings and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import (
    KeySource,
    Price,
    Profile,
    ProviderKind,
    profile_from_setting,
    setting_of,
)
from copilot_desktop.settings.models_page import ProfileSetting

PRICE = Price(1.0, 2.0, 0.5)
FULL = Profile("work", ProviderKind.CHAT, "https://x/v1", "m", KeySource.ENVIRONMENT, "MY_KEY", 8000, 500, PRICE, True)


@pytest.mark.parametrize("profile", [FULL, BUILT_IN_PROFILE, Profile("a", ProviderKind.CHAT, "", "")])
def test_there_and_back_through_settings(profile: Profile) -> None:
    assert profile_from_setting(setting_of(profile)) == profile


def test_fields_left_out_take_their_defaults() -> None:
    setting = ProfileSetting("a", base_url="u", model="m")
    assert profile_from_setting(setting) == Profile("a", ProviderKind.CHAT, "u", "m")


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
def test_what_a_field_cannot_hold_is_a_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        profile_from_setting(replace(setting_of(FULL), **change))
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
