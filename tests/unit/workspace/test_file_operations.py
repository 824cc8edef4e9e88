"""Create, move and copy on a real disk: nothing is overwritten, what fails leaves all as it was."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_desktop.errors import FileChangedError, MissingFileError, UnsafePathError, WriteError
from copilot_desktop.workspace.file_operations import copy, create, free_path, move, move_place, split_name
from copilot_desktop.workspace.paths import Workspace

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def names(root: Path) -> list[str]:
    return sorted(place.relative_to(root).as_posix() for place in root.rglob("*"))


def test_a_file_is_made_with_the_folders_above_it(workspace: Workspace, root: Path) -> None:
    assert create(workspace, "a/b/c.py", is_folder=False) == ("a", "a/b", "a/b/c.py")
    assert create(workspace, "a/d", is_folder=True) == ("a/d",)
    assert names(root) == ["a", "a/b", "a/b/c.py", "a/d"]


def test_a_taken_name_is_refused_and_nothing_changes(workspace: Workspace, root: Path) -> None:
    (root / "a.py").write_text("mine")
    (root / "b.py").write_text("b")
    (root / "folder").mkdir()
    refusals: tuple[Callable[[], object], ...] = (
        lambda: create(workspace, "a.py", is_folder=False),
        lambda: create(workspace, "a.py", is_folder=True),
        lambda: move(workspace, "b.py", "a.py"),
        lambda: move(workspace, "b.py", "folder"),
        lambda: copy(workspace, root / "b.py", "a.py"),
        lambda: move(workspace, "folder", "a.py"),
    )
    for refused in refusals:
        with pytest.raises(FileChangedError, match="is there already"):
            refused()
    with pytest.raises(WriteError, match=r"A file stands where a\.py/x\.py needs a folder"):
        create(workspace, "a.py/x.py", is_folder=False)
    assert names(root) == ["a.py", "b.py", "folder"]
    assert (root / "a.py").read_text() == "mine"


@pytest.mark.parametrize("name", ["../x", ".git/x", "a\\b", "x\0y", "CON", "a:b", "trailing.", "n" * 256, ""])
def test_names_no_file_should_have_are_refused(workspace: Workspace, root: Path, name: str) -> None:
    (root / "a.py").write_text("a")
    with pytest.raises(UnsafePathError):
        create(workspace, name, is_folder=False)
    with pytest.raises(UnsafePathError):
        move(workspace, "a.py", name)
    assert names(root) == ["a.py"]


def test_a_rename_may_change_the_case_alone(workspace: Workspace, root: Path) -> None:
    (root / "Readme.md").write_text("x")
    (root / "Docs").mkdir()
    move(workspace, "Readme.md", "README.md")
    move(workspace, "Docs", "docs")
    assert names(root) == ["README.md", "docs"]
    (root / "other").write_text("x")
    with pytest.raises(UnsafePathError, match="upper and lower case"):
        move(workspace, "other", "readme.md")


def test_a_case_rename_where_both_names_are_one(workspace: Workspace, root: Path) -> None:
    """As on a system that does not tell case apart: two names of one file, which a hard link stands for here."""
    (root / "a.py").write_text("x")
    os.link(root / "a.py", root / "A.py")
    from copilot_desktop.workspace.renaming import rename_without_replacing

    rename_without_replacing(root / "a.py", root / "A.py")
    assert (root / "A.py").read_text() == "x"


def test_links_are_moved_and_copied_as_links(workspace: Workspace, root: Path) -> None:
    (root / "a.py").write_text("a")
    (root / "link").symlink_to("a.py")
    (root / "dead").symlink_to("nowhere")
    move(workspace, "link", "alias")
    copy(workspace, root / "alias", "twin")
    move(workspace, "dead", "deader")
    assert os.readlink(root / "twin") == "a.py"
    assert names(root) == ["a.py", "alias", "deader", "twin"]


def test_a_folder_is_copied_as_a_whole_with_its_modes(workspace: Workspace, root: Path) -> None:
    (root / "src/in").mkdir(parents=True)
    (root / "src/run.sh").write_text("#!")
    (root / "src/run.sh").chmod(0o755)
    (root / "src/in/link").symlink_to("../run.sh")
    assert copy(workspace, root / "src", "new/place") == ("new",)
    assert names(root / "new/place") == ["in", "in/link", "run.sh"]
    assert (root / "new/place/run.sh").stat().st_mode & 0o777 == 0o755
    assert os.readlink(root / "new/place/in/link") == "../run.sh"


def test_nothing_goes_into_itself_and_what_is_gone_is_said(workspace: Workspace, root: Path) -> None:
    (root / "src").mkdir()
    with pytest.raises(UnsafePathError, match="into itself"):
        move(workspace, "src", "src/in/src")
    with pytest.raises(UnsafePathError, match="into itself"):
        copy(workspace, root / "src", "src/copy")
    with pytest.raises(MissingFileError):
        move(workspace, "gone.py", "x.py")
    with pytest.raises(MissingFileError):
        copy(workspace, root / "gone.py", "x.py")
    assert names(root) == ["src"]


def test_a_copy_that_fails_halfway_leaves_nothing(workspace: Workspace, root: Path) -> None:
    (root / "src").mkdir()
    (root / "src/a.py").write_text("a")
    os.mkfifo(root / "src/pipe")
    with pytest.raises(WriteError):
        copy(workspace, root / "src", "made/here/copy")
    assert names(root) == ["src", "src/a.py", "src/pipe"]


@pytest.mark.skipif(not IS_ROOT, reason="mounting takes root")
def test_a_full_disk_leaves_the_original_where_it_was(workspace: Workspace, root: Path) -> None:
    """Also a move from one disk to another, which has to copy."""
    (root / "stick").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", root / "stick"], check=True)
    try:
        (root / "large.bin").write_bytes(b"x" * 200_000)
        with pytest.raises(WriteError, match="disk is full"):
            move(workspace, "large.bin", "stick/in/large.bin")
        assert (root / "large.bin").stat().st_size == 200_000
        assert names(root / "stick") == []
        (root / "small").mkdir()
        (root / "small/a.py").write_text("a")
        move(workspace, "small", "stick/small")
        assert (root / "stick/small/a.py").read_text() == "a"
        assert not (root / "small").exists()
    finally:
        subprocess.run(["umount", root / "stick"], check=True)


def test_an_account_that_may_not_is_told(open_folder: Path) -> None:
    if not IS_ROOT:
        pytest.skip("only root can become somebody else")
    (open_folder / "closed").mkdir(mode=0o755)
    (open_folder / "closed/a.py").write_text("a")
    workspace = Workspace(open_folder)
    os.seteuid(65534)
    try:
        with pytest.raises(WriteError, match=r"may not write closed/b\.py"):
            create(workspace, "closed/b.py", is_folder=False)
        with pytest.raises(WriteError, match="may not write"):
            move(workspace, "closed/a.py", "closed/c.py")
    finally:
        os.seteuid(0)
    assert names(open_folder) == ["closed", "closed/a.py"]


def test_a_file_system_without_such_a_rename_is_served_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from copilot_desktop.workspace import renaming

    monkeypatch.setattr(renaming, "_exclusive", lambda *_arguments: False)
    (root / "a").write_text("a")
    (root / "b").write_text("b")
    with pytest.raises(FileExistsError):
        move_place(root / "a", root / "b")
    move_place(root / "a", root / "c")
    assert names(root) == ["b", "c"]


@pytest.mark.parametrize(
    ("path", "taken", "expected"),
    [
        ("a.py", [], "a.py"),
        ("in/a.py", ["in/a.py"], "in/a copy.py"),
        ("a copy.py", ["a copy.py", "a copy 2.py"], "a copy 3.py"),
        ("x.tar.gz", ["x.tar.gz"], "x copy.tar.gz"),
        (".env", [".env"], ".env copy"),
    ],
)
def test_copies_get_free_names(path: str, taken: list[str], expected: str) -> None:
    assert free_path(lambda each: each in taken, path, is_folder=False) == expected


def test_the_part_of_a_name_that_is_changed() -> None:
    assert split_name("basket.py") == ("basket", ".py")
    assert split_name("x.tar.gz") == ("x", ".tar.gz")
    assert split_name(".gitignore") == (".gitignore", "")
    assert split_name("Makefile") == ("Makefile", "")
