"""Blocks of removed lines that stand elsewhere as added ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_LEAST_LETTERS = 20
"""Letters and digits that a block must have, as in git: a lone brace stands everywhere."""
_LEAST_LINES = 2
_LINES_LIMIT = 40_000
"""Changed lines beyond which moves are not looked for."""
_STARTS_LIMIT = 8
"""Places at which a block is tried; a line that stands more often is no trace."""


@dataclass(frozen=True, slots=True)
class ChangedRun:
    """Lines that were removed or added together. `start` is the 0-based line of the first one.

    `file` is any key, `change` any number: what was removed and added in the same change stays where it is.
    """

    file: Hashable
    change: int
    start: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedBlock:
    """Lines `old` of a file's old text that are lines `new` of a file's new one; blanks around them may differ."""

    old_file: Hashable
    old: LineRange
    new_file: Hashable
    new: LineRange


def moved_blocks(removed: Iterable[ChangedRun], added: Iterable[ChangedRun]) -> tuple[MovedBlock, ...]:
    """Return the longest blocks that were removed at one place and added at another; none overlap on a side.

    A block has two lines and twenty letters at least. Lines count as the same whatever blanks are around them: what is
    moved is often indented anew.
    """
    olds, news = [_Run(run) for run in removed], [_Run(run) for run in added]
    if sum(len(run.lines) for run in (*olds, *news)) > _LINES_LIMIT:
        return ()
    places: dict[str, list[tuple[_Run, int]]] = {}
    for run in news:
        for at, line in enumerate(run.lines):
            if line:
                places.setdefault(line, []).append((run, at))
    return tuple(block for run in olds for block in _blocks(run, places))


class _Run:
    """Lines without blanks around them, and which of them are in a block already."""

    def __init__(self, run: ChangedRun) -> None:
        self.file, self.start, self.change = run.file, run.start, (run.file, run.change)
        self.lines = [line.strip() for line in run.lines]
        self.taken = [False] * len(self.lines)


def _blocks(run: _Run, places: dict[str, list[tuple[_Run, int]]]) -> Iterator[MovedBlock]:
    at = 0
    while at < len(run.lines):
        other, there, length = _longest(run, at, places.get(run.lines[at], ()))
        if other is None or not _is_worth_it(run.lines[at : at + length]):
            at += 1
            continue
        other.taken[there : there + length] = [True] * length
        first, second = run.start + at, other.start + there
        yield MovedBlock(run.file, LineRange(first, first + length), other.file, LineRange(second, second + length))
        at += length


def _longest(run: _Run, at: int, starts: Sequence[tuple[_Run, int]]) -> tuple[_Run | None, int, int]:
    found: tuple[_Run | None, int, int] = (None, 0, 0)
    if len(starts) > _STARTS_LIMIT:
        return found
    for other, there in starts:
        if other.change == run.change:
            continue
        length = 0
        while (
            at + length < len(run.lines)
            and there + length < len(other.lines)
            and run.lines[at + length] == other.lines[there + length]
            and not other.taken[there + length]
        ):
            length += 1
        while length and not run.lines[at + length - 1]:
            length -= 1  # an empty line at the end belongs to what comes next
        if length > found[2]:
            found = (other, there, length)
    return found


def _is_worth_it(lines: Sequence[str]) -> bool:
    return len(lines) >= _LEAST_LINES and sum(map(str.isalnum, "".join(lines))) >= _LEAST_LETTERS
