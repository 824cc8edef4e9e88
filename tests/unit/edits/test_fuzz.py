"""Answers of all kinds, broken and mixed: an edit, a failure or nothing, but never an exception or a harmed file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.edits import FormatName, propose
from copilot_desktop.edits.change_sets import Decision, change_set_from
from copilot_desktop.edits.review import ReviewState

PIECES = st.sampled_from(
    [
        "a.py\n", "b.py\n", "```\n", "```diff\n", "````python\n", "<<<<<<< SEARCH\n", "------- SEARCH\n", "=======\n",
        ">>>>>>> REPLACE\n", "+++++++ REPLACE\n", ":start_line:2\n", "-------\n", "*** Begin Patch\n",
        "*** End Patch\n",
        "*** Update File: a.py\n", "*** Add File: b.py\n", "*** Delete File: a.py\n", "*** Move to: c.py\n",
        "*** End of File\n", "--- a/a.py\n", "+++ b/a.py\n", "--- /dev/null\n", "+++ /dev/null\n", "+++ b/b.py\n",
        "diff --git a/a.py b/a.py\n", "rename from a.py\n", "rename to d.py\n", "deleted file mode 100644\n",
        "new file mode 100644\n", "\\ No newline at end of file\n", "@@ -1,2 +1,3 @@\n", "@@ -2,0 +3 @@ def f():\n",
        "@@ def first():\n", "@@\n", "@@ ... @@\n", "def first():\n", "    return one\n", "def second():\n",
        "    return two\n", " def first():\n", "-    return one\n", "+    return 1\n", "+\n", "-\n", " \n", "\n",
        "\r\n",
        "...\n", "# ... existing code ...\n", "1 | def first():\n", "2 |     return one\n", "\u2028\f",
        "    return one",
    ]
)  # fmt: skip
ANSWERS = st.lists(PIECES, max_size=24).map("".join)
TEXTS = st.sampled_from(
    [
        "",
        "def first():\n    return one\n\n\ndef second():\n    return two\n",
        "def first():\r\n    return one\r\ndef second():\n    return two",
        "\n\n\n",
        "    return one\n    return one\n",
    ]
)
FORMATS: tuple[FormatName | None, ...] = (None, "search_replace", "unified_diff", "apply_patch", "whole_file")


@given(ANSWERS, TEXTS, st.sampled_from(FORMATS), st.booleans())
def test_any_answer_gives_a_proposal_that_can_be_accepted_and_undone(
    answer: str, text: str, name: FormatName | None, finished: bool
) -> None:
    files = {"a.py": text}
    proposal = propose(answer, files, format=name, finished=finished)
    assert all(hunk.path in proposal.files or not hunk.strategy.startswith("rename") for hunk in proposal.hunks)
    change_set = change_set_from(proposal, files, turn_id="t", title="", model="m")
    review = ReviewState().with_change_set(change_set, files)
    ids = [hunk.hunk_id for hunk in review.hunks()]
    accepted = review.decide(ids, Decision.ACCEPTED)
    for path, after in proposal.files.items():
        assert accepted.texts[path] == after
    undone = accepted.decide(reversed(ids), Decision.PENDING)
    for path in proposal.files:
        assert undone.texts[path] == files.get(path)


ARGUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["a.py", "def first():\n", "", "update_file", "@@\n-x\n"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["path", "old_string", "new_string", "edits", "replace_all", "type", "diff"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["path", "old_string", "new_string", "edits", "type", "diff"]), ARGUMENTS), TEXTS
)
def test_any_arguments_give_a_proposal(arguments: dict[str, object], text: str) -> None:
    for answer in (arguments, [arguments, "x", None]):
        proposal = propose(answer, {"a.py": text})
        assert proposal.hunks or proposal.failures or proposal.notes or not arguments or not proposal.files


LONG = 200_000


@pytest.mark.parametrize(
    "answer",
    [
        "<<<<<<< SEARCH\n" * (LONG // 15),
        "<<<<<<< SEARCH\n=======\n>>>>>>> REPLACE\n" * 3_000,
        "a.py\n<<<<<<< SEARCH\n" + "x = 1\n" * (LONG // 6) + "=======\ny\n>>>>>>> REPLACE\n",
        "a.py\n<<<<<<< SEARCH\n" + "x" * LONG + "\n=======\ny\n>>>>>>> REPLACE\n",
        "*** Begin Patch\n*** Update File: a.py\n" + "@@ x = 1\n" * 3_000 + "-x = 1\n+y\n*** End Patch\n",
        "--- a.py\n+++ a.py\n@@ -1 +1 @@\n" + " x = 1\n" * (LONG // 7) + "-x = 2\n",
        "--- " * (LONG // 4) + "\n+++ @@",
        "`" * LONG,
        "```python\n" + "x = 1\n" * (LONG // 6),
        "@@" * (LONG // 2),
        " " * LONG + "<<<<<<< SEARCH",
        "\n" * LONG,
        "".join(f"<<<<<<< SEARCH\nnot there {n}\nx = 1\n=======\ny\n>>>>>>> REPLACE\n" for n in range(30)),
    ],
    ids=str.__len__,
)
def test_an_adversarial_answer_comes_to_an_end(answer: str) -> None:
    text = "x = 1\n" * 20_000 + "z = 1\n"
    proposal = propose(answer, {"a.py": text})
    assert set(proposal.files) <= {"a.py"}
