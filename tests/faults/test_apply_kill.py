"""A process killed at every step of an apply: the next start ends in all or in none, and leaves no trace."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.paths import Workspace

# Kills itself before the Nth call that can change the disk.
CHILD = """
import os, signal, sys
from pathlib import Path
from copilot_desktop.workspace import atomic_write
from copilot_desktop.workspace.applying import Applier, FileWrite
from copilot_desktop.workspace.files import bytes_hash
from copilot_desktop.workspace.paths import Workspace

root, state, left, mode = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

def counted(function):
    def call(*args, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **options)
    return call

applier = Applier(Workspace(root), state)
for name in ("open", "write", "fsync", "fchmod", "replace", "link", "unlink", "mkdir", "rmdir", "close", "ftruncate"):
    setattr(os, name, counted(getattr(os, name)))
# A file with another name is written piece by piece.
atomic_write._PIECE_BYTES = 8
if mode == "recover":
    applier.recover()
else:
    applier.apply([
        FileWrite("mod.py", bytes_hash(b"old"), b"new"),
        FileWrite("a/b/new.py", None, b"made"),
        FileWrite("del.py", bytes_hash(b"gone"), None),
        FileWrite("link", bytes_hash(b"target"), b"target 2"),
        FileWrite("grown", bytes_hash(b"one and one"), b"one plus one and more"),
        FileWrite("shrunk", bytes_hash(b"two and two and more"), b"two plus two"),
    ], "Try")
"""
LINKED = {"grown": b"one and one", "shrunk": b"two and two and more"}
BEFORE = {"mod.py": b"old", "del.py": b"gone", "target": b"target", "link": b"target"}
AFTER = {"mod.py": b"new", "a": None, "a/b": None, "a/b/new.py": b"made", "target": b"target 2", "link": b"target 2"}
for _name, _text in (("grown", b"one plus one and more"), ("shrunk", b"two plus two")):
    BEFORE |= {_name: LINKED[_name], f"{_name}.twin": LINKED[_name]}
    AFTER |= {_name: _text, f"{_name}.twin": _text}


def contents(root: Path) -> dict[str, bytes | None]:
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in root.rglob("*")}


def fresh(folder: Path) -> tuple[Path, Path]:
    shutil.rmtree(folder, ignore_errors=True)
    root = folder / "project"
    root.mkdir(parents=True)
    for name in ("mod.py", "del.py", "target"):
        (root / name).write_bytes(BEFORE[name])
    (root / "link").symlink_to("target")
    for name in LINKED:
        (root / name).write_bytes(BEFORE[name])
        (root / f"{name}.twin").hardlink_to(root / name)
    return root, folder / "state"


def copy(folder: Path, place: Path) -> None:
    """With all links."""
    subprocess.run(["cp", "-a", str(folder), str(place)], check=True)


def run(root: Path, state: Path, calls: int, mode: str) -> int:
    arguments = [sys.executable, "-c", CHILD, str(root), str(state), str(calls), mode]
    return subprocess.run(arguments, cwd=Path(__file__).parents[2], check=False, timeout=60).returncode


def test_a_kill_at_any_point_ends_in_all_or_none(tmp_path: Path) -> None:
    ends: Counter[str] = Counter()
    calls, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        root, state = fresh(tmp_path / "run")
        code = run(root, state, calls, "apply")
        notice = Applier(Workspace(root), state).recover()
        found = contents(root)
        assert found in (BEFORE, AFTER), f"killed before call {calls}: {found}"
        if notice is not None:
            assert notice.is_complete == (found == AFTER)
            assert notice.left == ()
        ends["all" if found == AFTER else "none"] += 1
        assert Applier(Workspace(root), state).recover() is None
        calls += 1
    assert code == 0
    assert found == AFTER
    # The kill must have come before and after the point where "none" turns into "all".
    assert ends["none"] > 20
    assert ends["all"] > 10


def test_a_kill_during_the_recovery_is_recovered_from(tmp_path: Path) -> None:
    """Killed while finishing: at a point found by killing the apply in the middle of its renames."""
    root, state = fresh(tmp_path / "run")
    calls = 0
    while run(root, state, calls, "apply") == -signal.SIGKILL and contents(root).get("mod.py") != b"new":
        root, state = fresh(tmp_path / "run")
        calls += 4
    cut_off = tmp_path / "cut-off"
    copy(tmp_path / "run", cut_off)
    assert contents(root) != AFTER
    recovering, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        shutil.rmtree(tmp_path / "run")
        copy(cut_off, tmp_path / "run")
        code = run(root, state, recovering, "recover")
        Applier(Workspace(root), state).recover()
        assert contents(root) == AFTER, f"recovery killed before call {recovering}"
        recovering += 1
    assert recovering > 5
