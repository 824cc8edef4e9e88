"""The stores of all folders stay within their bounds; what somebody can still take back is never let go."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.pruning import DAY_S, KeepLimits, Pruner
from copilot_desktop.workspace.checkpoints.restoring import RestorePlanner
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.saving import Saver

HISTORY_BYTES = 200_000
"""More than the tables of some steps take."""


def applier_of(tmp_path: Path, name: str) -> Applier:
    (tmp_path / name).mkdir(exist_ok=True)
    return Applier(Workspace(tmp_path / name), tmp_path / "state")


def write(applier: Applier, *, size: int = 200_000) -> tuple[str, bytes]:
    """Some bytes that do not get smaller."""
    data = os.urandom(size)
    return applier.apply([FileWrite("x", ANY_CONTENT, data)], "Write x").checkpoint_id, data


def old(tmp_path: Path) -> None:
    """Nothing was kept just now."""
    for place in (tmp_path / "state/apply").glob("*/objects/*/*"):
        os.utime(place, (1.0, 1.0))


def test_the_oldest_of_all_folders_go_first(tmp_path: Path) -> None:
    one, two = applier_of(tmp_path, "one"), applier_of(tmp_path, "two")
    made = [write(applier) for applier in (one, two) * 4]
    pruner = Pruner(tmp_path / "state")
    assert pruner.size_bytes() > 1_600_000
    limit = 1_200_000 + HISTORY_BYTES
    pruned = pruner.prune(KeepLimits(size_bytes=limit))
    # The first of each folder frees nothing: what it wrote is what the second found.
    assert pruned.forgotten == 4
    assert pruned.size_bytes == pruner.size_bytes() <= limit
    assert [len(each.history.entries()) for each in (one, two)] == [2, 2]
    # What the oldest that is left found is still there; what only forgotten ones knew is gone.
    assert one.history.has_content(bytes_hash(made[2][1]))
    assert not one.history.has_content(bytes_hash(made[0][1]))
    with pytest.raises(StoreError):
        one.history.entry(made[0][0])


def test_the_last_step_and_pinned_ones_stay_however_large(tmp_path: Path) -> None:
    applier = applier_of(tmp_path, "one")
    made = [write(applier) for _ in range(4)]
    Saver(Workspace(tmp_path / "one"), tmp_path / "state").save("x", (b"1",), expected_hash=ANY_CONTENT)
    Saver(Workspace(tmp_path / "one"), tmp_path / "state").save("x", (b"2",), expected_hash=ANY_CONTENT)
    applier.history.pin("review", [made[1][0]])
    Pruner(tmp_path / "state").clear()
    kept = applier.history.entries()
    assert [each.title for each in kept] == ["Save x", "Write x", "Write x"]
    assert [each.entry_id for each in kept[1:]] == [made[3][0], made[1][0]]
    for entry_id in (made[3][0], made[1][0]):
        (file,) = applier.history.entry(entry_id).files
        assert applier.history.has_content(file.before or "")
        assert applier.history.has_content(file.after or "")
    applier.history.pin("review", ())
    Pruner(tmp_path / "state").clear()
    assert len(applier.history.entries()) == 2


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    applier = applier_of(tmp_path, "one")
    for _ in range(3):
        write(applier, size=10)
    pruner = Pruner(tmp_path / "state")
    assert pruner.prune(KeepLimits(age_s=DAY_S)).forgotten == 0
    assert pruner.prune(KeepLimits(age_s=DAY_S), now=time.time() + 2 * DAY_S).forgotten == 2
    assert len(applier.history.entries()) == 1


def test_what_stays_is_compressed_and_comes_back_the_same(tmp_path: Path) -> None:
    applier = applier_of(tmp_path, "one")
    texts = [b"a line of text\n" * 20_000 + bytes([number]) for number in range(3)]
    ids = [applier.apply([FileWrite("x", ANY_CONTENT, text)], "Write").checkpoint_id for text in texts]
    write(applier)
    pruner = Pruner(tmp_path / "state")
    assert pruner.prune(KeepLimits()).compressed == 0
    old(tmp_path)
    before = pruner.size_bytes()
    pruned = pruner.prune(KeepLimits())
    assert pruned.compressed == 3
    assert pruned.size_bytes < before - 800_000
    assert pruner.prune(KeepLimits()).compressed == 0
    assert [applier.history.content(bytes_hash(text)) for text in texts] == texts
    planner = RestorePlanner(Workspace(tmp_path / "one"), applier.history)
    applier.carry_out(planner.file_to(ids[0], "x"))
    assert (tmp_path / "one/x").read_bytes() == texts[0]
    # One that is there compressed is not written again.
    applier.apply([FileWrite("y", None, texts[1])], "Write")
    assert pruner.prune(KeepLimits()).compressed == 0


def test_a_folder_in_use_is_left_for_the_next_time(tmp_path: Path) -> None:
    applier = applier_of(tmp_path, "one")
    for _ in range(3):
        write(applier)
    with applier._store.locked():
        assert Pruner(tmp_path / "state").clear().forgotten == 0
    (folder,) = (tmp_path / "state/apply").iterdir()
    orphan = applier._store.objects.keep(b"nobody needs it")
    (folder / "objects" / orphan[:2] / ".copilot-desktop-1.tmp").write_bytes(b"left by a kill")
    assert Pruner(tmp_path / "state").clear().forgotten == 2
    assert not applier.history.has_content(orphan)
    assert not list(folder.glob("objects/*/.*"))
    assert Pruner(tmp_path / "state", is_stopped=lambda: True).clear().forgotten == 0
