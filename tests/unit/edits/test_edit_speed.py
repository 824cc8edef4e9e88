"""Placing takes time that grows with the answer and not with its square.

Seconds of this process's CPU against a limit seven times the goal: what is quadratic takes minutes. The figures and the
goals are those of `tests/bench/edit_speed.py`.
"""

from __future__ import annotations

import time
from random import Random

import pytest

from copilot_desktop.edits import ProposalStream, desk, propose
from copilot_desktop.edits.placing import indexed_lines
from copilot_desktop.edits.placing.characters import find_characters
from copilot_desktop.edits.placing.indexed_lines import IndexedLines
from tests.support.edit_loads import FILE, SIZE, adversarial, large_answer, many_blocks

LIMIT_S = 15
SAMPLE_LIMIT_S = 4


def test_a_thousand_blocks_half_of_them_with_a_wrong_letter_in_each_line_are_placed_in_time() -> None:
    text, answer, right = many_blocks()
    began = time.process_time()
    proposal = propose(answer, {"a.txt": text})
    took = time.process_time() - began
    assert (proposal.failures, proposal.files) == ((), {"a.txt": right})
    assert took < LIMIT_S


NAMES = [name for name, _answer in adversarial(1_000)]
SAMPLE = 100_000


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *((name, SAMPLE) for name in NAMES[::3]),
        *(pytest.param(name, SIZE, marks=pytest.mark.long) for name in NAMES),
    ],
)
def test_an_adversarial_answer_takes_no_longer_than_others(name: str, size: int) -> None:
    # A megabyte: two seconds on a machine with nothing else to do; caches shared with other work may double that.
    answer = next(answer for each, answer in adversarial(size) if each == name)
    limit_s = LIMIT_S if size == SIZE else SAMPLE_LIMIT_S
    propose("", {})
    for format_name in (None, "unified_diff", "lazy_edit") if isinstance(answer, str) else (None,):
        began = time.process_time()
        propose(answer, {"a.py": FILE}, format_name)
        assert time.process_time() - began < limit_s


def test_a_megabyte_that_streams_onto_fifty_thousand_lines_takes_under_two_seconds() -> None:
    text, answer, right = large_answer()
    chance = Random(1)  # noqa: S311 - repeatable, not secret
    pieces, at = [], 0
    while at < len(answer):
        size = chance.randint(1, 40)
        pieces.append(answer[at : at + size])
        at += size
    ProposalStream({}).finish()
    began = time.process_time()
    stream = ProposalStream({"a.txt": text})
    shown = sum(len(stream.feed(piece)) for piece in pieces)
    proposal = stream.finish()
    took = time.process_time() - began
    assert (proposal.failures, proposal.files) == ((), {"a.txt": right})
    assert shown >= len(proposal.hunks)
    assert took < LIMIT_S


def test_lines_that_stand_everywhere_are_not_gone_through_for_a_part_of_a_line() -> None:
    lines = IndexedLines(["x = 1\n"] * 20_000)
    assert find_characters("x = 12\nx = 1\nx = 1\n", lines)[1] == []
    # Each of the 20,000 places of the line between the first and the last took 13 steps.
    assert lines.work < 2_000
    assert find_characters("= 1\nx = 1\nx =", lines)[1][:2] == [2, 8]


def _missing(count: int) -> tuple[str, dict[str, str]]:
    files = {f"f{at}.txt": "x = 1\n" * 2_000 for at in range(count)}
    blocks = (f"{path}\n<<<<<<< SEARCH\nx = 12\nx = 1\n=======\ny\n>>>>>>> REPLACE\n" for path in files)
    return "".join(blocks), files


def test_an_answer_for_many_files_has_one_limit_for_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, files = _missing(12)
    assert not any("too many" in each.message for each in propose(answer, files).failures)
    monkeypatch.setattr(indexed_lines, "_ANSWER_LIMIT", 40_000)
    failures = propose(answer, files).failures
    assert len(failures) == 12
    given_up = [each.path for each in failures if "too many blocks before it were hard to find" in each.message]
    assert 0 < len(given_up) < 12
    assert given_up == [each.path for each in failures[-len(given_up) :]]
    # What stands there as it is has its place all the same, and what streamed in is counted as if at once.
    answer += "g.txt\n<<<<<<< SEARCH\nalpha beta gamma\n=======\ndelta\n>>>>>>> REPLACE\n"
    files["g.txt"] = "alpha beta gamma\n"
    stream = ProposalStream(files)
    stream.feed(answer)
    assert stream.finish() == propose(answer, files)
    assert propose(answer, files).files == {"g.txt": "delta\n"}


def test_more_code_than_can_be_read_again_is_to_be_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"f{at}.py": "x = 1\n" for at in range(3)}
    answer = "".join(f"{path}\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n" for path in files)
    monkeypatch.setattr(desk, "_READ_LIMIT", 100)
    proposal = propose(answer, files)
    assert [hunk.needs_look for hunk in proposal.hunks] == [False, False, True]
    assert "not checked" in proposal.hunks[2].ignored
    assert not proposal.failures


def test_shortened_code_for_many_large_files_has_one_limit_and_for_a_single_one_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexed_lines, "_ANSWER_LIMIT", 2_000_000)
    files = {f"f{at}.py": "".join(f"x{line} = {line}\n" for line in range(2_000)) for at in range(5)}
    codes = [f"{path}\n```python\n# ... existing code ...\nx9 = 10\n# ... existing code ...\n```\n" for path in files]
    codes = [code.replace("x9 = 10", "x8 = 8\ny = 0\nx9 = 9") for code in codes]
    proposal = propose("".join(codes), files, "lazy_edit")
    assert list(proposal.files) == ["f0.py", "f1.py"]
    assert all("too many blocks of shortened code" in each.message for each in proposal.failures)
    large = {"f0.py": "".join(f"x{line} = {line}\n" for line in range(20_000))}
    assert propose(codes[0], large, "lazy_edit").failures == ()
