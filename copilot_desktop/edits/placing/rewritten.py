"""Blocks that match text which earlier blocks of the same answer wrote.

Only the lines around written text are looked at: what stands elsewhere has been looked at already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from copilot_desktop.edits.intents import Intent
from copilot_desktop.edits.placing.levels import IndexedLines
from copilot_desktop.edits.placing.placement import Placement
from copilot_desktop.edits.placing.stacking import applied, stacked
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import split_lines

Placing = Callable[[Intent, IndexedLines], Placement]
_MANY = 300
"""Places on other blocks' text beyond which a block is refused: each takes time in proportion to the file."""


def on_written(
    intent: Intent, lines: Sequence[str], placed: Sequence[Hunk], place: Placing
) -> tuple[list[Hunk], Placement] | None:
    """Return the hunks with a block put onto them, and where it stands; None where it stands on none of them."""
    if intent.kind == "lazy" or intent.anchors or intent.replace_all:
        windows = [(0, len(lines))]
    else:
        windows = _windows(intent, lines, placed)
    results = []
    for start, end in windows:
        inside = [_moved(hunk, -start) for hunk in placed if start <= hunk.start and hunk.end <= end]
        part = lines[start:end]
        found = place(replace(intent, line_hint=None), IndexedLines(applied(part, inside)))
        if not found.hunks:
            if found.reason == "ambiguous":
                return None
            continue
        if len(found.hunks) > _MANY:
            return None
        hunks = inside
        # From the bottom up, so that the places above keep their lines.
        for hunk in reversed(found.hunks):
            hunks = stacked(part, hunks, hunk)
        outside = [hunk for hunk in placed if not (start <= hunk.start and hunk.end <= end)]
        results.append(([*outside, *(_moved(hunk, start) for hunk in hunks)], found))
    return results[0] if len(results) == 1 else None


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
        start, end = max(0, hunk.start - reach), min(len(lines), hunk.end + reach)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return [_whole(window, placed) for window in windows[:_MANY]]


def _whole(window: tuple[int, int], placed: Sequence[Hunk]) -> tuple[int, int]:
    """The window with the hunks it cuts taken in."""
    start, end = window
    for hunk in placed:
        if hunk.start <= end and start <= hunk.end:
            start, end = min(start, hunk.start), max(end, hunk.end)
    return start, end


def _moved(hunk: Hunk, by: int) -> Hunk:
    return replace(hunk, start=hunk.start + by, end=hunk.end + by)
