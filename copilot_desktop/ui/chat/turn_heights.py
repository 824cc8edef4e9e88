"""How high the turns of a conversation are, one below the other: known of those that were drawn, guessed of the others.

So only what is seen need be laid out, and the scroll bar is right all the same. No widgets here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

LINE_PX, CHARACTER_PX, FRAME_PX = 21, 7, 110
"""What a line, a character and all around an answer take, roughly."""


def guessed_height(prompt: str, answer: str, width_px: int) -> int:
    """The height of a turn that was never drawn; from counts alone, since there may be thousands."""
    per_line = max(width_px // CHARACTER_PX, 10)
    # Half of the lines of an answer are short; the others wrap.
    lines = prompt.count("\n") + len(prompt) // per_line + answer.count("\n") + len(answer) // (2 * per_line)
    return FRAME_PX + LINE_PX * lines


class TurnHeights:
    """Heights with a gap between them, and where each turn begins. Any change costs one pass when next asked."""

    def __init__(self, top_px: int, gap_px: int) -> None:
        self._top_px, self._gap_px = top_px, gap_px
        self._heights: list[int] = []
        self._tops: list[int] | None = None

    def __len__(self) -> int:
        return len(self._heights)

    def fill(self, heights: Sequence[int]) -> None:
        """Take these heights."""
        self._heights, self._tops = list(heights), None

    def append(self, height: int) -> None:
        """One more turn at the end."""
        self._heights.append(height)
        self._tops = None

    def cut(self, count: int) -> None:
        """Keep the first turns alone."""
        del self._heights[count:]
        self._tops = None

    def height(self, at: int) -> int:
        """The height of a turn."""
        return self._heights[at]

    def set_height(self, at: int, height: int) -> bool:
        """A turn has another height; False when it is the same."""
        if self._heights[at] == height:
            return False
        self._heights[at], self._tops = height, None
        return True

    def top(self, at: int) -> int:
        """Where a turn begins; where one more would begin, for the number of turns."""
        return self._all_tops()[at]

    @property
    def bottom(self) -> int:
        """Where the last turn ends."""
        return self.top(len(self)) - self._gap_px if self._heights else 0

    def between(self, top_px: int, bottom_px: int) -> range:
        """The turns that reach into a band."""
        tops = self._all_tops()
        first = max(bisect_right(tops, top_px) - 1, 0)
        if first < len(self) and tops[first] + self._heights[first] <= top_px:
            first += 1
        return range(first, min(bisect_right(tops, bottom_px), len(self)))

    def _all_tops(self) -> list[int]:
        if self._tops is None:
            steps = (height + self._gap_px for height in self._heights)
            self._tops = list(accumulate(steps, initial=self._top_px))
        return self._tops
