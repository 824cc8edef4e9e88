from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from copilot_desktop.workspace.file_list import list_files
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace

EXPECTED = (".gitignore", "a b.py", "sub/x.py", "sub/ünï.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in ("a b.py", "sub/x.py", "sub/ünï.py", "out/made.py", "sub/skip.log"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x\n")
    (tmp_path / ".gitignore").write_text("out/\n*.log\n")
    return tmp_path


def listed(folder: Path) -> tuple[str, ...]:
    workspace = Workspace.at(folder)
    return list_files(workspace, IgnoreRules(workspace))


def git(folder: Path, *words: str) -> None:
    subprocess.run(("git", *words), cwd=folder, check=True, capture_output=True)


def test_without_git(folder: Path) -> None:
    assert listed(folder) == EXPECTED


def test_with_git_new_and_deleted_files_too(folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / "gone.py").write_text("x\n")
    git(folder, "add", "sub", "gone.py", ".gitignore")
    (folder / "gone.py").unlink()
    assert listed(folder) == EXPECTED


def test_a_folder_of_a_repository_lists_its_own(folder: Path) -> None:
    git(folder, "init", "-q")
    assert listed(folder / "sub") == ("x.py", "ünï.py")
    assert listed(folder / "out") == ("made.py",)


def test_no_program_named_by_the_folder_is_run(folder: Path) -> None:
    git(folder, "init", "-q")
    git(folder, "config", "core.fsmonitor", f"touch {folder / 'was_run'}; false")
    assert listed(folder) == EXPECTED
    assert not (folder / "was_run").exists()


def test_links_to_folders_are_not_followed(folder: Path) -> None:
    (folder / "sub" / "round").symlink_to(folder)
    assert "sub/round/a b.py" not in listed(folder)


def test_links_in_circles_are_left_out(folder: Path) -> None:
    (folder / "sub" / "self").symlink_to("self")
    assert listed(folder) == EXPECTED
