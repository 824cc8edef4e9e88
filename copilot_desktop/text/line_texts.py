"""What commands make of lines and words, as plain values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class LetterCase(StrEnum):
    """What letters can be turned into."""

    UPPER = "upper"
    LOWER = "lower"
    TITLE = "title"


def in_case(text: str, case: LetterCase) -> str:
    """The text in capitals, in small letters, or with a capital at the start of each word."""
    if case is LetterCase.UPPER:
        return text.upper()
    if case is LetterCase.LOWER:
        return text.lower()
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


def sorted_lines(lines: Sequence[str], *, is_descending: bool = False) -> list[str]:
    """Lines in the order of the alphabet, capitals and small letters together."""
    return sorted(lines, key=lambda line: (line.casefold(), line), reverse=is_descending)


def unique_lines(lines: Sequence[str]) -> list[str]:
    """Each line once, where it stands first."""
    return list(dict.fromkeys(lines))
