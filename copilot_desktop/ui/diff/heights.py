"""Where each row stands, whether all are as high as each other or wrapped lines take several. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate


class RowHeights:
    """Heights in pixels of `count` rows, each of one line of `row_px`; `wrap` gives some more lines."""

    def __init__(self, row_px: int = 1, count: int = 0) -> None:
        self.row_px, self.line_px, self.count = row_px, row_px, count
        self._lines: list[int] = []
        self._tops: list[int] = []

    def wrap(self, lines: Iterable[int], line_px: int) -> None:
        """Let the rows have so many lines; the second and every further one takes `line_px`."""
        self._lines, self.line_px = list(lines), line_px
        self._sum()

    @property
    def is_wrapped(self) -> bool:
        """Whether rows may differ."""
        return bool(self._tops)

    @property
    def total_px(self) -> int:
        """The height of all rows."""
        return self.top(self.count)

    def top(self, place: int) -> int:
        """Pixels above a row."""
        return self._tops[place] if self._tops else place * self.row_px

    def height(self, place: int) -> int:
        """Pixels of a row."""
        return self._tops[place + 1] - self._tops[place] if self._tops else self.row_px

    def lines(self, place: int) -> int:
        """Lines of a row."""
        return self._lines[place] if self._lines else 1

    def at(self, pixels: int) -> int:
        """The row at a height, within those there are; -1 when there is none."""
        if not self.count:
            return -1
        place = bisect_right(self._tops, pixels) - 1 if self._tops else pixels // self.row_px
        return max(0, min(place, self.count - 1))

    def correct(self, lines: Sequence[tuple[int, int]]) -> bool:
        """Take measured numbers of lines, as (row, lines); whether anything is different now."""
        wrong = [(place, count) for place, count in lines if self._lines and self._lines[place] != count]
        for place, count in wrong:
            self._lines[place] = count
        if wrong:
            self._sum()
        return bool(wrong)

    def _sum(self) -> None:
        more = self.row_px - self.line_px
        self._tops = list(accumulate((count * self.line_px + more for count in self._lines), initial=0))


def estimated_lines(text: str, columns: int, tab_columns: int) -> int:
    """How many lines a text takes at about so many columns."""
    count = len(text)
    if count <= columns // tab_columns:
        return 1
    if "\t" in text:
        count += (tab_columns - 1) * text.count("\t")
    if not text.isascii():
        count += sum(sign > "\u2e7f" for sign in text)
    return max(1, -(-count // columns))
