"""`history` and `restore`: the time line for scripts, and putting steps back, as child processes."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from copilot_desktop.settings.folders import program_folders
from copilot_desktop.settings.history_page import HistoryPage
from copilot_desktop.settings.store import SettingsStore
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, EntryKind
from copilot_desktop.workspace.checkpoints.journal import Record, Step
from copilot_desktop.workspace.checkpoints.renames import rename_record
from copilot_desktop.workspace.checkpoints.store import CheckpointStore
from copilot_desktop.workspace.file_operations import move
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import bytes_hash
from copilot_desktop.workspace.paths import Workspace
from tests.unit.cli.running import run
from tests.unit.cli.test_apply import block

FIRST = b"one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n"
SECOND = FIRST.replace(b"one", b"ONE")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_bytes(FIRST)
    (project / "b.txt").write_bytes(b"b\n")
    return project


@pytest.fixture
def applier(folder: Path) -> Applier:
    return Applier(Workspace.at(folder), program_folders(os.environ).state)


def apply_answer(folder: Path, old: str, new: str, path: str = "a.txt") -> str:
    """Write an answer and return the id of its step."""
    done = run("apply", folder, "--write", "--json", stdin=block(old, new, path))
    assert done.code == 0, done.out
    return str(run("history", folder, "--limit", "1", "--json").json["entries"][0]["id"])


def test_the_time_line_tells_the_newest_step_first(folder: Path, applier: Applier) -> None:
    first = apply_answer(folder, "one\n", "ONE\n")
    about = About(kind=EntryKind.ACCEPT, prompt="Delete b,\nplease", model="some/model")
    second = applier.apply([FileWrite("b.txt", bytes_hash(b"b\n"), None)], "Accept 1 change", about).checkpoint_id
    done = run("history", folder, "--json")
    assert (done.code, done.err) == (0, "")
    assert set(done.json) == {"entries", "notes"}
    newest, oldest = done.json["entries"]
    assert (newest["id"], oldest["id"]) == (second, first)
    assert set(newest) == {"id", "time", "kind", "title", "prompt", "model", "undoes", "files"}
    assert (newest["kind"], newest["prompt"], newest["model"]) == ("accept", "Delete b,\nplease", "some/model")
    assert newest["files"] == [
        {"path": "b.txt", "status": "deleted", "added": None, "removed": None, "is_kept": True},
    ]
    assert oldest["files"] == [
        {"path": "a.txt", "status": "modified", "added": 1, "removed": 1, "is_kept": True},
    ]
    of_a = run("history", folder, "--file", "./a.txt", "--json").json["entries"]
    assert [each["id"] for each in of_a] == [first]


def test_a_rename_is_told_and_goes_back_also_by_the_name_of_one_file(folder: Path, applier: Applier) -> None:
    move(Workspace.at(folder), "a.txt", "c.txt")
    record = rename_record(Workspace.at(folder), [("a.txt", "c.txt")], "Rename a.txt to c.txt")
    assert record is not None
    applier.history.record(record)
    content = (folder / "c.txt").read_bytes()
    assert "renamed   a.txt → c.txt\n" in run("history", folder).out
    done = run("restore", folder, record.checkpoint_id, "--file", "c.txt", "--write", "--json")
    assert (done.code, sorted(done.json["written"])) == (0, ["a.txt", "c.txt"])
    assert [(each["path"], each["status"]) for each in done.json["files"]] == [("a.txt", "renamed")]
    assert (folder / "a.txt").read_bytes() == content
    assert not (folder / "c.txt").exists()


def test_people_read_what_was_asked_and_what_it_changed(folder: Path, applier: Applier) -> None:
    nothing = run("history", folder)
    assert (nothing.code, nothing.out) == (0, "")
    assert "The history is empty" in nothing.err
    about = About(prompt="Delete b,\nplease", model="some/model")
    entry_id = applier.apply([FileWrite("b.txt", bytes_hash(b"b\n"), None)], "Accept 1 change", about).checkpoint_id
    told = run("history", folder).out
    assert told.startswith(entry_id)
    assert "“Delete b, please” (some/model)" in told
    assert "deleted   b.txt" in told


def test_a_step_is_taken_back_once_it_is_asked_for(folder: Path) -> None:
    entry_id = apply_answer(folder, "one\n", "ONE\n")
    dry = run("restore", folder, entry_id, "--json")
    assert (dry.code, dry.err) == (0, "")
    assert set(dry.json) == {"title", "files", "failures", "notes", "written", "id"}
    (file,) = dry.json["files"]
    assert (file["path"], file["status"], file["is_merged"]) == ("a.txt", "modified", False)
    assert "\n-ONE\r\n+one\r\n" in file["diff"]
    assert (dry.json["written"], dry.json["id"]) == ([], None)
    assert (folder / "a.txt").read_bytes() == SECOND
    done = run("restore", folder, entry_id, "--write", "--json")
    assert (done.code, done.json["written"]) == (0, ["a.txt"])
    assert (folder / "a.txt").read_bytes() == FIRST
    newest = run("history", folder, "--limit", "1", "--json").json["entries"][0]
    assert (newest["id"], newest["kind"], newest["undoes"]) == (done.json["id"], "undo", entry_id)
    told = run("history", folder, "--limit", "1").out
    assert ("  Undo: " in told, "undo: Undo" in told) == (True, False)
    again = run("restore", folder, entry_id, "--write")
    assert (again.code, again.out) == (0, "")
    assert "as wanted already" in again.err


def test_what_was_changed_since_is_merged_or_refused_as_a_whole(folder: Path) -> None:
    entry_id = apply_answer(folder, "one\n", "ONE\n")
    (folder / "a.txt").write_bytes(SECOND.replace(b"six", b"6"))
    merged = run("restore", folder, entry_id, "--json").json
    assert merged["files"][0]["is_merged"] is True
    (folder / "a.txt").write_bytes(SECOND.replace(b"ONE", b"1"))
    before = (folder / "a.txt").read_bytes()
    done = run("restore", folder, entry_id, "--write", "--json")
    assert done.code == 1
    (failure,) = done.json["failures"]
    assert (failure["path"], failure["reason"]) == ("a.txt", "conflict")
    assert "a.txt was changed since, in the same lines (line 1)" in failure["message"]
    assert done.json["written"] == []
    assert (folder / "a.txt").read_bytes() == before
    for_people = run("restore", folder, entry_id, "--write")
    assert for_people.code == 1
    assert "Refused (conflict), a.txt" in for_people.err
    assert "Nothing was written" in for_people.err


def test_one_file_of_a_step_is_taken_back_beside_one_in_conflict(folder: Path) -> None:
    answer = block("one\n", "ONE\n", "a.txt") + "\n" + block("b\n", "B\n", "b.txt")
    assert run("apply", folder, "--write", stdin=answer).code == 0
    entry_id = run("history", folder, "--json").json["entries"][0]["id"]
    (folder / "a.txt").write_bytes(SECOND.replace(b"ONE", b"1"))
    assert run("restore", folder, entry_id, "--write").code == 1
    assert (folder / "b.txt").read_bytes() == b"B\n"
    done = run("restore", folder, entry_id, "--file", "b.txt", "--write", "--json")
    assert (done.code, done.json["written"]) == (0, ["b.txt"])
    assert (folder / "b.txt").read_bytes() == b"b\n"
    wrong = run("restore", folder, entry_id, "--file", "c.txt", "--json")
    assert (wrong.code, wrong.error_kind) == (2, "usage")


def test_any_earlier_state_comes_back_exactly(folder: Path) -> None:
    first = apply_answer(folder, "one\n", "ONE\n")
    apply_answer(folder, "b\n", "B\n", "b.txt")
    apply_answer(folder, "two\n", "TWO\n")
    done = run("restore", folder, first, "--to", "after", "--write", "--json")
    assert (done.code, sorted(done.json["written"])) == (0, ["a.txt", "b.txt"])
    assert ((folder / "a.txt").read_bytes(), (folder / "b.txt").read_bytes()) == (SECOND, b"b\n")
    done = run("restore", folder, first, "--to", "before", "--file", "a.txt", "--write", "--json")
    assert (done.code, done.json["written"]) == (0, ["a.txt"])
    assert (folder / "a.txt").read_bytes() == FIRST


def test_lines_and_deletions_of_what_is_taken_back_are_told(folder: Path) -> None:
    answer = block("one\n", "ONE\n", "a.txt") + "\n" + block("", "1\n2\n", "new.txt")
    assert run("apply", folder, "--write", stdin=answer).code == 0
    entry_id = run("history", folder, "--json").json["entries"][0]["id"]
    done = run("restore", folder, entry_id, "--write")
    assert done.err == "Written: a.txt\nDeleted: new.txt\n"
    files = run("history", folder, "--limit", "1", "--json").json["entries"][0]["files"]
    assert [(each["path"], each["added"], each["removed"]) for each in files] == [("a.txt", 1, 1), ("new.txt", 0, 2)]


def test_a_deleted_file_comes_back(folder: Path, applier: Applier) -> None:
    entry_id = applier.apply([FileWrite("b.txt", bytes_hash(b"b\n"), None)], "Delete b.txt").checkpoint_id
    done = run("restore", folder, entry_id, "--write", "--json")
    assert [(each["path"], each["status"]) for each in done.json["files"]] == [("b.txt", "added")]
    assert (folder / "b.txt").read_bytes() == b"b\n"


def test_contents_that_are_no_longer_kept_and_steps_nobody_knows(folder: Path) -> None:
    entry_id = apply_answer(folder, "one\n", "ONE\n")
    store = CheckpointStore.of(Workspace.at(folder), program_folders(os.environ).state)
    store.objects.remove(bytes_hash(FIRST))
    assert run("history", folder, "--json").json["entries"][0]["files"][0]["is_kept"] is False
    assert "no longer kept" in run("history", folder).out
    done = run("restore", folder, entry_id, "--write", "--json")
    assert (done.code, done.json["failures"][0]["reason"]) == (1, "lost")
    assert (folder / "a.txt").read_bytes() == SECOND
    unknown = run("restore", folder, "no-such-step", "--json")
    assert (unknown.code, unknown.error_kind) == (3, "write")


def test_a_file_that_is_no_text_is_restored_without_a_diff(folder: Path, applier: Applier) -> None:
    (folder / "c.bin").write_bytes(b"\0\1\2")
    entry_id = applier.apply([FileWrite("c.bin", bytes_hash(b"\0\1\2"), b"\0\3")], "Save c.bin").checkpoint_id
    done = run("restore", folder, entry_id, "--write")
    assert done.code == 0
    assert "It is not text" in done.out
    assert (folder / "c.bin").read_bytes() == b"\0\1\2"


def test_a_step_that_was_cut_off_is_brought_to_its_end_first(folder: Path, applier: Applier) -> None:
    entry_id = apply_answer(folder, "one\n", "ONE\n")
    store = CheckpointStore.of(Workspace.at(folder), program_folders(os.environ).state)
    store.objects.keep(b"B\n")
    store.objects.keep(b"b\n")
    step = Step("b.txt", bytes_hash(b"b\n"), bytes_hash(b"B\n"), 0o644, ".b.txt.cut-off")
    begun = Record.begun("Accept 2 changes", About())
    store.journal.write(dataclasses.replace(begun, phase="committing", steps=(step,)))
    done = run("history", folder, "--json")
    assert (folder / "b.txt").read_bytes() == b"B\n"
    assert "The program ended while it wrote a file (Accept 2 changes)" in done.json["notes"][0]
    assert [each["title"] for each in done.json["entries"]] == ["Accept 2 changes", "Apply an answer"]
    assert applier.history.entry(entry_id).title == "Apply an answer"


def test_usage(folder: Path) -> None:
    for wrong in (("history", folder, "--limit", "0"), ("restore", folder), ("restore", folder, "x", "--to", "then")):
        assert run(*wrong, "--json").code == 2
    assert run("history", folder / "nowhere", "--json").error_kind


def test_what_does_not_fit_into_the_store_needs_a_flag(folder: Path, applier: Applier) -> None:
    SettingsStore(program_folders(os.environ).config).save(HistoryPage(limit_mb=16))
    large = b"one\n" + b"filler\n" * 1_300_000
    (folder / "a.txt").write_bytes(large)
    answer = block("one\n", "ONE\n", "a.txt")
    refused = run("apply", folder, "--write", "--json", stdin=answer)
    assert (refused.code, refused.error_kind) == (3, "not_kept")
    assert "--without-undo" in refused.json["error"]["message"]
    assert (folder / "a.txt").read_bytes() == large
    done = run("apply", folder, "--write", "--without-undo", "--json", stdin=answer)
    assert (done.code, done.json["written"]) == (0, ["a.txt"])
    now = (folder / "a.txt").read_bytes()
    assert now.startswith(b"ONE\n")

    step = applier.apply([FileWrite("a.txt", bytes_hash(now), large)], "Back").checkpoint_id
    refused = run("restore", folder, step, "--write", "--json")
    assert (refused.code, refused.error_kind) == (3, "not_kept")
    assert (folder / "a.txt").read_bytes() == large
    done = run("restore", folder, step, "--write", "--without-undo", "--json")
    assert (done.code, done.json["written"]) == (0, ["a.txt"])
    assert (folder / "a.txt").read_bytes() == now
