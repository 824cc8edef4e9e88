"""Unified diffs: git's own come back exactly, and models' sloppy ones are read for what they mean."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from copilot_desktop.edits import propose
from copilot_desktop.text.diff import unified_diff
from tests.unit.edits.random_edits import RandomEdit, edits

TEXT = (
    "import os\n\n\ndef load(path):\n    return open(path).read()\n\n\ndef save(path, text):\n    write(path, text)\n"
)
CHANGED = TEXT.replace("open(path)", "open(path, 'rb')")
LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "- x\n", "-- y\n", "++ z\n", "@@ q\n"]), max_size=14)


@given(LINES, LINES, st.sampled_from(["", "end"]), st.sampled_from(["", "end", "other"]))
def test_a_diff_with_true_line_numbers_gives_the_new_text(
    old_lines: list[str], new_lines: list[str], old_end: str, new_end: str
) -> None:
    old, new = "".join(old_lines) + old_end, "".join(new_lines) + new_end
    # The file's own line ends win over those of the diff.
    assume(old and new and old != new and "\r" not in old + new)
    proposal = propose(unified_diff("a b.txt", old, new), {"a b.txt": old})
    assert proposal.failures == ()
    assert proposal.files == {"a b.txt": new}


@given(edits())
def test_a_diff_of_a_random_edit_is_placed_with_and_without_its_numbers(edit: RandomEdit) -> None:
    after = propose(edit.answer, {"a.txt": edit.text}).files.get("a.txt", edit.text)
    assume(after != edit.text and after and "\r" not in edit.text.replace("\r\n", ""))
    diff = unified_diff("a.txt", edit.text, after)
    # New lines take the ends of the file's lines around them, which are not always those the diff has.
    numbered = propose(diff, {"a.txt": edit.text})
    assert numbered.failures == ()
    assert _lines(numbered.files["a.txt"]) == _lines(after)
    without = propose(re.sub("(?m)^@@ .*@@$", "@@ ... @@", diff), {"a.txt": edit.text})
    # Without numbers equal places are refused; what is placed is placed right.
    if not without.failures:
        assert _lines(without.files["a.txt"]) == _lines(after)


def _lines(text: str | None) -> list[str]:
    return (text or "").replace("\r\n", "\n").split("\n")


def test_files_are_added_deleted_and_renamed() -> None:
    files = {"old/a.py": TEXT, "gone.txt": "one\ntwo\n"}
    answer = (
        unified_diff("new/ä.py", None, "x = 1\n")
        + unified_diff("gone.txt", "one\ntwo\n", None)
        + unified_diff("new/a.py", TEXT, CHANGED, old_path="old/a.py")
        + unified_diff("end.txt", None, "no newline")
    )
    proposal = propose(answer, files)
    assert proposal.failures == ()
    assert proposal.files == {
        "new/ä.py": "x = 1\n",
        "gone.txt": None,
        "old/a.py": None,
        "new/a.py": CHANGED,
        "end.txt": "no newline",
    }


@pytest.mark.parametrize(
    "hunk",
    [
        "@@ -400,3 +400,9 @@ def load(path):\n"
        " def load(path):\n-    return open(path).read()\n+    return open(path, 'rb').read()\n",
        "@@ ... @@\n def load(path):\n-    return open(path).read()\n+    return open(path, 'rb').read()\n\n",
        "@@\n-    return open(path).read()\n+    return open(path, 'rb').read()\n",
        "@@ -4,2 +4,2 @@\ndef load(path):\n-    return open(path).read()\n+    return open(path, 'rb').read()\n",
        "@@ def load(path): @@\n-    return open(path).read()\n+    return open(path, 'rb').read()\n",
    ],
)
@pytest.mark.parametrize("head", ["--- a/src/a.py\n+++ b/src/a.py\n", "--- src/a.py\t2024-01-01\n+++ src/a.py\n", ""])
def test_a_sloppy_hunk_in_a_fence_is_placed(hunk: str, head: str) -> None:
    answer = f"This reads bytes:\n\n```diff\n{head}{hunk}```\n\nIt is all that is needed.\n"
    proposal = propose(answer, {"src/a.py": TEXT})
    assert proposal.failures == ()
    assert proposal.files == {"src/a.py": CHANGED}


def test_prose_below_a_bare_diff_is_not_part_of_it() -> None:
    answer = unified_diff("a.py", TEXT, CHANGED) + "\nThat reads bytes.\n\n- one\n- two\n"
    proposal = propose(answer, {"a.py": TEXT})
    assert proposal.failures == ()
    assert proposal.files == {"a.py": CHANGED}


def test_equal_places_are_refused_unless_the_numbers_decide() -> None:
    text = "".join(f"def f{index}():\n    value = compute_it()\n    return value\n\n" for index in range(30))
    hunk = "-    value = compute_it()\n+    value = 2\n"
    refused = propose(f"--- a/a.py\n+++ b/a.py\n@@ ... @@\n{hunk}", {"a.py": text})
    assert [failure.reason for failure in refused.failures] == ["ambiguous"]
    placed = propose(f"--- a/a.py\n+++ b/a.py\n@@ -10,1 +10,1 @@\n{hunk}", {"a.py": text})
    assert [(hunk.start, hunk.confidence) for hunk in placed.hunks] == [(9, 1.0)]


def test_lines_added_without_any_place_are_refused() -> None:
    proposal = propose("--- a/a.py\n+++ b/a.py\n@@ ... @@\n+import sys\n", {"a.py": TEXT})
    assert [failure.reason for failure in proposal.failures] == ["exists"]


def test_a_hunk_that_was_cut_is_not_placed() -> None:
    whole = unified_diff("a.py", TEXT, CHANGED)
    cut = propose(whole[: whole.index("+    return")], {"a.py": TEXT}, finished=False)
    assert [failure.reason for failure in cut.failures] == ["cut_off"]
    assert cut.files == {}


def test_a_deletion_of_a_file_that_reads_otherwise_wants_a_look() -> None:
    answer = unified_diff("gone.txt", "one\ntwo\n", None)
    assert propose(answer, {"gone.txt": "one\r\ntwo\r\n"}).hunks[0].needs_look is False
    assert propose(answer, {"gone.txt": "one\nthree\n"}).hunks[0].needs_look is True
