"""Which new text one that is gone has become: never guessed."""

from __future__ import annotations

import pytest

from copilot_desktop.text.likeness import Lines, most_alike

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
    assert most_alike(gone, iter(new.items())) == (found, unsure)
