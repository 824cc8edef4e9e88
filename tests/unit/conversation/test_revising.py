"""Answers to comments: what is sent, and that nothing but the commented changes becomes another version."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.prompts import instructions, user_text
from copilot_desktop.conversation.proposing import MadeProposal, make_proposal
from copilot_desktop.conversation.refining import items_of, proposed_text, refine_of, refined
from copilot_desktop.conversation.selection_edit import asks_for_one_place
from copilot_desktop.conversation.turns import RefineRequest, TurnMode, TurnRequest
from copilot_desktop.edits.proposal import Hunk
from tests.unit.conversation.test_planning import STRONG

BASE = "".join(f"line {number}\n" for number in range(20))
FIRST, SECOND = Hunk("a.py", 3, 4, "three\nmore\n", "exact", 1.0), Hunk("a.py", 17, 18, "", "exact", 1.0)
REFINE = RefineRequest("a.py", BASE, (FIRST, SECOND), ("h", "i"), is_for_comments=True)


def pair(old: str, new: str, path: str = "a.py") -> str:
    return f"{path}\n```\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


def answered(answer: str, refine: RefineRequest = REFINE) -> MadeProposal:
    def place(_items: tuple[ContextItem, ...], files: Mapping[str, str]) -> MadeProposal:
        return make_proposal(answer, {**files, "b.py": "b\n"}, None)

    return refined(items_of(refine), {"a.py": proposed_text(refine)}, refine, place)


def hunks_of(made: MadeProposal) -> list[tuple[int, int, str]]:
    return [(hunk.start, hunk.end, hunk.new_text) for hunk in made.proposal.hunks]


@pytest.mark.parametrize(
    ("answer", "hunks", "said"),
    [
        (pair("three\nmore", "THREE\nmore"), [(3, 4, "THREE\nmore\n"), (17, 18, "")], ""),
        # What it repeats as it is does not count, what stands elsewhere is kept out.
        (pair("three\nmore\nline 4\nline 5", "3\nmore\nline 4\nfive"), [(3, 4, "3\nmore\n"), (17, 18, "")], "line 7"),
        (pair("three\nmore", "3") + pair("line 10", "ten"), [(3, 4, "3\n"), (17, 18, "")], "line 12 of a.py"),
        (pair("three\nmore", "3") + pair("b", "c", "b.py"), [(3, 4, "3\n"), (17, 18, "")], "b.py"),
        # What was removed comes back in other words; the lines around it are those of the file.
        (
            pair("line 16\nline 18", "line 16\nseventeen\nline 18"),
            [(3, 4, "three\nmore\n"), (17, 18, "seventeen\n")],
            "",
        ),
        # On the file as it is, as if there were no change yet.
        (pair("line 3", "drei"), [(3, 4, "drei\n"), (17, 18, "")], ""),
    ],
    ids=["here", "around", "elsewhere", "other file", "put back", "on the file"],
)
def test_only_the_commented_changes_have_another_version(
    answer: str, hunks: list[tuple[int, int, str]], said: str
) -> None:
    made = answered(answer)
    assert hunks_of(made) == hunks
    assert made.files["a.py"] == BASE
    assert set(made.proposal.files) == {"a.py"}
    assert made.proposal.failures == ()
    notes = " ".join(made.proposal.notes)
    assert (said in notes and notes.startswith("Kept out: ")) if said else notes == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (pair("line 10", "ten"), "Kept out: the answer also changes line 12 of a.py"),
        (pair("b", "c", "b.py"), "Kept out: the answer also changes b.py"),
        (pair("three\nmore", "line 3"), "takes the change back"),
        ("*** Begin Patch\n*** Delete File: a.py\n*** End Patch\n", "would delete a.py"),
        (pair("three\nmore", "three\nmore"), ""),
    ],
    ids=["elsewhere", "other file", "taken back", "deleted", "the same"],
)
def test_an_answer_that_changes_nothing_there_leaves_all_and_says_so(answer: str, said: str) -> None:
    made = answered(answer)
    assert dict(made.proposal.files) == {}
    assert made.proposal.hunks == ()
    assert said in " ".join(made.proposal.notes)


def test_of_a_change_taken_back_beside_a_revised_one_the_first_stays() -> None:
    made = answered(pair("three\nmore", "line 3") + pair("line 16\nline 18", "line 16\n17\nline 18"))
    assert hunks_of(made) == [(3, 4, "three\nmore\n"), (17, 18, "17\n")]
    assert "takes the change back" in " ".join(made.proposal.notes)


def test_a_block_without_a_place_is_refused_and_nothing_else_is_lost() -> None:
    made = answered(pair("nothing like it", "x") + pair("three\nmore", "3\nmore"))
    assert [failure.reason for failure in made.proposal.failures] == ["not_found"]
    assert hunks_of(made) == [(3, 4, "3\nmore\n"), (17, 18, "")]


def test_what_is_sent_is_kept_and_asked_for_again_in_the_same_way() -> None:
    items = items_of(REFINE)
    assert [item.kind for item in items] == [ItemKind.COMMENTED, ItemKind.BEFORE] * 2
    # One block of plain code could be meant for either of two places.
    assert not asks_for_one_place(items)
    assert asks_for_one_place(items[:2])
    one = RefineRequest("a.py", BASE, (FIRST,), ("h",), is_for_comments=True)
    again = refine_of(items_of(one), {"a.py": BASE})
    assert again is not None
    assert again.is_for_comments
    asked = TurnRequest("t", "c", "", items, {}, STRONG, TurnMode.EDIT, refine=again)
    assert "commented on some of their lines" in " ".join(instructions(asked).split())


def test_decisions_go_out_as_they_are_read_in_their_chip() -> None:
    item = ContextItem("d", ItemKind.DECISIONS, "", "What became of it: nothing.")
    assert user_text("And now?", (item,)) == "What became of it: nothing.\n\nAnd now?"
    assert item.label == "your decisions"
