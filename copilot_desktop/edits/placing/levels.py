"""The ladder of comparison: each level ignores a little more; the first that yields places decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copilot_desktop.edits.placing.indentation import uniform_shift
from copilot_desktop.edits.placing.look_alikes import folded
from copilot_desktop.text.indentation import Indentation, found_indentation
from copilot_desktop.text.lines import without_ending

LINE_LENGTH = 500
"""Characters of a line that are compared where it is only like another one."""
_SAMPLE_LINES = 2_000
_COMPARED_LIMIT = 10_000_000
"""Lines of a file compared with those of blocks that stand nowhere, about 100 ns each."""
_BLANKS_AT_SIGNS = re.compile(r"(?<![\w\s])\s+|\s+(?![\w\s])")


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
    pairs: tuple[int | None, ...]


def _without_inner_blanks(line: str) -> str:
    """Blanks aside, but for those between two words: these are one blank."""
    return " ".join(_BLANKS_AT_SIGNS.sub("", line.strip()).split())


LEVELS = (
    Level("exact", 1.0, lambda line: line),
    Level("line_endings", 0.99, without_ending, "line endings"),
    Level("trailing_blanks", 0.97, str.rstrip, "blanks at line ends"),
    Level("indentation", 0.95, str.strip, "indentation", shifts=True),
    Level("look_alikes", 0.93, folded, "look-alike characters", shifts=True),
    Level("trimmed", 0.85, str.strip, "indentation and blank lines", skips_blank=True),
    Level("blanks_inside", 0.80, _without_inner_blanks, "blanks inside lines", skips_blank=True),
)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """The lines of a text at one level: which lines they are, their keys, and where each key stands."""

    numbers: list[int]
    keys: list[str]
    spots: dict[str, list[int]]


class IndexedLines(list[str]):
    """The lines of a text, with their keys remembered: an answer looks for many blocks in the same text."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        super().__init__(lines)
        self._keyed: dict[str, _Keyed] = {}
        self._bare: list[str] | None = None
        self._compared = 0
        self._style: tuple[Indentation | None, bool] | None = None
        self._bare_spots: dict[str, list[int]] | None = None

    @property
    def bare(self) -> list[str]:
        """The lines stripped, and cut where they are very long: what likeness is measured by."""
        if self._bare is None:
            self._bare = [line.strip()[:LINE_LENGTH] for line in self]
        return self._bare

    def style(self, *, is_only: bool) -> Indentation | None:
        """How the text is indented; `is_only`: None where some lines are indented by tabs and others by blanks."""
        if self._style is None:
            sample = self[:_SAMPLE_LINES]
            has_both = any(line[:1] == "\t" for line in sample) and any(line[:2] == "  " for line in sample)
            self._style = found_indentation("".join(sample)), has_both
        found, has_both = self._style
        return None if is_only and has_both else found

    def may_compare(self) -> bool:
        """Whether another block may be compared with all lines: an answer of thousands that stand nowhere may not."""
        self._compared += len(self) + 100
        return len(self) > 0 and self._compared <= _COMPARED_LIMIT

    @property
    def bare_spots(self) -> dict[str, list[int]]:
        """Where each of the bare lines stands."""
        if self._bare_spots is None:
            self._bare_spots = {}
            for index, line in enumerate(self.bare):
                self._bare_spots.setdefault(line, []).append(index)
        return self._bare_spots

    def keyed(self, level: Level) -> _Keyed:
        """The lines at a level. The text must not be changed."""
        found = self._keyed.get(level.name)
        if found is None:
            pairs = [(index, level.key(line)) for index, line in enumerate(self)]
            if level.skips_blank:
                pairs = [each for each in pairs if each[1]]
            spots: dict[str, list[int]] = {}
            for at, (_, key) in enumerate(pairs):
                spots.setdefault(key, []).append(at)
            found = _Keyed([index for index, _ in pairs], [key for _, key in pairs], spots)
            self._keyed[level.name] = found
        return found


def matches(level: Level, old: Sequence[str], lines: IndexedLines) -> list[Match]:
    """Return every place of the block's lines among the file's lines at one level."""
    wanted = [(index, level.key(line)) for index, line in enumerate(old)]
    if level.skips_blank:
        wanted = [each for each in wanted if each[1]]
    if not wanted:
        return []
    there = lines.keyed(level)
    found = []
    for at in _occurrences([key for _, key in wanted], there):
        pairs: list[int | None] = [None] * len(old)
        for offset, (index, _) in enumerate(wanted):
            pairs[index] = there.numbers[at + offset]
        own = there.numbers[at : at + len(wanted)]
        if level.shifts and not uniform_shift([old[index] for index, _ in wanted], [lines[index] for index in own]):
            continue
        if level.skips_blank:
            _pair_blanks(pairs, lines)
        found.append(Match(own[0], own[-1] + 1, tuple(pairs)))
    return found


def _pair_blanks(pairs: list[int | None], lines: Sequence[str]) -> None:
    """Give blank lines of the block the file's blank lines between the same neighbours, as far as there are as many."""
    known = [(index, there) for index, there in enumerate(pairs) if there is not None]
    for (index, there), (next_index, next_there) in pairwise(known):
        blanks = [at for at in range(there + 1, next_there) if not lines[at].strip()]
        pairs[index + 1 : next_index] = (blanks + [None] * (next_index - index - 1))[: next_index - index - 1]


def _occurrences(wanted: list[str], there: _Keyed) -> list[int]:
    """Every index at which the wanted keys stand: from the rarest of them, or all along where it is not rare."""
    offset, spots = min(
        ((index, there.spots.get(key, [])) for index, key in enumerate(wanted)), key=lambda pair: len(pair[1])
    )
    if len(spots) * len(wanted) > len(there.keys):
        return _all_along(wanted, there.keys)
    starts = [at - offset for at in spots]
    return [at for at in starts if at >= 0 and there.keys[at : at + len(wanted)] == wanted]


def _all_along(wanted: list[str], there: list[str]) -> list[int]:
    """Every index at which `wanted` stands in `there` (Knuth, Morris, Pratt: linear also on repeated lines)."""
    table = [0] * len(wanted)
    length = 0
    for index in range(1, len(wanted)):
        while length and wanted[index] != wanted[length]:
            length = table[length - 1]
        length += wanted[index] == wanted[length]
        table[index] = length
    found, length = [], 0
    for index, key in enumerate(there):
        while length and key != wanted[length]:
            length = table[length - 1]
        length += key == wanted[length]
        if length == len(wanted):
            found.append(index - length + 1)
            length = table[length - 1]
    return found
