"""Ranges of lines."""

from __future__ import annotations

import pytest

from copilot_desktop.text.ranges import LineRange


@pytest.mark.parametrize(("lines", "marked"), [((2, 5), (2, 5)), ((3, 3), (2, 3)), ((0, 0), (0, 1))])
def test_a_mark_of_lines_that_are_gone_stands_above(lines: tuple[int, int], marked: tuple[int, int]) -> None:
    assert LineRange(*lines).or_above() == LineRange(*marked)
