"""Profiles to the plain fields of settings and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot_desktop.errors import UsageError
from copilot_desktop.llm.local_server import BUILT_IN_PROFILE
from copilot_desktop.llm.profiles import (
    EditFormat,
    KeySource,
    Price,
    Profile,
    ProviderKind,
    profile_from_setting,
    setting_of,
)
from copilot_desktop.settings.models_page import HeaderSetting, ModelsPage, ProfileSetting
from copilot_desktop.settings.store import SettingsStore

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
        {"edit_format": "smoke signals"},
        {"edit_format": 3},
    ],
)
def test_what_a_field_cannot_hold_is_a_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        profile_from_setting(replace(setting_of(FULL), **change))
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("api-key", "sk-proj-0123456789", "seems to hold a key"),
        ("api-key", "hunter2", "seems to hold a key"),
        ("Authorization", "Basic dXNlcjpwYXNz", "seems to hold a key"),
        ("X-Team", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "seems to hold a key"),
        ("X-Mixed", "{key} and sk-proj-0123456789", "seems to hold a key"),
        ("Host", "elsewhere", "set by the program"),
        ("X Space", "a", "no name of a header"),
        ("X-Break", "a\r\nX-More: b", "characters that a header cannot have"),
        ("X-Umlaut", "ä", "characters that a header cannot have"),
    ],
)
def test_headers_that_settings_must_not_hold(name: str, value: str, said: str) -> None:
    setting = replace(ProfileSetting("a", base_url="u", model="m"), headers=(HeaderSetting(name, value),))
    with pytest.raises(UsageError) as caught:
        profile_from_setting(setting)
    assert said in caught.value.message
    assert value not in caught.value.message + caught.value.advice or len(value) < 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("api-key", "{key}"),
        ("Authorization", "Basic {key}"),
        ("HTTP-Referer", "https://example.com"),
        ("X-Author", "me"),
    ],
)
def test_headers_that_settings_may_hold(name: str, value: str) -> None:
    setting = replace(ProfileSetting("a", base_url="u", model="m"), headers=(HeaderSetting(name, value),))
    assert profile_from_setting(setting).headers == ((name, value),)


@pytest.mark.parametrize(
    "change",
    [
        {"base_url": "https://me:secret@example.com/v1"},
        {"base_url": "https://example.com/v1?key=abc"},
        {"base_url": "https://example.com/v1?subscription-key=abc"},
        {"key_command": "echo sk-proj-0123456789"},
        {"headers": "x"},
        {"headers": ("x",)},
        {"headers": ({"name": 3, "value": "a"},)},
    ],
)
def test_secrets_and_nonsense_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        profile_from_setting(replace(ProfileSetting("a", base_url="u", model="m"), **change))
    assert "sk-proj" not in caught.value.message


def test_a_file_is_free_and_needs_no_key() -> None:
    setting = ProfileSetting("a", kind="local_file", model="m", model_path="/models/m.gguf", threads=4)
    profile = profile_from_setting(setting)
    assert (profile.key_source, profile.price, profile.threads) == (KeySource.NONE, Price(0.0, 0.0), 4)
    assert profile_from_setting(setting_of(profile)) == profile
    for change in ({"model_path": ""}, {"model_path": "m.gguf"}, {"threads": 0}, {"threads": "all"}):
        with pytest.raises(UsageError):
            profile_from_setting(replace(setting, **change))


def test_an_address_of_azure_is_none() -> None:
    url = "https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21"
    assert profile_from_setting(ProfileSetting("a", base_url=url, model="m")).base_url == url


def test_a_format_of_edits_is_kept_and_an_unknown_one_is_named() -> None:
    profile = replace(FULL, edit_format=EditFormat.APPLY_PATCH)
    assert setting_of(profile).edit_format == "apply_patch"
    assert profile_from_setting(setting_of(profile)) == profile
    with pytest.raises(UsageError) as caught:
        profile_from_setting(replace(setting_of(FULL), edit_format="smoke signals"))
    assert caught.value.message.startswith("The profile “work” cannot be used: its edit format “smoke signals” is not")
    assert "search_replace, apply_patch" in caught.value.message


@pytest.mark.parametrize("version", [1, 2])
def test_a_page_of_an_older_version_is_read(tmp_path: Path, version: int) -> None:
    (tmp_path / "models.json").write_text(
        f'{{"version": {version}, "values":'
        ' {"profiles": [{"name": "a", "base_url": "u", "model": "m"}], "default_profile": "a"}}'
    )
    store = SettingsStore(tmp_path)
    page = store.load(ModelsPage)
    assert page == ModelsPage((ProfileSetting("a", base_url="u", model="m"),), "a")
    full = replace(
        page.profiles[0], kind="responses", key_source="command", key_command="op read x",
        headers=(HeaderSetting("api-key", "{key}"),),
    )  # fmt: skip
    store.save(page.with_profile(full))
    assert store.load(ModelsPage).profiles == (full,)
