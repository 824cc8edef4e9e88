"""Where the system cannot tell of changes: no watches left, a full queue, a network folder. Real ones if possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyFD

from copilot_desktop.workspace import polling, pruned_inotify
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.mounts import silent_mounts
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.pruned_inotify import watch_limit
from copilot_desktop.workspace.watch_state import PollReason
from copilot_desktop.workspace.watching import FolderWatcher, Watching
from tests.support.seen_changes import Seen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
ROOT = Path(__file__).resolve().parents[3]

MOUNTINFO = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:40 / /home/ann/work rw,relatime shared:1 - nfs4 server:/work rw
31 30 0:41 / /home/ann/work/local rw - ext4 /dev/vdb rw
32 31 0:42 / /home/ann/work/local/cloud\\040drive rw - fuse.rclone remote rw
33 31 0:43 / /home/ann/work/local/stick rw - fuseblk /dev/sdc1 rw
"""


@pytest.fixture
def seen() -> Seen:
    return Seen()


@contextmanager
def watching(root: Path, seen: Seen, **how: object) -> Iterator[FolderWatcher]:
    workspace = Workspace(root)
    chosen = Watching(**{"poll_cycle_s": 0.1, **how})  # type: ignore[arg-type]  # named by the tests
    watcher = FolderWatcher(workspace, IgnoreRules(workspace), seen.add, seen.add_state, chosen)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()


def make_folders(root: Path, count: int) -> None:
    for number in range(count):
        (root / f"f{number}/deep").mkdir(parents=True)
        (root / f"f{number}/deep/a.py").write_text("a")


def is_settled(seen: Seen) -> bool:
    return bool(seen.states) and seen.states[-1].is_settled


def test_more_folders_than_the_limit_are_polled_and_nothing_is_missed(root: Path, seen: Seen) -> None:
    make_folders(root, 6)
    with watching(root, seen, limit=8):
        seen.wait(is_settled)
        assert seen.watches() == 8
        state = seen.states[-1]
        assert (state.watched, state.polled, state.reason) == (8, 5, PollReason.LIMIT)
        (root / "near.py").write_text("x")
        for number in range(6):
            (root / f"f{number}/deep/new.py").write_text("x")
            (root / f"f{number}/deep/a.py").write_text("longer")
        seen.wait_for("created", "near.py", *[f"f{number}/deep/new.py" for number in range(6)])
        seen.wait_for("modified", *[f"f{number}/deep/a.py" for number in range(6)])
        (root / "f5/deep/more/inner").mkdir(parents=True)
        (root / "f5/deep/more/inner/x.py").write_text("x")
        (root / "f4/deep/a.py").unlink()
        seen.wait_for("created", "f5/deep/more", "f5/deep/more/inner", "f5/deep/more/inner/x.py")
        seen.wait_for("deleted", "f4/deep/a.py")
        for number in range(5):
            (root / f"late{number}").mkdir()
            (root / f"late{number}/x.py").write_text("x")
        seen.wait_for("created", *[f"late{number}" for number in range(5)])
        assert seen.watches() == 8


def test_a_large_tree_is_watched_in_portions_and_looked_at_again(
    root: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruned_inotify, "FIRST_S", 0.0)
    monkeypatch.setattr(pruned_inotify, "_PORTION_S", 0.0001)
    make_folders(root, 30)
    with watching(root, seen):
        seen.wait(is_settled)
        assert seen.states[-1].watched == 61
        seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))
        (root / "f29/deep/new.py").write_text("x")
        seen.wait_for("created", "f29/deep/new.py")
        assert seen.states[-1].reason is PollReason.NONE


def test_stopping_while_a_large_tree_is_being_watched_ends_at_once(
    root: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruned_inotify, "FIRST_S", 0.0)
    monkeypatch.setattr(pruned_inotify, "_PORTION_S", 0.0001)
    make_folders(root, 300)
    with watching(root, seen):
        pass
    assert seen.watches() == 0


def test_a_network_folder_is_polled_with_its_branch(git_root: Path, seen: Seen) -> None:
    make_folders(git_root, 2)
    (git_root / ".gitignore").write_text("*.log\n")
    with watching(git_root, seen, silent_mounts=lambda root: {str(root): "nfs4"}):
        seen.wait(is_settled)
        assert (seen.states[-1].reason, seen.states[-1].file_system, seen.watches()) == (PollReason.SILENT, "nfs4", 0)
        (git_root / "f1/deep/a.py").write_text("longer")
        (git_root / "f1/x.log").write_text("x")
        (git_root / "f1/new.py").write_text("x")
        (git_root / "f0/deep/a.py").rename(git_root / "f0/b.py")
        seen.wait_for("modified", "f1/deep/a.py")
        seen.wait_for("created", "f1/new.py")
        seen.wait_for("moved", ("f0/deep/a.py", "f0/b.py"))
        (git_root / "f1/new.py").unlink()
        seen.wait_for("deleted", "f1/new.py")
        subprocess.run(["git", "-C", git_root, "checkout", "-q", "-b", "other"], check=True)
        seen.wait_for("modified", ".git/HEAD")
        assert "f1/x.log" not in seen.paths()


def test_what_is_moved_in_a_polled_folder_is_told_as_moved(root: Path, seen: Seen) -> None:
    """Whichever of the two places is looked at first; a folder with all that is in it."""
    make_folders(root, 3)
    with watching(root, seen, silent_mounts=lambda root: {str(root): "nfs4"}):
        seen.wait(is_settled)
        (root / "f0/deep/a.py").rename(root / "f2/z.py")
        seen.wait_for("moved", ("f0/deep/a.py", "f2/z.py"))
        (root / "f2/z.py").rename(root / "f0/deep/back.py")
        seen.wait_for("moved", ("f2/z.py", "f0/deep/back.py"))
        (root / "f1").rename(root / "f0/inner")
        seen.wait_for("moved", ("f1", "f0/inner"), ("f1/deep", "f0/inner/deep"), ("f1/deep/a.py", "f0/inner/deep/a.py"))
        assert not seen.all("deleted")
        (root / "f0/inner/deep/a.py").write_text("longer")
        seen.wait_for("modified", "f0/inner/deep/a.py")


def test_a_copy_beside_what_is_deleted_is_no_move_in_a_polled_folder(root: Path, seen: Seen) -> None:
    make_folders(root, 1)
    with watching(root, seen, silent_mounts=lambda root: {str(root): "nfs4"}):
        seen.wait(is_settled)
        shutil.copy2(root / "f0/deep/a.py", root / "f0/copy.py")
        (root / "f0/deep/a.py").unlink()
        seen.wait_for("created", "f0/copy.py")
        seen.wait_for("deleted", "f0/deep/a.py")
        assert not seen.all("moved")


def test_a_network_folder_mounted_below_is_polled_and_the_rest_watched(root: Path, seen: Seen) -> None:
    make_folders(root, 2)
    with watching(root, seen, silent_mounts=lambda root: {f"{root}/f1": "fuse.sshfs"}):
        seen.wait(is_settled)
        assert seen.watches() == 3
        (root / "f0/deep/new.py").write_text("x")
        (root / "f1/deep/new.py").write_text("x")
        seen.wait_for("created", "f0/deep/new.py", "f1/deep/new.py")
        assert seen.states[-1].file_system == "fuse.sshfs"


def test_more_files_than_are_kept_in_memory_are_told_as_something_different(
    root: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LIMIT_ENTRIES", 3)
    make_folders(root, 4)
    with watching(root, seen, silent_mounts=lambda root: {str(root): "cifs"}):
        seen.wait(is_settled)
        seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))
        seen.changes.clear()
        for number in range(4):
            (root / f"f{number}/deep/a.py").write_text("longer")
        seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))


def test_polling_takes_a_small_part_of_a_processor(root: Path, seen: Seen) -> None:
    for number in range(300):
        (root / f"f{number}").mkdir()
        for name in range(10):
            (root / f"f{number}/{name}.py").write_text("x")
    with watching(root, seen, silent_mounts=lambda root: {str(root): "nfs"}, poll_cycle_s=0.0):
        begun, used = time.monotonic(), time.process_time()
        time.sleep(2)
        share = (time.process_time() - used) / (time.monotonic() - begun)
    assert share < 0.1, share


def test_a_real_full_queue_is_found_out_and_watching_goes_on(root: Path, seen: Seen) -> None:
    (root / "many").mkdir()
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with watching(root, seen):
        (reader,) = [thread for thread in threading.enumerate() if isinstance(thread, InotifyFD)]
        # While its lock is held nothing is read: the kernel's queue fills up, as it does under a busy machine.
        with reader._lock:
            for number in range(min(limit, 20_000) // 2 + 2_000):
                (root / f"many/{number}.txt").write_text("x")
        seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))
        (root / "many/after.py").write_text("x")
        (root / "later").mkdir()
        (root / "later/x.py").write_text("x")
        seen.wait_for("created", "many/after.py", "later/x.py")


STARVED = """
import sys
from pathlib import Path
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.watching import FolderWatcher, Watching
from tests.support.seen_changes import Seen
root, seen = Path(sys.argv[1]), Seen()
workspace = Workspace(root)
watcher = FolderWatcher(workspace, IgnoreRules(workspace), seen.add, seen.add_state, Watching(poll_cycle_s=0.1))
watcher.start()
seen.wait(lambda seen: bool(seen.states) and seen.states[-1].is_settled)
(root / "f5/deep/new.py").write_text("x")
seen.wait_for("created", "f5/deep/new.py")
print(seen.states[-1].reason, seen.states[-1].watched, flush=True)
watcher.stop()
"""
OWN_NAMESPACE = ("unshare", "--user", "--map-root-user")
LOWERED = "from pathlib import Path\nPath('/proc/sys/user/max_inotify_{what}').write_text('{value}')\n"
REFUSED = """
import errno
from watchdog.observers import inotify_c
real, count = getattr(inotify_c, "{call}"), 0
def counting(*arguments):
    global count
    count += 1
    if count > {value}:
        inotify_c.ctypes.set_errno(errno.{error})
        return -1
    return real(*arguments)
inotify_c.{call} = counting
"""


@pytest.mark.parametrize(
    ("what", "value", "call", "error"),
    [("watches", 4, "inotify_add_watch", "ENOSPC"), ("instances", 0, "inotify_init", "EMFILE")],
)
def test_the_systems_own_limit_leads_to_polling(root: Path, what: str, value: int, call: str, error: str) -> None:
    """In a namespace of users of its own, whose limits are nobody else's; the same refusals where there can be none."""
    make_folders(root, 6)
    may_unshare = subprocess.run([*OWN_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    prefix = (LOWERED if may_unshare else REFUSED).format(what=what, value=value, call=call, error=error)
    done = subprocess.run(
        [*(OWN_NAMESPACE if may_unshare else ()), sys.executable, "-c", prefix + STARVED, str(root)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == f"limit {value}", done.stderr


def test_silent_file_systems_are_told_by_the_systems_own_list(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTINFO)
    assert silent_mounts(Path("/home/ann/work/shop"), mounts) == {"/home/ann/work/shop": "nfs4"}
    assert silent_mounts(Path("/home/ann/work/local"), mounts) == {"/home/ann/work/local/cloud drive": "fuse.rclone"}
    assert silent_mounts(Path("/home/ann/workshop"), mounts) == {}
    assert silent_mounts(Path("/home"), mounts) == {
        "/home/ann/work": "nfs4",
        "/home/ann/work/local/cloud drive": "fuse.rclone",
    }
    assert silent_mounts(tmp_path, tmp_path / "absent") == {}


def test_one_window_takes_a_share_of_what_the_system_allows(tmp_path: Path) -> None:
    allowed = tmp_path / "max_user_watches"
    allowed.write_text("8192\n")
    assert watch_limit(allowed) == 2048
    allowed.write_text("1048576\n")
    assert watch_limit(allowed) == pruned_inotify.MOST_WATCHES
    assert watch_limit(tmp_path / "absent") == pruned_inotify.MOST_WATCHES
