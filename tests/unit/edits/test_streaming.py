"""An answer in pieces: the same proposal as at once, and each hunk as soon as it has a place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.edits import FormatName, Hunk, Proposal, ProposalStream, propose
from tests.unit.edits.blocks import PATH, block
from tests.unit.edits.random_edits import RandomEdit, edits
from tests.unit.edits.test_fuzz import ANSWERS, FORMATS, TEXTS

TEXT = "alpha = 1111\nbeta = 22222\ngamma = 3333\n"
CASES = Path(
    os.environ.get("COPILOT_DESKTOP_EDIT_CASES", Path(__file__).parents[4] / "shared/bench/edit_cases/cases.jsonl")
)


def in_pieces(
    answer: str, files: dict[str, str], name: FormatName | None, random: Random, *, finished: bool = True
) -> tuple[Proposal, list[Hunk]]:
    stream = ProposalStream(files, name)
    hunks: list[Hunk] = []
    at = 0
    while at < len(answer):
        size = random.choice([1, 1, 3, 17, 200])
        hunks += stream.feed(answer[at : at + size])
        at += size
    return stream.finish(finished), hunks


@given(ANSWERS, TEXTS, st.sampled_from(FORMATS), st.booleans(), st.randoms(use_true_random=False))
def test_any_answer_in_pieces_gives_what_it_gives_at_once(
    answer: str, text: str, name: FormatName | None, finished: bool, random: Random
) -> None:
    files = {"a.py": text}
    assert in_pieces(answer, files, name, random, finished=finished)[0] == propose(
        answer, files, name, finished=finished
    )


@given(edits(), st.randoms(use_true_random=False))
def test_the_hunks_on_the_way_are_those_of_the_proposal(edit: RandomEdit, random: Random) -> None:
    files = {"a.txt": edit.text}
    proposal, hunks = in_pieces(edit.answer, files, None, random)
    assert proposal == propose(edit.answer, files)
    assert {(hunk.start, hunk.end, hunk.new_text) for hunk in proposal.hunks} <= {
        (hunk.start, hunk.end, hunk.new_text) for hunk in hunks
    } or len(proposal.hunks) < len(edit.ranges)


@pytest.mark.parametrize("above", [f"{PATH}\n", "In short:\n\n"])
def test_lines_in_a_fence_of_diff_grow_where_they_stand_and_are_no_file(above: str) -> None:
    stream = ProposalStream({PATH: TEXT})
    stream.feed(f"{above}```diff\n alpha = 1111\n-beta = 22222\n")
    assert [(hunk.start, hunk.end) for hunk in stream.arrived().growing] == [(0, 2)]
    stream.feed("+beta = 4\n")
    assert [hunk.new_text for hunk in stream.arrived().growing] == ["alpha = 1111\nbeta = 4\n"]
    assert [hunk.path for hunk in stream.feed("```\n")] == [PATH]
    assert stream.finish().files == {PATH: TEXT.replace("22222", "4")}


def test_context_far_above_the_first_line_of_a_diff_that_goes_is_read_at_the_end() -> None:
    text = "".join(f"line {number}\n" for number in range(300))
    stream = ProposalStream({PATH: text})
    body = "".join(f" line {number}\n" for number in range(200))
    stream.feed(f"```diff\n{body}-line 200\n+last\n```\n")
    assert stream.finish().files == {PATH: text.replace("line 200\n", "last\n")}


def test_a_hunk_is_shown_once_its_old_text_is_whole_and_grows() -> None:
    stream = ProposalStream({PATH: TEXT})
    assert stream.feed(f"{PATH}\n<<<<<<< SEARCH\nbeta = 22222\n") == []
    assert [(hunk.start, hunk.end, hunk.new_text) for hunk in stream.feed("=======\n")] == [(1, 2, "")]
    assert [hunk.new_text for hunk in stream.feed("beta = 3\n")] == ["beta = 3\n"]
    assert stream.feed("beta") == []
    assert [hunk.new_text for hunk in stream.feed(" = 4\n>>>>>>> REPLACE\n")] == ["beta = 3\nbeta = 4\n"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (f"*** Begin Patch\n*** Update File: {PATH}\n@@\n-beta = 22222\n+beta = 3\n", "@@\n gamma = 3333\n"),
        (f"--- a/{PATH}\n+++ b/{PATH}\n@@ -2 +2 @@\n-beta = 22222\n+beta = 3\n", "@@ -3 +3 @@\n"),
        ("b.py\n```python\nx = 1\n", "```\n"),
    ],
)
def test_blocks_of_other_formats_are_shown_when_they_are_whole(start: str, end: str) -> None:
    stream = ProposalStream({PATH: TEXT})
    assert stream.feed(start) == []
    (hunk,) = stream.feed(end)
    assert hunk.new_text in ("beta = 3\n", "x = 1\n")


def test_a_piece_that_is_no_text_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        ProposalStream({PATH: TEXT}).feed(b"x")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        ProposalStream([])  # type: ignore[arg-type]


def test_a_new_text_that_grows_long_is_not_shown_with_every_line() -> None:
    stream = ProposalStream({PATH: TEXT})
    stream.feed(f"{PATH}\n<<<<<<< SEARCH\nbeta = 22222\n=======\n")
    shown = sum(len(stream.feed(f"line {index}\n")) for index in range(2_000))
    assert 8 < shown < 40


if CASES.is_file():

    def test_every_public_case_in_random_pieces() -> None:
        random = Random(11)  # noqa: S311 - repeatable, not secret
        for line in CASES.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if isinstance(case["input"], str):
                whole = propose(case["input"], case["files"], case["format"])
                assert in_pieces(case["input"], case["files"], case["format"], random)[0] == whole, case["id"]


def test_a_change_of_one_block_is_shown_with_the_block_it_is_put_onto() -> None:
    stream = ProposalStream({PATH: TEXT})
    stream.feed(block("beta = 22222\n", "beta = 3\n"))
    (hunk,) = stream.feed(block("beta = 3\ngamma = 3333\n", "delta\n"))[-1:]
    assert (hunk.start, hunk.end, hunk.new_text) == (1, 3, "delta\n")


def test_a_hunk_whose_depth_is_clear_only_with_its_second_line_is_shown_then() -> None:
    stream = ProposalStream({"a.js": "{\n    one();\n    two();\n}\n"})
    assert len(stream.feed("a.js\n<<<<<<< SEARCH\none();\ntwo();\n=======\n")) == 1
    assert stream.feed("  .zero();\n") == []
    found = stream.feed("two();\n>>>>>>> REPLACE\n")
    assert [hunk.new_text for hunk in found] == ["      .zero();\n    two();\n"]
