"""The ladder of comparison: each level ignores a little more; the first that yields places decides."""

from __future__ import annotations

import re
from collections.abc import Callable

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
    pairs: tuple[int | None, ...]


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
