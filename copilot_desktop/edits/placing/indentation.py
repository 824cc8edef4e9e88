"""Indentation of a model's lines carried over to the file's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


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
    deltas = {len(b.expandtabs(4)) - len(a.expandtabs(4)) for a, b in rest}
    return len(deltas) == 1 or _keeps_order(rest)


def _keeps_order(pairs: list[tuple[str, str]]) -> bool:
    by_depth = sorted({(len(a.expandtabs(4)), len(b.expandtabs(4)), "\t" in a, "\t" in b) for a, b in pairs})
    if len({each[2:] for each in by_depth if each[0] and each[1]}) != 1 or by_depth[-1][2] == by_depth[-1][3]:
        return False
    return all(one[1] < two[1] for one, two in pairwise(by_depth))


def carried_over(line: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return a model's line with the indentation it has in the file; `pairs` are (model's, file's) indentations."""
    own = indent_of(line)
    if not line.strip() or not pairs:
        return line
    known = dict(reversed(pairs))
    if own in known:
        return known[own] + line[len(own) :]
    model, file = min(pairs, key=lambda pair: abs(len(pair[0].expandtabs(4)) - len(own.expandtabs(4))))
    if own.startswith(model):
        extra = own[len(model) :]
        if "\t" in file and "\t" not in extra:
            extra = "\t" * (len(extra) // 4) + " " * (len(extra) % 4)
        return file + extra + line[len(own) :]
    missing = len(model.expandtabs(4)) - len(own.expandtabs(4))
    width = max(0, len(file.expandtabs(4)) - missing)
    indent = "\t" * (width // 4) if "\t" in file else " " * width
    return indent + line[len(own) :]
