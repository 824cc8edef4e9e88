"""Blocks that a model gives once more after they were refused."""

from __future__ import annotations

from copilot_desktop.edits import propose
from copilot_desktop.edits.repairs import propose_repair, propose_with_repairs, repeated_in

FILES = {"a.py": "def f():\n    return 1\n\n\ndef g():\n    return 2\n", "b.py": "x = 1\ny = 2\nx = 1\n"}


def block(path: str, old: str, new: str) -> str:
    return f"{path}\n```\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


GOOD = block("a.py", "def f():\n    return 1", "def f():\n    return 10")
LOST = block("a.py", "def g(value):\n    return value", "def g():\n    return 20")
TWICE = block("b.py", "x = 1", "x = 3")
LOST_RIGHT = block("a.py", "def g():\n    return 2", "def g():\n    return 20")
TWICE_RIGHT = block("b.py", "x = 1\ny = 2", "x = 3\ny = 2")


def test_blocks_are_known_by_their_file_and_text_whatever_their_order() -> None:
    asked = propose(GOOD + LOST + TWICE, FILES).failures
    assert [failure.reason for failure in asked] == ["not_found", "ambiguous"]
    proposal, outcomes = propose_repair(TWICE_RIGHT + LOST_RIGHT, asked, FILES)
    assert outcomes == (None, None)
    assert proposal.failures == ()
    assert proposal.files["b.py"] == "x = 3\ny = 2\nx = 1\n"
    assert "return 20" in (proposal.files["a.py"] or "")


def test_a_block_that_is_refused_again_says_why_now_and_one_not_given_stays_as_it_was() -> None:
    asked = propose(LOST + TWICE, FILES).failures
    proposal, (first, second) = propose_repair(block("b.py", "z = 9", "z = 3"), asked, FILES)
    assert first == asked[0]
    assert second is not None
    assert second.reason == "not_found"
    assert proposal.files == {}


def test_the_whole_answer_given_again_takes_only_what_has_no_place_yet() -> None:
    first = GOOD + LOST
    proposal = propose_with_repairs(first, [(GOOD + LOST_RIGHT, True)], FILES)
    assert proposal.failures == ()
    assert proposal.files == {"a.py": "def f():\n    return 10\n\n\ndef g():\n    return 20\n"}


def test_without_a_block_nothing_changes() -> None:
    asked = propose(LOST, FILES).failures
    for answer in ("", "Sorry, I cannot.", "```\n"):
        proposal, outcomes = propose_repair(answer, asked, FILES)
        assert outcomes == asked
        assert proposal.files == {}
        assert propose_with_repairs(LOST, [(answer, True)], FILES).failures == asked


def test_a_repair_that_was_cut_off_leaves_the_block_as_it_was() -> None:
    asked = propose(TWICE, FILES).failures
    half = "b.py\n```\n<<<<<<< SEARCH\nx = 1\n"
    proposal, outcomes = propose_repair(half, asked, FILES, finished=False)
    assert outcomes == asked
    assert proposal.files == {}
    assert propose_with_repairs(TWICE, [(half, False)], FILES).failures == asked


def test_a_block_without_a_file_is_repaired_by_naming_it() -> None:
    asked = propose("<<<<<<< SEARCH\n    return 2\n=======\n    return 20\n>>>>>>> REPLACE\n", FILES).failures
    assert [failure.reason for failure in asked] == ["no_path"]
    proposal, outcomes = propose_repair(LOST_RIGHT, asked, FILES)
    assert outcomes == (None,)
    assert list(proposal.files) == ["a.py"]


def test_what_the_answer_says_once_more_of_its_other_blocks_is_passed_over() -> None:
    answer = GOOD + LOST + block("gone.py", "x", "y")
    asked = propose(answer, FILES).failures
    proposal, outcomes = propose_repair(answer, asked, FILES, said=answer)
    assert proposal.files == {}
    assert [outcome and outcome.reason for outcome in outcomes] == ["not_found", "no_file"]
    proposal, outcomes = propose_repair(GOOD + LOST_RIGHT, asked, FILES, said=answer)
    assert list(proposal.files) == ["a.py"]
    assert proposal.files["a.py"] == FILES["a.py"].replace("return 2", "return 20")
    assert [outcome and outcome.reason for outcome in outcomes] == [None, "no_file"]


def test_one_block_given_as_two_is_taken_whole() -> None:
    asked = propose(LOST, FILES).failures
    two = block("a.py", "    return 2", "    return 20") + block("a.py", "def g():", "def h():")
    proposal, (outcome,) = propose_repair(two, asked, FILES, said=LOST)
    assert outcome is None
    assert proposal.files == {"a.py": FILES["a.py"].replace("def g():\n    return 2", "def h():\n    return 20")}


def test_a_block_of_another_file_is_not_taken_for_one_that_was_asked_for() -> None:
    asked = propose(block("gone.py", "x = 1", "x = 2"), FILES).failures
    proposal, outcomes = propose_repair(GOOD + TWICE_RIGHT, asked, FILES)
    assert outcomes == asked
    assert proposal.files == {}


SECOND = "def second(values):\n    result = 0\n    for value in values:\n        result += value\n    return result"


def test_an_unrelated_block_of_the_same_file_is_taken_for_none_of_those_that_were_asked_for() -> None:
    files = {"a.py": f"{SECOND}\n"}
    lost = "".join(
        block(
            "a.py",
            f"    def unknown_{number}(self, argument):\n        return argument * {number}",
            f"    def unknown_{number}(self):\n        return {number}",
        )
        for number in range(1, 7)
    )
    asked = propose(lost, files).failures
    given = block("a.py", SECOND, "def second(values):\n    return sum(values)")
    proposal, outcomes = propose_repair(given, asked, files, said=lost)
    assert outcomes == asked
    assert proposal.files == {"a.py": "def second(values):\n    return sum(values)\n"}
    assert propose_with_repairs(lost, [(given, True)], files).failures == asked


def test_a_block_with_more_lines_around_it_is_the_one_that_was_asked_for() -> None:
    around = "x = 1\n" + "".join(f"value_{number} = {number}\n" for number in range(20))
    files = {"b.py": f"{around}x = 1\n"}
    asked = propose(TWICE + LOST, files | FILES | files).failures
    given = block("b.py", around.rstrip(), around.rstrip().replace("x = 1", "x = 3"))
    _, (first, second) = propose_repair(given, asked, FILES | files)
    assert first is None
    assert second == asked[1]


def test_lines_that_a_waiting_change_has_are_not_changed_by_a_new_block() -> None:
    asked = propose(LOST, FILES).failures
    whole = f"a.py\n```\n{FILES['a.py'].replace('return 2', 'return 20')}```\n"
    for answer, waiting in ((LOST_RIGHT, (5, 6)), (LOST_RIGHT, (5, 5)), (whole, (0, 1))):
        proposal, (outcome,) = propose_repair(answer, asked, FILES, waiting={"a.py": (waiting,)})
        assert outcome is not None
        assert (outcome.reason, proposal.files) == ("overlap", {})
    for place in ((0, 4), (6, 6)):
        _, (outcome,) = propose_repair(LOST_RIGHT, asked, FILES, waiting={"a.py": (place,)})
        assert outcome is None


def test_a_block_that_comes_to_the_letter_as_it_was_is_told_from_one_that_does_not_come() -> None:
    asked = propose(LOST + TWICE, FILES).failures
    assert repeated_in(LOST + TWICE_RIGHT, asked, FILES) == (True, False)
    assert repeated_in("Sorry.\n" + TWICE, asked, FILES) == (False, True)
    without_path = LOST.removeprefix("a.py\n")
    assert repeated_in(without_path, asked, FILES) == (True, False)
    half = LOST.partition("=======")[0]
    assert repeated_in(half, asked, FILES, finished=False) == (False, False)
