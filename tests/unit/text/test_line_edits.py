"""A text edited piece by piece is the text; a log of changes tells what became of which lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.text import lined_text
from copilot_desktop.text.diff import diff_line_lists, diff_lines
from copilot_desktop.text.line_edits import ChangedLines, ChangeLog
from copilot_desktop.text.lined_text import LinedText
from copilot_desktop.text.lines import count_lines, line_end, split_lines
from copilot_desktop.text.ranges import LineRange

TEXTS = st.text(st.sampled_from("ab\n\r"), max_size=60)
CUTS = st.tuples(st.integers(0, 30), st.integers(0, 8), TEXTS)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lined_text, "_PIECE", 7)


@given(TEXTS, st.lists(CUTS, max_size=6))
def test_an_edited_text_and_its_lines_are_those_of_the_whole_text(text: str, cuts: list[tuple[int, int, str]]) -> None:
    lined = LinedText(text)
    for start, count, new in cuts:
        lines = split_lines(text)
        start = min(start, len(lines))
        text = "".join([*lines[:start], new, *lines[start + count :]])
        lined = lined.replaced(start, min(start + count, len(lines)), new)
        expected = split_lines(text)
        assert lined.text == text
        assert lined.is_text(text)
        assert not lined.is_text(text + "x")
        assert lined.length == len(text)
        assert len(lined) == len(expected)
        assert lined[0:] == expected
        assert lined[3:9] == expected[3:9]
        assert lined[-4:-1] == expected[-4:-1]
        assert [lined[at] for at in range(len(expected))] == expected


def test_lines_outside_a_text_are_not_there() -> None:
    lined = LinedText("a\nb")
    assert lined[-1] == "b"
    assert lined[2:9] == []
    with pytest.raises(IndexError):
        lined[2]


@given(TEXTS, st.integers(0, 60))
def test_lines_are_counted_and_end_where_they_are_cut(text: str, at: int) -> None:
    assert count_lines(text) == len(split_lines(text))
    at = min(at, len(text))
    end = line_end(text, at)
    assert end == len(text) or len(split_lines(text[:end])) + len(split_lines(text[end:])) == len(split_lines(text))
    assert end > at or at == len(text)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_texts_are_compared_as_their_lines_are(head: str, old: str, new: str, tail: str) -> None:
    one, other = head + old + tail, head + new + tail
    assert diff_lines(one, other) == diff_line_lists(split_lines(one), split_lines(other))


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 4)), max_size=8), st.data())
def test_a_log_tells_which_lines_became_which(cuts: list[tuple[int, int, int]], data: st.DataObject) -> None:
    lines, log = [f"line {number}" for number in range(12)], ChangeLog()
    versions = [list(lines)]
    for number, (start, count, length) in enumerate(cuts):
        start = min(start, len(lines))
        end = min(start + count, len(lines))
        lines[start:end] = [f"new {number} {at}" for at in range(length)]
        log.add(ChangedLines(LineRange(start, end), LineRange(start, start + length)))
        versions.append(list(lines))
    version = data.draw(st.integers(0, len(cuts)))
    then = versions[version]
    changes = log.since(version)
    assert changes is not None
    for change in reversed(changes):
        then[change.old.start : change.old.end] = lines[change.new.start : change.new.end]
    assert then == lines
    starts = [change.old.start for change in changes]
    assert starts == sorted(starts)


def test_what_lies_too_far_back_is_not_told() -> None:
    log = ChangeLog()
    for _ in range(500):
        log.add(ChangedLines(LineRange(0, 1), LineRange(0, 1)))
    assert log.version == 500
    assert log.since(0) is None
    assert log.since(501) is None
    assert log.since(500) == ()
    assert log.since(450) == (ChangedLines(LineRange(0, 1), LineRange(0, 1)),)
