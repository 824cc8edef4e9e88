"""The ladder of comparison: each level ignores a little more; the first that yields places decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import overload

from copilot_desktop.edits.placing.look_alikes import folded
from copilot_desktop.text.lines import without_ending
from copilot_desktop.values import dataclass

_BLANKS_AT_SIGNS = re.compile(r"(?<!\w) | (?!\w)")


@dataclass(frozen=True, slots=True)
class Level:
    """One level: `key` of a line's content, what it ignores in words, and whether indentation may shift as one."""

    name: str
    confidence: float
    key: Callable[[str], str]
    ignored: str = ""
    shifts: bool = False
    skips_blank: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """File lines [start, end); `pairs` gives for each of the block's lines the file's line, None for a blank one."""

    start: int
    end: int
    pairs: Sequence[int | None]


class EqualPlaces(Sequence[Match]):
    """The places of a block whose lines stand there one for one: made into a `Match` only where one is asked for."""

    def __init__(self, starts: Sequence[int], size: int) -> None:
        self._starts = starts
        self._size = size

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> EqualPlaces: ...
    def __getitem__(self, index: int | slice) -> Match | EqualPlaces:
        if isinstance(index, slice):
            return EqualPlaces(self._starts[index], self._size)
        start = self._starts[index]
        return Match(start, start + self._size, range(start, start + self._size))


def _without_inner_blanks(line: str) -> str:
    """Blanks aside, but for those between two words: these are one blank."""
    # Joined first: a long run of blanks would take the expression quadratic time.
    return _BLANKS_AT_SIGNS.sub("", " ".join(line.split()))


LEVELS = (
    Level("exact", 1.0, lambda line: line),
    Level("line_endings", 0.99, without_ending, "line endings"),
    Level("trailing_blanks", 0.97, str.rstrip, "blanks at line ends"),
    Level("indentation", 0.95, str.strip, "indentation", shifts=True),
    Level("look_alikes", 0.93, folded, "look-alike characters", shifts=True),
    Level("trimmed", 0.85, str.strip, "indentation and blank lines", skips_blank=True),
    Level("blanks_inside", 0.80, _without_inner_blanks, "blanks inside lines", skips_blank=True),
)
