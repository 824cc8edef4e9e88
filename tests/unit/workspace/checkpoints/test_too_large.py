"""A step that does not fit into the store is refused before anything is written, and can be done without a way back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copilot_desktop.errors import NotKeptError, StoreError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.pruning import KeepLimits, Pruner
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace

LIMIT = 300_000
SIZE = 200_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


@pytest.fixture
def applier(folder: Path, tmp_path: Path) -> Applier:
    return Applier(Workspace.at(folder), tmp_path / "state", lambda: LIMIT)


def kept_bytes(tmp_path: Path) -> int:
    return sum(each.stat().st_size for each in (tmp_path / "state").rglob("objects/*/*"))


def test_nothing_is_written_where_it_does_not_fit(applier: Applier, folder: Path, tmp_path: Path) -> None:
    old = os.urandom(SIZE)
    (folder / "a").write_bytes(old)
    (folder / "b").write_bytes(b"b")
    writes = [FileWrite("b", bytes_hash(b"b"), b"B"), FileWrite("a", bytes_hash(old), os.urandom(SIZE))]
    with pytest.raises(NotKeptError, match=r"0\.4 MB .* 0\.3 MB .* Nothing was written") as refused:
        applier.apply(writes, "Accept 2 changes")
    assert refused.value.kind == "not_kept"
    assert "without a way back" in refused.value.advice
    assert ((folder / "a").read_bytes(), (folder / "b").read_bytes()) == (old, b"b")
    assert kept_bytes(tmp_path) == 0
    assert applier.history.entries() == ()
    assert applier.recover() is None


def test_without_a_way_back_it_is_written_and_its_contents_go(applier: Applier, folder: Path, tmp_path: Path) -> None:
    old, new = os.urandom(SIZE), os.urandom(SIZE)
    (folder / "a").write_bytes(old)
    done = applier.apply([FileWrite("a", bytes_hash(old), new)], "Accept 1 change", is_kept=False)
    assert (folder / "a").read_bytes() == new
    (entry,) = applier.history.entries()
    assert not entry.is_kept
    Pruner(tmp_path / "state").prune(KeepLimits(LIMIT))
    assert kept_bytes(tmp_path) == 0
    with pytest.raises(StoreError):
        applier.restore(done.checkpoint_id)
    assert (folder / "a").read_bytes() == new


def test_what_pending_undos_need_leaves_less_room(applier: Applier, folder: Path) -> None:
    first, second = os.urandom(SIZE), os.urandom(SIZE)
    made = applier.apply([FileWrite("a", None, first)], "Make a").checkpoint_id
    applier.apply([FileWrite("b", None, second)], "Make b")
    applier.history.pin("review", [made])
    assert not applier.has_room({"": SIZE})
    with pytest.raises(NotKeptError):
        applier.apply([FileWrite("c", None, os.urandom(SIZE))], "Make c")
    # Taking it back needs nothing that is not kept already.
    applier.restore(made)
    assert not (folder / "a").exists()
    applier.history.pin("review", [])
    applier.apply([FileWrite("c", None, os.urandom(SIZE))], "Make c")


def test_a_plan_to_restore_asks_as_well(applier: Applier, folder: Path, tmp_path: Path) -> None:
    roomy = Applier(Workspace.at(folder), tmp_path / "state")
    for data in (os.urandom(SIZE), os.urandom(SIZE)):
        roomy.apply([FileWrite("a", ANY_CONTENT, data)], "Write a")
    now = (folder / "a").read_bytes()
    last = roomy.history.entries()[0]
    plan = RestorePlanner(Workspace.at(folder), roomy.history).undo(last.entry_id)
    with pytest.raises(NotKeptError):
        applier.carry_out(plan)
    assert (folder / "a").read_bytes() == now
    applier.carry_out(plan, is_kept=False)
    assert bytes_hash((folder / "a").read_bytes()) == last.files[0].before
