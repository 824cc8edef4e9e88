"""Whole files: what plainly is one is taken, an example in an explanation is not."""

from __future__ import annotations

import pytest

from copilot_desktop.edits import propose

TEXT = "import os\n\n\ndef load(path):\n    return open(path).read()\n\n\n"
TEXT += "def save(path, text):\n    open(path, 'w').write(text)\n"
CHANGED = TEXT.replace("load", "read_all")


@pytest.mark.parametrize(
    "answer",
    [
        f"a.py\n```python\n{CHANGED}```\n",
        f"Here is `a.py`:\n\n```python\n{CHANGED}```\nIt reads all now.\n",
        f"```python a.py\n{CHANGED}```\n",
        f"The whole file, rewritten:\n\n```python\n{CHANGED}```\n",
        f"**a.py**\n````python\n{CHANGED}````\n",
    ],
)
def test_a_block_that_plainly_is_the_file_replaces_it(answer: str) -> None:
    proposal = propose(answer, {"a.py": TEXT})
    assert proposal.failures == ()
    assert proposal.files == {"a.py": CHANGED}
    assert proposal.hunks[0].needs_look is False


@pytest.mark.parametrize(
    "answer",
    [
        "You can call it like this:\n\n```python\nprint(load('notes.txt'))\n```\n",
        "In `a.py` the reading happens here:\n\n```python\ndef load(path):\n    return open(path).read()\n```\n",
        "Run this:\n\n```sh\npython a.py\npip list\n```\n",
        "It prints\n\n```\nimport os\n```\nand `load` stays as it is.\n",
    ],
)
def test_an_example_in_an_explanation_is_no_edit(answer: str) -> None:
    proposal = propose(answer, {"a.py": TEXT})
    assert (proposal.files, proposal.hunks, proposal.failures) == ({}, (), ())


def test_a_new_file_under_its_name_is_added_as_written() -> None:
    proposal = propose("b.py\n```python\nx = 1\n```\n", {"a.py": TEXT})
    assert proposal.files == {"b.py": "x = 1\n"}


def test_the_files_line_endings_stay_and_a_lost_third_is_amber() -> None:
    proposal = propose(f"a.py\n```python\n{CHANGED}```\n", {"a.py": TEXT.replace("\n", "\r\n")})
    assert proposal.files == {"a.py": CHANGED.replace("\n", "\r\n")}
    shorter = "".join(CHANGED.splitlines(keepends=True)[:5])
    lost = propose(f"a.py\n```python\n{shorter}```\n", {"a.py": TEXT}, format="whole_file")
    assert lost.files == {"a.py": shorter}
    assert lost.hunks[0].needs_look is True


def test_a_file_that_was_cut_is_not_written() -> None:
    answer = f"a.py\n```python\n{CHANGED}"
    assert [each.reason for each in propose(answer, {"a.py": TEXT}, finished=False).failures] == ["cut_off"]
    assert propose(answer, {"a.py": TEXT}, finished=False).files == {}


def test_a_new_file_with_a_part_left_out_is_refused() -> None:
    answer = "b.py\n```python\nimport os\n# ... existing code ...\ndef save(path, text):\n    pass\n```\n"
    proposal = propose(answer, {"a.py": TEXT}, format="whole_file")
    assert [each.reason for each in proposal.failures] == ["placeholder"]
    assert proposal.files == {}


LONG = TEXT + "".join(f"\n\ndef step_{at}(text):\n    return text[{at}:]\n" for at in range(9))


def test_a_changed_part_under_the_name_of_its_file_is_refused_and_not_passed_over() -> None:
    part = "".join(LONG.splitlines(keepends=True)[:14]).replace("text[0:]", "text.strip()")
    proposal = propose(f"a.py\n```python\n{part}```\n", {"a.py": LONG})
    (failure,) = proposal.failures
    assert (failure.path, failure.reason, proposal.files) == ("a.py", "placeholder", {})
    assert "Most of a.py is not in the code under its name" in failure.message
    # Quoted as it is, or beside the whole file, it is no edit.
    quoted = "".join(LONG.splitlines(keepends=True)[:12])
    assert propose(f"a.py\n```python\n{quoted}```\n", {"a.py": LONG}).failures == ()
    after = LONG.replace("text[0:]", "text.strip()")
    both = propose(f"a.py\n```python\n{part}```\n\nAll of it:\n\na.py\n```python\n{after}```\n", {"a.py": LONG})
    assert (both.failures, both.files) == ((), {"a.py": after})
