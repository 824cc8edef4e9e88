"""What looks like a key."""

from __future__ import annotations

import pytest

from copilot_desktop.credentials.secret_text import has_key_form, looks_like_secret, masked


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abc123def",
        "Bearer abc",
        "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIi",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ],
)
def test_keys_look_like_keys(text: str) -> None:
    assert looks_like_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.com/a-rather-long-path",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "project-17",
        "copilot-desktop",
    ],
)
def test_other_words_do_not(text: str) -> None:
    assert not looks_like_secret(text)
    assert not has_key_form(text)
    assert masked(text) == text
