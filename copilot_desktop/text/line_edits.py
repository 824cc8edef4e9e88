"""Edits of whole lines, and a log that tells which lines of an old version became which of the text now."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from copilot_desktop.text.ranges import LineRange

_LOG_LIMIT = 200
"""Changes kept: joining them takes time in proportion to their number, and thousands at once touch the whole text."""


class LineEdit(NamedTuple):
    """Lines of a text (0-based half-open) become `text`, verbatim."""

    lines: LineRange
    text: str


class ChangedLines(NamedTuple):
    """Lines `old` of an earlier version are lines `new` now; the lines around them are the same."""

    old: LineRange
    new: LineRange

    @property
    def delta(self) -> int:
        """By how many lines the text below moves."""
        return len(self.new) - len(self.old)


class ChangeLog:
    """The last changes of a text. Versions count up by one."""

    def __init__(self) -> None:
        self._changes: deque[ChangedLines] = deque(maxlen=_LOG_LIMIT)
        self._version = 0

    @property
    def version(self) -> int:
        """Counts every change."""
        return self._version

    def add(self, change: ChangedLines) -> None:
        """Note a change of the text as it was before."""
        self._version += 1
        self._changes.append(change)

    def since(self, version: int) -> tuple[ChangedLines, ...] | None:
        """Return what has changed since a version, from top to bottom and apart; None: too long ago to tell."""
        count = self._version - version
        if not 0 <= count <= len(self._changes):
            return None
        joined: list[ChangedLines] = []
        for change in list(self._changes)[len(self._changes) - count :]:
            joined = _joined(joined, change)
        return tuple(joined)


def _joined(earlier: list[ChangedLines], change: ChangedLines) -> list[ChangedLines]:
    """Put a change after others. Its `old` lines are the `new` ones of those."""
    start, end = change.old.start, change.old.end
    above = [each for each in earlier if each.new.end < start]
    touched = [each for each in earlier if each.new.end >= start and each.new.start <= end]
    below = [each for each in earlier if each.new.start > end]
    shift = sum(each.delta for each in above)
    if touched:
        new_start, old_end = min(start, touched[0].new.start), max(end, touched[-1].new.end)
        shift_below = shift + sum(each.delta for each in touched)
    else:
        new_start, old_end, shift_below = start, end, shift
    one = ChangedLines(
        LineRange(new_start - shift, old_end - shift_below), LineRange(new_start, old_end + change.delta)
    )
    moved = [
        ChangedLines(each.old, LineRange(each.new.start + change.delta, each.new.end + change.delta)) for each in below
    ]
    return [*above, one, *moved]
