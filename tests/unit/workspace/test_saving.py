"""Saves whose old content is kept: in the history, once, and a kill at any point is told and leaves nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from copilot_desktop.errors import FileChangedError, NotKeptError
from copilot_desktop.workspace import atomic_write
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import EntryKind
from copilot_desktop.workspace.checkpoints.history import place_of
from copilot_desktop.workspace.checkpoints.objects import ObjectStore
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.saving import Saver
from tests.support.disk_faults import fill_disk, small_disk


@pytest.fixture
def saver(workspace: Workspace, tmp_path: Path) -> Saver:
    return Saver(workspace, tmp_path / "state")


@pytest.fixture
def applier(workspace: Workspace, tmp_path: Path) -> Applier:
    return Applier(workspace, tmp_path / "state")


def test_what_a_save_overwrites_can_be_had_back(
    saver: Saver, applier: Applier, workspace: Workspace, root: Path
) -> None:
    (root / "x").write_bytes(b"0")
    for text in (b"1", b"2"):
        saver.save("x", (text,), expected_hash=ANY_CONTENT, encoding="utf-8")
    _second, first = applier.history.entries("x")
    assert (first.kind, first.title, first.files[0].encoding) == (EntryKind.SAVE, "Save x", "utf-8")
    assert (first.files[0].before, first.files[0].after) == (bytes_hash(b"0"), bytes_hash(b"1"))
    assert applier.history.content(bytes_hash(b"0")) == b"0"
    applier.carry_out(RestorePlanner(workspace, applier.history).file_to(first.entry_id, "x", before=True))
    assert (root / "x").read_bytes() == b"0"
    assert applier.history.saves_under_way() == ()


def test_what_a_save_wrote_can_be_had_back_after_another_program_wrote_over_it(
    saver: Saver, applier: Applier, workspace: Workspace, root: Path
) -> None:
    (root / "x").write_bytes(b"0")
    saver.save("x", (b"what the ", b"program wrote"), expected_hash=ANY_CONTENT)
    (root / "x").write_bytes(b"by another program")
    (entry,) = applier.history.entries("x")
    plan = RestorePlanner(workspace, applier.history).file_to(entry.entry_id, "x")
    assert plan.lost == ()
    applier.carry_out(plan)
    assert (root / "x").read_bytes() == b"what the program wrote"


def test_a_new_content_that_finds_no_room_in_the_store_is_saved_all_the_same(
    saver: Saver, applier: Applier, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = ObjectStore.keep_file

    def refuse(store: ObjectStore, place: Path, name: str) -> None:
        if name == bytes_hash(b"new"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        keep(store, place, name)

    monkeypatch.setattr(ObjectStore, "keep_file", refuse)
    (root / "x").write_bytes(b"old")
    saver.save("x", (b"new",), expected_hash=ANY_CONTENT)
    assert (root / "x").read_bytes() == b"new"
    (entry,) = applier.history.entries("x")
    assert applier.history.content(entry.files[0].before or "") == b"old"
    assert not applier.history.has_content(entry.files[0].after or "")


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_save_that_is_refused_after_it_took_place_is_a_save(
    saver: Saver, applier: Applier, root: Path, monkeypatch: pytest.MonkeyPatch, is_linked: bool
) -> None:
    """It was told as a failure, and the step was gone from the history with its old content."""
    (root / "x").write_bytes(b"old")
    if is_linked:
        (root / "y").hardlink_to(root / "x")
    sync = atomic_write.sync_folder

    def refuse(folder: Path) -> None:
        if folder == root:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(folder)

    monkeypatch.setattr(atomic_write, "sync_folder", refuse)
    assert saver.save("x", (b"new",), expected_hash=bytes_hash(b"old")) == bytes_hash(b"new")
    assert {place.read_bytes() for place in root.iterdir()} == {b"new"}
    (entry,) = applier.history.entries("x")
    assert (entry.files[0].before, entry.files[0].after) == (bytes_hash(b"old"), bytes_hash(b"new"))


def test_a_save_that_changes_nothing_or_fails_is_no_step(saver: Saver, applier: Applier, root: Path) -> None:
    (root / "x").write_bytes(b"same")
    saver.save("x", (b"sa", b"me"), expected_hash=ANY_CONTENT)
    with pytest.raises(FileChangedError):
        saver.save("x", (b"new",), expected_hash=bytes_hash(b"another"))

    def torn() -> list[bytes]:
        raise RuntimeError("no text")

    with pytest.raises(RuntimeError):
        saver.save("x", (torn() for _ in "1"), expected_hash=ANY_CONTENT)  # type: ignore[misc]
    assert applier.history.entries() == ()
    assert not applier.history.has_content(bytes_hash(b"same"))
    assert os.listdir(root) == ["x"]


def test_a_store_without_room_is_asked_about_before_anything_is_overwritten(
    workspace: Workspace, root: Path, tmp_path: Path
) -> None:
    (root / "x").write_bytes(b"old" * 100_000)
    with small_disk(tmp_path / "state", 600):
        saver = Saver(workspace, tmp_path / "state")
        saver.save("y", (b"first",), expected_hash=None)
        filler = fill_disk(tmp_path / "state")
        with pytest.raises(NotKeptError, match="x was not saved"):
            saver.save("x", (b"new",), expected_hash=ANY_CONTENT)
        assert (root / "x").read_bytes() == b"old" * 100_000
        assert sorted(os.listdir(root)) == ["x", "y"]
        filler.unlink()
        saver.save("x", (b"new",), expected_hash=ANY_CONTENT)
        assert (root / "x").read_bytes() == b"new"
        del saver


def test_a_save_that_was_cut_off_is_told_and_leaves_nothing(saver: Saver, applier: Applier, root: Path) -> None:
    (root / "x").write_bytes(b"0")

    class KilledError(BaseException):
        pass

    def killed(*_arguments: object) -> None:
        raise KilledError

    history = saver._applier.history
    # As a kill leaves it: staged, and nobody there to end it.
    monkey = pytest.MonkeyPatch()
    monkey.setattr("copilot_desktop.workspace.files.os.unlink", lambda _place: None)
    monkey.setattr("copilot_desktop.workspace.files.replace_file", killed)
    monkey.setattr(type(history), "end_save", lambda *_arguments: None)
    with pytest.raises(KilledError):
        saver.save("x", (b"new",), expected_hash=ANY_CONTENT)
    monkey.undo()
    assert len(os.listdir(root)) == 2
    notice = applier.recover()
    assert notice is not None
    assert (notice.title, notice.paths, notice.is_complete) == ("Save x", ("x",), False)
    assert os.listdir(root) == ["x"]
    assert (root / "x").read_bytes() == b"0"
    assert applier.history.entries() == ()
    assert applier.recover() is None


def test_a_save_waits_for_no_damaged_step_but_tells_of_a_damaged_history(
    saver: Saver, workspace: Workspace, root: Path, tmp_path: Path
) -> None:
    folder = place_of(workspace, tmp_path / "state")
    saver.save("x", (b"1",), expected_hash=None)
    (folder / "journal.json").write_text("{damaged")
    saver.save("x", (b"2",), expected_hash=ANY_CONTENT)
    assert (root / "x").read_bytes() == b"2"
    for place in folder.glob("history.sqlite*"):
        place.unlink()
    (folder / "history.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(NotKeptError):
        Saver(workspace, tmp_path / "state").save("x", (b"3",), expected_hash=ANY_CONTENT)
    assert (root / "x").read_bytes() == b"2"
