"""Answers that are no answers, paths that lead astray, and what cannot be written: a refusal, and nothing else."""

from __future__ import annotations

import time

import pytest

from copilot_desktop.edits import FormatName, propose
from copilot_desktop.edits.formats.bounds import OPENINGS_LIMIT
from tests.unit.edits.blocks import PATH, block, placed

TEXT = "alpha = 1111\nbeta = 22222\ngamma = 3333\n"
NAMES: tuple[FormatName | None, ...] = (
    None,
    "search_replace",
    "multi_search_replace",
    "unified_diff",
    "apply_patch",
    "old_new_string",
    "lazy_edit",
    "whole_file",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", ["", "\n\n", "Nothing has to change here, it works as it is.\n"])
def test_an_answer_without_an_edit_is_empty_or_said_to_have_none(answer: str, name: FormatName | None) -> None:
    proposal = propose(answer, {PATH: TEXT}, name)
    assert (proposal.files, proposal.hunks) == ({}, ())
    if name is None:
        assert proposal.failures == ()
    elif name != "lazy_edit" or not answer.strip():
        assert [failure.reason for failure in proposal.failures] == ["no_edit_found"]
    else:
        assert len(proposal.failures) == 1


@pytest.mark.parametrize(
    "answer",
    [
        f"{PATH}\n```python\n<<<<<<< SEARCH\nbeta = 22222\n",
        f"{PATH}\n```python\n<<<<<<< SEARCH\nbeta = 22222\n=======\n",
        f"{PATH}\n```python\n<<<<<<< SEARCH\nbeta = 22222\n=======\nbeta = 3\n```\n",
        "*** Begin Patch\n",
        f"*** Begin Patch\n*** Update File: {PATH}\n@@\n-beta = 22222\n",
        "*** Begin Patch\n*** Add File: b.py\n+x = 1\n",
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_marks_and_fences_without_an_end_are_cut_off(answer: str, finished: bool) -> None:
    proposal = propose(answer, {PATH: TEXT}, finished=finished)
    assert proposal.files == {}
    assert {failure.reason for failure in proposal.failures} == {"cut_off"}


def test_nul_bytes_are_characters_like_others() -> None:
    text = "alpha = '\0'\nbeta = 22222\n"
    assert placed(text, block("alpha = '\0'\n", "alpha = '\0\0'\n")).files == {PATH: text.replace("\0", "\0\0")}
    assert propose("\0" * 100, {PATH: TEXT}).files == {}


@pytest.mark.parametrize("text", ["x" * 10_000_000, "word " * 2_000_000, "line of prose\n" * 700_000], ids=len)
def test_ten_megabytes_of_text_hold_no_edit_and_take_seconds(text: str) -> None:
    began = time.process_time()
    assert propose(text, {PATH: TEXT}).files == {}
    assert time.process_time() - began < 20


ASTRAY = [
    "../a.py",
    "src/../../a.py",
    "..\\a.py",
    "/etc/passwd",
    "~/a.py",
    "C:\\a.py",
    "C:a.py",
    "\\\\server\\share\\a.py",
    ".git/config",
    "src/.git/hooks/post-commit",
    ".GIT/config",
    "git~1/config",
    "a.txt:stream",
    "nul",
    "src/CON.txt",
    "com1.py",
    "a.py.",
    "a.py ./b.py",
    "a\x01b.py",
    "//server/share/a.py",
    "\\\\?\\C:\\a.py",
    "src/..\\..\\a.py",
    "src/.. /.. /a.py",
    "..",
    "../",
    "~root/a.py",
    "file:///etc/passwd",
    ".git./config",
    ".git /config",
    ".git::$INDEX_ALLOCATION/config",
    ".g\u200cit/config",
    "\ufeff.git/config",
    "src/.gIt\u202e/config",
    ".git",
    "sub/module/.git",
    "a.py::$DATA",
    "aux.h",
    "COM\u00b9",
    "lpt9.log",
    "conin$",
    "PRN.tar.gz",
    "src//a.py",
    "a.py\x7f",
    "folder./a.py",
]


@pytest.mark.parametrize("path", ASTRAY)
def test_no_path_leads_out_of_the_folder_or_into_what_is_not_the_users(path: str) -> None:
    answers: list[str | dict[str, object]] = [
        {"path": path, "old_string": "", "new_string": "x\n"},
        {"type": "create_file", "path": path, "diff": "+x\n"},
        {"type": "delete_file", "path": path},
        f"*** Begin Patch\n*** Update File: {PATH}\n*** Move to: {path}\n@@\n-beta = 22222\n+beta = 3\n*** End Patch\n",
    ]
    for answer in answers:
        proposal = propose(answer, {PATH: TEXT})
        assert [failure.reason for failure in proposal.failures] == ["unsafe_path"], answer
        # Beside the refused move the edit itself may stand.
        assert set(proposal.files) <= {PATH}


@pytest.mark.parametrize("path", [path for path in ASTRAY if path.isprintable() and path != "~/a.py"])
def test_nor_does_one_that_a_diff_or_a_block_names(path: str) -> None:
    files = {PATH: TEXT, "b.py": TEXT}
    answers = [
        f"*** Begin Patch\n*** Add File: {path}\n+x\n*** End Patch\n",
        f"*** Begin Patch\n*** Delete File: {path}\n*** End Patch\n",
        f"--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+x\n",
        f"--- {path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
        f"diff --git a/{PATH} b/x.py\nsimilarity index 100%\nrename from {PATH}\nrename to {path}\n",
        f"{path}\n<<<<<<< SEARCH\nbeta = 22222\n=======\nbeta = 3\n>>>>>>> REPLACE\n",
    ]
    for answer in answers:
        proposal = propose(answer, files)
        # A line that is no name to us leaves the block without one.
        assert {failure.reason for failure in proposal.failures} <= {"unsafe_path", "no_path", "no_file"}, answer
        assert proposal.files == {}, answer
        assert proposal.failures, answer


def test_a_path_that_differs_in_case_is_not_another_file() -> None:
    for answer in ({"path": "A.py", "old_string": "", "new_string": "x"}, {"type": "delete_file", "path": "A.PY"}):
        assert [failure.reason for failure in propose(answer, {PATH: TEXT}).failures] == ["no_file"]


def test_a_file_that_is_gone_meanwhile_is_no_file() -> None:
    proposal = propose(block("beta = 22222\n", "beta = 3\n"), {"other.py": TEXT})
    assert [(failure.reason, failure.path) for failure in proposal.failures] == [("no_file", PATH)]


def test_text_that_is_no_unicode_of_its_own_passes_through() -> None:
    text = "alpha = '\ud800'\nbeta = 22222\n"
    assert placed(text, block("beta = 22222\n", "beta = '\udfff'\n")).files == {
        PATH: "alpha = '\ud800'\nbeta = '\udfff'\n"
    }


def test_an_answer_with_more_blocks_than_anyone_means_is_read_up_to_there_and_says_so() -> None:
    first, many = block("alpha = 1111\n", "alpha = 2\n"), "<<<<<<< SEARCH\n" * (OPENINGS_LIMIT + 100)
    text = "alpha = 1111\nbeta = 22222\n"
    proposal = propose(f"{first}{many}{block('beta = 22222', 'beta = 3')}", {PATH: text})
    assert proposal.files == {PATH: "alpha = 2\nbeta = 22222\n"}
    last = proposal.failures[-1]
    assert last.reason == "malformed"
    assert last.message.startswith("The answer has more than 15,000 marks of blocks.")
    # A file that would be written whole is not written in part.
    whole = "new.md\n````\nSome text\n" + "```\n" * (OPENINGS_LIMIT + 1)
    refused = propose(f"{whole}the end\n````\n", {PATH: text})
    assert (refused.files, {failure.reason for failure in refused.failures}) == ({}, {"cut_off", "malformed"})


def test_of_many_refused_blocks_the_rest_are_refused_without_a_look() -> None:
    text = "alpha = 1111\nbeta = 22222\n"
    refused = "".join(block(f"nowhere_{number} = at_all\n", "x\n") for number in range(600))
    proposal = propose(refused + block("alpha = 1111\n", "alpha = 2\n"), {PATH: text})
    assert (proposal.files, len(proposal.failures)) == ({}, 601)
    assert "was not looked for: 500 blocks before it were refused" in proposal.failures[-1].message
