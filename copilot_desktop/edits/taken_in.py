"""Lines above and below that a change across a hunk's border has made part of it, until it can let go of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState, Pair
from copilot_desktop.text.diff import NumberedLines, numbered_changes
from copilot_desktop.text.lined_text import Lines
from copilot_desktop.text.lines import split_lines


def is_written(hunk: ChangeHunk) -> bool:
    """Whether the hunk's text stands in the file because it was accepted, so that it can be taken back."""
    return hunk.decision is Decision.ACCEPTED and hunk.written is not None and hunk.state is not HunkState.GONE


def turn_of(hunk: ChangeHunk) -> tuple[int, bool]:
    """Sorts the line hunks of a file from top to bottom: what is put above a line comes before what replaces it."""
    replaced = undo_pair(hunk)[1] if is_written(hunk) else hunk.old_text
    return hunk.start, bool(replaced)


def undo_pair(hunk: ChangeHunk) -> Pair:
    """The lines that accepting wrote, and those it replaced; empty for no file."""
    before, after = hunk.written or ("", "")
    return after or "", before or ""


def lacks_edge(hunk: ChangeHunk, at: int) -> bool:
    """Whether the first (0) or last (-1) of the lines that the hunk was made for, or that it wrote, is gone."""
    if is_written(hunk):
        base, now = undo_pair(hunk)[0], hunk.new_text
    elif hunk.state is HunkState.GONE and hunk.written is not None:
        base, now = undo_pair(hunk)[1], hunk.old_text
    else:
        base, now = hunk.pair[0], hunk.new_text if hunk.state is HunkState.ALREADY_THERE else hunk.old_text
    if not base or now == base:
        return False
    return not now or split_lines(now)[at] != split_lines(base)[at]


def with_lines_taken_in(hunk: ChangeHunk, above: str, below: str) -> ChangeHunk:
    """Make lines above and below part of a hunk; it leaves them as they are."""
    if not above and not below:
        return hunk
    taken = (above + hunk.taken_in[0], hunk.taken_in[1] + below)
    edits = tuple((above + old + below, above + new + below) for old, new in hunk.edits)
    written = None
    if hunk.written is not None:
        before, after = hunk.written
        written = (above + (before or "") + below, above + (after or "") + below)
    return replace(hunk, taken_in=taken, edits=edits, written=written)


def without_unchanged(hunk: ChangeHunk, start: int, end: int, lines: Lines) -> tuple[ChangeHunk, int, int]:
    """Let go of lines that were taken in and are again what they were: typing taken back leaves nothing."""
    above, below = (split_lines(each) for each in hunk.taken_in)
    if not above and not below:
        return hunk, start, end
    others = [split_lines(each) for pair in hunk.edits for each in pair]
    if hunk.written is not None:
        others += [split_lines(each or "") for each in hunk.written]
    now = lines[start:end]
    top = 0
    while top < min(len(above), len(now)) and all(each[top : top + 1] == [above[top]] for each in (now, *others)):
        top += 1
    room = min(len(below), len(now) - top, *(len(each) - top for each in others))
    bottom = 0
    while bottom < room and all(each[-1 - bottom] == below[-1 - bottom] for each in (now, *others)):
        bottom += 1
    if not top and not bottom:
        return hunk, start, end

    def cut(text: str) -> str:
        kept = split_lines(text)
        return "".join(kept[top : len(kept) - bottom])

    left = ("".join(above[top:]), "".join(below[: len(below) - bottom]))
    edits = tuple((cut(old), cut(new)) for old, new in hunk.edits)
    written = None if hunk.written is None else (cut(hunk.written[0] or ""), cut(hunk.written[1] or ""))
    return replace(hunk, taken_in=left, edits=edits, written=written), start + top, end - bottom


def narrowed(hunk: ChangeHunk, base: str) -> ChangeHunk:
    """Let go of lines that others changed around the hunk: it was merged with them, and has its own again.

    `base` are the lines from which it was merged.
    """
    above, below = (split_lines(each) for each in hunk.taken_in)
    is_there = hunk.state is HunkState.ALREADY_THERE
    is_new = is_written(hunk) or is_there
    old, new = split_lines(hunk.old_text), split_lines(hunk.new_text)
    now, other = (new, old) if is_new else (old, new)
    lines = split_lines(base)
    changes = numbered_changes(lines, now, NumberedLines())
    # What others have put at a border is not the hunk's, unless it is what was proposed.
    top = _mapped(changes, len(above), with_inserted=not is_there and len(above) + len(below) < len(lines))
    bottom = _mapped(changes, len(lines) - len(below), with_inserted=is_there)
    if top is None or bottom is None or top > bottom:
        return hunk
    tail = len(now) - bottom
    if not (above or below or top or tail):
        return hunk
    ends = [(now, top, tail), (other, top, tail)]
    if is_there:
        ends[1] = (other, len(above), len(below))
    elif other[:top] != now[:top] or _tail(other, tail) != _tail(now, tail) or top + tail > len(other):
        return hunk
    texts = [split_lines(each) for pair in hunk.edits for each in pair]
    texts += [split_lines(each or "") for each in hunk.written or ()]
    if any(each[: len(above)] != above or _tail(each, len(below)) != below for each in texts):
        return hunk

    def cut(text: str | None) -> str:
        return "".join(_without(split_lines(text or ""), len(above), len(below)))

    now_text, other_text = ("".join(_without(*each)) for each in ends)
    return replace(
        hunk,
        start=hunk.start + top,
        end=hunk.end - tail,
        old_text=other_text if is_new else now_text,
        new_text=now_text if is_new else other_text,
        taken_in=("", ""),
        edits=tuple((cut(old_text), cut(new_text)) for old_text, new_text in hunk.edits),
        written=None if hunk.written is None else (cut(hunk.written[0]), cut(hunk.written[1])),
    )


def _mapped(changes: Sequence[tuple[int, int, int, int]], at: int, *, with_inserted: bool) -> int | None:
    """Where the border above a line is after changes; None where one goes across it."""
    found = at
    for start, end, new_start, new_end in changes:
        if start < at < end:
            return None
        if end < at or (end == at and (start < end or with_inserted)):
            found += (new_end - new_start) - (end - start)
    return found


def _tail(lines: list[str], count: int) -> list[str]:
    return lines[len(lines) - count :] if count else []


def _without(lines: list[str], top: int, tail: int) -> list[str]:
    return lines[top : len(lines) - tail]
