"""Why a change is uncertain, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from copilot_desktop.edits import propose
from copilot_desktop.edits.change_sets import ChangeHunk, change_set_from
from copilot_desktop.edits.doubts import doubt_of, is_doubtful

FILE = 'def f(x):\n    y = "a" + x\n\n    return y\n'


def hunks_of(answer: object, files: dict[str, str]) -> list[ChangeHunk]:
    proposal = propose(answer, files)  # type: ignore[arg-type]
    assert proposal.failures == ()
    made = change_set_from(proposal, files, turn_id="t", title="", model="")
    return [hunk for change in made.files for hunk in change.hunks]


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("def f(x):\n    y = “a” + x\n", "Placed by ignoring look-alike characters"),
        ('  1 | def f(x):\n  2 |     y = "a" + x\n', "Placed by ignoring line numbers"),
        ('def f(x):\n    y = "a" + x\n  return y\n', "Placed by ignoring indentation and blank lines"),
        ('def f( x ):\n    y = "a"+x\n', "Placed by ignoring blanks inside lines"),
    ],
)
def test_what_was_ignored_is_said(old: str, said: str) -> None:
    new = old.replace("def f", "def g")
    (hunk,) = hunks_of({"path": "a.py", "old_string": old, "new_string": new}, {"a.py": FILE})
    assert is_doubtful(hunk)
    assert doubt_of(hunk) == said
    assert hunk.quoted == old


@pytest.mark.parametrize(
    ("answer", "text", "said"),
    [
        (
            "--- a/a.py\n+++ b/a.py\n@@ -9,3 +9,3 @@\n first line here\n-second line here\n+changed\n third here\n",
            "zero\r\nfirst line here\r\nsecond line here\r\nthird here\r\n",
            "Placed by ignoring line endings, a line number that is 7 lines off",
        ),
        (
            "a.py\n<<<<<<< SEARCH\n:start_line:3\n-------\n“first” line here\n=======\nchanged\n>>>>>>> REPLACE\n",
            'zero\n"first" line here\n',
            "Placed by ignoring look-alike characters, a line number that is 1 line off",
        ),
        (
            "*** Update File: a.py\n@@\n-“first” line here\n+changed\n*** End of File\n",
            'zero\n"first" line here\nlast\n',
            "Placed by ignoring look-alike characters, a mark of the file's end",
        ),
    ],
)
def test_a_hint_that_does_not_agree_is_said_as_well(answer: str, text: str, said: str) -> None:
    (hunk,) = hunks_of(answer, {"a.py": text})
    assert is_doubtful(hunk)
    assert doubt_of(hunk) == said


def test_what_is_plain_has_no_doubt_and_keeps_no_text_of_the_model() -> None:
    old = 'def f(x):\n    y = "a" + x\n'
    (hunk,) = hunks_of({"path": "a.py", "old_string": old, "new_string": old.replace("f(x)", "g(x)")}, {"a.py": FILE})
    assert (is_doubtful(hunk), doubt_of(hunk), hunk.quoted) == (False, "", "")


def test_code_that_is_broken_afterwards_is_said() -> None:
    (hunk,) = hunks_of(
        {"path": "a.py", "old_string": "    return y\n", "new_string": "    return (y\n"}, {"a.py": FILE}
    )
    assert doubt_of(hunk) == "The file is no valid code afterwards"


def test_a_file_that_is_replaced_is_said() -> None:
    patch = "*** Begin Patch\n*** Add File: a.py\n+x = 1\n+y = 2\n*** End Patch\n"
    (hunk,) = hunks_of(patch, {"a.py": FILE})
    assert doubt_of(hunk) == "Replaces a.py, which exists. More than 30 % of the file's lines are gone afterwards"
    (other,) = hunks_of(patch, {"a.py": "a = 1\nb = 2\n"})
    assert doubt_of(other) == "Replaces a.py, which exists"
    seen = replace(other, needs_look=False)
    assert (is_doubtful(seen), doubt_of(seen)) == (True, "Replaces a.py, which exists")


def test_what_a_deletion_is_uncertain_about_stays_said_when_it_was_looked_at() -> None:
    patch = "--- a/a.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x = 1\n-y = 2\n"
    (hunk,) = hunks_of(patch, {"a.py": FILE})
    for seen in (hunk, replace(hunk, needs_look=False)):
        assert doubt_of(seen) == "The file says something else than the model thought"
