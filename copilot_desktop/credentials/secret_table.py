"""The table of secrets that are known by their form: resources/secrets.json, read when a text is first looked at.

Each pattern has `anchors`, letters that stand in every secret of its kind: a text is searched for them, which is
quick, and only where one stands the expression is tried. Every repetition in an expression has a limit, so that no
text takes long.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, Final

from copilot_desktop.resource_files import resource_path
from copilot_desktop.values import dataclass

_APART: Final = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
"""Not in the middle of a word; `\\n` in a quoted string is no letter of it."""
_ALIKE: Final = 2
"""Fewer letters stand in every text."""
_WORD_APART: Final = r"(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))"


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """One kind of secret.

    `is_folded`: case does not matter, and the anchors are small letters. `lookback`: how far before an anchor a secret
    may begin, the farthest first. `near`: words of which one must stand on either side. `searches`: the anchors by the
    letters that those of a group begin with, which are searched for in their place.
    """

    name: str
    label: str
    anchors: tuple[str, ...]
    regex: str
    is_folded: bool
    lookback: tuple[int, ...]
    near: tuple[str, ...]
    searches: tuple[tuple[str, tuple[str, ...]], ...]

    def compiled(self) -> re.Pattern[str]:
        """The expression; the group `secret` is what is masked, where there is one."""
        return _compiled(self.regex, self.is_folded)


@dataclass(frozen=True, slots=True)
class SecretTable:
    """All kinds. `loose_prefixes` begin what is taken for a key in logs, where no one misses a word too many."""

    patterns: tuple[SecretPattern, ...]
    private_key_label: str
    loose_prefixes: tuple[str, ...]


@cache
def secret_table() -> SecretTable:
    """The table of this program."""
    read = json.loads(resource_path("secrets.json").read_text(encoding="utf-8"))
    return SecretTable(
        tuple(_pattern(each) for each in read["patterns"]),
        read["private_key"]["label"],
        tuple(read["loose_prefixes"]),
    )


def _pattern(values: dict[str, Any]) -> SecretPattern:
    is_word = values.get("word") or values.get("lookback")
    before = "" if values.get("inside") else _WORD_APART if is_word else _APART
    return SecretPattern(
        values["name"],
        values["label"],
        tuple(values["anchors"]),
        before + values["regex"],
        bool(values.get("folded")),
        tuple(values.get("lookback", (0,))),
        tuple(values.get("near", ())),
        _searches(values["anchors"]),
    )


def _begin(words: list[str]) -> str:
    """The letters that all of them begin with: those of the first and the last in order."""
    first, last = min(words), max(words)
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:same]


def _searches(anchors: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Anchors that begin alike are found in one search, which takes half a millisecond for each MB of text."""
    groups: dict[str, list[str]] = {}
    for anchor in anchors:
        groups.setdefault(anchor[:_ALIKE], []).append(anchor)
    return tuple((_begin(group), tuple(group)) for group in groups.values())


@cache
def _compiled(regex: str, is_folded: bool) -> re.Pattern[str]:
    # Anchors are looked for in the text with small letters, and so is the rest.
    return re.compile(regex, re.IGNORECASE if is_folded else 0)
