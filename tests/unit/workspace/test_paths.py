from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_desktop.errors import UnreadableFileError, UnsafePathError
from copilot_desktop.workspace.paths import Workspace, split_path


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "../outside",
        "a/../../outside",
        "a/../b",
        "/etc/passwd",
        "\\\\server\\share",
        "a\\b",
        "C:/Windows/x",
        "C:x",
        "notes.txt:hidden",
        "CON",
        "src/aux.c",
        "com1.txt",
        "LPT¹",
        "trailing.",
        "trailing ",
        "a\0b",
        "a\nb",
        "what?",
        ".git/config",
        ".GIT/hooks/post-commit",
        "sub/.git",
        ".git./config",
        ".git /config",
        "git~1/config",
        ".git::$INDEX_ALLOCATION/config",
        ".g\u200cit/config",
        "x" * 256,
        "\ud800",
    ],
)
def test_unsafe_paths_are_refused_with_a_sentence(workspace: Workspace, path: str) -> None:
    with pytest.raises(UnsafePathError) as caught:
        workspace.resolve(path)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    "path", ["a.py", "./a.py", "src//b.py", ".gitignore", ".github/x.yml", "con1", "~/x", "ä/日本.txt"]
)
def test_ordinary_paths_lie_below_the_root(workspace: Workspace, path: str) -> None:
    assert workspace.resolve(path).is_relative_to(workspace.root)


def test_what_exists_may_have_a_name_that_windows_cannot_hold(workspace: Workspace) -> None:
    for name in ("aux.c", "Foo::Bar.3pm"):
        (workspace.root / name).write_text("x")
        assert workspace.resolve(name).read_text() == "x"


def test_links_may_not_lead_out_or_into_git(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("x")
    (workspace.root / "out").symlink_to(tmp_path / "outside")
    (workspace.root / ".git").mkdir()
    (workspace.root / "config").symlink_to(".git/config")
    (workspace.root / "new").symlink_to("../outside/not-there-yet")
    for path in ("out/secret", "out", "config", "new"):
        with pytest.raises(UnsafePathError):
            workspace.resolve(path)


def test_links_inside_are_kept(workspace: Workspace) -> None:
    (workspace.root / "real.py").write_text("x")
    (workspace.root / "link.py").symlink_to("real.py")
    assert workspace.resolve("link.py") == workspace.root / "link.py"


def test_a_path_that_only_differs_in_case_is_refused(workspace: Workspace) -> None:
    (workspace.root / "Src").mkdir()
    (workspace.root / "Src/Read.me").write_text("x")
    (workspace.root / "straße").write_text("x")
    for path, twin in {"Src/READ.ME": "Read.me", "src/new.py": "Src", "STRASSE": "straße"}.items():
        with pytest.raises(UnsafePathError, match=twin):
            workspace.resolve(path)


def test_relative_is_the_way_back(workspace: Workspace, tmp_path: Path) -> None:
    assert workspace.relative(workspace.root / "a/b.py") == "a/b.py"
    assert workspace.relative(workspace.root) == ""
    assert workspace.relative(tmp_path / "elsewhere") is None
    (tmp_path / "alias").symlink_to(workspace.root)
    assert workspace.relative(tmp_path / "alias/a.py") == "a.py"
    assert Workspace(tmp_path / "alias").relative(tmp_path / "alias/a.py") == "a.py"


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnreadableFileError):
        Workspace.at(tmp_path / "file")


@given(st.text(alphabet=st.sampled_from("./\\~: agitGIT\0\u200c"), max_size=12))
def test_no_spelling_leaves_the_root(path: str) -> None:
    try:
        parts = split_path(path)
    except UnsafePathError:
        return
    inner = os.path.normpath("/".join(parts))
    assert inner.split("/")[0] != ".."
    assert not inner.startswith("/")
    assert ".git" not in [part.lower() for part in parts]
