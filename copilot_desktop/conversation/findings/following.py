"""Where the lines of a finding stand in the text of now: found by what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from copilot_desktop.conversation.findings.values import Finding
from copilot_desktop.text.lines import without_ending
from copilot_desktop.text.ranges import LineRange

ANCHOR_LINES: Final = 12
"""Lines of a finding that are remembered: of a longer one the first."""


def anchored(finding: Finding, lines: Sequence[str]) -> Finding:
    """A finding with what its lines say in a text."""
    at = finding.lines
    if at is None:
        return finding
    bare = tuple(without_ending(line) for line in lines[at.start : min(at.end, at.start + ANCHOR_LINES)])
    return replace(finding, anchor=bare, around=TextNow(lines).around(at.start, at.end))


class TextNow:
    """A text as it is now, cut into lines with their endings, in which several findings are looked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def where(self, finding: Finding, expected: int | None = None) -> LineRange | None:
        """Where a finding's lines stand, the nearest to the 0-based line `expected`; None: nowhere.

        Lines that are otherwise indented, or end otherwise, are the same.
        """
        if finding.lines is None or not finding.anchor:
            return None
        near = finding.lines.start if expected is None else expected
        count = len(finding.lines)
        best = min(
            self._starts(finding, near, count),
            key=lambda start: (-self._fitting(finding, start, start + count), abs(start - near)),
            default=None,
        )
        return None if best is None else LineRange(best, min(best + count, len(self._lines)))

    def around(self, start: int, end: int) -> tuple[str, str]:
        """The lines before and behind these, "" where there is none."""
        above = without_ending(self._lines[start - 1]) if start else ""
        return above, without_ending(self._lines[end]) if end < len(self._lines) else ""

    @cached_property
    def _bare(self) -> list[str]:
        return [line.strip() for line in self._lines]

    def _starts(self, finding: Finding, near: int, count: int) -> Iterator[int]:
        wanted = [line.strip() for line in finding.anchor]
        here = self._lines[near : near + len(wanted)]
        if [line.strip() for line in here] == wanted and self._fitting(finding, near, near + count) == 2:
            # It has not moved: the rest of a long file need not be looked at.
            yield near
            return
        at = -1
        while True:
            try:
                at = self._bare.index(wanted[0], at + 1)
            except ValueError:
                return
            if self._bare[at : at + len(wanted)] == wanted:
                yield at

    def _fitting(self, finding: Finding, start: int, end: int) -> int:
        """How many of the lines around are those that were there."""
        return sum(one == other for one, other in zip(self.around(start, end), finding.around, strict=True))
