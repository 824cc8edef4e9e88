"""Lines of code that look like the marks of a block: what stands in the file decides, or the block is refused."""

from __future__ import annotations

from copilot_desktop.edits import propose
from tests.unit.edits.blocks import PATH, block, placed, reason, result

TITLE = "First title\n=======\n\nSome words.\n\nSecond\n=======\n\nMore words.\n"


def test_a_line_of_equal_signs_in_the_old_text() -> None:
    old = "First title\n=======\n\nSome words.\n"
    assert result(TITLE, block(old, "Only words.\n"))[0] == TITLE.replace(old, "Only words.\n")


def test_a_line_of_equal_signs_in_old_and_new_text() -> None:
    old = "Second\n=======\n\nMore words.\n"
    new = "Third\n=======\n\nMore words.\n"
    assert result(TITLE, block(old, new))[0] == TITLE.replace(old, new)


def test_a_line_of_equal_signs_in_the_new_text() -> None:
    new = "More words.\n\nThird\n=======\n"
    assert result(TITLE, block("More words.\n", new))[0] == TITLE.replace("More words.\n", new)


def test_halves_that_stand_nowhere_are_refused() -> None:
    assert reason(TITLE, block("Not\n=======\nthere\n", "x\n")) == "malformed"


def test_a_conflict_of_git_is_resolved() -> None:
    text = "a = 1\n<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\nc = 4\n"
    old = "<<<<<<< HEAD\nb = 2\n=======\nb = 3\n>>>>>>> other\n"
    assert result(text, block(old, "b = 3\n"))[0] == "a = 1\nb = 3\nc = 4\n"


def test_a_block_inside_the_code_of_a_block_is_code() -> None:
    inner = "<<<<<<< SEARCH\nalpha beta\n=======\ngamma delta\n>>>>>>> REPLACE\n"
    text = f"How to write it:\n{inner}That is all.\n"
    after = result(text, block(f"How to write it:\n{inner}", f"Write it so:\n{inner}"))
    assert after[0] == f"Write it so:\n{inner}That is all.\n"
    added = result("The only line here\n", block("The only line here\n", f"The line\n{inner}"))
    assert added[0] == f"The line\n{inner}"


def test_a_missing_end_is_not_made_up_for_by_the_next_block() -> None:
    first = f"{PATH}\n<<<<<<< SEARCH\nalpha = 1111\n=======\nalpha = 2\n"
    proposal = placed("alpha = 1111\nbeta = 22222\n", first, block("beta = 22222\n", "beta = 3\n"))
    assert [failure.reason for failure in proposal.failures] == ["cut_off"]
    assert proposal.files == {PATH: "alpha = 1111\nbeta = 3\n"}


def test_escaped_marks_are_marks_of_the_code() -> None:
    text = "<<<<<<< SEARCH\nsomething here\n=======\n"
    answer = f"{PATH}\n<<<<<<< SEARCH\n\\<<<<<<< SEARCH\nsomething here\n\\=======\n=======\nx\n>>>>>>> REPLACE\n"
    assert propose(answer, {PATH: text}).files == {PATH: "x\n"}
