"""Which new text one that is gone has become: never guessed."""

from __future__ import annotations

from random import Random

import pytest

from copilot_desktop.text.likeness import Lines, distinct_lines, most_alike

LICENCE = "".join(f"# line {number} of a long licence that all files have\n" for number in range(20))
OLD = "".join(f"def function_{number}(): return {number}\n" for number in range(20))
CHANGED = OLD.replace("return 7", "return 8")


def test_likeness_is_what_both_share_of_the_longer_one() -> None:
    assert Lines(OLD).likeness(Lines(OLD)) == 1.0
    assert Lines(OLD).likeness(Lines("".join(f"\t{line}\r\n" for line in OLD.splitlines()))) == 1.0
    assert 0.9 < Lines(OLD).likeness(Lines(CHANGED)) < 1.0
    assert Lines(OLD).likeness(Lines(OLD + OLD)) == pytest.approx(0.5)
    assert Lines(OLD).likeness(Lines(LICENCE)) == 0.0
    # A small file is never known again by a line or two.
    assert Lines("import os\nimport re\n").likeness(Lines("import os\nimport sys\n")) == 0.0


@pytest.mark.parametrize(
    ("gone", "new", "found", "unsure"),
    [
        ({"a": OLD}, {"b": CHANGED}, {"a": "b"}, {}),
        ({"a": OLD}, {"b": CHANGED, "c": LICENCE}, {"a": "b"}, {}),
        ({"a": OLD}, {"c": LICENCE}, {}, {}),
        ({"a": OLD}, {"b": CHANGED, "c": OLD + "# more\n"}, {}, {"a": ("b", "c")}),
        ({"a": OLD, "z": OLD}, {"b": CHANGED}, {}, {"a": ("b",), "z": ("b",)}),
        ({"a": LICENCE + OLD[:300]}, {"b": LICENCE + OLD[-300:], "c": LICENCE}, {}, {"a": ("b", "c")}),
        ({"a": OLD, "z": LICENCE}, {"b": CHANGED, "y": LICENCE + "# more\n"}, {"a": "b", "z": "y"}, {}),
        ({}, {"b": OLD}, {}, {}),
        ({"a": OLD}, {}, {}, {}),
    ],
)
def test_what_one_is_now_is_said_only_where_it_is_plain(
    gone: dict[str, str], new: dict[str, str], found: dict[str, str], unsure: dict[str, tuple[str, ...]]
) -> None:
    lines = {name: Lines(text) for name, text in gone.items()}
    assert most_alike(lines, iter(new.items())) == (found, unsure)
    # What a quick look leaves out makes no difference.
    looked_at = {name: text for name, text in new.items() if may_be_any(lines, text)}
    assert most_alike(lines, iter(looked_at.items())) == (found, unsure)


def may_be_any(lines: dict[str, Lines], text: str) -> bool:
    return any(each.may_be_alike(distinct_lines(text)) for each in lines.values())


def test_a_quick_look_never_leaves_out_what_is_alike_or_matters_to_what_is() -> None:
    random, left_out = Random(7), 0  # noqa: S311 - texts
    for _ in range(300):
        texts = ["".join(f"{'  ' * random.randrange(3)}line {random.randrange(40)} says this\n" for _ in range(30))]
        texts.append("".join(f"line {random.randrange(200)} says this\r\n" for _ in range(random.randrange(60))))
        one, other = map(Lines, texts)
        is_left_out = not one.may_be_alike(distinct_lines(texts[1]))
        left_out += is_left_out
        assert not is_left_out or one.likeness(other) < 0.3
    assert left_out > 20
