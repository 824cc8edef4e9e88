r"""Which lines differ, exactly as git says it: the sums are those of `git diff --numstat`.

`text.diff` leaves out what two texts have in common at their ends, and so finds shorter differences now and then.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from copilot_desktop.text.diff import LineChange, NumberedLines, numbered_changes
from copilot_desktop.text.ranges import LineRange

L = TypeVar("L", bound=Hashable)


def changed_lines(old: Sequence[L], new: Sequence[L]) -> tuple[LineChange, ...]:
    """The changed line ranges, from top to bottom; they neither touch nor overlap."""
    if old == new:
        return ()
    return tuple(
        LineChange(LineRange(start, end), LineRange(new_start, new_end))
        for start, end, new_start, new_end in numbered_changes(old, new, NumberedLines())
    )
