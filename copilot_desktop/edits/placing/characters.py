"""Old text that is part of a line, or that a tool gave character by character: placed exactly or not at all."""

from __future__ import annotations

from bisect import bisect_right

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import dominant_ending, line_starts, split_lines

_MANY = 50
"""Places beyond which counting on tells nobody more."""


def find_characters(intent: Intent, text: str) -> tuple[str, list[int]]:
    """Return the old text as the file writes its line endings, and the offsets at which it stands."""
    for old in dict.fromkeys((intent.old, in_endings_of(intent.old, text))):
        found: list[int] = []
        at = text.find(old)
        while at >= 0 and (len(found) < _MANY or intent.replace_all):
            found.append(at)
            at = text.find(old, at + len(old))
        if found:
            return old, found
    return intent.old, []


def in_endings_of(part: str, text: str) -> str:
    """Return a part with the line endings most lines of a text have."""
    ending = dominant_ending(text)
    return part.replace("\r\n", "\n").replace("\n", ending)


def character_hunks(path: str, text: str, old: str, new: str, offsets: list[int]) -> list[Hunk]:
    """Return hunks of whole lines that replace `old` by `new` at each offset; those on one line become one."""
    starts = line_starts(text)
    count = len(split_lines(text))
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
            # The line after goes along: the new text may not end where the old one did.
            end_line = min(count, bisect_right(starts, offset + len(old)))
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
