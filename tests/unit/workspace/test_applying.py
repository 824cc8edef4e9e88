from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from copilot_desktop.errors import FileChangedError, NewerStoreError, StoreError, UnsafePathError, WriteError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints import store as checkpoint_store
from copilot_desktop.workspace.checkpoints.journal import Journal, Record, Step
from copilot_desktop.workspace.checkpoints.store import CheckpointStore
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT, bytes_hash
from copilot_desktop.workspace.paths import Workspace
from tests.support.disk_faults import as_ordinary_user, file_size_limit


def contents(root: Path) -> dict[str, bytes | None]:
    """Every file's bytes, None for folders."""
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


@pytest.fixture
def applier(workspace: Workspace, tmp_path: Path) -> Applier:
    return Applier(workspace, tmp_path / "state")


PLAN = [
    FileWrite("mod.py", bytes_hash(b"old"), b"new"),
    FileWrite("a/b/new.py", None, b"made"),
    FileWrite("del.py", bytes_hash(b"gone"), None),
]
BEFORE: dict[str, bytes | None] = {"mod.py": b"old", "del.py": b"gone"}
AFTER: dict[str, bytes | None] = {"mod.py": b"new", "a": None, "a/b": None, "a/b/new.py": b"made"}


def fill(root: Path) -> None:
    (root / "mod.py").write_bytes(b"old")
    (root / "del.py").write_bytes(b"gone")
    (root / "del.py").chmod(0o750)


def test_a_plan_is_applied_and_can_be_taken_back(applier: Applier, root: Path, tmp_path: Path) -> None:
    fill(root)
    result = applier.apply(PLAN, "Try")
    assert contents(root) == AFTER
    assert result.written == ("mod.py", "a/b/new.py", "del.py")
    assert result.hashes == {"mod.py": bytes_hash(b"new"), "a/b/new.py": bytes_hash(b"made"), "del.py": None}
    assert applier.recover() is None
    undone = applier.restore(result.checkpoint_id)
    assert contents(root) == BEFORE
    assert stat.S_IMODE((root / "del.py").stat().st_mode) == 0o750
    applier.restore(undone.checkpoint_id)
    assert {path: data for path, data in contents(root).items() if data} == {p: d for p, d in AFTER.items() if d}
    for path in (tmp_path / "state/apply").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (FileWrite("x.py", bytes_hash(b"other"), b"y"), FileChangedError),
        (FileWrite("x.py", None, b"y"), FileChangedError),
        (FileWrite("x.py", ANY_CONTENT, b"z" * 400_000), WriteError),
        (FileWrite("x.py/below", None, b"y"), WriteError),
        (FileWrite("mod.py", bytes_hash(b"old"), b"twice"), WriteError),
        (FileWrite("../out", None, b"y"), UnsafePathError),
        (FileWrite("gone.py", None, None), WriteError),
        (FileWrite("locked.py", ANY_CONTENT, b"y"), WriteError),
    ],
)
def test_one_refusal_leaves_everything(
    applier: Applier, root: Path, last: FileWrite, error: type[WriteError | UnsafePathError]
) -> None:
    fill(root)
    (root / "x.py").write_bytes(b"theirs")
    (root / "locked.py").write_bytes(b"")
    (root / "locked.py").chmod(0o400)
    before = contents(root)
    with file_size_limit(300_000), pytest.raises(error):
        applier.apply([*PLAN, last], "Try")
    assert contents(root) == before
    assert applier.recover() is None


@pytest.mark.parametrize("data", [b"y", None])
def test_a_folder_without_permission_leaves_everything(open_folder: Path, data: bytes | None) -> None:
    root = open_folder / "project"
    (root / "locked").mkdir(parents=True)
    fill(root)
    (root / "locked/x.py").write_bytes(b"x")
    root.chmod(0o777)
    for name in ("mod.py", "del.py", "locked/x.py"):
        (root / name).chmod(0o666)
    (root / "locked").chmod(0o555)
    before = contents(root)
    with as_ordinary_user():
        applier = Applier(Workspace(root), open_folder / "state")
        with pytest.raises(WriteError, match="may not"):
            applier.apply([*PLAN, FileWrite("locked/x.py", bytes_hash(b"x"), data)], "Try")
    assert contents(root) == before


def test_links_stay_links(applier: Applier, root: Path) -> None:
    fill(root)
    (root / "link").symlink_to("mod.py")
    result = applier.apply([FileWrite("link", bytes_hash(b"old"), b"new")], "Try")
    assert (root / "link").is_symlink()
    assert (root / "mod.py").read_bytes() == b"new"
    with pytest.raises(WriteError, match="twice"):
        applier.apply([FileWrite("link", ANY_CONTENT, b"1"), FileWrite("mod.py", ANY_CONTENT, b"2")], "Try")
    applier.restore(result.checkpoint_id)
    assert (root / "mod.py").read_bytes() == b"old"


def test_taking_back_stops_at_what_has_changed_since(applier: Applier, root: Path) -> None:
    fill(root)
    result = applier.apply(PLAN, "Try")
    (root / "mod.py").write_bytes(b"edited since")
    after = contents(root)
    with pytest.raises(FileChangedError):
        applier.restore(result.checkpoint_id)
    assert contents(root) == after
    for unknown in ("nothing", "../../x"):
        with pytest.raises(StoreError):
            applier.restore(unknown)


def test_recovery_leaves_what_another_program_changed(applier: Applier, root: Path, tmp_path: Path) -> None:
    fill(root)
    store = CheckpointStore(next_state(applier, root, tmp_path))
    steps = [
        Step(w.path, b, None if w.data is None else store.objects.keep(w.data), 0o644, f".copilot-desktop-{n}.tmp")
        for n, (w, b) in enumerate(
            zip(PLAN, (store.objects.keep(b"old"), None, store.objects.keep(b"gone")), strict=True)
        )
    ]
    store.journal.write(Record("1", "Try", 0.0, "committing", tuple(steps), ("a", "a/b")))
    (root / "mod.py").write_bytes(b"theirs")
    notice = applier.recover()
    assert notice is not None
    assert (notice.is_complete, notice.left) == (True, ("mod.py",))
    assert "mod.py" in notice.message
    assert contents(root) == AFTER | {"mod.py": b"theirs"}


def next_state(applier: Applier, root: Path, tmp_path: Path) -> Path:
    """The store's folder, there after a first apply."""
    applier.apply([FileWrite("first", None, b"")], "First")
    (root / "first").unlink()
    (folder,) = (tmp_path / "state/apply").iterdir()
    return folder


def test_a_newer_or_damaged_journal_is_left_untouched(applier: Applier, root: Path, tmp_path: Path) -> None:
    journal = next_state(applier, root, tmp_path) / "journal.json"
    for text, error in ((json.dumps({"version": 99}), NewerStoreError), ("{", StoreError)):
        journal.write_text(text)
        with pytest.raises(error):
            applier.apply([FileWrite("x", None, b"")], "Try")
        assert journal.read_text() == text
    assert contents(root) == {}


def test_another_process_is_waited_for(
    applier: Applier, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CheckpointStore(next_state(applier, root, tmp_path))
    monkeypatch.setattr(checkpoint_store, "LOCK_LIMIT_S", 0.1)
    with store.locked(), pytest.raises(WriteError, match="Another window"):
        applier.apply([FileWrite("x", None, b"")], "Try")
    applier.apply([FileWrite("x", None, b"")], "Try")


def test_taking_back_a_failed_step_leaves_the_same_file_that_another_program_made(
    applier: Applier, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(root)
    put = Journal.write

    def write(journal: Journal, record: Record) -> None:
        put(journal, record)
        if record.phase == "committing":
            (root / "a/b/new.py").write_bytes(b"made")

    monkeypatch.setattr(Journal, "write", write)
    with pytest.raises(FileChangedError):
        applier.apply(PLAN, "Try")
    assert contents(root) == BEFORE | {"a": None, "a/b": None, "a/b/new.py": b"made"}
    assert applier.recover() is None
