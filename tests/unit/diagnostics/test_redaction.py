from __future__ import annotations

import pytest

from copilot_desktop.credentials.secret_text import MASK, masked_with_names
from copilot_desktop.diagnostics.redaction import without_content

KEY = "sk-proj-abcdefghijklmnop1234567890"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {KEY}",
        f"refused the key {KEY}.",
        f'{{"api-key": "{KEY}"}}',
        f"api_key={KEY}&model=x",
        f"https://user:{KEY}@proxy.example:8080/",
        "password = hunter2hunter2",
        "Authorization: Basic dXNlcjpwYXNzd29yZA==",
        "ghp_0123456789abcdefghijABCDEFGHIJ456789",
        "AKIA0123456789ABCDEF",
    ],
)
def test_keys_are_masked(text: str) -> None:
    masked = masked_with_names(text)
    assert MASK in masked
    for secret in (KEY, "hunter2", "dXNlcjpwYXNzd29yZA", "0123456789"):
        assert secret not in masked


@pytest.mark.parametrize(
    "text",
    [
        "12 tokens in, 3 out",
        "GET /v1/models 200",
        "https://api.example/v1/chat",
        "the password is asked for",
        "task-force",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert masked_with_names(text) == text


def test_what_an_error_quotes_is_left_out() -> None:
    line = "invalid literal for int() with base 10: 'def total(items): return sum(items)'"
    assert without_content(line) == "invalid literal for int() with base 10: '…'"
    assert without_content("KeyError: 'path'") == "KeyError: 'path'"


def test_a_huge_message_is_cut_and_costs_no_time() -> None:
    assert len(without_content("'" * 1_000_000)) < 3000
    assert len(without_content("a:" * 500_000)) < 3000
