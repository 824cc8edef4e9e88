"""The ladder of comparison: each level ignores a little more; the first that yields places decides."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot_desktop.edits.placing.indentation import uniform_shift
from copilot_desktop.text.lines import without_ending


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


_FOLDS = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("‘’‚‛", "'"), **dict.fromkeys("“”„‟", '"'), "\xa0": " "}
)


def _folded(line: str) -> str:
    return unicodedata.normalize("NFC", line).translate(_FOLDS).strip()


LEVELS = (
    Level("exact", 1.0, lambda line: line),
    Level("line_endings", 0.99, without_ending, "line endings"),
    Level("trailing_blanks", 0.97, str.rstrip, "blanks at line ends"),
    Level("indentation", 0.95, str.strip, "indentation", shifts=True),
    Level("look_alikes", 0.93, _folded, "look-alike characters", shifts=True),
    Level("trimmed", 0.85, str.strip, "indentation and blank lines", skips_blank=True),
    Level("blanks_inside", 0.80, lambda line: " ".join(line.split()), "blanks inside lines", skips_blank=True),
)


def matches(level: Level, old: Sequence[str], lines: Sequence[str]) -> list[Match]:
    """Return every place of the block's lines among the file's lines at one level."""
    wanted = [(index, level.key(line)) for index, line in enumerate(old)]
    there = [(index, level.key(line)) for index, line in enumerate(lines)]
    if level.skips_blank:
        wanted = [each for each in wanted if each[1]]
        there = [each for each in there if each[1]]
    if not wanted:
        return []
    found = []
    for at in _occurrences([key for _, key in wanted], [key for _, key in there]):
        pairs: list[int | None] = [None] * len(old)
        for offset, (index, _) in enumerate(wanted):
            pairs[index] = there[at + offset][0]
        if level.shifts and not uniform_shift(old, [lines[there[at + offset][0]] for offset in range(len(wanted))]):
            continue
        found.append(Match(there[at][0], there[at + len(wanted) - 1][0] + 1, tuple(pairs)))
    return found


def _occurrences(wanted: list[str], there: list[str]) -> list[int]:
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
