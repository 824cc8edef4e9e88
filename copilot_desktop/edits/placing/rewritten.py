"""Blocks that match text which earlier blocks of the same answer wrote.

Only the lines around written text are looked at: what stands elsewhere has been looked at already.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.stacking import applied, stacked
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import split_lines

Placing = Callable[[Intent, IndexedLines], Placement]
_MANY = 300
"""Places on other blocks' text beyond which a block is refused: each takes time in proportion to the file."""


@dataclass(slots=True)
class Written:
    """The hunks with a block put onto them and where it stands, if it stands on one of them; `lines` gone through."""

    hunks: list[Hunk] = field(default_factory=list)
    found: Placement | None = None
    lines: int = 0


def on_written(intent: Intent, lines: Sequence[str], placed: Sequence[Hunk], place: Placing) -> Written:
    """Look for a block in what others wrote."""
    if intent.kind == "lazy" or intent.anchors or intent.replace_all:
        windows = [(0, len(lines))]
    else:
        windows = _windows(intent, lines, placed)
    made = Written()
    if len(windows) > _MANY:
        return made
    for start, end in windows:
        inside = [_moved(hunk, -start) for hunk in _between(placed, start, end)]
        part = lines[start:end]
        made.lines += 20 + len(part)
        found = place(replace(intent, line_hint=None), IndexedLines(applied(part, inside)))
        if not found.hunks:
            if found.reason == "ambiguous":
                return Written(lines=made.lines)
            continue
        if len(found.hunks) > _MANY or made.found is not None:
            return Written(lines=made.lines)
        hunks = inside
        # From the bottom up, so that the places above keep their lines.
        for hunk in reversed(found.hunks):
            hunks = stacked(part, hunks, hunk)
        outside = [hunk for hunk in placed if not (start <= hunk.start and hunk.end <= end)]
        made.hunks, made.found = [*outside, *(_moved(hunk, start) for hunk in hunks)], found
    return made


def _between(placed: Sequence[Hunk], start: int, end: int) -> Sequence[Hunk]:
    """The hunks in lines [start, end); they are sorted, and cut by neither."""
    first = bisect_left(placed, start, key=_start)
    return [hunk for hunk in placed[first : bisect_right(placed, end, key=_start)] if hunk.end <= end]


def _windows(intent: Intent, lines: Sequence[str], placed: Sequence[Hunk]) -> list[tuple[int, int]]:
    """Lines [start, end) around hunks that wrote something the block looks for, as far as the block can reach."""
    wanted = {bare for line in split_lines(intent.old) if (bare := line.strip())}
    written = "".join(hunk.new_text for hunk in placed)
    wanted = {line for line in wanted if line in written}
    if not wanted:
        return []
    reach = 2 * len(split_lines(intent.old)) + 10
    windows: list[tuple[int, int]] = []
    for hunk in placed:
        if not any(line in hunk.new_text for line in wanted):
            continue
        start, end = _whole(max(0, hunk.start - reach), min(len(lines), hunk.end + reach), placed)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    return windows


def _whole(start: int, end: int, placed: Sequence[Hunk]) -> tuple[int, int]:
    """The window with the hunks it cuts taken in: of sorted ones that are apart, one at each end."""
    above, below = bisect_left(placed, start, key=_end), bisect_right(placed, end, key=_start) - 1
    if above < len(placed) and placed[above].start <= end:
        start = min(start, placed[above].start)
    if below >= 0 and placed[below].end >= start:
        end = max(end, placed[below].end)
    return start, end


def _start(hunk: Hunk) -> int:
    return hunk.start


def _end(hunk: Hunk) -> int:
    return hunk.end


def _moved(hunk: Hunk, by: int) -> Hunk:
    return replace(hunk, start=hunk.start + by, end=hunk.end + by) if by else hunk
