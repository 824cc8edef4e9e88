"""Renames of the explorer as steps: taken back, restored over, and the time line of a file that goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from copilot_desktop.errors import NewerStoreError, UsageError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints import renames
from copilot_desktop.workspace.checkpoints.comparing import Comparer
from copilot_desktop.workspace.checkpoints.entries import EntryKind
from copilot_desktop.workspace.checkpoints.history import History, place_of
from copilot_desktop.workspace.checkpoints.pruning import KeepLimits, Pruner
from copilot_desktop.workspace.checkpoints.renames import rename_record
from copilot_desktop.workspace.checkpoints.restoring import RestorePlan, RestorePlanner, RestoreStatus
from copilot_desktop.workspace.file_operations import move
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace


def rename(applier: Applier, workspace: Workspace, old: str, new: str) -> str:
    made = move(workspace, old, new)
    record = rename_record(workspace, [(old, new)], f"Rename {old} to {new}", made=made)
    assert record is not None
    applier.history.record(record)
    return record.checkpoint_id


def statuses(plan: RestorePlan) -> dict[str, RestoreStatus]:
    return {each.path: each.status for each in plan.files}


def found(root: Path) -> dict[str, bytes]:
    return {each.relative_to(root).as_posix(): each.read_bytes() for each in root.rglob("*") if each.is_file()}


@pytest.fixture
def renamed(applier: Applier, workspace: Workspace, root: Path) -> str:
    """`a` is `made/b` by now; its content was never kept."""
    (root / "a").write_bytes(b"content")
    (root / "a").chmod(0o750)
    return rename(applier, workspace, "a", "made/b")


def test_a_rename_keeps_no_content_and_is_taken_back(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    (entry,) = applier.history.entries()
    assert (entry.kind, entry.moves, entry.contents) == (EntryKind.RENAME, (("a", "made/b"),), frozenset())
    assert not applier.history.has_content(bytes_hash(b"content"))
    (shown,) = Comparer(applier.history, planner).step(entry)
    assert (shown.path, shown.old_path, shown.is_lost) == ("made/b", "a", False)
    plan = planner.undo(renamed)
    assert statuses(plan) == {"made/b": RestoreStatus.EXACT, "a": RestoreStatus.EXACT}
    # Neither goes without the other.
    assert plan.only({"a"}) == plan.only({"made/b"}) == plan
    assert plan.moves == (("made/b", "a"),)
    (told,) = Comparer(applier.history, planner).plan(plan)
    assert (told.path, told.old_path, told.status) == ("a", "made/b", "renamed")
    applier.carry_out(plan)
    assert found(root) == {"a": b"content"}
    assert not (root / "made").exists()
    assert (root / "a").stat().st_mode & 0o777 == 0o750


def test_the_time_line_goes_on_over_renames_and_what_takes_them_back(
    applier: Applier, planner: RestorePlanner, renamed: str
) -> None:
    undone = applier.carry_out(planner.undo(renamed)).checkpoint_id
    assert [each.entry_id for each in applier.history.entries("a")] == [undone, renamed]
    assert applier.history.entry(undone).moves == (("made/b", "a"),)
    applier.carry_out(planner.undo(undone))
    assert [each.entry_id for each in applier.history.entries("made/b")][1:] == [undone, renamed]


def test_a_file_that_changed_since_has_its_name_back_with_what_it_says_now(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    (root / "made/b").write_bytes(b"changed")
    plan = planner.undo(renamed)
    assert statuses(plan)["a"] is RestoreStatus.MERGED
    applier.carry_out(plan)
    assert found(root) == {"a": b"changed"}


def test_a_name_that_is_taken_by_now_is_a_question(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    (root / "a").write_bytes(b"another")
    plan = planner.undo(renamed)
    assert plan.conflicts == ("a",)
    with pytest.raises(UsageError, match="a was changed since"):
        plan.writes()
    assert found(root) == {"a": b"another", "made/b": b"content"}


def test_an_unsaved_tab_is_no_obstacle(workspace: Workspace, applier: Applier, root: Path, renamed: str) -> None:
    plan = RestorePlanner(workspace, applier.history, {"made/b": b"typed"}).undo(renamed)
    applier.carry_out(plan)
    assert found(root) == {"a": b"content"}


def test_everything_before_a_rename_puts_the_name_back(
    applier: Applier, planner: RestorePlanner, workspace: Workspace, root: Path, renamed: str
) -> None:
    # Changed outside, then by a step, then renamed once more: what the step found in it is had back.
    (root / "made/b").write_bytes(b"outside")
    applier.apply([FileWrite("made/b", ANY_CONTENT, b"accepted")], "Accept")
    rename(applier, workspace, "made/b", "c")
    plan = planner.everything_to(renamed, before=True)
    assert plan.moves == (("c", "a"),)
    applier.carry_out(plan)
    assert found(root) == {"a": b"outside"}


def test_one_file_before_its_rename_goes_with_its_name(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    applier.carry_out(planner.file_to(renamed, "made/b", before=True))
    assert found(root) == {"a": b"content"}


def test_everything_after_a_rename_leaves_what_others_changed_since(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    (entry,) = applier.history.entries()
    comparer = Comparer(applier.history, planner)
    assert {each.status for each in comparer.with_now(entry)} == {"unchanged"}
    (root / "made/b").write_bytes(b"outside")
    assert planner.everything_to(renamed).written == ()
    applier.apply([FileWrite("made/b", ANY_CONTENT, b"accepted")], "Accept")
    applier.carry_out(planner.everything_to(renamed))
    assert found(root) == {"made/b": b"outside"}


def test_a_step_whose_content_is_gone_is_not_had_back_as_something_else(
    applier: Applier, planner: RestorePlanner, workspace: Workspace, root: Path
) -> None:
    (root / "a").write_bytes(b"old")
    entry_id = applier.apply([FileWrite("a", ANY_CONTENT, b"new")], "Accept").checkpoint_id
    rename(applier, workspace, "a", "b")
    applier._store.objects.remove(bytes_hash(b"old"))
    assert planner.everything_to(entry_id, before=True).lost == ("a",)
    assert statuses(planner.everything_to(entry_id)) == {"a": RestoreStatus.EXACT, "b": RestoreStatus.EXACT}


def test_what_was_deleted_after_its_rename_comes_back_under_its_name_of_then(
    applier: Applier, planner: RestorePlanner, root: Path, renamed: str
) -> None:
    (root / "made/b").write_bytes(b"outside")
    applier.apply([FileWrite("made/b", ANY_CONTENT, None)], "Delete")
    plan = planner.everything_to(renamed, before=True)
    assert plan.moves == ()
    applier.carry_out(plan)
    assert found(root) == {"a": b"outside"}


def test_a_folder_goes_back_with_all_in_it(
    applier: Applier, planner: RestorePlanner, workspace: Workspace, root: Path
) -> None:
    (root / "d/inner").mkdir(parents=True)
    (root / "d/1").write_bytes(b"same")
    (root / "d/inner/2").write_bytes(b"same")
    entry_id = rename(applier, workspace, "d", "e")
    applier.carry_out(planner.undo(entry_id))
    assert found(root) == {"d/1": b"same", "d/inner/2": b"same"}
    assert not (root / "e").exists()


def test_what_cannot_go_back_file_by_file_is_no_step(
    workspace: Workspace, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "d").mkdir()
    (root / "d/link").symlink_to("nowhere")
    assert rename_record(workspace, [("c", "d")], "Rename") is None
    (root / "Name").write_bytes(b"")
    assert rename_record(workspace, [("name", "Name")], "Rename") is None
    monkeypatch.setattr(renames, "LIMIT_BYTES", 3)
    (root / "large").write_bytes(b"1234")
    assert rename_record(workspace, [("x", "large")], "Rename") is None


def test_renames_do_not_let_the_last_accept_go(applier: Applier, workspace: Workspace, root: Path) -> None:
    (root / "a").write_bytes(b"old")
    applier.apply([FileWrite("a", ANY_CONTENT, b"new")], "Accept")
    rename(applier, workspace, "a", "b")
    rename(applier, workspace, "b", "c")
    Pruner(place_of(workspace, root.parent / "state").parents[1]).prune(KeepLimits(0, 0.0))
    assert [each.title for each in applier.history.entries()] == ["Rename b to c", "Accept"]
    assert applier.history.content(bytes_hash(b"old")) == b"old"


def test_a_history_of_version_1_is_migrated_with_a_copy_and_a_newer_one_refused(
    applier: Applier, workspace: Workspace, tmp_path: Path
) -> None:
    entry_id = applier.apply([FileWrite("x", None, b"1")], "First").checkpoint_id
    place = place_of(workspace, tmp_path / "state") / "history.sqlite"
    # The tables of version 1 were these.
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA user_version = 1")
    assert [each.entry_id for each in History(place.parent).entries()] == [entry_id]
    copy = place.with_name("history.sqlite.version-1")
    assert copy.stat().st_mode & 0o777 == 0o600
    versions = []
    for each in (copy, place):
        with closing(sqlite3.connect(each)) as database:
            versions.append(database.execute("PRAGMA user_version").fetchone()[0])
            assert database.execute("SELECT title FROM entries").fetchall() == [("First",)]
    assert versions == [1, 2]
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA user_version = 3")
    with pytest.raises(NewerStoreError):
        History(place.parent).entries()
