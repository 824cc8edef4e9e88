"""What changed between two texts of tens of megabytes, in bytes: in small steps, so that a thread that compares lets
others work, and in time proportional to their size.

Both are cut into blocks where their lines say so, so that equal stretches give equal blocks; only blocks that differ
are looked at line by line, and a long stretch of them is one change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from copilot_desktop.text.changes import ByteChange
from copilot_desktop.text.diff import diff_line_lists

_BORDER: Final = 0xFF
"""A line in so many ends a block."""
_REFINED_BYTES: Final = 512 * 1024
_PORTION_BYTES: Final = 256 * 1024
"""No change is longer: whoever makes them one by one can do something else between."""
CHANGES_LIMIT: Final = 20_000
"""More changes than this are joined with what is between them."""


def byte_changes(old: Iterable[bytes], new: Iterable[bytes]) -> tuple[ByteChange, ...]:
    """Return the changes from one text to another, both given in pieces, from top to bottom; none overlap."""
    before, after = list(_blocks(old)), list(_blocks(new))
    starts = [0, *accumulate(map(len, before))]
    changes: list[ByteChange] = []
    for change in diff_line_lists(before, after):
        first, old_blocks = starts[change.old.start], before[change.old.start : change.old.end]
        changes += _refined(first, b"".join(old_blocks), b"".join(after[change.new.start : change.new.end]))
    return bounded_changes(changes, before, CHANGES_LIMIT)


def bounded_changes(
    changes: Sequence[ByteChange], pieces: Sequence[bytes], limit: int = CHANGES_LIMIT
) -> tuple[ByteChange, ...]:
    """The same changes of a text given in pieces: at most about so many, neighbours joined, and none is long."""
    starts = [0, *accumulate(map(len, pieces))]
    joined = _joined(list(changes), pieces, starts, limit)
    return tuple(portion for change in joined for portion in _portions(change, pieces, starts))


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        data = rest + piece
        start = at = 0
        for line in data[: data.rfind(b"\n") + 1].split(b"\n")[:-1]:
            at += len(line) + 1
            if not hash(line) & _BORDER:
                yield data[start:at]
                start = at
        rest = data[start:]
    if rest:
        yield rest


def _refined(first: int, old: bytes, new: bytes) -> Iterator[ByteChange]:
    """The changes inside a stretch: by lines where it is short."""
    if max(len(old), len(new)) > _REFINED_BYTES:
        yield ByteChange(first, first + len(old), new)
        return
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [first, *accumulate(map(len, old_lines), initial=first)][1:]
    for change in diff_line_lists(old_lines, new_lines):
        data = b"".join(new_lines[change.new.start : change.new.end])
        yield ByteChange(starts[change.old.start], starts[change.old.end], data)


def _joined(changes: list[ByteChange], before: Sequence[bytes], starts: Sequence[int], limit: int) -> list[ByteChange]:
    """Join neighbours, the nearest first, until there are few enough."""
    gap = 128
    while len(changes) > limit:
        joined: list[ByteChange] = []
        for change in changes:
            if joined and change.start - joined[-1].end <= gap:
                last = joined.pop()
                between = _between(before, starts, last.end, change.start)
                change = ByteChange(last.start, change.end, last.data + between + change.data)
            joined.append(change)
        changes, gap = joined, gap * 4
    return changes


def _portions(change: ByteChange, before: Sequence[bytes], starts: Sequence[int]) -> Iterator[ByteChange]:
    """A change as several that follow each other, none of which is long."""
    count = max(change.end - change.start, len(change.data)) // _PORTION_BYTES + 1
    if count == 1:
        yield change
        return
    old_cuts = _cuts(_between(before, starts, change.start, change.end), count)
    new_cuts = _cuts(change.data, count)
    for (old_start, old_end), (new_start, new_end) in zip(pairwise(old_cuts), pairwise(new_cuts), strict=True):
        yield ByteChange(change.start + old_start, change.start + old_end, change.data[new_start:new_end])


def _cuts(data: bytes, count: int) -> list[int]:
    """Where to cut a text into so many parts of about the same length: behind lines, or else before characters."""
    cuts = [0]
    for number in range(1, count):
        at = max(cuts[-1], len(data) * number // count)
        line_end = data.find(b"\n", at, at + _PORTION_BYTES // 4) + 1
        while not line_end and at < len(data) and data[at] & 0xC0 == 0x80:
            at += 1
        cuts.append(line_end or at)
    return [*cuts, len(data)]


def _between(blocks: Sequence[bytes], starts: Sequence[int], start: int, end: int) -> bytes:
    number, pieces = bisect_right(starts, start) - 1, list[bytes]()
    while start < end:
        piece = blocks[number][start - starts[number] : end - starts[number]]
        pieces.append(piece)
        start += len(piece)
        number += 1
    return b"".join(pieces)
