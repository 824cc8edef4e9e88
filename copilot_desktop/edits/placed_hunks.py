"""The hunks placed on one file so far, sorted and apart; a new one takes no longer where there are many."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from copilot_desktop.edits.placing.stacking import insertions_joined
from copilot_desktop.edits.proposal import Hunk
from copilot_desktop.text.lines import split_lines

_WORK_LIMIT, _TIMES_ALL = 25_000, 3
"""Lines and hunks gone through for blocks that may stand in what others wrote before the rest are not looked for: so
many, and those of the whole file so many times."""


class PlacedHunks:
    """`below` is the first line below the block that was placed last; `lines` are as many as the file has."""

    def __init__(self, lines: int = 0) -> None:
        self.below = 0
        self._limit = _WORK_LIMIT + _TIMES_ALL * lines
        self._hunks: list[Hunk] = []
        self._written_lines: set[str] = set()
        self._work = 0

    def __len__(self) -> int:
        return len(self._hunks)

    def __iter__(self) -> Iterator[Hunk]:
        return iter(self._hunks)

    def add(self, hunks: Sequence[Hunk]) -> None:
        """Take hunks that cross none of those placed."""
        for hunk in hunks:
            at = bisect_right(self._hunks, (hunk.start, hunk.end), key=_place)
            near = insertions_joined([*self._hunks[max(0, at - 1) : at], hunk, *self._hunks[at : at + 1]])
            self._hunks[max(0, at - 1) : at + 1] = near
        self._note(hunks)

    def become(self, hunks: Sequence[Hunk], new: Sequence[Hunk]) -> None:
        """Take other hunks in place of all of them; `new` are those just found."""
        self._hunks = insertions_joined(sorted(hunks, key=_place))
        self._note(new)

    def _note(self, new: Sequence[Hunk]) -> None:
        self.below = max((hunk.end for hunk in new), default=0)
        self._written_lines.update(line.strip() for hunk in new for line in split_lines(hunk.new_text))

    def crossing(self, hunks: Sequence[Hunk]) -> list[Hunk]:
        """Return the hunks that cross one of those placed."""
        found = []
        for hunk in hunks:
            # The first placed hunk that ends below this one's start is the only one that may begin above its end.
            index = bisect_right(self._hunks, hunk.start, key=_end)
            if index < len(self._hunks) and self._hunks[index].start < hunk.end:
                found.append(hunk)
        return found

    def has(self, hunks: Sequence[Hunk]) -> bool:
        """Whether just these hunks are placed already."""
        for hunk in hunks:
            at = bisect_left(self._hunks, (hunk.start, hunk.end), key=_place)
            if at == len(self._hunks) or self._hunks[at] != hunk:
                return False
        return True

    def may_be_written(self, old: str) -> bool:
        """Whether an old text may stand in what was written: a line of it does, or it is no more than a line."""
        if not self._hunks or self._work >= self._limit:
            return False
        lines = {bare for line in split_lines(old) if (bare := line.strip())}
        return len(lines) <= 1 or not self._written_lines.isdisjoint(lines)

    def spend(self, lines: int) -> None:
        """Count the lines that were gone through for such a block, and the hunks with them."""
        self._work += lines + len(self._hunks)


def kept_apart(path: str, places: Sequence[tuple[int, int]]) -> PlacedHunks:
    """Hunks that stand on these lines [start, end) of a file, whatever they say: others are to cross none of them."""
    placed = PlacedHunks()
    placed.become([Hunk(path, start, end, "", "waiting", 1.0) for start, end in places], ())
    return placed


def _place(hunk: Hunk) -> tuple[int, int]:
    return hunk.start, hunk.end


def _end(hunk: Hunk) -> int:
    return hunk.end
