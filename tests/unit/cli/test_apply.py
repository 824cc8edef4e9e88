from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from copilot_desktop.settings.folders import program_folders
from copilot_desktop.workspace.checkpoints.entries import About
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.store import CheckpointStore
from copilot_desktop.workspace.paths import Workspace
from tests.unit.cli.running import run


def block(old: str, new: str, path: str = "a.py") -> str:
    return f"{path}\n```\n<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n```\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.py").write_bytes(b"first_line = 1\r\nsecond_line = 2\r\n")
    (project / "b.py").write_text("other = 1\n")
    return project


def test_a_dry_run_tells_everything_and_writes_nothing(folder: Path) -> None:
    done = run("apply", folder, "--json", stdin=block("first_line = 1\n", "first_line = 10\n"))
    assert done.code == 0
    assert done.err == ""
    told = done.json
    assert set(told) == {"files", "failures", "notes", "written"}
    (changed,) = told["files"]
    assert (changed["path"], changed["status"]) == ("a.py", "modified")
    assert changed["diff"].startswith("diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n")
    (hunk,) = changed["hunks"]
    assert set(hunk) == {"start", "end", "strategy", "confidence", "needs_look"}
    assert (hunk["start"], hunk["end"], hunk["needs_look"]) == (0, 1, False)
    assert told["written"] == told["failures"] == []
    assert (folder / "a.py").read_bytes() == b"first_line = 1\r\nsecond_line = 2\r\n"


def test_writing_keeps_line_endings_and_writes_what_was_placed_though_a_block_is_refused(folder: Path) -> None:
    answer = (
        block("first_line = 1\n", "first_line = 10\n") + "\n" + block("nowhere_to_be_found = 1\n", "x = 1\n", "b.py")
    )
    done = run("apply", folder, "--json", "--write", stdin=answer)
    assert done.code == 1
    assert done.json["written"] == ["a.py"]
    (failure,) = done.json["failures"]
    assert set(failure) == {"path", "reason", "message", "block", "candidates"}
    assert (failure["path"], failure["reason"]) == ("b.py", "not_found")
    assert (folder / "a.py").read_bytes() == b"first_line = 10\r\nsecond_line = 2\r\n"
    assert (folder / "b.py").read_text() == "other = 1\n"


@pytest.mark.skipif(os.name == "nt", reason="hard links are asked for otherwise there")
def test_other_names_of_what_is_written_are_told_and_say_the_same(folder: Path) -> None:
    os.link(folder / "a.py", folder / "other.py")
    done = run("apply", folder, "--json", "--write", stdin=block("first_line = 1\n", "first_line = 10\n"))
    assert done.json["notes"] == ["a.py has other names (hard links), with the same text."]
    assert (folder / "other.py").read_bytes() == b"first_line = 10\r\nsecond_line = 2\r\n"
    step = run("history", folder, "--json").json["entries"][0]["id"]
    done = run("restore", folder, step, "--write", "--json")
    assert done.json["notes"] == ["a.py has other names (hard links), with the same text."]
    assert (folder / "other.py").read_bytes() == b"first_line = 1\r\nsecond_line = 2\r\n"
    assert (folder / "other.py").samefile(folder / "a.py")


def test_new_files_are_added(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Here it is:\n\nsrc/new.py\n```python\nvalue = 1\n```\n")
    done = run("apply", folder, "--input", tmp_path / "answer.md", "--write", "--json")
    assert done.code == 0, done.out
    assert [(each["path"], each["status"]) for each in done.json["files"]] == [("src/new.py", "added")]
    assert (folder / "src" / "new.py").read_text() == "value = 1\n"


def test_amber_hunks_are_held_back_unless_asked_for(folder: Path) -> None:
    # Trimmed lines with a blank line more: placed, but to be looked at.
    (folder / "b.py").write_text("def function_name(argument):\n    if argument:\n          return   argument\n")
    answer = block("if argument:\n\nreturn   argument\n", "if argument:\n\nreturn   argument + 1\n", "b.py")
    told = run("apply", folder, "--json", stdin=answer).json
    assert [hunk["needs_look"] for each in told["files"] for hunk in each["hunks"]] == [True]
    dry = run("apply", folder, stdin=answer)
    assert dry.code == 0
    assert "b.py, lines 2–3: needs a look" in dry.err
    assert "--write leaves it out; --write-amber writes it, too." in dry.err
    held = run("apply", folder, "--json", "--write", stdin=answer)
    assert held.code == 1
    assert held.json["written"] == []
    assert any("--write-amber" in note for note in held.json["notes"])
    written = run("apply", folder, "--json", "--write", "--write-amber", stdin=answer)
    assert (written.code, written.json["written"]) == (0, ["b.py"])
    assert "argument + 1" in (folder / "b.py").read_text()


def test_a_text_that_the_file_s_encoding_cannot_hold_is_a_failure(folder: Path) -> None:
    before = "# Größe, Übung, schön, für, über, Straße, müssen, können, café\nprice = 1\n".encode("cp1252")
    (folder / "b.py").write_bytes(before)
    done = run("apply", folder, "--json", "--write", stdin=block("price = 1\n", "price = '漢'\n", "b.py"))
    assert done.code == 1
    assert [failure["reason"] for failure in done.json["failures"]] == ["encoding"]
    assert (folder / "b.py").read_bytes() == before


def test_without_a_path_it_must_be_the_folder_s_only_file(folder: Path, tmp_path: Path) -> None:
    answer = "```\n<<<<<<< SEARCH\nother = 1\n=======\nother = 2\n>>>>>>> REPLACE\n```\n"
    several = run("apply", folder, "--json", stdin=answer)
    assert (several.code, [failure["reason"] for failure in several.json["failures"]]) == (1, ["no_path"])
    (tmp_path / "single" / "inner").mkdir(parents=True)
    (tmp_path / "single" / "inner" / "only.py").write_text("other = 1\n")
    alone = run("apply", tmp_path / "single", "--json", stdin=answer)
    assert (alone.code, [each["path"] for each in alone.json["files"]]) == (0, ["inner/only.py"])


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hosts", ".git/config"])
def test_paths_out_of_the_folder_are_refused(path: str, folder: Path) -> None:
    done = run("apply", folder, "--json", "--write", stdin=block("", "x = 1\n", path))
    assert (done.code, done.json["written"]) == (1, [])
    assert {failure["reason"] for failure in done.json["failures"]} == {"unsafe_path"}


@pytest.mark.parametrize("path", ["CON", "nul", "COM1", "CONIN$", "a:b", "b.py:stream", "src/NUL"])
def test_names_that_windows_keeps_for_itself_are_unsafe_and_never_mean_the_only_file(path: str, folder: Path) -> None:
    (folder / "b.py").unlink()
    done = run("apply", folder, "--json", "--write", stdin=block("first_line = 1\n", "first_line = 10\n", path))
    assert (done.code, done.json["written"]) == (1, [])
    assert [(failure["path"], failure["reason"]) for failure in done.json["failures"]] == [(path, "unsafe_path")]
    assert (folder / "a.py").read_bytes().startswith(b"first_line = 1\r\n")


def test_a_renamed_script_can_still_be_run(folder: Path) -> None:
    (folder / "b.py").chmod(0o755)
    answer = "*** Begin Patch\n*** Update File: b.py\n*** Move to: c.py\n@@\n-other = 1\n+other = 2\n*** End Patch\n"
    done = run("apply", folder, "--json", "--write", stdin=answer)
    assert (done.code, [each["status"] for each in done.json["files"]]) == (0, ["renamed"]), done.out
    assert (folder / "c.py").read_text() == "other = 2\n"
    assert stat.S_IMODE((folder / "c.py").stat().st_mode) == 0o755


def test_an_answer_without_an_edit_is_a_failure(folder: Path) -> None:
    done = run("apply", folder, "--json", stdin="Nothing needs to be changed.")
    assert (done.code, [failure["reason"] for failure in done.json["failures"]]) == (1, ["no_edit_found"])


def test_tool_arguments_are_read_from_json(folder: Path) -> None:
    arguments = {"path": "b.py", "old_string": "other = 1", "new_string": "other = 2"}
    done = run("apply", folder, "--json", "--format", "old_new_string", stdin=json.dumps(arguments))
    assert (done.code, [each["path"] for each in done.json["files"]]) == (0, ["b.py"]), done.out


def test_a_write_that_fails_is_exit_3_and_nothing_is_written(folder: Path) -> None:
    (folder / "b.py").chmod(0o444)
    answer = block("first_line = 1\n", "first_line = 10\n") + block("other = 1\n", "other = 2\n", "b.py")
    done = run("apply", folder, "--json", "--write", stdin=answer)
    assert (done.code, done.error_kind) == (3, "write")
    assert (folder / "a.py").read_bytes().startswith(b"first_line = 1\r\n")


def test_without_json_the_diff_is_on_standard_output_and_the_rest_on_the_other(folder: Path) -> None:
    answer = block("first_line = 1\n", "first_line = 10\n") + block("nowhere_to_be_found\n", "x\n", "b.py")
    done = run("apply", folder, "--write", stdin=answer)
    assert done.code == 1
    assert "+first_line = 10" in done.out
    assert "Refused (not_found), b.py" in done.err
    assert "Written: a.py" in done.err


@pytest.mark.parametrize(
    "arguments", [("gone",), (".", "--format", "nonsense"), (".", "--input", "gone.txt"), (".", "--bogus"), ()]
)
def test_bad_usage_is_exit_2(arguments: tuple[str, ...], folder: Path) -> None:
    places = [str(folder / argument) if argument == "gone" else argument for argument in arguments]
    done = run("apply", *places, "--json", stdin="text")
    assert (done.code, done.error_kind) == (2, "usage")


def test_a_write_that_was_cut_off_is_brought_to_its_end_before_anything_is_read(folder: Path) -> None:
    store = CheckpointStore.of(Workspace(folder), program_folders(os.environ).state)
    old, new = (store.objects.keep(data) for data in ((folder / "b.py").read_bytes(), b"other = 2\n"))
    (folder / ".copilot-desktop-1.tmp").write_bytes(b"other = 2\n")
    step = Step("b.py", old, new, 0o644, ".copilot-desktop-1.tmp")
    record = Record("00000000000000000001-ab", "Accept 1 change", 0.0, "committing", (step,), (), about=About())
    store.journal.write(record)
    done = run("apply", folder, "--json", stdin=block("other = 2\n", "other = 3\n", "b.py"))
    assert done.code == 0, done.out
    assert (folder / "b.py").read_text() == "other = 2\n"
    assert sorted(os.listdir(folder)) == ["a.py", "b.py"]
    assert "The step has been finished." in done.json["notes"][0]
    assert run("apply", folder, "--json", stdin=block("other = 2\n", "other = 3\n", "b.py")).json["notes"] == []
