"""Every kind of secret of the table is found wherever it stands, and ordinary code has none."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from copilot_desktop.credentials.secret_finding import find_named, find_secrets
from copilot_desktop.credentials.secret_table import secret_table
from copilot_desktop.credentials.secret_text import masked
from tests.support.planted_secrets import every_kind, private_key

KINDS = [pytest.param(line, secret, id=f"{name}-{at}") for at, (name, line, secret) in enumerate(every_kind())]
PACKAGE = Path(__file__).parents[3] / "copilot_desktop"


def covered(text: str) -> str:
    """The text without what was found by name."""
    kept, at = [], 0
    for found in find_named(text):
        kept.append(text[at : found.start])
        at = found.end
    return "".join((*kept, text[at:]))


@pytest.mark.parametrize(("line", "secret"), KINDS)
def test_each_kind_is_found(line: str, secret: str) -> None:
    quoted = line.replace("\n", "\\n")
    for text in (
        line,
        f"# {line} # why",
        f"x = '{line}'\n",
        f"first\n  {line}\r\nlast",
        f"İ ß {line}",
        f'"a\\n{quoted}"',
    ):
        assert secret not in covered(text), text
    assert secret not in covered(f"{line}\n{line}")
    assert secret not in masked(f"x {line} y")


@pytest.mark.parametrize("seed", range(2, 5))
def test_many_of_them_in_one_text(seed: int) -> None:
    kinds = list(every_kind(seed))
    left = covered("\n".join(line for _name, line, _secret in kinds))
    assert [name for name, _line, secret in kinds if secret in left] == []


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:" + "hunter2" + "@db.internal/prod",
        "redis://:" + "p4ss" + "@localhost:6379/0",
        "https://me:" + "ghp_" + "a1B2" * 9 + "@github.com/me/it.git",
        "Server=db;User Id=sa;Password=" + "Zo0!gle" + ";",
        "curl -H 'Authorization: Bearer " + "abcDEF123456ghi" + "'",
        "AWS_SECRET_ACCESS_KEY=" + "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzzzzzzzKEY",
    ],
)
def test_what_people_write(text: str) -> None:
    assert len(find_named(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:${DB_PASSWORD}@db/prod",
        "postgres://app:{password}@db/prod",
        "postgres://<user>:<password>@db/prod",
        "http://localhost:8080/path",
        "git@github.com:me/it.git",
        'if text.startswith("-----BEGIN RSA PRIVATE KEY-----"):',
        "password = getpass()",
        "Server=db;Password=%s;",
        "npm_config_cache task-management-of-the-long-running-jobs",
        "HIDDEN_SECRET_0123456789 postgres://app:HIDDEN_SECRET_0123456789@db",
    ],
)
def test_what_is_none(text: str) -> None:
    assert find_named(text) == ()


def test_a_key_that_is_cut_off_is_masked_as_far_as_it_goes() -> None:
    key = private_key(random.Random(3))  # noqa: S311 - no real one
    lines = key.split("\n")
    head, tail = "\n".join(lines[:6]), "\n".join(lines[6:])
    numbered = "\n".join(f"{at:>3} + {line}" for at, line in enumerate(lines[:6], 8))
    for text in (
        head,
        tail,
        f"before\n{head}\n\nafter",
        f"before it\n{tail}\nafter",
        numbered,
        head.replace("\n", "\\n"),
    ):
        left = covered(text)
        assert not re.search(r"[A-Za-z0-9+/]{40}", left), left
    assert covered(f"before\n\n{head}\n\nafter") == "before\n\n\n\nafter"


def test_entropy_only_warns() -> None:
    text = "digest = 'Zb3kQ0x9TTzv81LmPq47uWnA2cYd'\nkey = \"q8Zr4TnVw2XkPb7LsD3mHf6c\"\napi_key = 'only9digits!'\n"
    found = find_secrets(text)
    assert [text[each.start : each.end] for each in found] == ["q8Zr4TnVw2XkPb7LsD3mHf6c", "only9digits!"]
    assert not any(each.is_named for each in found)


def test_none_in_our_own_code() -> None:
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        # An address that shows where a password would stand.
        assert {text[each.start : each.end] for each in find_named(text)} <= {"password"}, path


def test_every_repetition_has_a_limit() -> None:
    """None runs over a long text again and again."""
    for pattern in secret_table().patterns:
        assert not re.search(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}", pattern.regex.replace("{1,4}", "")), pattern.name
        assert all(anchor == anchor.lower() for anchor in pattern.anchors) or not pattern.is_folded
