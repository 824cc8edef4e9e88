"""Plans that put an older state back: a hunk, a file, everything; merged where the file was changed since."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from copilot_desktop.errors import StoreError, UsageError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, EntryKind, FileAbout
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner, RestoreStatus
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import bytes_hash

OLD = b"one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n"
NEW = b"ONE\r\ntwo\r\nthree\r\nfour\r\nand a half\r\nfive\r\nSIX\r\n"
HUNKS = (
    AcceptedHunk("h1", 0, 1, "one\r\n", "ONE\r\n"),
    AcceptedHunk("h2", 4, 4, "", "and a half\r\n"),
    AcceptedHunk("h3", 5, 6, "six\r\n", "SIX\r\n"),
)


def accept(applier: Applier, root: Path) -> str:
    (root / "x").write_bytes(OLD)
    about = About(files={"x": FileAbout(encoding="utf-8", hunks=HUNKS)})
    return applier.apply([FileWrite("x", bytes_hash(OLD), NEW)], "Accept 3 changes", about).checkpoint_id


def test_undo_gives_exactly_the_bytes_of_before(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    entry_id = accept(applier, root)
    plan = planner.undo(entry_id)
    assert [(each.path, each.status) for each in plan.files] == [("x", RestoreStatus.EXACT)]
    applier.carry_out(plan)
    assert (root / "x").read_bytes() == OLD
    entry = applier.history.entries()[0]
    assert (entry.kind, entry.undoes, entry.title) == (EntryKind.UNDO, entry_id, "Undo: Accept 3 changes")
    assert planner.undo(entry_id).files[0].status is RestoreStatus.UNCHANGED


def test_what_takes_back_an_undo_is_called_redo(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    applier.carry_out(planner.undo(accept(applier, root)))
    titles = []
    for wanted in (NEW, OLD):
        applier.carry_out(planner.undo(applier.history.entries()[0].entry_id))
        assert (root / "x").read_bytes() == wanted
        titles.append(applier.history.entries()[0].title)
    assert titles == ["Redo: Accept 3 changes", "Undo: Accept 3 changes"]


def test_undo_leaves_what_was_written_since(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    entry_id = accept(applier, root)
    (root / "x").write_bytes(NEW.replace(b"three\r\n", b"3\r\n"))
    plan = planner.undo(entry_id)
    assert plan.files[0].status is RestoreStatus.MERGED
    assert planner.bytes_wanted(plan.files[0]) == OLD.replace(b"three\r\n", b"3\r\n")
    applier.carry_out(plan)
    assert (root / "x").read_bytes() == OLD.replace(b"three\r\n", b"3\r\n")


def test_undo_of_lines_that_were_changed_is_a_question(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    entry_id = accept(applier, root)
    (root / "x").write_bytes(NEW.replace(b"ONE", b"1"))
    plan = planner.undo(entry_id)
    assert plan.conflicts == ("x",)
    assert plan.files[0].merge is not None
    assert len(plan.files[0].merge.conflicts) == 1
    with pytest.raises(UsageError, match="x was changed since"):
        applier.carry_out(plan)
    assert (root / "x").read_bytes() == NEW.replace(b"ONE", b"1")
    applier.carry_out(plan.resolved("x", b"decided"))
    assert (root / "x").read_bytes() == b"decided"


@pytest.mark.parametrize(
    ("hunk_ids", "wanted"),
    [
        ({"h1"}, NEW.replace(b"ONE", b"one")),
        ({"h2", "h3"}, OLD.replace(b"one", b"ONE")),
        ({"h1", "h2", "h3"}, OLD),
    ],
)
@pytest.mark.parametrize("is_changed_since", [False, True])
def test_single_hunks_are_taken_back(
    applier: Applier, planner: RestorePlanner, root: Path, hunk_ids: set[str], wanted: bytes, is_changed_since: bool
) -> None:
    entry_id = accept(applier, root)
    if is_changed_since:
        (root / "x").write_bytes(NEW.replace(b"three\r\n", b"2.5\r\n3\r\n"))
        wanted = wanted.replace(b"three\r\n", b"2.5\r\n3\r\n")
    plan = planner.undo_hunks(entry_id, "x", hunk_ids)
    assert plan.files[0].status is RestoreStatus.MERGED
    applier.carry_out(plan)
    assert (root / "x").read_bytes() == wanted
    with pytest.raises(UsageError):
        planner.undo_hunks(entry_id, "x", {"unknown"})


def test_undo_of_a_made_and_of_a_deleted_file_that_changed_since(
    applier: Applier, planner: RestorePlanner, root: Path
) -> None:
    (root / "gone").write_bytes(b"g")
    writes = [FileWrite("made", None, b"m"), FileWrite("gone", bytes_hash(b"g"), None)]
    entry_id = applier.apply(writes, "Both").checkpoint_id
    (root / "made").write_bytes(b"worked on")
    (root / "gone").write_bytes(b"another")
    plan = planner.undo(entry_id)
    assert plan.conflicts == ("made", "gone")
    applier.carry_out(plan.only({"made"}).resolved("made", None))
    assert not (root / "made").exists()
    assert applier.history.content(bytes_hash(b"worked on")) == b"worked on"


def test_a_file_and_everything_go_back_to_any_point(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    (root / "x").write_bytes(b"0")
    (root / "x").chmod(0o700)
    (root / "untouched").write_bytes(b"u")
    first = applier.apply([FileWrite("x", bytes_hash(b"0"), b"1")], "First").checkpoint_id
    writes = [FileWrite("x", bytes_hash(b"1"), None), FileWrite("a/b/y", None, b"y")]
    second = applier.apply(writes, "Second").checkpoint_id
    assert not (root / "x").exists()
    applier.carry_out(planner.file_to(first, "x"))
    assert (root / "x").read_bytes() == b"1"
    assert stat.S_IMODE((root / "x").stat().st_mode) == 0o700
    applier.carry_out(planner.file_to(first, "x", before=True))
    assert (root / "x").read_bytes() == b"0"
    applier.carry_out(planner.everything_to(second))
    assert {each.name for each in root.iterdir()} == {"untouched", "a"}
    applier.carry_out(planner.everything_to(first))
    assert (root / "x").read_bytes() == b"1"
    assert {each.name for each in root.iterdir()} == {"untouched", "x"}
    applier.carry_out(planner.everything_to(first, before=True))
    assert (root / "x").read_bytes() == b"0"
    assert planner.everything_to(first, before=True).written == ()
    assert applier.history.entries()[0].kind is EntryKind.RESTORE
    # And the way back from all that.
    applier.carry_out(planner.everything_to(second))
    assert {each.name for each in root.iterdir()} == {"untouched", "a"}


def test_lost_bytes_are_said(applier: Applier, planner: RestorePlanner, root: Path) -> None:
    entry_id = accept(applier, root)
    applier._store.objects.remove(bytes_hash(OLD))
    (root / "x").write_bytes(NEW + b"seven\r\n")
    for plan in (planner.undo(entry_id), planner.file_to(entry_id, "x", before=True)):
        assert plan.lost == ("x",)
        with pytest.raises(StoreError, match="no longer kept"):
            applier.carry_out(plan)
    assert (root / "x").read_bytes() == NEW + b"seven\r\n"
