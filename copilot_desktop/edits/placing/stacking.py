"""A block that matches text an earlier block wrote: placed on the text as it has become, it is one hunk with it."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import split_lines


def applied(lines: Sequence[str], hunks: Sequence[Hunk]) -> list[str]:
    """Return the lines after hunks that are sorted and do not overlap."""
    out: list[str] = []
    at = 0
    for hunk in hunks:
        out += [*lines[at : hunk.start], *split_lines(hunk.new_text)]
        at = hunk.end
    return [*out, *lines[at:]]


def stacked(lines: Sequence[str], hunks: Sequence[Hunk], top: Hunk) -> list[Hunk]:
    """Put a hunk that counts in the lines after `hunks` onto them; those it crosses become one hunk with it.

    `hunks` count in `lines`, sorted and without overlaps; so do the hunks returned.
    """
    current = applied(lines, hunks)
    kept: list[Hunk] = []
    crossed: list[Hunk] = []
    delta_above = delta_inside = delta = 0
    first, last = top.start, top.end
    for hunk in hunks:
        start = hunk.start + delta
        end = start + len(split_lines(hunk.new_text))
        delta += (end - start) - (hunk.end - hunk.start)
        if end <= top.start:
            kept.append(hunk)
            delta_above = delta_inside = delta
        elif start >= top.end:
            kept.append(hunk)
        else:
            crossed.append(hunk)
            first, last = min(first, start), max(last, end)
            delta_inside = delta
    text = "".join([*current[first : top.start], top.new_text, *current[top.end : last]])
    base_start, base_end = first - delta_above, last - delta_inside
    merged = _joined([*crossed, top], base_start, base_end, text)
    return sorted([*kept, merged], key=lambda hunk: (hunk.start, hunk.end))


def insertions_joined(hunks: Sequence[Hunk]) -> list[Hunk]:
    """Make one hunk of insertions at the same line: apart, nothing tells which of two equal ones was taken.

    `hunks` are sorted; those at one line stay in the order they have.
    """
    out: list[Hunk] = []
    for hunk in hunks:
        if out and out[-1].start == out[-1].end == hunk.start == hunk.end:
            out[-1] = _joined([out[-1], hunk], hunk.start, hunk.end, out[-1].new_text + hunk.new_text)
        else:
            out.append(hunk)
    return out


def _joined(parts: Sequence[Hunk], start: int, end: int, text: str) -> Hunk:
    return Hunk(
        parts[-1].path,
        start,
        end,
        text,
        min(parts, key=lambda hunk: hunk.confidence).strategy,
        min(hunk.confidence for hunk in parts),
        any(hunk.needs_look for hunk in parts),
        "; ".join(dict.fromkeys(hunk.ignored for hunk in parts if hunk.ignored)),
        "".join(hunk.quoted for hunk in parts),
    )
