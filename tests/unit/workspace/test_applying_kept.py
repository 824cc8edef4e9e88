"""What an apply keeps of files (owner, attributes, bits, links), and what it says of files that turn on it halfway."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_desktop.errors import CopilotError, FileChangedError, WorkspaceError, WriteError
from copilot_desktop.workspace import applying, step_recovery
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.atomic_write import is_temporary
from copilot_desktop.workspace.checkpoints.journal import Step
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace
from tests.support.disk_faults import as_ordinary_user

NOBODY = 65534


@pytest.fixture
def applier(workspace: Workspace, tmp_path: Path) -> Applier:
    return Applier(workspace, tmp_path / "state")


def as_found(root: Path) -> dict[str, bytes | None]:
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


def without_temporaries(root: Path) -> dict[str, bytes | None]:
    return {path: data for path, data in as_found(root).items() if not is_temporary(path)}


PLAN = [FileWrite("a.txt", bytes_hash(b"a"), b"A"), FileWrite("b.txt", bytes_hash(b"b"), b"B")]


def vanish(root: Path) -> None:
    (root / "b.txt").unlink()


def change(root: Path) -> None:
    (root / "b.txt").write_bytes(b"theirs")


def become_a_folder(root: Path) -> None:
    (root / "b.txt").unlink()
    (root / "b.txt").mkdir()


@pytest.mark.parametrize("turn", [vanish, change, become_a_folder])
def test_a_file_that_turns_between_check_and_write_ends_the_whole_step(
    applier: Applier, root: Path, monkeypatch: pytest.MonkeyPatch, turn: Callable[[Path], None]
) -> None:
    """Another program is at it once the first file has been replaced."""
    (root / "a.txt").write_bytes(b"a")
    (root / "b.txt").write_bytes(b"b")
    real = step_recovery.move_staged
    theirs: list[dict[str, bytes | None]] = []

    def move(step: Step, target: Path) -> None:
        real(step, target)
        if step.path == "a.txt":
            turn(root)
            theirs.append({**without_temporaries(root), "a.txt": b"a"})

    monkeypatch.setattr(applying, "move_staged", move)
    with pytest.raises(CopilotError) as refused:
        applier.apply(PLAN, "Accept 2 changes")
    assert "b.txt" in refused.value.message
    assert [as_found(root)] == theirs
    assert applier.recover() is None
    assert applier.history.entries() == ()


def test_permission_lost_halfway_ends_the_whole_step(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = open_folder / "project"
    (root / "d").mkdir(parents=True)
    for place, data in ((root / "a.txt", b"a"), (root / "d/b.txt", b"b")):
        place.write_bytes(data)
        place.chmod(0o666)
    root.chmod(0o777)
    (root / "d").chmod(0o777)
    real, owner = step_recovery.move_staged, (root / "d").stat().st_uid

    def move(step: Step, target: Path) -> None:
        real(step, target)
        if step.path == "a.txt":
            as_owner(owner, lambda: (root / "d").chmod(0o555))

    monkeypatch.setattr(applying, "move_staged", move)
    plan = [PLAN[0], FileWrite("d/b.txt", bytes_hash(b"b"), b"B")]
    with as_ordinary_user():
        applier = Applier(Workspace(root), open_folder / "state")
        with pytest.raises(CopilotError) as refused:
            applier.apply(plan, "Accept 2 changes")
        assert refused.value.message
        as_owner(owner, lambda: (root / "d").chmod(0o777))
        # What could not be cleaned up without the permission is cleaned up with it.
        applier.recover()
    assert as_found(root) == {"a.txt": b"a", "d": None, "d/b.txt": b"b"}
    assert applier.recover() is None


def as_owner(owner: int, call: Callable[[], None]) -> None:
    mine = os.geteuid()
    os.seteuid(owner)
    try:
        call()
    finally:
        os.seteuid(mine)


def test_bits_owner_and_attributes_outlive_an_apply_and_its_undo(applier: Applier, root: Path) -> None:
    place = root / "run.sh"
    place.write_bytes(b"old")
    place.chmod(0o751)
    has_attributes = _set_attribute(place)
    if os.geteuid() == 0:
        os.chown(place, NOBODY, NOBODY)

    def kept() -> tuple[int, int, int, bytes]:
        status = place.stat()
        value = os.getxattr(place, "user.note") if has_attributes else b""
        return stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, value

    before = kept()
    step = applier.apply([FileWrite("run.sh", bytes_hash(b"old"), b"new")], "Accept 1 change").checkpoint_id
    assert (place.read_bytes(), kept()) == (b"new", before)
    applier.restore(step)
    assert (place.read_bytes(), kept()) == (b"old", before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to another account")
def test_a_file_of_another_account_stays_its_own_or_is_refused(applier: Applier, root: Path, tmp_path: Path) -> None:
    """Who may write it and not give files away writes in place; who may not even write it does not replace it."""
    for parent in (root, *root.parents):
        if parent.is_relative_to("/tmp"):  # noqa: S108 - where tests are
            parent.chmod(parent.stat().st_mode | 0o055)
    for place in (tmp_path, *tmp_path.rglob("*")):
        os.chown(place, NOBODY, NOBODY)
    for name, mode in (("shared.txt", 0o666), ("theirs.txt", 0o644), ("mine.txt", 0o644)):
        (root / name).write_bytes(b"old")
        (root / name).chmod(mode)
    os.chown(root / "mine.txt", NOBODY, NOBODY)

    def write(*names: str) -> str:
        writes = [FileWrite(name, bytes_hash(b"old"), b"new") for name in names]
        return applier.apply(writes, "Accept 1 change").checkpoint_id

    with as_ordinary_user():
        with pytest.raises(WriteError, match=r"This account may not write theirs\.txt"):
            write("mine.txt", "shared.txt", "theirs.txt")
        assert [(root / name).read_bytes() for name in sorted(os.listdir(root))] == [b"old"] * 3
        step = write("mine.txt", "shared.txt")
        assert [(root / name).read_bytes() for name in ("mine.txt", "shared.txt")] == [b"new"] * 2
        assert [(root / name).stat().st_uid for name in ("mine.txt", "shared.txt")] == [NOBODY, 0]
        applier.restore(step)
        assert [(root / name).read_bytes() for name in ("mine.txt", "shared.txt")] == [b"old"] * 2
        assert [(root / name).stat().st_uid for name in ("mine.txt", "shared.txt")] == [NOBODY, 0]
    assert sorted(os.listdir(root)) == ["mine.txt", "shared.txt", "theirs.txt"]


def _set_attribute(place: Path) -> bool:
    try:
        os.setxattr(place, "user.note", b"kept")
    except (AttributeError, OSError):
        return False
    return True


def test_a_link_stays_and_its_aim_gets_the_text(applier: Applier, root: Path) -> None:
    (root / "real").mkdir()
    (root / "real/aim.txt").write_bytes(b"old")
    (root / "link.txt").symlink_to("real/aim.txt")
    step = applier.apply([FileWrite("link.txt", bytes_hash(b"old"), b"new")], "Accept 1 change").checkpoint_id
    assert os.readlink(root / "link.txt") == "real/aim.txt"
    assert (root / "real/aim.txt").read_bytes() == b"new"
    applier.restore(step)
    assert os.readlink(root / "link.txt") == "real/aim.txt"
    assert (root / "real/aim.txt").read_bytes() == b"old"


def test_a_link_out_of_the_folder_is_refused(applier: Applier, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"theirs")
    (root / "a.txt").write_bytes(b"a")
    (root / "link.txt").symlink_to(outside)
    with pytest.raises(WorkspaceError):
        applier.apply([PLAN[0], FileWrite("link.txt", ANY_CONTENT, b"mine")], "Accept 2 changes")
    assert (outside.read_bytes(), (root / "a.txt").read_bytes()) == (b"theirs", b"a")


def test_what_is_no_plain_file_is_said_at_once(applier: Applier, root: Path) -> None:
    """A pipe would keep whoever reads it waiting for ever."""
    (root / "a.txt").write_bytes(b"a")
    os.mkfifo(root / "pipe")
    with pytest.raises((WriteError, FileChangedError)) as refused:
        applier.apply([PLAN[0], FileWrite("pipe", ANY_CONTENT, b"mine")], "Accept 2 changes")
    assert "pipe" in refused.value.message
    assert stat.S_ISFIFO((root / "pipe").stat().st_mode)
    assert (root / "a.txt").read_bytes() == b"a"
    assert "is not a regular file" in refused.value.message
