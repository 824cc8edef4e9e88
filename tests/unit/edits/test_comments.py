"""Comments on hunks, the prompt that sends them, and what is told of decisions: values and words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.edits.comment_words import comments_prompt, is_in
from copilot_desktop.edits.comments import CommentSide, HunkComment, Remarks, comment_place, standing_at
from copilot_desktop.edits.told import ToTell, siblings_told, stance_of, to_tell
from copilot_desktop.text.ranges import LineRange
from tests.unit.edits.test_outcomes import decided

HUNK = ChangeHunk(
    "h", 4, 6, "old\nlast\n", "a\nb\nc\n", "exact", 1.0, base_text="old\nlast\n", proposed_text="a\nb\nc\n"
)
ON_B = HunkComment("1", "h", "set", CommentSide.NEW, LineRange(1, 2), "b\n", "Why b?")


@pytest.mark.parametrize(
    ("new_text", "place"),
    [
        ("a\nb\nc\n", "line 6"),
        ("x\na\nb\nc\n", "line 7"),
        ("b\nx\nx\nx\nx\n", "line 5"),
        ("b\nx\n", "line 5"),
        ("a\nc\n", "the whole change"),
    ],
    ids=["as it was", "moved", "far off", "above", "gone"],
)
def test_a_comment_stays_with_its_lines(new_text: str, place: str) -> None:
    assert comment_place(ON_B, replace(HUNK, new_text=new_text)) == place


def test_a_comment_goes_with_its_hunk_and_knows_its_side() -> None:
    assert comment_place(ON_B, replace(HUNK, start=10, end=12)) == "line 12"
    removed = replace(ON_B, side=CommentSide.OLD, lines=LineRange(0, 2), quoted="old\nlast\n")
    assert comment_place(removed, HUNK) == "removed lines 5–6"
    assert standing_at(replace(ON_B, lines=LineRange(0, 0), quoted=""), HUNK) is None


def test_remarks_keep_what_says_something() -> None:
    draft = replace(ON_B, comment_id="2", text="", draft="half")
    remarks = Remarks().with_comment(ON_B).with_comment(draft)
    assert [each.comment_id for each in remarks.of_hunk("h")] == ["1", "2"]
    assert [each.is_waiting for each in remarks.comments] == [True, False]
    assert remarks.with_comment(replace(draft, draft=None)).comments == (ON_B,)
    answered = remarks.with_comment(replace(ON_B, answered_by="turn"))
    assert [each.is_waiting for each in answered.comments] == [False, False]
    assert [each.comment_id for each in answered.comments] == ["1", "2"]
    assert remarks.moved(["h"], "other").of_hunk("h") == ()
    reasons = remarks.with_reason("h", "too slow").with_told({"h": "x"})
    assert reasons.only({"set"}, {"h"}) == reasons
    assert reasons.only(set(), set()) == Remarks()
    assert reasons.with_reason("h", "").reasons == {}


def test_the_prompt_has_the_comments_in_order_and_the_users_own_edit() -> None:
    whole = replace(ON_B, comment_id="2", lines=LineRange(0, 0), quoted="", text="Shorter, please.")
    on_a = replace(ON_B, comment_id="3", lines=LineRange(0, 2), quoted="a\nb\n", text="Two\nlines.")
    edited = replace(HUNK, new_text="a\nb\nC\n", edits=(("old\nlast\n", "a\nb\nC\n"),))
    assert comments_prompt("src/a.py", [(edited, (ON_B, whole, on_a))]) == (
        "Revise your change of src/a.py:\n\n"
        "The whole change:\nShorter, please.\n\n"
        "Lines 5–6:\n> a\n> b\nTwo\nlines.\n\n"
        "Line 6:\n> b\nWhy b?\n\n"
        "There I have changed your proposal myself:\n```diff\n-c\n+C\n```"
    )
    prompt = comments_prompt("src/a.py", [(HUNK, (ON_B,))])
    assert is_in(ON_B, prompt)
    assert not is_in(replace(ON_B, text="Why a?"), prompt)


def told(change_set: ChangeSet, remarks: Remarks) -> ToTell:
    return to_tell([change_set], {"t"}, {}, remarks)


def test_decisions_are_told_once_with_their_reasons() -> None:
    change_set = decided(Decision.ACCEPTED, Decision.REJECTED, Decision.PENDING)
    hunks = change_set.files[0].hunks
    remarks = Remarks().with_reason(hunks[1].hunk_id, "too\nslow")
    first = told(change_set, remarks)
    assert first.text == (
        "What became of the changes you proposed:\n"
        "- a.py, line 1 (`new 0`): accepted.\n"
        "- a.py, line 11 (`new 1`): rejected. Reason: too slow."
    )
    remarks = remarks.with_told(first.stances)
    assert told(change_set, remarks) == ToTell()
    # Another reason, and a decision that was taken back, are news; another conversation hears nothing.
    assert "Reason: wrong." in told(change_set, remarks.with_reason(hunks[1].hunk_id, "wrong")).text
    assert "line 1 (`new 0`): not decided yet." in told(decided_again(change_set), remarks).text
    assert to_tell([change_set], {"other"}, {}, Remarks()) == ToTell()
    # What is being written counts as decided.
    waiting = hunks[2].hunk_id
    assert waiting in to_tell([change_set], {"t"}, {waiting: Decision.ACCEPTED}, remarks).stances


def test_a_prompt_about_one_change_tells_what_was_decided_about_the_others() -> None:
    change_set = decided(Decision.ACCEPTED, Decision.REJECTED, Decision.PENDING, Decision.ACCEPTED)
    (change,) = change_set.files
    first, second, third, fourth = change.hunks
    third = replace(third, edits=((third.old_text, "mine\n"),))
    other = FileChange("b.py", "modified", None, (replace(third, hunk_id="other"),))
    mine = replace(change, hunks=(first, second, third, fourth))
    change_set = replace(change_set, files=(other, mine))
    remarks = Remarks().with_reason(second.hunk_id, "too slow")
    told = siblings_told(change_set, "a.py", {first.hunk_id}, {fourth.hunk_id: Decision.REJECTED}, remarks)
    assert told.text == (
        "What I decided about your other changes of that answer:\n"
        "- a.py, line 11 (`new 1`): rejected. Reason: too slow.\n"
        "- a.py, line 21 (`new 2`): not decided yet. I changed your proposal:\n"
        "  ```diff\n  -new 2\n  +mine\n  ```\n"
        "- a.py, line 31 (`new 3`): rejected.\n"
        "- b.py, line 21 (`new 2`): not decided yet. I changed your proposal."
    )
    # What was changed in another file is told with the next prompt of the chat.
    assert told.stances.keys() == {second.hunk_id, third.hunk_id, fourth.hunk_id}
    later = to_tell([change_set], {"t"}, {fourth.hunk_id: Decision.REJECTED}, remarks.with_told(told.stances))
    assert later.stances.keys() == {first.hunk_id, "other"}
    undecided = decided(Decision.PENDING, Decision.PENDING)
    assert siblings_told(undecided, "a.py", {first.hunk_id}, {}, Remarks()) == ToTell()
    decisions = [*[Decision.ACCEPTED] * 42, *[Decision.REJECTED] * 3]
    hunks = tuple(replace(first, hunk_id=f"{at}", decision=each) for at, each in enumerate(decisions))
    many = replace(undecided, files=(replace(change, hunks=hunks),))
    assert siblings_told(many, "a.py", {"none"}, {}, Remarks()).text.endswith(
        "- and of 5 more: 2 accepted, 3 rejected."
    )


def decided_again(change_set: ChangeSet) -> ChangeSet:
    """The first hunk is undecided again."""
    (change,) = change_set.files
    hunks = (replace(change.hunks[0], decision=Decision.PENDING), *change.hunks[1:])
    return replace(change_set, files=(replace(change, hunks=hunks),))


def test_an_edit_of_the_user_is_told_as_a_small_difference() -> None:
    edited = replace(HUNK, edits=(("old\nlast\n", "a\nB\nc\n"),))
    change_set = replace(
        decided(Decision.PENDING), files=(FileChange("a.py", "modified", None, (edited,)),), failures=()
    )
    assert told(change_set, Remarks()).text.split("\n", 1)[1] == (
        "- a.py, lines 5–6 (`a`): not decided yet. The user changed your proposal:\n  ```diff\n  -b\n  +B\n  ```"
    )
    many = "".join(f"{number}\n" for number in range(40))
    long = replace(HUNK, proposed_text=many, edits=(("old\nlast\n", "x\n"),))
    assert (
        "… and 29 more lines"
        in told(replace(change_set, files=(FileChange("a.py", "modified", None, (long,)),)), Remarks()).text
    )
    assert stance_of(edited, Decision.PENDING, "") != stance_of(HUNK, Decision.PENDING, "")
