"""Indentation of a model's lines carried over to the file's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Literal

from copilot_desktop.text.indentation import Indentation

Style = Callable[[], Indentation | None]
"""Finds out how the file is indented: asked only where it matters."""
Indents = Sequence[tuple[int, str, str]]
"""Of lines that stand in both: which one of the old text it is, its indentation there, and in the file."""
Frame = Literal["old", "file", "head", "unclear"]
"""Whose indentation new lines have: the old text's, the file's, the file's but for the first line, which lost its own;
or it cannot be told."""
_REACH_LINES = 50
"""Old lines above and below whose indentation says where a new line goes."""


def indent_of(line: str) -> str:
    """Return the blanks and tabs a line starts with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def uniform_shift(old: Sequence[str], there: Sequence[str]) -> bool:
    """Whether one shift of indentation (another for the first line) takes the block's lines to the file's."""
    pairs = [(indent_of(a), indent_of(b)) for a, b in zip(old, there, strict=True) if a.strip()]
    rest = pairs[1:] or pairs
    if len(dict(rest)) != len(set(rest)):
        return False
    # The same shift in columns, or tabs for blanks in the same order of depth.
    deltas = {width_of(b) - len(a.expandtabs(4)) for a, b in rest}
    return len(deltas) == 1 or _keeps_order(rest)


def _keeps_order(pairs: list[tuple[str, str]]) -> bool:
    by_depth = sorted({(len(a.expandtabs(4)), width_of(b), "\t" in a, "\t" in b) for a, b in pairs})
    # Lines that are indented alike on both sides, such as those of a comment with stars, say nothing about tabs.
    kinds = {(("\t" in a), ("\t" in b)) for a, b in pairs if a and b and a != b}
    if len(kinds) != 1 or len(set(*kinds)) != 2:
        return False
    return all(one[1] < two[1] for one, two in pairwise(by_depth))


def width_of(indent: str) -> int:
    """Return the columns an indentation takes, a tab counted as four."""
    return len(indent.expandtabs(4))


class Shift:
    """How the indentation of a block's lines goes over to the file's.

    `pairs` are those of old lines that stand in the file, `new` the block's new lines, `frame` says whose indentation
    they have. Where the model lost the indentation of the first line only, that line has a shift of its own.
    """

    def __init__(self, pairs: Indents, new: Sequence[str], style: Style = lambda: None, frame: Frame = "old") -> None:
        self._pairs = pairs
        self._units = _units(pairs, new, style)
        self._head: Indents = ()
        self._is_all_from_head = False
        self._first = next((index for index, line in enumerate(new) if line.strip()), 0)
        self._is_as_file = frame == "file"
        self._has_tabs = any("\t" in file for _, _, file in pairs)
        body = pairs[1:]
        if frame == "head":
            self._head, self._pairs, self._is_as_file = pairs[:1], body, True
        elif frame == "old" and body and pairs[0][1] != pairs[0][2] and all(model == file for _, model, file in body):
            margin = min(width_of(model) for _, model, _ in body)
            self._head, self._pairs = pairs[:1], body
            self._is_all_from_head = any(line.strip() and width_of(indent_of(line)) < margin for line in new[1:])

    @property
    def has_units(self) -> bool:
        """Whether the model indents by the one of tabs and blanks and the file by the other."""
        return self._units is not None

    def carried_over(self, line: str, index: int, near: int) -> str:
        """Return new line `index` with the indentation it has in the file; `near` is the old line it stands at."""
        if self._head and (index <= self._first or self._is_all_from_head):
            pairs = self._head
        elif self._is_as_file:
            indent = indent_of(line)
            return _in_units(indent.expandtabs(4), None, "\t" * self._has_tabs) + line[len(indent) :]
        else:
            at = bisect_left(self._pairs, near, key=lambda pair: pair[0])
            close = self._pairs[max(0, at - _REACH_LINES) : at + _REACH_LINES]
            pairs = sorted(close, key=lambda pair: abs(pair[0] - near))
        return _carried_over(line, [(model, file) for _, model, file in pairs], self._units)


def _units(pairs: Indents, new: Sequence[str], style: Style) -> tuple[str, str] | None:
    """What a level of indentation is to the model and in the file, where the one takes tabs and the other blanks."""
    mixed = [(model, file) for _, model, file in pairs if model and file and ("\t" in model) != ("\t" in file)]
    if not mixed:
        return _units_of_style(pairs, new, style) or _units_of_steps(pairs)
    if "\t" in mixed[0][0]:
        found = style()
        columns = found.columns if found is not None and not found.is_tabs else None
        return ("\t", " " * (columns or _step(width_of(file) for _, _, file in pairs)))
    lines = [model for _, model, _ in pairs] + [indent_of(line) for line in new if line.strip()]
    return (" " * _step(map(width_of, lines)), "\t")


def _units_of_style(pairs: Indents, new: Sequence[str], style: Style) -> tuple[str, str] | None:
    """Where no line of the block that stands in the file is indented, the file as a whole says how new ones are."""
    indents = [indent_of(line) for line in new if line.strip() and indent_of(line)]
    if any(model or file for _, model, file in pairs) or not indents:
        return None
    found = style()
    if found is None or any(("\t" in each) == found.is_tabs for each in indents):
        return None
    own = "\t" if found.is_tabs else " " * (found.columns or 4)
    return (" " * _step(map(width_of, indents)) if found.is_tabs else "\t", own)


def _units_of_steps(pairs: Indents) -> tuple[str, str] | None:
    """Where both indent by blanks, but each level by so many times what it is to the other."""
    depths = {(len(model), len(file)) for _, model, file in pairs}
    ways = [sorted({each[side] for each in depths}) for side in (0, 1)]
    if len(depths) < 2 or len(ways[0]) != len(depths) or len(ways[1]) != len(depths):
        return None
    if any("\t" in model + file for _, model, file in pairs) or sorted(depths) != list(zip(*ways, strict=True)):
        return None
    steps = {(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(sorted(depths))}
    model, file = min(steps)
    if model == file or any(one * file != other * model for one, other in steps):
        return None
    return " " * model, " " * file


def _step(widths: Iterable[int]) -> int:
    """The smallest step between indentations."""
    return min((two - one for one, two in pairwise(sorted({0, *widths}))), default=4)


def _in_units(extra: str, units: tuple[str, str] | None, file: str) -> str:
    """Blanks deeper than a known indentation, as the file writes them."""
    if units is None:
        if "\t" in file and "\t" not in extra:
            return "\t" * (len(extra) // 4) + " " * (len(extra) % 4)
        return extra
    model, own = units
    if model == "\t":
        return extra.replace("\t", own)
    return own * (len(extra) // len(model)) + " " * (len(extra) % len(model)) if "\t" not in extra else extra


def _carried_over(line: str, pairs: Sequence[tuple[str, str]], units: tuple[str, str] | None) -> str:
    """Return a model's line with the indentation it has in the file; of `pairs` the first that fits decides."""
    own = indent_of(line)
    if not line.strip() or not pairs:
        return line
    known = next((file for model, file in pairs if model == own), None)
    if known is not None:
        return known + line[len(own) :]
    model, file = min(pairs, key=lambda pair: abs(len(pair[0].expandtabs(4)) - len(own.expandtabs(4))))
    if own.startswith(model):
        return file + _in_units(own[len(model) :], units, file) + line[len(own) :]
    if units is not None and model.startswith(own):
        less = _in_units(model[len(own) :], units, file)
        if file.endswith(less):
            return file[: len(file) - len(less)] + line[len(own) :]
    missing = len(model.expandtabs(4)) - len(own.expandtabs(4))
    width = max(0, len(file.expandtabs(4)) - missing)
    indent = "\t" * (width // 4) if "\t" in file else " " * width
    return indent + line[len(own) :]
