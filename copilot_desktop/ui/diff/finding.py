"""Looking for words in the rows of a diff, hidden lines too. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from copilot_desktop.text.lines import without_ending
from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.rows import DiffRow, FixedRows, GapId, SameLines
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.values import dataclass

MATCH_LIMIT = 10_000
_BARS = (RowKind.FILE, RowKind.HUNK, RowKind.GAP)


@dataclass(frozen=True, slots=True)
class DiffMatch:
    """Code points of a row's text; `is_right`: of the right side of a pair.

    In hidden lines the row is that of the gap, and `hidden` is the 1-based new number of the line.
    """

    place: int
    start: int
    end: int
    is_right: bool = False
    gap_id: GapId | None = None
    hidden: int = 0


def pattern_of(text: str, *, is_case_sensitive: bool) -> re.Pattern[str] | None:
    """What is looked for, as it is written; nothing for an empty text."""
    return re.compile(re.escape(text), 0 if is_case_sensitive else re.IGNORECASE) if text else None


def matches_in(content: DiffContent, pattern: re.Pattern[str]) -> tuple[DiffMatch, ...]:
    """Return where it stands, from top to bottom, as many as are shown."""
    return tuple(islice(_matches(content, pattern), MATCH_LIMIT))


def _matches(content: DiffContent, pattern: re.Pattern[str]) -> Iterator[DiffMatch]:
    rows = content.rows
    for block, start in zip(rows.blocks, rows.starts, strict=False):
        if isinstance(block, FixedRows):
            for at, row in enumerate(block.rows):
                if row.kind is RowKind.GAP:
                    yield from _hidden(content, row, start + at, pattern)
                elif row.kind not in _BARS:
                    yield from (DiffMatch(start + at, *found.span()) for found in pattern.finditer(row.text))
            continue
        # Unchanged lines say the same on both sides.
        has_right = not isinstance(block, SameLines)
        for at, (left, right) in enumerate(block.texts()):
            for found in pattern.finditer(without_ending(left)):
                yield DiffMatch(start + at, *found.span())
            for found in pattern.finditer(without_ending(right)) if has_right and right else ():
                yield DiffMatch(start + at, *found.span(), is_right=True)


def _hidden(content: DiffContent, row: DiffRow, place: int, pattern: re.Pattern[str]) -> Iterator[DiffMatch]:
    """Matches in unchanged lines that a gap stands for; of folded blanks the head says enough."""
    if row.new_number is None or row.gap_id is None:
        return
    lines = content.file(row.path).new_lines
    for number in range(row.new_number, row.new_number + row.hidden):
        for found in pattern.finditer(without_ending(lines[number - 1])):
            yield DiffMatch(place, *found.span(), gap_id=row.gap_id, hidden=number)
