r"""Lines of a text: they end at \n, \r\n or a lone \r and nowhere else.

`str.splitlines` also cuts at form feeds and U+2028, which are ordinary characters inside a line of code.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_AT_ONCE = 250_000
"""Characters cut in one go: until it is done no other thread runs, and 10 MB would take 50 ms."""
_ENDING = re.compile(r"\r\n|\r|\n")


class LineEnding(StrEnum):
    """How a line ends."""

    LF = "\n"
    CRLF = "\r\n"
    CR = "\r"


def split_lines(text: str) -> list[str]:
    """Cut a text into its lines, each with its ending; joined they are the text. An empty text has no lines."""
    if len(text) <= _AT_ONCE:
        return _cut(text)
    lines: list[str] = []
    at = 0
    while at < len(text):
        end = line_end(text, min(at + _AT_ONCE, len(text)))
        lines += _cut(text[at:end])
        at = end
    return lines


def _cut(text: str) -> list[str]:
    # Each is looked for by itself: that is ten times as quick as an expression.
    is_plain = (
        "\f" not in text and "\v" not in text and "\x1c" not in text and "\x1d" not in text and "\x1e" not in text
    )
    if is_plain and (text.isascii() or not any(sign in text for sign in "\x85\u2028\u2029")):
        return text.splitlines(keepends=True)
    if "\r" not in text:
        lines = [line + "\n" for line in text.split("\n")]
        last = lines.pop()[:-1]
        return [*lines, last] if last else lines
    return _LINE.findall(text)


def count_endings(text: str) -> int:
    """Return how many line endings a text has."""
    ended = text.count("\n")
    if "\r" in text:
        ended += text.count("\r") - text.count("\r\n")
    return ended


def count_lines(text: str) -> int:
    """Return how many lines `split_lines` would give, without cutting them."""
    return count_endings(text) + (bool(text) and not text.endswith(("\n", "\r")))


def line_end(text: str, at: int) -> int:
    """Return the offset behind the line that goes on at an offset, its ending included."""
    found = text.find("\n", at)
    lone = text.find("\r", at, len(text) if found < 0 else found)
    if lone >= 0 and lone + 1 != found:
        return lone + 1
    return len(text) if found < 0 else found + 1


def line_ending_of(line: str) -> str:
    """Return the ending of one line; empty where it has none."""
    if line.endswith("\r\n"):
        return "\r\n"
    return line[-1:] if line.endswith(("\n", "\r")) else ""


def without_ending(line: str) -> str:
    """Return one line without its ending."""
    if line.endswith("\n"):
        return line[:-2] if line.endswith("\r\n") else line[:-1]
    return line[:-1] if line.endswith("\r") else line


def dominant_ending(text: str) -> LineEnding:
    """Return the ending most lines have; the first seen wins a draw, and LF stands for a text without any."""
    if "\r" not in text:
        return LineEnding.LF
    counts: Counter[str] = Counter(found[0] for found in _ENDING.finditer(text))
    # The counts stand in the order first seen, and max keeps the first of equals.
    return LineEnding(max(counts, key=lambda ending: counts[ending]))


def line_starts(text: str) -> list[int]:
    """Return the code-point offset at which each line starts; always at least one, an empty text included."""
    return [0, *(found.end() for found in _ENDING.finditer(text))]
