from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from copilot_desktop.errors import UnreadableFileError, UnsafePathError
from copilot_desktop.workspace.git.state import current_branch
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.listing import list_folder
from copilot_desktop.workspace.paths import Workspace


def names(workspace: Workspace, path: str = "") -> list[str]:
    return [entry.name for entry in list_folder(workspace, IgnoreRules(workspace), path)]


def fill(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")


def test_folders_first_then_as_a_person_counts(workspace: Workspace) -> None:
    fill(workspace.root, "b.py", "A.py", "file10", "file9", "zoo/x", "Alpha/x", "2", "１")
    assert names(workspace) == ["Alpha", "zoo", "１", "2", "A.py", "b.py", "file9", "file10"]


@pytest.mark.parametrize("with_git", [True, False])
def test_ignored_ones_are_left_out_with_and_without_git(workspace: Workspace, with_git: bool) -> None:
    root = workspace.root
    if with_git:
        subprocess.run(["git", "init", "-q", str(root)], check=True)
    fill(root, "build/x", "a.log", "keep.log", "sub/only", "only", "sub/build", "src/build/y", ".copilot-desktop-1.tmp")
    (root / ".gitignore").write_text("build/\n*.log\n!keep.log\n")
    (root / "sub/.gitignore").write_text("only\n")
    before = sorted(path.name for path in root.iterdir())
    assert names(workspace) == ["src", "sub", ".gitignore", "keep.log", "only"]
    assert names(workspace, "sub") == [".gitignore", "build"]
    assert names(workspace, "src") == []
    assert sorted(path.name for path in root.iterdir()) == before


def test_agrees_with_git_and_shows_tracked_files(git_root: Path) -> None:
    fill(git_root, "a.log", "tracked.log", "out/tracked", "out/other", "secret/x", "m/node_modules/p/i.js", "m/a.js")
    (git_root / ".gitignore").write_text("*.log\nout/\nnode_modules\n")
    (git_root / ".git/info/exclude").write_text("secret/\n")
    subprocess.run(["git", "-C", git_root, "add", "-f", "tracked.log", "out/tracked"], check=True)
    rules = IgnoreRules(Workspace(git_root))
    for path in ("a.log", "tracked.log", "out/tracked", "out/other", "secret/x", "m/node_modules/p/i.js", "m/a.js"):
        code = subprocess.run(["git", "-C", git_root, "check-ignore", "-q", path], check=False).returncode
        assert rules.is_ignored(path, False) == (code == 0), path
    assert not rules.is_ignored("out", True)
    assert rules.is_ignored("secret", True)
    assert rules.is_ignored(".git", True)
    assert rules.is_ignored("sub/.git/config", False)
    (git_root / ".gitignore").write_text("")
    rules.refresh()
    assert not rules.is_ignored("a.log", False)


def test_a_folder_inside_a_repository_follows_its_rules(git_root: Path) -> None:
    fill(git_root, "inner/a.log", "inner/b.py", "scratch/a.py")
    (git_root / ".gitignore").write_text("*.log\nscratch/\n")
    assert names(Workspace(git_root / "inner")) == ["b.py"]
    assert names(Workspace(git_root / "scratch")) == ["a.py"]


def test_links_are_marked_and_those_out_left_out(workspace: Workspace, tmp_path: Path) -> None:
    fill(workspace.root, "real/x")
    (workspace.root / "in").symlink_to("real")
    (workspace.root / "out").symlink_to(tmp_path)
    entries = {entry.name: entry for entry in list_folder(workspace, IgnoreRules(workspace))}
    assert set(entries) == {"real", "in"}
    assert entries["in"].is_link
    assert entries["in"].is_folder


def test_links_in_circles_are_files_and_hide_nothing(workspace: Workspace) -> None:
    fill(workspace.root, "plain")
    (workspace.root / "self").symlink_to("self")
    (workspace.root / "there").symlink_to("back")
    (workspace.root / "back").symlink_to("there")
    entries = list_folder(workspace, IgnoreRules(workspace))
    assert {each.name for each in entries} == {"plain", "self", "there", "back"}
    assert not any(each.is_folder for each in entries)


def test_a_folder_that_cannot_be_listed_is_a_sentence(workspace: Workspace) -> None:
    with pytest.raises(UnreadableFileError):
        names(workspace, "gone")
    with pytest.raises(UnsafePathError):
        names(workspace, "..")


def test_current_branch(git_root: Path, tmp_path: Path) -> None:
    workspace = Workspace(git_root)
    assert current_branch(workspace) == "main"
    git = ["git", "-C", str(git_root), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "checkout", "-q", "-b", "feature/x"], check=True)
    assert current_branch(workspace) == "feature/x"
    subprocess.run([*git, "worktree", "add", "-q", str(tmp_path / "tree"), "main"], check=True)
    assert current_branch(Workspace(tmp_path / "tree")) == "main"
    subprocess.run([*git, "checkout", "-q", "--detach"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    assert current_branch(workspace) == head[:8]
    (tmp_path / "plain").mkdir()
    assert current_branch(Workspace(tmp_path / "plain")) is None
