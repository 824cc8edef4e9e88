"""Old text that is part of a line, or that a tool gave character by character: placed exactly or not at all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.placing.levels import LEVELS
from copilot_desktop.edits.placing.matching import matches
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import split_lines

_MANY = 50
"""Places beyond which counting on tells nobody more."""


def find_characters(old: str, lines: IndexedLines, *, replace_all: bool = False) -> tuple[str, list[int]]:
    """Return the old text as the file writes its line endings, and the offsets at which it stands."""
    given = old
    for old in dict.fromkeys((given, in_endings_of(given, lines))):
        found: list[int] = []
        for at in _occurrences(old, lines):
            # Of places that overlap all are replaced only one by one; each of them may be the one that is meant.
            if not found or not replace_all or at >= found[-1] + len(old):
                found.append(at)
            if len(found) == _MANY and not replace_all:
                break
        if found:
            return old, found
    return given, []


def _occurrences(old: str, lines: IndexedLines) -> Iterator[int]:
    """Every offset at which a text stands, also where the places overlap."""
    inner = split_lines(old)[1:-1]
    whole = matches(LEVELS[0], inner, lines, _MANY) if inner and "\r" not in old else None
    if whole is None or len(whole) == _MANY:
        # Looked for in all of the text: lines that stand everywhere say nothing about the place.
        lines.spend(len(lines.text) // 1_000)
        at = lines.text.find(old) if old else -1
        while at >= 0:
            yield at
            at = lines.text.find(old, at + 1)
        return
    # What stands between its first line and its last are whole lines, which are known.
    first = old.index("\n") + 1
    for match in whole:
        at = lines.starts[match.start] - first
        if at >= 0 and lines.text.startswith(old, at):
            yield at


def in_endings_of(part: str, lines: IndexedLines) -> str:
    """Return a part with the line endings most lines of a text have."""
    return part.replace("\r\n", "\n").replace("\n", lines.ending)


def character_hunks(path: str, lines: IndexedLines, old: str, new: str, offsets: list[int]) -> list[Hunk]:
    """Return hunks of whole lines that replace `old` by `new` at each offset; those on one line become one."""
    text, starts, count = lines.text, lines.starts, len(lines)
    hunks: list[Hunk] = []
    group: list[int] = []
    end_line = 0
    for offset in [*offsets, len(text) + len(old) + 1]:
        line = bisect_right(starts, offset) - 1
        if group and (line >= end_line or offset > len(text)):
            first = bisect_right(starts, group[0]) - 1
            hunks.append(_hunk(path, text, (old, new), group, (starts[first], first, end_line), starts))
            group = []
        if offset <= len(text):
            group.append(offset)
            # The line after goes along, unless both end with their line.
            bisect = bisect_left if new.endswith("\n") else bisect_right
            end_line = min(count, bisect(starts, offset + len(old)))
    return hunks


def _hunk(
    path: str, text: str, change: tuple[str, str], group: list[int], lines: tuple[int, int, int], starts: list[int]
) -> Hunk:
    old, new = change
    at, first, end = lines
    out = []
    for offset in group:
        out += [text[at:offset], new]
        at = offset + len(old)
    out.append(text[at : starts[end] if end < len(starts) else len(text)])
    return Hunk(path, first, end, "".join(out), "exact", 1.0)
