"""A text that is cheap to edit: cut into pieces of whole lines, of which an edit makes anew only those it touches.

So following a keystroke costs the same in a file of ten lines and in one of ten megabytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import overload

from copilot_desktop.text.lines import count_lines, line_end, split_lines

_PIECE = 16_384
"""Characters of a piece, give or take its last line."""


class _Piece:
    """Whole lines; what they are is found out when they are first asked for."""

    __slots__ = ("_lines", "line_count", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.line_count = count_lines(text)
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = split_lines(self.text)
        return self._lines


class LinedText:
    r"""An immutable text, also a sequence of its lines (each with its ending; they end at \n, \r\n or a lone \r)."""

    __slots__ = ("_digest", "_joined", "_length", "_pieces", "_starts")

    def __init__(self, text: str = "") -> None:
        self._take(tuple(_cut(text)), text)

    def _take(self, pieces: tuple[_Piece, ...], joined: str | None) -> None:
        self._pieces = pieces
        self._starts = [0, *accumulate(piece.line_count for piece in pieces)]
        self._length = sum([len(piece.text) for piece in pieces])
        self._joined = joined
        self._digest = ""

    @property
    def text(self) -> str:
        """All of it as one str; made when first asked for."""
        if self._joined is None:
            self._joined = "".join([piece.text for piece in self._pieces])
        return self._joined

    @property
    def length(self) -> int:
        """Code points of the text."""
        return self._length

    @property
    def digest(self) -> str:
        """What tells this text from every other one, in 32 characters; made when first asked for."""
        if not self._digest:
            import hashlib  # not needed to show a text

            data = self.text.encode("utf-8", "surrogatepass")
            self._digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        return self._digest

    @property
    def pieces(self) -> tuple[str, ...]:
        """The text in pieces of whole lines. Those that an edit does not touch are the same objects after it."""
        return tuple([piece.text for piece in self._pieces])

    def apart(self, other: LinedText) -> tuple[slice, slice]:
        """The lines of this text and of another one that are in pieces which only one of them has."""
        mine, theirs = self._pieces, other._pieces
        most, head = min(len(mine), len(theirs)), 0
        while head < most and mine[head] is theirs[head]:
            head += 1
        tail = 0
        while tail < most - head and mine[-1 - tail] is theirs[-1 - tail]:
            tail += 1
        start = self._starts[head]
        return slice(start, self._starts[len(mine) - tail]), slice(start, other._starts[len(theirs) - tail])

    def is_text(self, text: str) -> bool:
        """Whether it says the same as a str."""
        return self._length == len(text) and self.text == text

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, key: int) -> str: ...
    @overload
    def __getitem__(self, key: slice) -> list[str]: ...
    def __getitem__(self, key: int | slice) -> str | list[str]:
        if isinstance(key, slice):
            start, end, step = key.indices(len(self))
            found = self._between(start, end)
            return found if step == 1 else found[::step]
        at = key + len(self) if key < 0 else key
        if not 0 <= at < len(self):
            raise IndexError(key)
        index = bisect_right(self._starts, at) - 1
        return self._pieces[index].lines[at - self._starts[index]]

    def replaced(self, start: int, end: int, text: str) -> LinedText:
        """Return the text with lines [start, end) replaced. What is no whole line joins its neighbours."""
        # The line before comes along: it may be one without an ending, or one whose \r meets a \n.
        first = max(0, bisect_right(self._starts, max(0, start - 1)) - 1)
        last = max(first, min(bisect_right(self._starts, end), len(self._pieces)))
        old = [line for piece in self._pieces[first:last] for line in piece.lines]
        shift = self._starts[first] if first < len(self._starts) else 0
        new = [*old[: start - shift], text, *old[max(0, end - shift) :]]
        made = LinedText()
        made._take((*self._pieces[:first], *_cut("".join(new)), *self._pieces[last:]), None)
        return made

    def rewritten(self, text: str) -> LinedText:
        """Return another text, with the pieces of this one that it begins and ends with."""
        first, start = 0, 0
        while first < len(self._pieces) and text.startswith(self._pieces[first].text, start):
            start += len(self._pieces[first].text)
            first += 1
        while first and not _is_between_lines(text, start):
            first -= 1
            start -= len(self._pieces[first].text)
        last, end = len(self._pieces), len(text)
        while last > first and text.endswith(self._pieces[last - 1].text, start, end):
            last -= 1
            end -= len(self._pieces[last].text)
        while last < len(self._pieces) and not _is_between_lines(text, end):
            end += len(self._pieces[last].text)
            last += 1
        made = LinedText()
        made._take((*self._pieces[:first], *_cut(text[start:end]), *self._pieces[last:]), text)
        return made

    def _between(self, start: int, end: int) -> list[str]:
        if start >= end:
            return []
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1)
        lines = [line for piece in self._pieces[first:last] for line in piece.lines]
        return lines[start - self._starts[first] : end - self._starts[first]]


Lines = Sequence[str] | LinedText
"""Lines to look at: those of a list, or of a text."""


def _is_between_lines(text: str, at: int) -> bool:
    """Whether a line ends before this place, and its ending is whole."""
    if at in (0, len(text)):
        return True
    return text[at - 1] == "\n" or (text[at - 1] == "\r" and text[at] != "\n")


def _cut(text: str) -> list[_Piece]:
    r"""Cut behind line endings, never between a \r and its \n."""
    pieces, at = [], 0
    while at < len(text):
        end = line_end(text, at + _PIECE)
        pieces.append(_Piece(text[at:end]))
        at = end
    return pieces
