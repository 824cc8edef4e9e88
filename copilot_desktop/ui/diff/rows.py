"""Rows of a diff, made when they are looked at: a file of 100,000 lines costs what its changes cost.

A file is a list of blocks, each of which knows how many rows it has and makes any one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from copilot_desktop.text.diff import Spans, diff_words
from copilot_desktop.text.lines import line_ending_of, without_ending
from copilot_desktop.text.pairing import Pairs, paired_lines
from copilot_desktop.ui.diff.values import RowKind
from copilot_desktop.values import dataclass

GapId = tuple[str, int]
"""A path, and a number within it."""
_ENDINGS = {"\n": "LF", "\r\n": "CRLF", "\r": "CR", "": "no line end"}
_NO_LINE_END = "No line end after the last line"
_CHANCE = 0.7
"""Where more of both lines differs, what they have in common is chance."""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row. Numbers are 1-based, None where a side has no such line; `spans` are changed code points of `text`.

    A GAP stands for `hidden` lines, of which its numbers are those of the first; its `gap_id` opens it, and
    `has_above` and `has_below` say on which sides of it lines are shown. `moved` says where a moved line went or came
    from; `starts_move`: it is the first of its block.
    `spoken` is what a screen reader says where that is not the text.
    A PAIR has a row for each side, `old` and `new`, or None where there is nothing beside the other.
    """

    kind: RowKind
    path: str
    hunk_id: str | None = None
    old_number: int | None = None
    new_number: int | None = None
    text: str = ""
    spans: Spans = ()
    gap_id: GapId | None = None
    hidden: int = 0
    has_above: bool = False
    has_below: bool = False
    moved: str = ""
    starts_move: bool = False
    old: DiffRow | None = None
    new: DiffRow | None = None
    remark_id: str = ""
    spoken: str = ""

    def sides(self) -> tuple[DiffRow, ...]:
        """The rows that lines of text stand in: both of a pair, else itself."""
        return tuple(row for row in (self.old, self.new) if row is not None) if self.kind is RowKind.PAIR else (self,)


class Block(Protocol):
    """Rows that follow each other."""

    @property
    def count(self) -> int:
        """How many rows."""

    def row(self, at: int) -> DiffRow:
        """One of them, 0-based."""

    def texts(self) -> Sequence[tuple[str, str]]:
        """Of each row the texts on both sides; of what is not side by side the second is empty."""


Moves = dict[int, tuple[str, bool]]
"""0-based line → where it went or came from in words, and whether it is the first of its block."""


class FixedRows:
    """Rows that are known: heads, notes, gaps, and lines of neither text."""

    def __init__(self, *rows: DiffRow) -> None:
        self.rows = rows
        self.count = len(rows)

    def row(self, at: int) -> DiffRow:
        """One of them."""
        return self.rows[at]

    def texts(self) -> Sequence[tuple[str, str]]:
        """Only lines and notes are of any length: heads are shortened to what fits."""
        bars = (RowKind.FILE, RowKind.HUNK, RowKind.GAP)
        return [("" if row.kind in bars else row.text, "") for row in self.rows]


@dataclass(frozen=True, slots=True)
class SameLines:
    """`count` lines that are the same on both sides, from these 0-based ones on."""

    path: str
    hunk_id: str | None
    lines: Sequence[str]
    """Those of the new side; not only these."""
    old_start: int
    new_start: int
    count: int
    is_side_by_side: bool
    kind: RowKind = RowKind.CONTEXT

    def row(self, at: int) -> DiffRow:
        """One of them."""
        old, new = self.old_start + at + 1, self.new_start + at + 1
        row = DiffRow(self.kind, self.path, self.hunk_id, old, new, without_ending(self.lines[new - 1]))
        if not self.is_side_by_side:
            return row
        return DiffRow(RowKind.PAIR, self.path, self.hunk_id, old, new, old=row, new=row)

    def texts(self) -> Sequence[tuple[str, str]]:
        """The lines, twice when side by side."""
        lines = self.lines[self.new_start : self.new_start + self.count]
        return [(line, line if self.is_side_by_side else "") for line in lines]


class ChangedLines:
    """Removed lines and the added ones in their place; words that differ are found when a row is looked at."""

    def __init__(
        self,
        path: str,
        hunk_id: str,
        lines: tuple[Sequence[str], Sequence[str]],
        starts: tuple[int, int] | None,
        is_side_by_side: bool,
    ) -> None:
        """`starts` are the 0-based numbers of the first lines, None where they are of neither text."""
        self.path, self.hunk_id, self.starts = path, hunk_id, starts
        self.old, self.new = lines
        self.moves: tuple[Moves, Moves] = ({}, {})
        self.is_side_by_side = is_side_by_side
        self._notes = tuple(bool(side) and not line_ending_of(side[-1]) for side in lines)
        self._words: dict[tuple[int, int], tuple[tuple[str, Spans], tuple[str, Spans]]] = {}

    @cached_property
    def pairs(self) -> Pairs:
        """The rows side by side."""
        return paired_lines(self.old, self.new)

    @cached_property
    def count(self) -> int:
        """Rows, with those that say that a line end is missing."""
        if self.is_side_by_side:
            return len(self.pairs) + any(self._notes)
        return len(self.old) + len(self.new) + sum(self._notes)

    def row(self, at: int) -> DiffRow:
        """One of them."""
        if self.is_side_by_side:
            return self._pair(at)
        removed = len(self.old) + self._notes[0]
        if at < len(self.old):
            return self._removed(at)
        if at < removed or at == removed + len(self.new):
            return self._note()
        return self._added(at - removed)

    def texts(self) -> Sequence[tuple[str, str]]:
        """The lines of each row."""
        if not self.is_side_by_side:
            notes = [[(_NO_LINE_END, "")] if has else [] for has in self._notes]
            return [*((line, "") for line in self.old), *notes[0], *((line, "") for line in self.new), *notes[1]]
        rows = [
            ("" if one is None else self.old[one], "" if other is None else self.new[other])
            for one, other in self.pairs
        ]
        return [*rows, (_NO_LINE_END, "")] if any(self._notes) else rows

    @cached_property
    def _partners(self) -> tuple[dict[int, int], dict[int, int]]:
        both = [(one, other) for one, other in self.pairs if one is not None and other is not None]
        return dict(both), {other: one for one, other in both}

    def _pair(self, at: int) -> DiffRow:
        if at == len(self.pairs):
            old, new = (self._note() if has else None for has in self._notes)
            return DiffRow(RowKind.PAIR, self.path, self.hunk_id, old=old, new=new)
        one, other = self.pairs[at]
        old = None if one is None else self._removed(one)
        new = None if other is None else self._added(other)
        numbers = (old.old_number if old else None, new.new_number if new else None)
        return DiffRow(RowKind.PAIR, self.path, self.hunk_id, *numbers, old=old, new=new)

    def _removed(self, at: int) -> DiffRow:
        other = self._partners[0].get(at)
        text, spans = (without_ending(self.old[at]), ()) if other is None else self._refined(at, other)[0]
        number = None if self.starts is None else self.starts[0] + at
        return self._line(RowKind.REMOVED, number, text, spans)

    def _added(self, at: int) -> DiffRow:
        one = self._partners[1].get(at)
        text, spans = (without_ending(self.new[at]), ()) if one is None else self._refined(one, at)[1]
        number = None if self.starts is None else self.starts[1] + at
        return self._line(RowKind.ADDED, number, text, spans)

    def _line(self, kind: RowKind, number: int | None, text: str, spans: Spans) -> DiffRow:
        is_old = kind is RowKind.REMOVED
        moved, starts_move = ("", False) if number is None else self.moves[not is_old].get(number, ("", False))
        shown = None if number is None else number + 1
        old, new = (shown, None) if is_old else (None, shown)
        # What moved is marked as a whole: the words beside it are another line's.
        return DiffRow(
            kind, self.path, self.hunk_id, old, new, text, () if moved else spans,
            moved=moved, starts_move=starts_move,
        )  # fmt: skip

    def _note(self) -> DiffRow:
        return DiffRow(RowKind.NOTE, self.path, self.hunk_id, text=_NO_LINE_END)

    def _refined(self, one: int, other: int) -> tuple[tuple[str, Spans], tuple[str, Spans]]:
        found = self._words.get((one, other))
        if found is None:
            found = self._words[(one, other)] = changed_words(self.old[one], self.new[other])
        return found


RemarkRows = Mapping[tuple[bool, int], Sequence[DiffRow]]
"""Whether it is a line of the new side, and its 0-based number → the rows that stand below it."""


class RemarkedLines:
    """Changed lines with rows below some of them, which say something of them."""

    def __init__(self, lines: ChangedLines, remarks: RemarkRows) -> None:
        self.hunk_id, self._lines, self._remarks = lines.hunk_id, lines, remarks

    @cached_property
    def _order(self) -> list[tuple[int, DiffRow | None]]:
        """Of each row which one of the changed lines it is, or below which it says something."""
        found: list[tuple[int, DiffRow | None]] = []
        for at in range(self._lines.count):
            found.append((at, None))
            row = self._lines.row(at)
            for number, is_new in ((row.old_number, False), (row.new_number, True)):
                said = () if number is None else self._remarks.get((is_new, number - 1), ())
                found += [(at, each) for each in said]
        return found

    @property
    def count(self) -> int:
        """Rows, with what is said."""
        return len(self._order)

    def row(self, at: int) -> DiffRow:
        """One of them."""
        place, said = self._order[at]
        return self._lines.row(place) if said is None else said

    def texts(self) -> Sequence[tuple[str, str]]:
        """The lines of each row."""
        lines = self._lines.texts()
        return [lines[place] if said is None else (said.text, "") for place, said in self._order]


def changed_words(old: str, new: str) -> tuple[tuple[str, Spans], tuple[str, Spans]]:
    """The changed words of a line and its successor; where only the line end differs, its name is shown."""
    one, other = without_ending(old), without_ending(new)
    if old == new:
        # The sides of a conflict may have a line in common.
        return (one, ()), (other, ())
    if one == other:
        return _with_ending(one, old), _with_ending(other, new)
    old_spans, new_spans = diff_words(one, other)
    if _covered(old_spans) > _CHANCE * len(one) and _covered(new_spans) > _CHANCE * len(other):
        return (one, ()), (other, ())
    return (one, old_spans), (other, new_spans)


def _with_ending(shown: str, line: str) -> tuple[str, Spans]:
    name = _ENDINGS[line_ending_of(line)]
    return f"{shown} {name}", ((len(shown) + 1, len(shown) + 1 + len(name)),)


def _covered(spans: Spans) -> int:
    return sum(end - start for start, end in spans)
