"""How alike two texts are, by the lines they share, as git looks at it where a file was renamed and changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from itertools import islice
from typing import Final, NamedTuple

from copilot_desktop.text.lines import split_lines

ALIKE: Final = 0.5
"""From here on one may be the other, renamed and changed; git's own bound."""
_AHEAD: Final = 0.2
"""So much more than every other one: else it is not known which it is."""
_LEAST_SHARED: Final = 30
"""Visible characters: less says nothing, however much of a small file it is."""
_AT_ONCE: Final = 5_000
"""Lines that are counted while nobody else can run."""


class Alike(NamedTuple):
    """Old → new name of texts that surely are the same one, changed; old → names of those that none of is surely it,
    none where there was too much to look at."""

    found: Mapping[str, str]
    unsure: Mapping[str, tuple[str, ...]]


class Lines:
    """The lines of a text, with how often each is there; blanks at both ends of them do not count."""

    def __init__(self, text: str) -> None:
        lines = (line.strip() for line in split_lines(text))
        self._counts: Counter[str] = Counter()
        while part := list(islice(lines, _AT_ONCE)):
            self._counts.update(part)
        self._size = sum(len(line) * count for line, count in self._counts.items())

    @property
    def size(self) -> int:
        """Characters that count."""
        return self._size

    def may_be_alike(self, distinct: Set[str]) -> bool:
        """Whether a text with these lines could be alike, or matter to what is: a look that takes a hundredth of the
        time. False is sure."""
        shared = sum([len(line) * self._counts[line] for line in distinct & self._counts.keys()])
        return shared >= max(self._size * (ALIKE - _AHEAD), _LEAST_SHARED)

    def likeness(self, other: Lines) -> float:
        """What they share of the longer one: from 0, nothing that counts, to 1, every line."""
        most = max(self._size, other._size)
        if min(self._size, other._size) < most * ALIKE:
            return 0.0
        shared = sum(len(line) * min(count, other._counts[line]) for line, count in self._counts.items())
        return shared / most if shared >= _LEAST_SHARED else 0.0


def distinct_lines(text: str) -> frozenset[str]:
    """The lines of a text, each once, as `Lines` counts them."""
    return frozenset(map(str.strip, split_lines(text)))


def most_alike(lines: Mapping[str, Lines], new: Iterator[tuple[str, str]]) -> Alike:
    """Which of the new texts each one that is gone has become, by their names.

    None is guessed: it is as alike as git asks for, and plainly more so than every other pair with one of the two.
    """
    pairs: dict[tuple[str, str], float] = {}
    for path, text in new:
        theirs = Lines(text)
        pairs.update({(old, path): mine.likeness(theirs) for old, mine in lines.items()})
    found, unsure = dict[str, str](), dict[str, tuple[str, ...]]()
    for old in lines:
        likely = sorted((like, path) for (each, path), like in pairs.items() if each == old and like >= ALIKE)
        if not likely:
            continue
        best, path = likely[-1]
        others = (like for pair, like in pairs.items() if pair != (old, path) and (pair[0] == old or pair[1] == path))
        if max(others, default=0.0) <= best - _AHEAD:
            found[old] = path
        else:
            unsure[old] = tuple(sorted(each for _, each in likely))
    return Alike(found, unsure)
