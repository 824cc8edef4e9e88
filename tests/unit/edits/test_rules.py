"""The rules around the ladder: hints, placeholders, stacked blocks, refusals that help, and the file's bytes."""

from __future__ import annotations

import pytest

from copilot_desktop.edits import propose
from tests.unit.edits.blocks import PATH, block, placed, reason, result

REPEATED = "".join(f"line {index}\n" if index not in (5, 60) else "value = compute()\n" for index in range(80))


def test_a_line_hint_decides_between_equal_places_only_when_it_is_clear() -> None:
    hinted = placed(REPEATED, block("value = compute()\n", "value = 2\n", ":start_line:8\n-------\n"))
    assert [(hunk.start, hunk.confidence) for hunk in hinted.hunks] == [(5, 0.95)]
    exact = placed(REPEATED, block("value = compute()\n", "value = 2\n", ":start_line:61\n-------\n"))
    assert [(hunk.start, hunk.confidence) for hunk in exact.hunks] == [(60, 1.0)]
    assert reason(REPEATED, block("value = compute()\n", "value = 2\n", ":start_line:33\n-------\n")) == "ambiguous"
    near = "value = compute()\nother\nvalue = compute()\n"
    assert reason(near, block("value = compute()\n", "value = 2\n", ":start_line:2\n-------\n")) == "ambiguous"


@pytest.mark.parametrize(
    "line",
    [
        "    # ... existing code ...",
        "    // rest of the method …",
        "/* ... unchanged ... */",
        "(rest of methods ...)",
        "# ... rest ...",
    ],
)
def test_a_placeholder_only_the_new_text_has_is_refused(line: str) -> None:
    text = "def f():\n    one()\n    two()\n"
    assert reason(text, block("def f():\n    one()\n", f"def g():\n{line}\n")) == "placeholder"
    kept = result(f"{line}\n{text}", block(f"{line}\ndef f():\n", f"{line}\ndef g():\n"))
    assert kept[0] == f"{line}\ndef g():\n    one()\n    two()\n"


@pytest.mark.parametrize(
    "line",
    [
        "print('...')",
        "# wait for the rest",
        "x = [1, ..., 2]",
        "The other way is to ask ... politely and wait for an answer",
    ],
)
def test_a_line_that_only_looks_like_a_placeholder_is_text(line: str) -> None:
    assert result("alpha = 1\nbeta = 22222\n", block("beta = 22222\n", f"{line}\n"))[0] == f"alpha = 1\n{line}\n"


def test_a_later_block_may_match_what_an_earlier_one_wrote_and_they_are_one_hunk() -> None:
    text = "start of it\nvalue = first()\nmiddle of it\nend of it\n"
    proposal = placed(
        text,
        block("value = first()\n", "value = second()\nextra = 1\n"),
        block("extra = 1\nmiddle of it\n", "extra = 2\nthe middle\n"),
    )
    assert proposal.failures == ()
    assert proposal.files == {PATH: "start of it\nvalue = second()\nextra = 2\nthe middle\nend of it\n"}
    assert [(hunk.start, hunk.end, hunk.new_text) for hunk in proposal.hunks] == [
        (1, 3, "value = second()\nextra = 2\nthe middle\n")
    ]


def test_stacked_blocks_leave_the_hunks_around_them_where_they_were() -> None:
    text = "".join(f"line number {index}\n" for index in range(9))
    proposal = placed(
        text,
        block("line number 1\n", "one\none more\n"),
        block("line number 7\n", "seven is written\n"),
        block("line number 4\n", "four is written\n"),
        block("four is written\nline number 5\n", "four and five\n"),
    )
    assert proposal.failures == ()
    assert [(hunk.start, hunk.end, hunk.new_text) for hunk in proposal.hunks] == [
        (1, 2, "one\none more\n"),
        (4, 6, "four and five\n"),
        (7, 8, "seven is written\n"),
    ]
    assert proposal.files[PATH] == (
        "line number 0\none\none more\nline number 2\nline number 3\nfour and five\n"
        "line number 6\nseven is written\nline number 8\n"
    )


def test_blocks_that_share_a_line_neither_changes_are_one_hunk() -> None:
    text = "one = call(1)\nshared = call(2)\nthree = call(3)\n"
    proposal = placed(
        text,
        block("one = call(1)\nshared = call(2)\n", "one = 1\nshared = call(2)\n"),
        block("shared = call(2)\nthree = call(3)\n", "shared = call(2)\nthree = 3\n"),
    )
    assert proposal.files == {PATH: "one = 1\nshared = call(2)\nthree = 3\n"}
    assert len(proposal.hunks) == 1


def test_two_blocks_that_change_the_same_lines_are_refused() -> None:
    text = "value = first()\nother line\n"
    proposal = placed(text, block("value = first()\n", "value = 1\n"), block("value = first()\n", "value = 2\n"))
    assert [failure.reason for failure in proposal.failures] == ["overlap"]
    assert proposal.files == {PATH: "value = 1\nother line\n"}


def test_the_same_block_twice_is_placed_once_and_noted() -> None:
    one = block("value = first()\n", "value = 1\n")
    proposal = placed("value = first()\nother line\n", one, one)
    assert proposal.failures == ()
    assert proposal.files == {PATH: "value = 1\nother line\n"}
    assert len(proposal.notes) == 1


def test_a_refusal_names_the_nearest_place_and_the_lines_that_differ() -> None:
    text = "import os\n\ndef load(path):\n    with open(path) as file:\n        return file.read()\n"
    proposal = placed(
        text, block("def load(name):\n    with open(name, 'rb') as handle:\n        return file.read()\n", "x\n")
    )
    (failure,) = proposal.failures
    assert failure.reason == "not_found"
    assert "lines 3–5" in failure.message
    assert "- def load(name):\n+ def load(path):\n" in failure.message
    assert "return file.read()" not in failure.message
    ((path, start, end, confidence),) = failure.candidates
    assert (path, start, end) == (PATH, 2, 5)
    assert 0.5 < confidence < 0.8


def test_a_block_already_applied_or_without_a_change_is_a_note() -> None:
    text = "value = second()\nother line\n"
    applied = placed(text, block("value = first()\n", "value = second()\n"))
    assert (applied.files, applied.failures, len(applied.notes)) == ({}, (), 1)
    same = placed(text, block("other line\n", "other line\n"))
    assert (same.files, same.failures, len(same.notes)) == ({}, (), 1)
    assert reason(text, block("not in the file\n", "not in the file\n")) == "not_found"


def test_lines_the_model_did_not_change_keep_the_files_own_text() -> None:
    text = "def f( a,b ):   \n\tx = 1  # “odd” – comment\n\treturn a\n"
    after = result(
        text,
        block(
            "def f( a,b ):\n    x = 1  # “odd” – comment\n    return a\n",
            "def f( a,b ):\n    x = 1  # “odd” – comment\n    return b\n",
        ),
    )
    assert after[0] == "def f( a,b ):   \n\tx = 1  # “odd” – comment\n\treturn b\n"


def test_a_first_line_that_lost_its_indentation_has_a_shift_of_its_own() -> None:
    text = "class A:\n    def f(self):\n        return 1\n"
    old = "def f(self):\n        return 1\n"
    assert result(text, block(old, "def f(self):\n        x = 2\n        return x\n"))[0] == (
        "class A:\n    def f(self):\n        x = 2\n        return x\n"
    )


@pytest.mark.parametrize("literal", [r"cost = '$1 \1 \g<0> \\n $&'", "path = 'C:\\new\\table'"])
def test_dollars_and_backslashes_are_literal(literal: str) -> None:
    assert result("cost = 'nothing'\n", block("cost = 'nothing'\n", literal + "\n"))[0] == literal + "\n"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_answer_with_any_ending_leaves_the_files_endings(ending: str) -> None:
    text = "first line\nsecond line\nthird line\n".replace("\n", ending)
    for answer in (
        block("second line\n", "new one\nnew two\n"),
        block("second line\n", "new one\nnew two\n").replace("\n", "\r\n"),
    ):
        assert result(text, answer)[0] == "first line\nnew one\nnew two\nthird line\n".replace("\n", ending)


def test_in_mixed_endings_a_line_keeps_its_own_and_new_ones_take_their_neighbours() -> None:
    text = "alpha line\r\nbeta line\ngamma line\r\n"
    assert result(text, block("alpha line\nbeta line\ngamma line\n", "alpha two\nbeta line\nmore\ngamma two\n"))[0] == (
        "alpha two\r\nbeta line\nmore\r\ngamma two\r\n"
    )


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_final_newline_stays_as_it_was(end: str) -> None:
    text = "first line\nlast line" + end
    assert result(text, block("last line\n", "last one\nand more\n"))[0] == "first line\nlast one\nand more" + end
    answer = {"old_string": "last line", "new_string": "last one\nand more"}
    assert propose(answer, {PATH: text}).files == {PATH: "first line\nlast one\nand more" + end}


@pytest.mark.parametrize("line", ["12:30", "std::sort", "a.py:12", "Then this:", "The constant"])
def test_a_line_that_is_no_name_leaves_a_block_to_the_only_file(line: str) -> None:
    body = "<<<<<<< SEARCH\nbeta = 22222\n=======\nbeta = 3\n>>>>>>> REPLACE\n"
    proposal = propose(f"{line}\n{body}", {PATH: "beta = 22222\n"})
    assert (proposal.failures, proposal.files) == ((), {PATH: "beta = 3\n"})


@pytest.mark.parametrize("name", ["NUL", "lpt1.txt", "a.py:hidden"])
def test_a_whole_file_under_a_name_no_file_can_have_is_refused(name: str) -> None:
    proposal = propose(f"{name}\n```\nbeta = 3\n```\n", {PATH: "beta = 22222\n"}, "whole_file")
    assert (proposal.files, [failure.reason for failure in proposal.failures]) == ({}, ["unsafe_path"])


@pytest.mark.parametrize(
    ("old", "where"),
    [("limit = 70\n", "is line 2 ("), ("limit = 70\nother = load(9)\n", "is lines 2–3 (")],
)
def test_a_refusal_names_one_line_or_several(old: str, where: str) -> None:
    (failure,) = placed("name = shop\nlimit = 8\nother = load(1)\n", block(old, "x\n")).failures
    assert where in failure.message
