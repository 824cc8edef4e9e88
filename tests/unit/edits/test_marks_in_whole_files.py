"""Whole files whose code looks like edits, a test of this program for one: it is their text, and never placed."""

from __future__ import annotations

import pytest

from copilot_desktop.edits import FormatName, ProposalStream, propose

PATCH = '"""\n*** Begin Patch\n*** Update File: name.txt\n@@\n-its name\n+its other name\n*** End Patch\n"""\n'
MARKS = '"""\n<<<<<<< SEARCH\nimport json\n=======\nimport re\n>>>>>>> REPLACE\n"""\n'
DIFF = '"""\n--- a/test_it.py\n+++ b/test_it.py\n@@ -3,1 +3,1 @@\n-import json\n+import os\n"""\n'
BEFORE = f"import json\n\nPATCH = {PATCH}\nMARKS = {MARKS}\nDIFF = {DIFF}\n\ndef test_it():\n    assert PATCH\n"
AFTER = BEFORE.replace("assert PATCH", "assert PATCH and MARKS")
FILES = {"test_it.py": BEFORE, "name.txt": "its name\n", "shop.py": "price = 1\nimport json\n"}
WHOLE = f"test_it.py\n```python\n{AFTER}```\n"
PAIR = "shop.py\n```\n<<<<<<< SEARCH\nprice = 1\n=======\nprice = 2\n>>>>>>> REPLACE\n```\n"
SOLD = {"shop.py": "price = 2\nimport json\n"}
LAZY = f"test_it.py\n```python\n# ... existing code ...\nMARKS = {MARKS.replace('import re', 'import sys')}\n"
LAZY += "# ... existing code ...\n```\n"


def _changes(
    answer: str, format_name: FormatName | None = None, *, files: dict[str, str] = FILES, finished: bool = True
) -> dict[str, str | None]:
    """What an answer changes; what is shown of it while it arrives must be of these files."""
    proposal = propose(answer, files, format_name, finished=finished)
    stream = ProposalStream(files, format_name)
    shown = {hunk.path for at in range(0, len(answer), 7) for hunk in stream.feed(answer[at : at + 7])}
    assert stream.finish(finished) == proposal
    assert shown <= {*proposal.files, *(failure.path for failure in proposal.failures)}
    return dict(proposal.files)


@pytest.mark.parametrize("name", [None, "whole_file"])
def test_a_file_under_its_name_is_written_with_its_marks(name: FormatName | None) -> None:
    assert _changes(WHOLE, name) == {"test_it.py": AFTER}
    assert _changes(f"Here is all of `test_it.py`:\n```python\n{AFTER}```\n", name) == {"test_it.py": AFTER}
    assert _changes(f"new.py\n```python\n{AFTER}```\n", name) == {"new.py": AFTER}
    windows = {"test_it.py": BEFORE.replace("\n", "\r\n")}
    assert _changes(WHOLE, name, files=windows) == {"test_it.py": AFTER.replace("\n", "\r\n")}


def test_the_only_file_is_written_without_a_name() -> None:
    assert _changes(f"```python\n{AFTER}```\n", files={"test_it.py": BEFORE}) == {"test_it.py": AFTER}
    assert _changes(f"```python\n{AFTER}```\n", "whole_file", files={"test_it.py": BEFORE}) == {"test_it.py": AFTER}


def test_nothing_is_placed_where_the_name_is_missing() -> None:
    assert _changes(f"```python\n{AFTER}```\n") == {}
    asked = propose(f"```python\n{AFTER}```\n", FILES, "whole_file")
    assert (dict(asked.files), [failure.reason for failure in asked.failures]) == ({}, ["no_path"])


def test_blocks_beside_such_a_file_are_placed() -> None:
    for answer in (WHOLE + PAIR, PAIR + WHOLE):
        assert _changes(answer) == {"test_it.py": AFTER} | SOLD
    patch = "*** Begin Patch\n*** Update File: shop.py\n@@\n-price = 1\n+price = 2\n*** End Patch\n"
    for name in (None, "apply_patch"):
        assert _changes(WHOLE + patch, name) == {"test_it.py": AFTER} | SOLD


def test_an_excerpt_with_marks_is_an_example() -> None:
    assert _changes(f"test_it.py\n```python\nMARKS = {MARKS}```\n") == {}
    assert _changes(f"test_it.py\n```python\nMARKS = {MARKS}```\n{PAIR}") == SOLD


@pytest.mark.parametrize("name", [None, "lazy_edit"])
def test_shortened_code_is_put_with_its_marks(name: FormatName | None) -> None:
    assert _changes(LAZY, name) == {"test_it.py": BEFORE.replace("import re", "import sys")}


def test_a_file_that_was_cut_off_places_nothing() -> None:
    for end in (180, len(AFTER) - 20):
        for head, files in (("test_it.py\n", FILES), ("", FILES), ("", {"test_it.py": BEFORE})):
            assert _changes(f"{head}```python\n{AFTER[:end]}", files=files, finished=False) == {}


def test_marks_below_names_and_signs_are_meant() -> None:
    inner = PAIR.removeprefix("shop.py\n```\n")
    for head in ("shop.py\n```python\n# shop.py\n", "shop.py\n```\n\n", "shop.py\n````\n<source>\n"):
        assert _changes(head + inner) == SOLD
    patch = "*** Begin Patch\n*** Update File: shop.py\n@@\n-price = 1\n+price = 2\n*** End Patch\n"
    assert _changes(f"shop.py\n```bash\napply_patch <<'EOF'\n{patch}EOF\n```\n") == SOLD
    # The fence of the first file has no end.
    assert _changes(f"new.py\n```python\nx = 1\n\nshop.py\n```python\n{inner}") == SOLD
