"""As much of an answer as the model may get: whole lines from the top, counted as the model's server does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

CountTokens = Callable[[str], int]
_MOST_CHARACTERS: Final = 16
"""Per token: nothing that is worth reading has more."""
_LEAST_LINES: Final = 8


def fitting(lines: Sequence[str], limit_tokens: int, count_tokens: CountTokens) -> int:
    """How many of the lines fit, from the first; lines have their ends. Counts a few times, not line by line."""
    most, characters = 0, 0
    for line in lines:
        characters += len(line)
        if characters > limit_tokens * _MOST_CHARACTERS:
            break
        most += 1
    low, high = 0, most
    if count_tokens("".join(lines[:high])) <= limit_tokens:
        return high
    while high - low > max(1, high // _LEAST_LINES // 4):
        middle = (low + high) // 2
        if count_tokens("".join(lines[:middle])) <= limit_tokens:
            low = middle
        else:
            high = middle
    return low


def beginning(line: str, limit_tokens: int, count_tokens: CountTokens) -> str:
    """So much of one line as fits, which is longer."""
    size = min(len(line), limit_tokens * _MOST_CHARACTERS)
    while size and count_tokens(line[:size]) > limit_tokens:
        size = size * 3 // 4
    return line[:size]
