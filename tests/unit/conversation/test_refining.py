"""Follow-ups about changes that wait: what is sent, and where an answer finds its place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.prompts import user_text
from copilot_desktop.conversation.proposing import MadeProposal, make_proposal
from copilot_desktop.conversation.refining import items_of, propose_version_again, proposed_text, refine_of, refined
from copilot_desktop.conversation.turns import RefineRequest, StoredTurn, TurnMode
from copilot_desktop.edits.proposal import Hunk

BASE = "def one():\n    return 1\n\n\ndef two():\n    return 1\n"
REFINE = RefineRequest("a.py", BASE, (Hunk("a.py", 5, 6, "    return 2\n", "exact", 1.0),), ("h",))


def answered(answer: str, refine: RefineRequest = REFINE) -> MadeProposal:
    """What an answer comes to."""

    def place(_items: tuple[ContextItem, ...], files: Mapping[str, str]) -> MadeProposal:
        return make_proposal(answer, files, None)

    return refined(items_of(refine), {"a.py": proposed_text(refine)}, refine, place)


def pair(old: str, new: str) -> str:
    return f"a.py\n```\n<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n```\n"


@pytest.mark.parametrize(
    ("answer", "new_text"),
    [
        (pair("    return 2", "    return 3"), "    return 3\n"),
        # The lines of the file as it is, once more: with what stands above, they are found there alone.
        (pair("def two():\n    return 1", "def two():\n    return 3"), "    return 3\n"),
    ],
    ids=["on the change", "on the file"],
)
def test_an_answer_is_placed_on_the_change_or_on_the_file_as_it_is(answer: str, new_text: str) -> None:
    made = answered(answer)
    assert made.files == {"a.py": BASE}
    assert made.proposal.failures == ()
    assert made.proposal.files == {"a.py": BASE.replace("two():\n    return 1", f"two():\n{new_text}".rstrip("\n"))}
    assert len(made.proposal.hunks) == 1


def test_lines_that_stand_elsewhere_too_are_those_that_were_shown() -> None:
    refine = RefineRequest("a.py", BASE, (Hunk("a.py", 4, 6, "def two(more):\n    return 1\n", "exact", 1.0),), ("h",))
    made = answered(pair("    return 1", "    return more"), refine)
    assert made.proposal.failures == ()
    assert made.proposal.files == {"a.py": BASE.replace("two():\n    return 1", "two(more):\n    return more")}


def test_a_block_without_a_place_is_refused() -> None:
    made = answered(pair("def nothing():\n    pass", "pass"))
    assert [failure.reason for failure in made.proposal.failures] == ["not_found"]
    assert "a.py" not in made.proposal.files


def test_what_is_sent_says_which_lines_are_which() -> None:
    items = items_of(REFINE)
    text = user_text("three", items, mode=TurnMode.EDIT)
    assert text == (
        "a.py, with your change in it, line 6, change these lines:\n```py\n    return 2\n```\n\n"
        "a.py, as it is without your change:\n```py\n    return 1\n```\n\nthree"
    )
    assert [item.label for item in items] == ["a.py:6 as proposed", "a.py as it is"]


def test_a_kept_follow_up_is_proposed_again_where_its_lines_still_stand_once() -> None:
    base = BASE.replace("two():\n    return 1", "two():\n    return 7")
    refine = RefineRequest("a.py", base, REFINE.hunks)
    turn = StoredTurn("t", "c", "three", items_of(refine), TurnMode.EDIT, answer=pair("    return 2", "    return 3"))
    made = propose_version_again(turn, lambda path: f"# above\n{base}" if path == "a.py" else None)
    assert made.proposal.files == {"a.py": f"# above\n{base}".replace("return 7", "return 3")}
    assert refine_of(items_of(REFINE), {"a.py": BASE}) is None
    assert [item.kind for item in turn.items] == [ItemKind.PROPOSED, ItemKind.BEFORE]
