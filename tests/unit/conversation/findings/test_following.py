"""Findings are found again by what their lines say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.conversation.findings.following import ANCHOR_LINES, TextNow, anchored
from copilot_desktop.conversation.findings.values import Finding, Severity
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange

TEXT = "a\nb\n\nwith x:\n    go()\n\nb\nend\n"


def made(start: int, end: int, text: str = TEXT) -> Finding:
    return anchored(Finding("1", "a.py", LineRange(start, end), Severity.DOUBT, "Why."), split_lines(text))


def where(finding: Finding, text: str) -> LineRange | None:
    return TextNow(split_lines(text)).where(finding)


def test_lines_that_moved_are_found() -> None:
    assert where(made(3, 5), TEXT) == LineRange(3, 5)
    assert where(made(3, 5), f"new\nnew\n{TEXT}") == LineRange(5, 7)
    assert where(made(3, 5), TEXT.replace("\n", "\r\n")) == LineRange(3, 5)
    assert where(made(3, 5), TEXT.replace("    go", "\t\tgo")) == LineRange(3, 5)


def test_of_equal_lines_those_with_the_same_surroundings() -> None:
    assert where(made(1, 2), f"b\nend\n{TEXT}") == LineRange(3, 4)
    assert where(made(6, 7), f"a\n{TEXT}") == LineRange(7, 8)


def test_lines_that_say_something_else_are_gone() -> None:
    assert where(made(3, 5), TEXT.replace("go()", "stop()")) is None
    assert where(made(3, 5), "") is None


def test_of_long_ones_the_first_lines_count() -> None:
    text = "".join(f"{number}\n" for number in range(100))
    finding = made(10, 60, text)
    assert len(finding.anchor) == ANCHOR_LINES
    assert where(finding, text.replace("40\n", "changed\n")) == LineRange(10, 60)
    assert where(finding, "".join(f"{number}\n" for number in range(10, 25))) == LineRange(0, 15)


@given(st.lists(st.sampled_from(["a\n", "b\n", " a\n", "\n"]), min_size=1, max_size=8), st.data())
@settings(max_examples=60)
def test_the_same_text_gives_the_same_lines(lines: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    above = data.draw(st.lists(st.sampled_from(["a\n", "new\n"]), max_size=3))
    finding = made(start, end, "".join(lines))
    assert TextNow(lines).where(finding) == LineRange(start, end)
    found = TextNow([*above, *lines]).where(finding)
    assert found is not None
    moved = [*above, *lines][found.start : found.end]
    assert [line.strip() for line in moved] == [line.strip() for line in lines[start:end]]


def test_the_key_knows_a_finding_again() -> None:
    one = made(3, 5)
    other = made(5, 7, f"x\ny\n{TEXT}".replace("    go", "  go"))
    assert one.key == other.key
    assert one.key != made(6, 7).key
