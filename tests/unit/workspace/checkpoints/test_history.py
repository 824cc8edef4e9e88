"""Steps as the history tells them: by file, by time, with what was asked; and what an earlier version has left."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import About, AcceptedHunk, EntryKind, FileAbout
from copilot_desktop.workspace.checkpoints.history import History, place_of
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import bytes_hash
from copilot_desktop.workspace.paths import Workspace

HUNK = AcceptedHunk("h1", 0, 1, "old", "new")
ABOUT = About(
    prompt="Rename it, “please”\ud800",
    model="some/model",
    turn_id="t1",
    change_set_id="c1",
    decisions={"h1": "accepted", "h2": "rejected"},
    files={"new.py": FileAbout("old.py", "utf-8", (HUNK,))},
)


def rename(applier: Applier, old: str, new: str, data: bytes) -> str:
    writes = [FileWrite(new, None, data, like=old), FileWrite(old, bytes_hash(b"old"), None)]
    about = About(files={new: FileAbout(old_path=old)})
    return applier.apply(writes, "Rename", about).checkpoint_id


def test_a_step_is_told_with_what_was_asked(applier: Applier, root: Path) -> None:
    (root / "old.py").write_bytes(b"old")
    (root / "old.py").chmod(0o750)
    writes = [FileWrite("new.py", None, b"new", like="old.py"), FileWrite("old.py", bytes_hash(b"old"), None)]
    result = applier.apply(writes, "Accept 1 change", ABOUT)
    (entry,) = applier.history.entries()
    assert entry.entry_id == result.checkpoint_id
    assert (entry.kind, entry.title, entry.model) == (EntryKind.ACCEPT, "Accept 1 change", "some/model")
    assert entry.prompt == "Rename it, “please”?"
    assert (entry.turn_id, entry.change_set_id, entry.decisions) == ("t1", "c1", ABOUT.decisions)
    new, old = entry.files
    assert (new.path, new.old_path, new.before, new.after) == ("new.py", "old.py", None, bytes_hash(b"new"))
    assert (new.mode, new.encoding, new.hunks) == (0o750, "utf-8", (HUNK,))
    assert (old.path, old.old_path, old.before, old.after, old.mode) == (
        "old.py",
        None,
        bytes_hash(b"old"),
        None,
        0o750,
    )
    assert applier.history.content(bytes_hash(b"old")) == b"old"
    assert applier.history.entry(result.checkpoint_id) == entry


def test_a_file_is_followed_back_through_its_names(applier: Applier, root: Path) -> None:
    (root / "a").write_bytes(b"old")
    first = rename(applier, "a", "b", b"old")
    second = applier.apply([FileWrite("a", None, b"another file")], "Another a").checkpoint_id
    third = rename(applier, "b", "c", b"old")
    history = applier.history
    assert [each.entry_id for each in history.entries()] == [third, second, first]
    assert [each.entry_id for each in history.entries("c")] == [third, first]
    assert [each.entry_id for each in history.entries("a")] == [second, first]
    assert [each.entry_id for each in history.entries(limit=1)] == [third]
    assert [each.entry_id for each in history.entries(before=third, limit=1)] == [second]
    assert [each.entry_id for each in history.entries("c", before=third)] == [first]
    assert history.entries("unknown") == ()


def test_states_between_the_steps(applier: Applier, root: Path) -> None:
    first = applier.apply([FileWrite("x", None, b"1"), FileWrite("y", None, b"1")], "1").checkpoint_id
    second = applier.apply([FileWrite("x", bytes_hash(b"1"), b"2")], "2").checkpoint_id
    (root / "y").write_bytes(b"changed outside")
    third = applier.apply([FileWrite("y", bytes_hash(b"changed outside"), None)], "3").checkpoint_id
    history = applier.history
    assert history.state_at(first, "x") == history.state_at(second, "x", before=True) == bytes_hash(b"1")
    assert history.state_at(second, "x") == history.state_at(third, "x") == bytes_hash(b"2")
    assert history.state_at(first, "x", before=True) is None
    assert history.state_at(second, "y") == bytes_hash(b"changed outside")
    assert history.state_at(third, "y") is None
    with pytest.raises(StoreError, match="knows nothing of z"):
        history.state_at(first, "z")


def test_a_prompt_is_kept_once(applier: Applier, workspace: Workspace, tmp_path: Path) -> None:
    for number in range(5):
        applier.apply([FileWrite(f"{number}", None, b"")], "Try", About(prompt="Do it " * 1000))
    assert {each.prompt for each in applier.history.entries()} == {"Do it " * 1000}
    with closing(sqlite3.connect(place_of(workspace, tmp_path / "state") / "history.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM prompts").fetchone() == (1,)


def test_looking_makes_no_store(workspace: Workspace, tmp_path: Path) -> None:
    history = History.of(workspace, tmp_path / "state")
    assert history.entries() == ()
    assert history.size_bytes() == 0
    with pytest.raises(StoreError, match="no longer"):
        history.entry("1")
    history.pin("review", ())
    assert not (tmp_path / "state").exists()


def test_files_are_private(applier: Applier, tmp_path: Path) -> None:
    applier.apply([FileWrite("x", None, b"1")], "1")
    for path in (tmp_path / "state").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def checkpoint_1(number: int, before: str | None, after: str | None, title: str = "Accept 1 change") -> str:
    """As version 1 wrote it."""
    step = {"path": "x", "before": before, "after": after, "mode": 0o640, "temporary": ".copilot-desktop-1.tmp"}
    fields = {"checkpoint_id": f"{number:020d}-ab", "title": title, "created_at": 5.0 + number, "phase": "done"}
    return json.dumps({"version": 1, **fields, "steps": [step], "folders": ["a"], "untouched": []})


def test_what_version_1_has_left_is_brought_in(applier: Applier, workspace: Workspace, tmp_path: Path) -> None:
    folder = place_of(workspace, tmp_path / "state")
    (folder / "checkpoints").mkdir(parents=True)
    one, two = (applier._store.objects.keep(data) for data in (b"1", b"2"))
    files = {"1": checkpoint_1(1, None, one), "2": checkpoint_1(2, one, two), "4": checkpoint_1(4, two, one, "Undo: X")}
    for name, text in {**files, "3": "{damaged"}.items():
        (folder / f"checkpoints/{int(name):020d}-ab.json").write_text(text)
    (workspace.root / "x").write_bytes(b"1")
    entries = applier.history.entries()
    assert [each.entry_id for each in entries] == [f"{number:020d}-ab" for number in (4, 2, 1)]
    assert [each.kind for each in entries] == [EntryKind.UNDO, EntryKind.ACCEPT, EntryKind.ACCEPT]
    assert (entries[1].at, entries[1].folders, entries[1].files[0].mode) == (7.0, ("a",), 0o640)
    applier.restore(entries[0].entry_id)
    assert (workspace.root / "x").read_bytes() == b"2"
    # What was there stays as the copy from before the migration.
    assert json.loads((folder / f"checkpoints/{2:020d}-ab.json").read_text()) == json.loads(files["2"])
    assert len(applier.history.entries()) == 4


def test_a_journal_of_version_1_is_brought_to_its_end(applier: Applier, workspace: Workspace, tmp_path: Path) -> None:
    folder = place_of(workspace, tmp_path / "state")
    (folder / "objects").mkdir(parents=True)
    one, two = (applier._store.objects.keep(data) for data in (b"1", b"2"))
    fields = json.loads(checkpoint_1(1, one, two)) | {"phase": "committing", "folders": []}
    (folder / "journal.json").write_text(json.dumps(fields))
    (workspace.root / "x").write_bytes(b"1")
    (workspace.root / ".copilot-desktop-1.tmp").write_bytes(b"2")
    notice = applier.recover()
    assert notice is not None
    assert notice.is_complete
    assert os.listdir(workspace.root) == ["x"]
    assert (workspace.root / "x").read_bytes() == b"2"
    assert [each.title for each in applier.history.entries()] == ["Accept 1 change"]


def test_a_newer_history_is_left_untouched(applier: Applier, workspace: Workspace, tmp_path: Path) -> None:
    applier.apply([FileWrite("x", None, b"1")], "1")
    place = place_of(workspace, tmp_path / "state") / "history.sqlite"
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA user_version = 99")
    before = place.read_bytes()
    with pytest.raises(NewerStoreError):
        applier.apply([FileWrite("y", None, b"1")], "2")
    with pytest.raises(NewerStoreError):
        applier.history.entries()
    assert place.read_bytes() == before
    assert os.listdir(workspace.root) == ["x"]


def test_a_damaged_history_is_said_before_anything_is_written(
    applier: Applier, workspace: Workspace, tmp_path: Path
) -> None:
    place = place_of(workspace, tmp_path / "state") / "history.sqlite"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="history"):
        applier.apply([FileWrite("y", None, b"1")], "2")
    assert os.listdir(workspace.root) == []
