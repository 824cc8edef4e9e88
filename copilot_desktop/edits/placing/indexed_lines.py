"""The lines of a file with what is known about them: found out once, however many blocks are looked for in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import cycle
from typing import TYPE_CHECKING

from copilot_desktop.edits.placing.indentation import indent_of, width_of
from copilot_desktop.edits.placing.levels import Level, Match
from copilot_desktop.text.indentation import Indentation, found_indentation
from copilot_desktop.text.lines import LineEnding, dominant_ending, line_starts

if TYPE_CHECKING:
    # What reads code is not needed for most answers.
    from copilot_desktop.edits.placing.lazy_tree import Tree

LINE_LENGTH = 500
"""Characters of a line that are compared where it is only like another one."""
_SAMPLE_LINES = 2_000
_WORK_LIMIT = 8_000_000
"""Steps of about 100 ns that go to blocks which are not found at once: real answers are far from it."""
_LEAST_LIMIT, _HARD_BLOCKS = 4_000_000, 1_000
"""Short texts get less: as much as so many blocks take that are compared with all of their lines."""
_ANSWER_LIMIT = 30_000_000
"""Such steps for all files of an answer: three seconds."""
_TREE_STEPS, _TREE_SHARE = 400, 0.6
"""Steps for each line of a file that shortened code is put onto, to make a tree of it and compare it; the share of an
answer's work that one file counts as at the most, so that there is enough for a single large one."""
_FEW_SPOTS = 8
_SIGNS = range(0x110000)


class TooMuchWorkError(Exception):
    """An answer whose blocks take far longer to look for than any real one's."""


class AnswerWork:
    """The work on all files of an answer, `used` a share that counts as done: each has a limit, and all have one."""

    def __init__(self, used: float = 0.0) -> None:
        self.done = int(used * _ANSWER_LIMIT)

    def is_left(self, steps: int = 0) -> bool:
        """Whether so much more may be done."""
        return self.done + steps <= _ANSWER_LIMIT


def reading_work(lines: int, characters: int) -> int:
    """The steps it takes to read a text as code."""
    return 40 * lines + characters


class KeyedLines:
    """The lines of a text at one level: their numbers, and where sequences of keys stand."""

    def __init__(self, numbers: list[int], keys: list[str]) -> None:
        self.numbers = numbers
        self._keys = keys
        # Most keys stand once: they need no list, which would take most of the time and memory.
        self._last = dict(zip(keys, range(len(keys)), strict=True))
        self._repeated: dict[str, list[int]] = {}
        for at, key in enumerate(keys) if len(self._last) < len(keys) else ():
            if self._last[key] != at:
                self._repeated.setdefault(key, []).append(at)
        for key, spots in self._repeated.items():
            spots.append(self._last[key])

    def __contains__(self, key: str) -> bool:
        return key in self._last

    @cached_property
    def _signs(self) -> dict[str, str]:
        """A character for each key: sequences are then found as fast as strings are, repeated ones as well.

        Where there are more keys than characters, some share one.
        """
        return dict(zip(self._last, map(chr, cycle(_SIGNS)), strict=False))

    @cached_property
    def _text(self) -> str:
        return "".join([self._signs[key] for key in self._keys])

    def places(self, wanted: list[str]) -> Iterator[int]:
        """Every index at which the wanted keys stand, from the top; all of them stand somewhere."""
        spots = [self._repeated.get(key) or (self._last[key],) for key in wanted]
        rarest = min(spots, key=len)
        offset = spots.index(rarest)
        if len(rarest) <= _FEW_SPOTS:
            starts = (at - offset for at in rarest if at >= offset)
            yield from (start for start in starts if self._keys[start : start + len(wanted)] == wanted)
            return
        text = "".join([self._signs[key] for key in wanted])
        at = self._text.find(text)
        while at >= 0:
            if len(self._signs) <= len(_SIGNS) or self._keys[at : at + len(wanted)] == wanted:
                yield at
            at = self._text.find(text, at + 1)


class IndexedLines(list[str]):
    """The lines of a text, which must not be changed. `used` is the share of the work that counts as done.

    `in_all` is the work on them and the other files of the answer.
    """

    def __init__(self, lines: Iterable[str] = (), used: float = 0.0, in_all: AnswerWork | None = None) -> None:
        super().__init__(lines)
        self.in_all = in_all or AnswerWork(used)
        self.remembered: dict[tuple[str, tuple[str, ...], int | None], tuple[Sequence[Match], int]] = {}
        self.found_last: tuple[tuple[object, ...], object, int] | None = None
        """The block that was looked for last, where it stands (a `Found`), and the work that was."""
        self.limit = min(_WORK_LIMIT, max(_LEAST_LIMIT, _HARD_BLOCKS * len(self)))
        self.work = int(used * self.limit)
        self._is_read = False
        self._keyed: dict[str, KeyedLines] = {}
        self._scope_ends: dict[int, int] = {}
        self.trees: dict[str, Tree] = {}
        self._beginnings: dict[str, list[int]] = {}

    def spend(self, steps: int) -> None:
        """Count work on blocks that are not found at once. Raises TooMuchWorkError beyond the limit."""
        self.work += steps
        self.in_all.done += steps
        if steps and (self.work > self.limit or not self.in_all.is_left()):
            raise TooMuchWorkError

    def may_spend(self, steps: int) -> bool:
        """Whether so much work is left."""
        return self.work + steps <= self.limit and self.in_all.is_left(steps)

    def count_reading(self) -> None:
        """Count, once, that a tree is made of the text: that is left out of its own limit, but not of the answer's."""
        if not self._is_read:
            self._is_read = True
            work = _TREE_STEPS * len(self) + len(self.text)
            self.in_all.done += min(work, int(_TREE_SHARE * _ANSWER_LIMIT))

    def restart(self) -> None:
        """Count the work anew, for another proposal on the same text."""
        self.work = 0
        self._is_read = False
        self.remembered.clear()

    @cached_property
    def text(self) -> str:
        """All of it."""
        return "".join(self)

    @cached_property
    def ending(self) -> LineEnding:
        """The line ending most lines have."""
        return dominant_ending(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """The code-point offset at which each line starts."""
        return line_starts(self.text)

    @cached_property
    def stripped(self) -> dict[str, list[int]]:
        """The lines without the blanks around them, and where each stands."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self):
            found.setdefault(line.strip(), []).append(index)
        return found

    @cached_property
    def bare(self) -> list[str]:
        """The lines stripped, and cut where they are very long: what likeness is measured by."""
        return [line.strip()[:LINE_LENGTH] for line in self]

    @cached_property
    def said_end(self) -> int:
        """The end of the last line that is not blank."""
        return next((at for at in range(len(self), 0, -1) if self[at - 1].strip()), 0)

    @cached_property
    def bare_spots(self) -> dict[str, list[int]]:
        """Where each of the bare lines stands."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.bare):
            found.setdefault(line, []).append(index)
        return found

    @cached_property
    def bare_size(self) -> int:
        """Characters of the bare lines."""
        return sum(map(len, self.bare))

    @cached_property
    def _style(self) -> tuple[Indentation | None, bool]:
        sample = self[:_SAMPLE_LINES]
        has_both = any(line[:1] == "\t" for line in sample) and any(line[:2] == "  " for line in sample)
        return found_indentation("".join(sample)), has_both

    def style(self, *, is_only: bool) -> Indentation | None:
        """How the text is indented; `is_only`: None where some lines are indented by tabs and others by blanks."""
        found, has_both = self._style
        return None if is_only and has_both else found

    def keyed(self, level: Level) -> KeyedLines:
        """The lines at a level."""
        found = self._keyed.get(level.name)
        if found is None:
            numbers, keys = list(range(len(self))), list(map(level.key, self)) if level.confidence < 1 else list(self)
            if level.skips_blank:
                numbers = [index for index, key in enumerate(keys) if key]
                keys = list(filter(None, keys))
            found = self._keyed[level.name] = KeyedLines(numbers, keys)
        return found

    def beginning(self, start: str) -> list[int]:
        """The lines that begin with a text, blanks around them aside."""
        found = self._beginnings.get(start)
        if found is None:
            names = self._sorted
            at = bisect_left(names, start)
            end = bisect_right(names, start + chr(0x10FFFF), lo=at)
            found = sorted(index for name in names[at:end] if name.startswith(start) for index in self.stripped[name])
            self._beginnings[start] = found
        return found

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.stripped)

    def scope_end(self, heading: int) -> int:
        """The end of what a line heads: the lines below that are indented deeper, and what closes them."""
        found = self._scope_ends.get(heading)
        if found is None:
            found = self._scope_ends[heading] = self._below(heading)
        return found

    def _below(self, heading: int) -> int:
        depth = width_of(indent_of(self[heading]))
        for index in range(heading + 1, len(self)):
            line = self[index].strip()
            if line and width_of(indent_of(self[index])) <= depth and line[0] not in ")]}":
                return index
        return len(self)
