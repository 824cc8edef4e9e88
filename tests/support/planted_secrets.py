"""A made-up secret of each kind that the table knows, with what stands around it; and private keys."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from re import _constants as of  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from copilot_desktop.credentials.secret_table import SecretPattern, secret_table

_LETTERS = string.ascii_letters + string.digits


def planted(pattern: SecretPattern, chance: random.Random) -> tuple[str, str]:
    """A line with a secret of this kind, and the secret."""
    compiled = pattern.compiled()
    for _ in range(200):
        text = "".join(_written(_parser.parse(pattern.regex), chance))
        line = f"{pattern.near[0]}db; {text};" if pattern.near else text
        found = compiled.search(line)
        if found is not None:
            return line, found["secret"] if "secret" in compiled.groupindex else found[0]
    raise AssertionError(f"no text for {pattern.name}")


def every_kind(seed: int = 1) -> Iterator[tuple[str, str, str]]:
    """Name, line and secret of each kind."""
    chance = random.Random(seed)  # noqa: S311 - no real ones
    for pattern in secret_table().patterns:
        yield pattern.name, *planted(pattern, chance)
    key = private_key(chance)
    yield "private-key", key, key


def private_key(chance: random.Random, kind: str = "RSA ") -> str:
    """As openssl writes one, but of chance."""
    lines = ["".join(chance.choice(_LETTERS + "+/") for _ in range(64)) for _ in range(12)]
    return "\n".join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"])


def _written(parsed: Any, chance: random.Random) -> Iterator[str]:
    for kind, value in parsed:
        if kind is of.LITERAL:
            yield chr(value)
        elif kind is of.IN:
            yield _one_of(value, chance)
        elif kind in (of.MAX_REPEAT, of.MIN_REPEAT):
            least, most, inner = value
            for _ in range(chance.randint(least, min(most, max(least, 24)))):
                yield from _written(inner, chance)
        elif kind is of.SUBPATTERN:
            yield from _written(value[-1], chance)
        elif kind is of.BRANCH:
            yield from _written(chance.choice(value[1]), chance)
        elif kind is of.ASSERT and value[0] > 0:
            # What must follow an address is the name of a host.
            yield "d" if len(value[1]) == 1 and value[1][0][0] is of.IN else ""


def _one_of(choices: Any, chance: random.Random) -> str:
    if choices[0][0] is of.NEGATE:
        banned = re.compile("[" + "".join(_class(each) for each in choices[1:]) + "]")
        return chance.choice([each for each in _LETTERS + "-!+" if not banned.match(each)])
    found: list[str] = []
    for kind, value in choices:
        if kind is of.RANGE:
            found += map(chr, range(value[0], value[1] + 1))
        elif kind is of.LITERAL:
            found.append(chr(value))
        elif kind is of.CATEGORY:
            named = {of.CATEGORY_DIGIT: string.digits, of.CATEGORY_SPACE: " "}
            found += list(named.get(value, _LETTERS))
    plain = [each for each in found if each in _LETTERS]
    return chance.choice(plain or found)


def _class(choice: Any) -> str:
    kind, value = choice
    if kind is of.LITERAL:
        return re.escape(chr(value))
    if kind is of.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return r"\s" if value is of.CATEGORY_SPACE else r"\d"
