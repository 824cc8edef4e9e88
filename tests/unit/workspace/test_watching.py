"""Real file events. Assertions wait for a state; none measures time."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_desktop.workspace.files import bytes_hash, write_file
from copilot_desktop.workspace.folder_changes import FolderChanged, PendingChanges
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.watching import FolderWatcher
from tests.support.seen_changes import Seen


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def watched(git_root: Path, seen: Seen) -> Iterator[Path]:
    """A git checkout with an ignored folder, being watched."""
    (git_root / ".gitignore").write_text("ignored/\n*.log\n")
    for folder in ("src/deep", "ignored/deep"):
        (git_root / folder).mkdir(parents=True)
    (git_root / "src/a.py").write_text("a")
    workspace = Workspace(git_root)
    watcher = FolderWatcher(workspace, IgnoreRules(workspace), seen.add)
    watcher.start()
    yield git_root
    watcher.stop()


def flush(root: Path, seen: Seen, name: str = "last") -> None:
    """Everything before this has been reported when it returns."""
    (root / name).write_text("x")
    seen.wait_for("created", name)


def test_what_others_do_is_reported(watched: Path, seen: Seen) -> None:
    (watched / "src/new.py").write_text("x")
    seen.wait_for("created", "src/new.py")
    (watched / "src/a.py").write_text("changed")
    seen.wait_for("modified", "src/a.py")
    (watched / "src/a.py").rename(watched / "src/deep/b.py")
    seen.wait_for("moved", ("src/a.py", "src/deep/b.py"))
    (watched / "src/new.py").unlink()
    seen.wait_for("deleted", "src/new.py")
    assert not any(change.is_overflow for change in seen.changes)


def test_a_moved_folder_names_what_is_in_it_and_stays_watched(watched: Path, seen: Seen) -> None:
    (watched / "src").rename(watched / "lib")
    seen.wait_for("moved", ("src", "lib"), ("src/a.py", "lib/a.py"))
    (watched / "lib/deep/c.py").write_text("x")
    seen.wait_for("created", "lib/deep/c.py")


def test_folders_that_appear_with_files_inside_are_not_missed(watched: Path, seen: Seen, tmp_path: Path) -> None:
    names = [f"new/{number}/{letter}.py" for number in range(20) for letter in "abc"]
    for name in names:
        (watched / name).parent.mkdir(parents=True, exist_ok=True)
        (watched / name).write_text("x")
    seen.wait_for("created", "new", *names)
    (tmp_path / "outside/in").mkdir(parents=True)
    (tmp_path / "outside/in/x.py").write_text("x")
    (tmp_path / "outside").rename(watched / "moved-in")
    seen.wait_for("created", "moved-in", "moved-in/in/x.py")
    (watched / "moved-in/in/y.py").write_text("x")
    seen.wait_for("created", "moved-in/in/y.py")


def test_ignored_and_git_and_own_temporary_files_are_not_reported(watched: Path, seen: Seen) -> None:
    (watched / "ignored/deep/x").write_text("x")
    (watched / "src/x.log").write_text("x")
    (watched / ".git/index.lock").write_text("x")
    (watched / ".git/refs/heads/x").write_text("x")
    (watched / "src/ignored/deep").mkdir(parents=True)
    (watched / "src/ignored/deep/x").write_text("x")
    write_file(Workspace(watched), "src/a.py", b"ours", expected_hash=bytes_hash(b"a"))
    flush(watched, seen)
    assert seen.paths() == {"src/a.py", "last"}
    seen.wait_for("modified", "src/a.py")


def test_ignored_folders_have_no_watch(watched: Path, seen: Seen) -> None:
    assert seen.watches() == 4, "the root, src, src/deep and .git"


def test_a_change_of_the_ignore_rules_has_everything_looked_at_again(watched: Path, seen: Seen) -> None:
    (watched / ".gitignore").write_text("*.log\n")
    seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))
    seen.wait_for("modified", ".gitignore")
    (watched / "ignored/deep/now-seen").write_text("x")
    seen.wait_for("created", "ignored/deep/now-seen")


def test_another_branch_is_a_change_of_head(watched: Path, seen: Seen) -> None:
    subprocess.run(["git", "-C", watched, "checkout", "-q", "-b", "other"], check=True)
    seen.wait_for("modified", ".git/HEAD")


def test_careful_savers_are_one_change(watched: Path, seen: Seen) -> None:
    (watched / "src/a.py~").write_text("b")
    (watched / "src/a.py~").replace(watched / "src/a.py")
    flush(watched, seen)
    assert "src/a.py" in seen.paths()
    assert not seen.all("moved")


def test_a_large_checkout_loses_nothing(watched: Path, seen: Seen) -> None:
    names = {f"big/{number % 50}/{number}.txt" for number in range(3000)}
    for name in sorted(names):
        (watched / name).parent.mkdir(parents=True, exist_ok=True)
        (watched / name).write_text("x")
    seen.wait(lambda seen: names <= seen.paths() or any(change.is_overflow for change in seen.changes))
    shutil.rmtree(watched / "big")
    seen.wait(lambda seen: "big" in seen.all("deleted") or any(change.is_overflow for change in seen.changes))


def test_lost_events_are_an_overflow_and_no_warning(watched: Path, seen: Seen, git_root: Path) -> None:
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

    (descriptor,) = [thread for thread in threading.enumerate() if isinstance(thread, InotifyFD)]
    # The kernel's own mark of a full queue; filling a real one takes 16,384 unread events.
    descriptor.handle_event(InotifyEvent(WatchDescriptor(-1), Mask(InotifyConstants.IN_Q_OVERFLOW), 0, b""))
    seen.wait(lambda seen: any(change.is_overflow for change in seen.changes))
    (watched / "src/after.py").write_text("x")
    seen.wait_for("created", "src/after.py")


def test_events_fold_into_what_they_amount_to() -> None:
    pending = PendingChanges()
    pending.created("came-and-went")
    pending.deleted("came-and-went")
    assert pending.is_empty
    pending.deleted("saved")
    pending.created("saved")
    pending.moved("a", "b")
    pending.moved("b", "c")
    pending.modified("c")
    pending.moved("x", "y")
    pending.deleted("y")
    assert pending.change() == FolderChanged(modified=("c", "saved"), deleted=("x",), moved=(("a", "c"),))


def test_a_backup_that_takes_the_name_of_a_saved_file_is_no_rename() -> None:
    pending = PendingChanges()
    pending.moved("a", "a~")
    pending.created("a")
    assert pending.change() == FolderChanged(created=("a~",), modified=("a",))
    pending.moved("b", "b~")
    pending.created("b.tmp")
    pending.moved("b.tmp", "b")
    pending.deleted("b~")
    assert pending.change() == FolderChanged(created=("a~",), modified=("a", "b"))


def test_a_file_that_another_one_is_moved_onto_is_gone() -> None:
    pending = PendingChanges()
    pending.moved("a", "c")
    pending.moved("b", "c")
    assert pending.change() == FolderChanged(deleted=("a",), moved=(("b", "c"),))
