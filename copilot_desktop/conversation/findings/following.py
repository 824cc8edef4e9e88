"""Where the lines of a finding stand in the text of now: found by what they say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    above = without_ending(lines[at.start - 1]) if at.start else ""
    below = without_ending(lines[at.end]) if at.end < len(lines) else ""
    return replace(finding, anchor=bare, around=(above, below))


def lines_now(finding: Finding, lines: Sequence[str], expected: int | None = None) -> LineRange | None:
    """Where a finding's lines stand in a text now, the nearest to the 0-based line `expected`; None: nowhere.

    Lines that are otherwise indented, or end otherwise, are the same.
    """
    if finding.lines is None or not finding.anchor:
        return None
    near = finding.lines.start if expected is None else expected
    wanted = [line.strip() for line in finding.anchor]
    best: tuple[int, int] | None = None
    for start in _starts(finding, lines, near, wanted):
        end = start + len(finding.lines)
        around = (lines[start - 1] if start else "", lines[end] if end < len(lines) else "")
        fitting = sum(without_ending(one) == other for one, other in zip(around, finding.around, strict=True))
        rank = (-fitting, abs(start - near))
        if best is None or rank < (best[0], abs(best[1] - near)):
            best = (-fitting, start)
    if best is None:
        return None
    return LineRange(best[1], min(best[1] + len(finding.lines), len(lines)))


def _starts(finding: Finding, lines: Sequence[str], near: int, wanted: Sequence[str]) -> Iterator[int]:
    count = len(wanted)
    if _says(lines, near, wanted):
        around = (lines[near - 1] if near else "", lines[near + count] if near + count < len(lines) else "")
        if without_ending(around[0]) == finding.around[0]:
            # It has not moved: the rest of a long file need not be looked at.
            yield near
            return
    first = wanted[0]
    for start in range(len(lines) - count + 1):
        if lines[start].strip() == first and _says(lines, start, wanted):
            yield start


def _says(lines: Sequence[str], start: int, wanted: Sequence[str]) -> bool:
    end = start + len(wanted)
    return end <= len(lines) and all(
        line.strip() == other for line, other in zip(lines[start:end], wanted, strict=True)
    )
