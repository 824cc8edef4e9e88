"""Answers that mix formats: every block is placed, refused, or plainly no edit."""

from __future__ import annotations

from copilot_desktop.edits import propose

CART = "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"
PAIR = "<<<<<<< SEARCH\n    return sum(items)\n=======\n    return sum(items, 0)\n>>>>>>> REPLACE\n"
PAIR_OF_CART = f"cart.py\n```python\n{PAIR}```\n"
NEW_FILE = "tax.py\n```python\nRATE = 0.2\n```\n"
CHANGED = CART.replace("sum(items)", "sum(items, 0)")
PATCH = "*** Begin Patch\n*** Update File: cart.py\n@@\n-    return len(items)\n"
PATCH += "+    return len(set(items))\n*** End Patch\n"
DIFF = "```diff\n--- a/cart.py\n+++ b/cart.py\n@@ -5,2 +5,2 @@\n def count(items):\n-    return len(items)\n"
DIFF += "+    return len(set(items))\n```\n"


def test_a_new_file_among_pairs_is_added() -> None:
    for answer in (f"Done.\n\n{PAIR_OF_CART}\n{NEW_FILE}", f"{NEW_FILE}\n{PAIR_OF_CART}", NEW_FILE + PAIR_OF_CART):
        proposal = propose(answer, {"cart.py": CART})
        assert proposal.failures == ()
        assert proposal.files == {"cart.py": CHANGED, "tax.py": "RATE = 0.2\n"}


def test_a_new_file_is_added_though_the_fence_before_has_no_end() -> None:
    proposal = propose(f"cart.py\n```python\n{PAIR}\n{NEW_FILE}", {"cart.py": CART})
    assert proposal.failures == ()
    assert proposal.files == {"cart.py": CHANGED, "tax.py": "RATE = 0.2\n"}


def test_pairs_patches_and_diffs_are_all_read() -> None:
    both = CHANGED.replace("len(items)", "len(set(items))")
    for other in (PATCH, DIFF):
        for answer in (f"{PAIR_OF_CART}\n{other}\n{NEW_FILE}", f"{other}\nAnd:\n\n{NEW_FILE}\n{PAIR_OF_CART}"):
            proposal = propose(answer, {"cart.py": CART})
            assert proposal.failures == ()
            assert proposal.files == {"cart.py": both, "tax.py": "RATE = 0.2\n"}


def test_a_pair_without_a_name_is_for_the_file_of_the_one_before() -> None:
    answer = f"{PAIR_OF_CART}\n{NEW_FILE}\n```\n{PAIR.replace('sum', 'len').replace(', 0', '')}```\n"
    proposal = propose(answer, {"cart.py": CART, "other.py": ""})
    assert {failure.path for failure in proposal.failures} <= {"cart.py"}
    assert "tax.py" in proposal.files


def test_a_file_that_is_there_is_replaced_only_by_most_of_itself() -> None:
    files = {"cart.py": CART, "tax.py": "RATE = 0.2\nNAME = 'VAT'\n"}
    rewritten = propose(f"{PAIR_OF_CART}\ntax.py\n```\nRATE = 0.2\nNAME = 'VAT'\nTOP = 1\n```\n", files)
    assert rewritten.files["tax.py"] == "RATE = 0.2\nNAME = 'VAT'\nTOP = 1\n"
    example = propose(f"{PAIR_OF_CART}\ntax.py\n```\nprint(RATE)\n```\n", files)
    assert example.files == {"cart.py": CHANGED}
    assert example.failures == ()
    assert "taken for an example" in example.notes[0]


def test_a_file_shown_next_to_its_edits_is_not_taken_for_a_second_change() -> None:
    for shown in (CART, CHANGED):
        proposal = propose(f"cart.py\n```python\n{shown}```\n\n{PAIR_OF_CART}", {"cart.py": CART})
        assert proposal.failures == ()
        assert proposal.files == {"cart.py": CHANGED}
        assert len(proposal.notes) == 1


def test_code_under_no_name_among_pairs_is_an_example() -> None:
    proposal = propose(f"Use it so:\n\n```python\ntotal([])\n```\n\n{PAIR_OF_CART}", {"cart.py": CART})
    assert (proposal.files, proposal.failures, proposal.notes) == ({"cart.py": CHANGED}, (), ())


def test_marks_inside_a_block_belong_to_it() -> None:
    text = "a\n*** Begin Patch\nb.py\n```\nc\n```\n"
    answer = f"doc.md\n````\n<<<<<<< SEARCH\n{text}=======\n{text}d\n>>>>>>> REPLACE\n````\n{NEW_FILE}"
    proposal = propose(answer, {"doc.md": text})
    assert proposal.failures == ()
    assert proposal.files == {"doc.md": f"{text}d\n", "tax.py": "RATE = 0.2\n"}


def test_a_new_file_that_was_cut_off_is_refused() -> None:
    proposal = propose(f"{PAIR_OF_CART}\ntax.py\n```python\nRATE =", {"cart.py": CART}, finished=False)
    assert proposal.files == {"cart.py": CHANGED}
    assert [(failure.path, failure.reason) for failure in proposal.failures] == [("tax.py", "cut_off")]
