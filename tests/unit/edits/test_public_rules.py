"""The sentences of the public interface, one by one."""

from __future__ import annotations

import json

import pytest

from copilot_desktop.edits import FormatName, propose
from tests.unit.edits.blocks import PATH, block, placed, reason, result

TEXT = "alpha = 1111\nbeta = 22222\ngamma = 3333\n"
EDIT = {"path": PATH, "old_string": "beta = 22222", "new_string": "beta = 3"}
AFTER = {PATH: TEXT.replace("beta = 22222", "beta = 3")}


def reasons(
    answer: object, files: dict[str, str], name: FormatName | None = None, *, finished: bool = True
) -> list[str]:
    proposal = propose(answer, files, name, finished=finished)  # type: ignore[arg-type]
    assert not proposal.files
    return [failure.reason for failure in proposal.failures]


@pytest.mark.parametrize(
    "answer",
    [
        EDIT,
        [EDIT],
        {"edits": [{"old_string": "beta = 22222", "new_string": "beta = 3"}], "path": PATH},
        {"edits": [{"path": PATH, "old_string": "beta = 22222", "new_string": "beta = 3"}]},
        {"old_string": "beta = 22222", "new_string": "beta = 3"},
        {"type": "update_file", "path": PATH, "diff": "@@\n alpha = 1111\n-beta = 22222\n+beta = 3\n"},
        json.dumps(EDIT),
        f"```json\n{json.dumps([EDIT], indent=2)}\n```\n",
    ],
)
def test_arguments_in_every_shape(answer: object) -> None:
    assert propose(answer, {PATH: TEXT}).files == AFTER  # type: ignore[arg-type]


def test_arguments_without_a_path_are_for_the_only_file() -> None:
    answer = {"old_string": "beta = 22222", "new_string": "beta = 3"}
    assert reasons(answer, {PATH: TEXT, "b.py": TEXT}) == ["no_path"]


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("@@ -1,2 +1,2 @@\n alpha = 1111\n-beta = 22222\n+beta = 3\n", None),
        ("@@ ... @@\n alpha = 1111\n-beta = 22222\n+beta = 3\n", "unified_diff"),
        ("@@\n alpha = 1111\n-beta = 22222\n+beta = 3\n", "apply_patch"),
        ("--- a.py\n+++ a.py\n alpha = 1111\n-beta = 22222\n+beta = 3\n", "unified_diff"),
        ("```\n alpha = 1111\n-beta = 22222\n+beta = 3\n```\n", "apply_patch"),
    ],
)
def test_a_diff_without_any_name_is_for_the_only_file(answer: str, name: FormatName | None) -> None:
    assert propose(answer, {PATH: TEXT}, name).files == AFTER
    named = propose(answer, {PATH: TEXT, "b.py": TEXT}, name)
    assert [failure.reason for failure in named.failures] == ([] if "+++" in answer else ["no_path"])


@pytest.mark.parametrize(
    "answer",
    [
        f"{PATH}\n<<<<<<< SEARCH\nbeta = 22222\n=======\nbeta = 3\n",
        f"*** Begin Patch\n*** Update File: {PATH}\n@@\n-beta = 22222\n+beta = 3\n",
    ],
)
def test_what_was_opened_and_not_closed_is_cut_off_whatever_is_said(answer: str) -> None:
    assert reasons(answer, {PATH: TEXT}) == ["cut_off"]
    assert reasons(answer, {PATH: TEXT}, finished=False) == ["cut_off"]


@pytest.mark.parametrize(
    "answer",
    [
        f"*** Update File: {PATH}\n@@\n-beta = 22222\n+beta = 3\n",
        f"--- a/{PATH}\n+++ b/{PATH}\n@@ -2 +2 @@\n-beta = 22222\n+beta = 3\n",
        {"type": "update_file", "path": PATH, "diff": "@@\n-beta = 22222\n+beta = 3\n"},
    ],
)
def test_the_last_block_of_a_cut_answer_is_cut_off_where_nothing_ends_it(answer: object) -> None:
    assert propose(answer, {PATH: TEXT}).files == AFTER  # type: ignore[arg-type]
    assert reasons(answer, {PATH: TEXT}, finished=False) == ["cut_off"]


def test_a_refusal_of_a_cut_block_names_the_nearest_place() -> None:
    (failure,) = placed(TEXT, f"{PATH}\n<<<<<<< SEARCH\nbeta = 22222\n=======\nbe").failures
    assert [place[:3] for place in failure.candidates] == [(PATH, 1, 2)]


def test_deleting_a_folder_or_what_is_not_there_is_no_file() -> None:
    for path in ("src", "src/", "gone.py"):
        answer = f"*** Begin Patch\n*** Delete File: {path}\n*** End Patch\n"
        assert reasons(answer, {"src/a.py": TEXT}) == ["no_file"]


@pytest.mark.parametrize("before", ["", TEXT])
def test_adding_onto_an_existing_path_replaces_it_after_a_look(before: str) -> None:
    proposal = propose("*** Begin Patch\n*** Add File: a.py\n+x = 1\n*** End Patch\n", {PATH: before})
    assert proposal.files == {PATH: "x = 1\n"}
    assert [hunk.needs_look for hunk in proposal.hunks] == [True]


def test_an_empty_old_text_creates_a_file_and_one_of_blanks_is_looked_for() -> None:
    assert propose({"path": "b.py", "old_string": "", "new_string": "x"}, {PATH: TEXT}).files == {"b.py": "x"}
    assert reasons({"old_string": "", "new_string": "x"}, {PATH: TEXT}) == ["exists"]
    assert reason(TEXT, block("\n", "x\n")) == "exists"
    assert propose({"old_string": "\n\n", "new_string": "\n"}, {PATH: "a\n\nb\n"}).files == {PATH: "a\nb\n"}


def test_what_breaks_the_code_is_amber_and_what_was_broken_before_is_not_its_fault() -> None:
    broken = block("beta = 22222\n", "beta = (3\n")
    (hunk,) = placed(TEXT, broken).hunks
    assert (hunk.needs_look, "no valid code" in hunk.ignored) == (True, True)
    (hunk,) = placed(TEXT + "delta = (\n", broken).hunks
    assert hunk.needs_look is False


def test_losing_more_than_thirty_percent_of_the_lines_is_amber() -> None:
    lines = [f"value_{index} = {index}\n" for index in range(10)]
    for count in (3, 4):
        (hunk,) = placed("".join(lines), block("".join(lines[:count]), "")).hunks
        assert hunk.needs_look is (count == 4)


def test_a_new_text_that_stands_anywhere_is_not_taken_for_applied() -> None:
    assert reason(TEXT + "}\n", block("not there at all\n", "}\n")) == "not_found"
    applied = propose({"old_string": "call(1, 2)", "new_string": "recall(1, 22)"}, {PATH: "x = recall(1, 22) + 1\n"})
    assert (applied.files, applied.failures, len(applied.notes)) == ({}, (), 1)


def test_wrong_arguments_are_a_type_error() -> None:
    for answer, files, name in (
        (1, {}, None),
        ("x", {1: "y"}, None),
        ("x", [], None),
        ("x", {}, "other"),
        (b"x", {}, None),
    ):
        with pytest.raises(TypeError):
            propose(answer, files, name)  # type: ignore[arg-type]


def test_a_line_that_ends_at_a_form_feed_or_a_line_separator_is_one_line() -> None:
    text = "alpha = 1\x0cbeta = 22222\u2028more\ngamma\n"
    assert result(text, block("alpha = 1\x0cbeta = 22222\u2028more\n", "one\n"))[0] == "one\ngamma\n"
