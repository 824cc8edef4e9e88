"""Cuts a text into pieces that answer a question by themselves: a function, a small class, the lines between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from copilot_desktop.syntax.definitions import CLASSES, Definition
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

_SMALL_CLASS: Final = 60
"""Lines; a longer class is found by its methods."""
_LONG: Final = 400
"""Lines; a longer function is cut as text is."""
_BETWEEN: Final = 60
"""So many lines of what is in no definition are one piece."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a text; `name` is that of what they define with what it stands in (`Shop.add`), else empty."""

    lines: LineRange
    name: str


def pieces(lines: Sequence[str], found: Iterable[Definition]) -> list[Piece]:
    """The pieces of a text, in no order; lines of blanks alone are in none."""
    is_taken = bytearray(len(lines))
    cut: list[Piece] = []
    for each in found:
        start, end = each.lines.start, min(each.lines.end, len(lines))
        is_large = end - start > (_SMALL_CLASS if each.kind in CLASSES else _LONG)
        if is_large or start >= end or is_taken[start]:
            continue
        is_taken[start:end] = b"\1" * (end - start)
        cut.append(Piece(LineRange(start, end), ".".join((*each.outer, each.name))))
    start = is_taken.find(0)
    while start >= 0:
        taken = is_taken.find(1, start, start + _BETWEEN)
        end = taken if taken >= 0 else min(start + _BETWEEN, len(lines))
        if any(line.strip() for line in lines[start:end]):
            cut.append(Piece(LineRange(start, end), ""))
        start = is_taken.find(0, end)
    return cut
