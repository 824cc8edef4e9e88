"""Two texts as hunks with ids."""

from __future__ import annotations

from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.diff.comparing import compared_file

OLD = "".join(f"line {number}\n" for number in range(40))


def test_near_changes_are_one_hunk_and_ids_stay() -> None:
    new = OLD.replace("line 5\n", "five\n").replace("line 10\n", "").replace("line 30\n", "line 30\nmore\n")
    file = compared_file("a.py", OLD, new)
    assert [(hunk.old, hunk.new) for hunk in file.hunks] == [
        (LineRange(5, 11), LineRange(5, 10)),
        (LineRange(31, 31), LineRange(30, 31)),
    ]
    assert "".join(file.new_lines) == new
    assert [hunk.hunk_id for hunk in compared_file("a.py", OLD, new).hunks] == [hunk.hunk_id for hunk in file.hunks]
    assert [hunk.place_words for hunk in file.hunks] == ["Lines 6–10", "Line 31"]
    assert file.hunk("unknown") is None


def test_equal_texts_have_no_hunks_and_lines_are_shared() -> None:
    assert compared_file("a.py", OLD, OLD).hunks == ()
    file = compared_file("a.py", OLD, OLD.replace("line 7\n", "seven\n"))
    assert all(one is other for one, other in zip(file.old_lines[8:], file.new_lines[8:], strict=True))
