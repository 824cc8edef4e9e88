"""Lines of a text. They end at LF, CRLF or a lone CR and nowhere else (`str.splitlines` cuts at form feeds, too)."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum


class LineEnding(StrEnum):
    """The three ways a line can end."""

    LF = "\n"
    CRLF = "\r\n"
    CR = "\r"

    @property
    def label(self) -> str:
        """As the status bar shows it."""
        return self.name


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """The lines with their ends; joined they are the text again. An empty text has no lines."""
    if "\r" not in text:
        lines = text.split("\n")
        last = lines.pop()
        ended = [line + "\n" for line in lines]
        return [*ended, last] if last else ended
    return _LINE.findall(text)


def line_ending_of(line: str) -> str:
    """The line's own end; empty for a last line without one."""
    if line.endswith("\r\n"):
        return "\r\n"
    return line[-1] if line.endswith(("\n", "\r")) else ""


def without_ending(line: str) -> str:
    """The line without its end."""
    ending = line_ending_of(line)
    return line[: -len(ending)] if ending else line


def dominant_ending(text: str) -> LineEnding:
    """The end most lines have; LF when there is none, and where two are equally common the first of LF, CRLF, CR."""
    crlf = text.count("\r\n")
    counts = Counter(
        {LineEnding.LF: text.count("\n") - crlf, LineEnding.CRLF: crlf, LineEnding.CR: text.count("\r") - crlf}
    )
    return counts.most_common(1)[0][0]


def line_starts(text: str) -> list[int]:
    """Code point at which each line starts; one more for the empty line after a final line end, as editors count."""
    starts = [0]
    for line in split_lines(text):
        starts.append(starts[-1] + len(line))
    if text and not line_ending_of(text):
        starts.pop()
    return starts
