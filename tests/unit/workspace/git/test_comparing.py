"""What differs, said as git itself says it, on real repositories."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import partial
from pathlib import Path

import pygit2
import pytest
from pygit2.enums import ConfigLevel

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.comparing import base_names, changes_of, compared_trees, numstat, read_status
from copilot_desktop.workspace.git.contents import read_sides, side_bytes
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.values import (
    INDEX,
    WORKING,
    ChangeKind,
    Comparison,
    ComparisonKind,
    GitChange,
    GitStatus,
    Nature,
)
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder, NumStat

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs file names and links of POSIX")


def opened(project: GitFolder) -> GitRepository:
    return GitRepository(Workspace(project.root))


def status_of(project: GitFolder) -> GitStatus:
    return read_status(opened(project))


def counted(changes: tuple[GitChange, ...]) -> NumStat:
    return {each.path: (each.added, each.removed) for each in changes if each.kind is not ChangeKind.UNTRACKED}


def assert_like_git(project: GitFolder) -> GitStatus:
    """Both halves of the status count as git does, and so does our own diff of the same texts."""
    repository, status = opened(project), status_of(project)
    assert counted(status.unstaged) == project.numstat()
    assert counted(status.staged) == project.numstat("--cached")
    for change in (*status.unstaged, *status.staged):
        if change.added is not None:
            sides = [side_bytes(repository, change, is_new=is_new) for is_new in (False, True)]
            is_dirty = change.nature is Nature.SUBMODULE and bool(change.note)
            assert is_dirty or numstat(*sides) == (change.added, change.removed)
    return status


def test_files_changed_added_deleted_and_untracked(project: GitFolder) -> None:
    project.write("a.py", "one\nTWO\nthree\nfour\nfive\nsix\n")
    project.write("new.py", "n\n")
    project.git("add", "a.py", "new.py")
    project.write("a.py", "one\nTWO\nthree\nfour\nfive\n")
    (project.root / "b.py").unlink()
    project.write("deep/er/u.py", "u\nv\n")
    status = assert_like_git(project)
    assert [(each.kind.letter, each.path) for each in status.unstaged] == [("M", "a.py"), ("D", "b.py")]
    assert [(each.kind.letter, each.path) for each in status.staged] == [("M", "a.py"), ("A", "new.py")]
    assert [(each.path, each.added, each.removed) for each in status.untracked] == [("deep/er/u.py", 2, 0)]
    assert (status.branch, status.count, status.head_words) == ("main", 4, "main")


def test_a_rename_keeps_its_old_path(project: GitFolder) -> None:
    project.git("mv", "a.py", "moved.py")
    project.write("moved.py", "one\ntwo\nthree\nfour\nfive\nsix\n")
    project.git("add", "-A")
    (change,) = assert_like_git(project).staged
    assert (change.kind, change.old_path, change.path) == (ChangeKind.RENAMED, "a.py", "moved.py")
    assert (change.added, change.removed) == (1, 0)


@posix
def test_modes_links_and_names_of_any_bytes(project: GitFolder) -> None:
    (project.root / "a.py").chmod(0o755)
    (project.root / "link").symlink_to("a.py")
    odd = ["line\nend.py", "caf\udce9.txt", 'quo"te\\.py', " blank "]
    for name in odd:
        project.write(name, "x\n")
    project.git("add", "-A")
    project.git("commit", "-qm", "odd", "--", *map(os.fsencode, odd), "link")
    for name in odd:
        project.write(name, "y\n")
    (project.root / "link").unlink()
    (project.root / "link").symlink_to("b.py")
    status = assert_like_git(project)
    by_path = {each.path: each for each in status.unstaged}
    assert by_path.keys() == {*odd, "link"}
    assert by_path["link"].nature is Nature.LINK
    assert read_sides(opened(project), by_path["link"]).new.text == "b.py"
    (mode,) = status.staged
    assert (mode.path, mode.mode_words, mode.added, mode.removed) == ("a.py", "mode 644 → 755", 0, 0)


@posix
def test_a_file_that_became_a_link(project: GitFolder) -> None:
    (project.root / "a.py").unlink()
    (project.root / "a.py").symlink_to("b.py")
    (change,) = assert_like_git(project).unstaged
    assert (change.kind, change.nature) == (ChangeKind.RETYPED, Nature.LINK)


def test_binary_and_attributes(project: GitFolder) -> None:
    project.write("data.bin", b"\0\1\2")
    project.write("told.txt", "a\n")
    project.write("text.bin", b"\0\n")
    project.write(".gitattributes", "told.txt -diff\ntext.bin diff\n")
    project.commit()
    project.write("data.bin", b"\0\1\3")
    project.write("told.txt", "b\n")
    project.write("text.bin", b"\0\n\0\n")
    by_path = {each.path: each for each in assert_like_git(project).unstaged}
    assert [by_path[path].nature for path in ("data.bin", "told.txt", "text.bin")] == [
        Nature.BINARY,
        Nature.BINARY,
        Nature.TEXT,
    ]


@pytest.mark.parametrize("place", ["on disk", "index", "repository", "user", "setting"])
def test_attributes_are_found_wherever_git_has_them(
    project: GitFolder, tmp_path: Path, request: pytest.FixtureRequest, place: str
) -> None:
    project.write("deep/er/told.txt", "a\n")
    project.commit()
    said = "told.txt -diff\n"
    if place in ("on disk", "index"):
        project.write("deep/.gitattributes", said)
    if place == "index":
        project.git("add", "-A")
        (project.root / "deep" / ".gitattributes").unlink()
    elif place == "repository":
        project.write(".git/info/attributes", said)
    elif place == "user":
        (tmp_path / "attributes").write_text(said)
        request.addfinalizer(partial(set_user_folder, pygit2.settings.search_path[ConfigLevel.XDG]))
        set_user_folder(str(tmp_path))
    elif place == "setting":
        (tmp_path / "told").write_text(said)
        project.git("config", "core.attributesFile", str(tmp_path / "told"))
    project.write("deep/er/told.txt", "b\n")
    found = {each.path: each for each in status_of(project).unstaged}
    assert found["deep/er/told.txt"].nature is Nature.BINARY
    assert opened(project).attributes.of("deep/er/told.txt", "diff") is False
    assert opened(project).attributes.of("a.py", "diff") is None


def test_attributes_of_very_deep_folders_are_looked_for(project: GitFolder) -> None:
    assert opened(project).attributes.of("d/" * 3_000 + "a.py", "diff") is None


def set_user_folder(place: str) -> None:
    pygit2.settings.search_path[ConfigLevel.XDG] = place


def test_of_very_many_changes_the_first_are_counted(project: GitFolder) -> None:
    for number in range(1_010):
        project.write(f"many/{number:04}.txt", "one\n")
    project.commit()
    for number in range(1_010):
        project.write(f"many/{number:04}.txt", "one\ntwo\n")
    status = status_of(project)
    assert [each.added for each in status.unstaged] == [1] * 1_000 + [None] * 10
    assert {each.nature for each in status.unstaged} == {Nature.TEXT}
    assert [each.added for each in changes_of(opened(project), WORKING)] == [1] * 1_010


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_line_ends_by_settings_and_attributes(project: GitFolder, setting: str) -> None:
    project.git("config", "core.autocrlf", setting)
    project.write(".gitattributes", "crlf.txt text eol=crlf\nraw.txt -text\nid.txt ident\n")
    for name in ("crlf.txt", "raw.txt", "auto.txt", "id.txt"):
        project.write(name, b"$Id$\none\r\ntwo\r\n")
    project.commit()
    for name in ("crlf.txt", "raw.txt", "auto.txt", "id.txt"):
        (project.root / name).unlink()
    project.git("checkout", "--", ".")
    assert not assert_like_git(project).unstaged
    for name in ("crlf.txt", "raw.txt", "auto.txt", "id.txt"):
        place = project.root / name
        place.write_bytes(place.read_bytes().replace(b"two", b"2") + b"three\r\n")
    status = assert_like_git(project)
    assert {each.path: (each.added, each.removed) for each in status.unstaged}["crlf.txt"] == (2, 1)


def test_an_encoding_of_the_working_tree(project: GitFolder) -> None:
    project.write(".gitattributes", "wide.txt text working-tree-encoding=UTF-16\n")
    place = project.write("wide.txt", "eins\nzwei\n".encode("utf-16"))
    project.commit()
    os.utime(place, (1, 1))
    assert not assert_like_git(project).unstaged
    place.write_bytes("eins\nzwei\ndrei\n".encode("utf-16"))
    (change,) = assert_like_git(project).unstaged
    assert (change.added, change.nature) == (1, Nature.TEXT)
    assert read_sides(opened(project), change).new.text == "eins\nzwei\ndrei\n"


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


def test_lfs_shows_pointers_and_runs_no_program(project: GitFolder, tmp_path: Path) -> None:
    import hashlib

    def pointer(data: bytes) -> str:
        return POINTER.format(hashlib.sha256(data).hexdigest(), len(data))

    project.write(".gitattributes", "*.big filter=lfs diff=lfs merge=lfs -text\n")
    project.write("a.big", pointer(b"old"))
    project.commit()
    ran = tmp_path / "ran"
    project.git("config", "filter.lfs.clean", f"touch {ran.as_posix()}; cat")
    project.git("config", "filter.lfs.required", "true")
    project.write("a.big", b"old")
    assert not status_of(project).unstaged
    project.write("a.big", b"newer\0")
    (change,) = status_of(project).unstaged
    sides = read_sides(opened(project), change)
    assert (sides.old.text, sides.new.text) == (pointer(b"old"), pointer(b"newer\0"))
    assert (change.nature, change.added, change.removed) == (Nature.LFS, 2, 2)
    assert "LFS" in change.note
    assert not ran.exists()


def test_pointers_are_called_so_where_there_is_no_lfs(project: GitFolder) -> None:
    project.write(".gitattributes", "*.big filter=lfs diff=lfs merge=lfs -text\n")
    project.write("a.big", POINTER.format("a" * 64, 5))
    project.write("text.big", "no pointer\n")
    project.commit()
    project.write("a.big", POINTER.format("b" * 64, 6))
    project.write("text.big", "no pointer either\n")
    project.write("new.big", POINTER.format("c" * 64, 7))
    status = status_of(project)
    pointer, text = status.unstaged
    assert "LFS" in pointer.note
    assert (pointer.added, pointer.removed) == (2, 2)
    assert read_sides(opened(project), pointer).new.text == POINTER.format("b" * 64, 6)
    assert text.note == ""
    assert "LFS" in status.untracked[0].note


def test_another_filter_is_named_and_not_run(project: GitFolder, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    project.write(".gitattributes", "*.sec filter=vault\n")
    project.write("a.sec", "secret\n")
    project.commit()
    project.git("config", "filter.vault.clean", f"touch {ran.as_posix()}; cat")
    project.write("a.sec", "other secret\n")
    (change,) = status_of(project).unstaged
    assert (change.nature, change.added) == (Nature.FILTERED, None)
    assert "vault" in read_sides(opened(project), change).problem
    assert not ran.exists()


def test_submodules_by_their_commit_and_their_own_changes(project: GitFolder, tmp_path: Path) -> None:
    other = GitFolder(tmp_path / "other")
    other.commit("Inner", x_py="x\n")
    project.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", other.root.as_posix(), "sub")
    project.git("commit", "-qm", "With a submodule")
    inner = GitFolder(project.root / "sub", is_new=False)
    inner.write("untracked.py", "u\n")
    assert not assert_like_git(project).unstaged
    inner.write("x.py", "y\n")
    (dirty,) = assert_like_git(project).unstaged
    assert (dirty.nature, dirty.old_id == dirty.new_id) == (Nature.SUBMODULE, True)
    assert "changes of its own" in dirty.note
    inner.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "Inner change")
    (moved,) = assert_like_git(project).unstaged
    new = read_sides(opened(project), moved).new.text
    assert new == f"Subproject commit {inner.git('rev-parse', 'HEAD').decode().strip()}\n"


def test_an_untracked_repository_is_one_entry(project: GitFolder) -> None:
    GitFolder(project.root / "nested").commit("Own", n_py="n\n")
    (change,) = status_of(project).untracked
    assert (change.path, change.nature) == ("nested", Nature.SUBMODULE)


def test_a_worktree_and_a_detached_head(project: GitFolder, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", "--detach", (tmp_path / "tree").as_posix())
    tree = GitFolder(tmp_path / "tree", is_new=False)
    tree.write("a.py", "changed\n")
    status = assert_like_git(tree)
    assert status.branch is None
    assert status.head_words == f"detached at {status.commit_id[:8]}"
    assert not status_of(project).unstaged


def test_a_merge_in_progress(project: GitFolder) -> None:
    project.git("checkout", "-qb", "other")
    project.commit("Theirs", a_py="theirs\ntwo\nthree\nfour\nfive\n")
    project.git("checkout", "-q", "main")
    project.commit("Ours", a_py="ours\ntwo\nthree\nfour\nfive\n")
    project.git("merge", "other", may_fail=True)
    status = status_of(project)
    assert [each.path for each in status.conflicts] == ["a.py"]
    assert (status.operation, status.message) == ("merge", "Merge branch 'other'")
    assert not status.unstaged


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    project = GitFolder(tmp_path / "empty")
    project.write("a.py", "a\nb\n")
    project.git("add", "a.py")
    project.write("b.py", "b\n")
    status = status_of(project)
    assert [(each.path, each.added, each.removed) for each in status.staged] == [("a.py", 2, 0)]
    assert [each.path for each in status.untracked] == ["b.py"]
    assert (status.head_words, status.commit_id) == ("main, no commit yet", "")
    with pytest.raises(RepositoryError, match="no commit yet"):
        changes_of(opened(project), Comparison(ComparisonKind.BRANCH, "main"))


def test_no_repository_and_a_bare_one_say_so(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(RepositoryError, match="plain is not in a git repository"):
        GitRepository(Workspace(tmp_path / "plain"))
    GitFolder(tmp_path / "x").git("init", "-q", "--bare", (tmp_path / "bare.git").as_posix())
    with pytest.raises(RepositoryError, match="bare repository"):
        GitRepository(Workspace(tmp_path / "bare.git"))


def test_an_opened_folder_inside_of_the_repository(project: GitFolder) -> None:
    project.write("src/inner.py", "i\n")
    repository = GitRepository(Workspace(project.root / "src"))
    status = read_status(repository)
    assert (status.prefix, [status.inside(each.path) for each in status.untracked]) == ("src/", ["inner.py"])
    assert status.inside("a.py") is None


def test_a_branch_against_its_base_with_and_without_the_disk(project: GitFolder) -> None:
    fork = project.git("rev-parse", "HEAD").decode().strip()
    project.git("checkout", "-qb", "topic")
    project.commit("Topic", a_py="one\n2\nthree\nfour\nfive\n", c_py="c\n")
    project.git("mv", "b.py", "renamed.py")
    project.commit("Rename")
    project.git("checkout", "-q", "main")
    project.commit("Meanwhile", m_py="m\n")
    project.git("checkout", "-q", "topic")
    project.write("a.py", "one\n2\nthree\nfour\nfive\nsix\n")
    project.write("staged.py", "s\n")
    project.git("add", "staged.py")
    project.write("untracked.py", "u\n")
    repository = opened(project)
    with_disk = changes_of(repository, Comparison(ComparisonKind.BRANCH, "main"))
    assert counted(with_disk) == project.numstat(fork)
    assert [each.path for each in with_disk if each.kind is ChangeKind.UNTRACKED] == ["untracked.py"]
    committed = changes_of(repository, Comparison(ComparisonKind.BRANCH, "main", with_disk=False))
    assert counted(committed) == project.numstat(f"{fork}..HEAD")
    by_path = {each.path: each for each in with_disk}
    assert read_sides(repository, by_path["a.py"]).new.text == "one\n2\nthree\nfour\nfive\nsix\n"
    assert (by_path["renamed.py"].kind, by_path["renamed.py"].old_path) == (ChangeKind.RENAMED, "b.py")
    assert base_names(repository) == ("main",)
    with pytest.raises(RepositoryError, match="no branch or commit called gone"):
        changes_of(repository, Comparison(ComparisonKind.BRANCH, "gone"))


def test_the_two_short_comparisons_are_the_halves_of_the_status(project: GitFolder) -> None:
    project.write("a.py", "x\n")
    project.git("add", "a.py")
    project.write("b.py", "y\n")
    repository = opened(project)
    assert [each.path for each in changes_of(repository, INDEX)] == ["a.py"]
    assert [each.path for each in changes_of(repository, WORKING)] == ["b.py"]


ROOT = Path(__file__).parents[4]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the tests do not stand in a repository")
def test_a_branch_of_hundreds_of_commits_sums_up_as_git_says() -> None:
    here = GitFolder(ROOT, is_new=False)
    count = int(here.git("rev-list", "--first-parent", "--count", "HEAD"))
    base = here.git("rev-parse", f"HEAD~{min(300, count - 1)}").decode().strip()
    branch = Comparison(ComparisonKind.BRANCH, base, with_disk=False)
    assert counted(changes_of(opened(here), branch)) == here.numstat(f"{base}..HEAD")


def test_renames_are_paired_without_the_git_program_too(project: GitFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.git("mv", "a.py", "moved.py")
    monkeypatch.setenv("PATH", "")
    (change,) = status_of(project).staged
    assert (change.kind, change.old_path) == (ChangeKind.RENAMED, "a.py")


@posix
def test_nothing_that_the_settings_of_a_repository_name_is_run(project: GitFolder, tmp_path: Path) -> None:
    """As of a repository that somebody else has made: it is looked at, and a partial clone fetches nothing for it."""
    ran = tmp_path / "ran"
    script = project.write(".git/run.sh", f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "diff.external", "core.pager", "core.sshCommand", "core.editor"):
        project.git("config", name, str(script))
    project.git("config", "remote.origin.url", f"ext::{script}")
    project.git("config", "protocol.ext.allow", "always")
    project.git("config", "remote.origin.promisor", "true")
    project.git("-c", "core.fsmonitor=false", "mv", "a.py", "moved.py")
    project.write("moved.py", "one\ntwo\nthree\nfour\nand six\n")
    project.git("-c", "core.fsmonitor=false", "add", "moved.py")
    blob = project.git("rev-parse", "HEAD:a.py").decode().strip()
    (project.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    ran.unlink(missing_ok=True)
    with contextlib.suppress(RepositoryError):
        status_of(project)
    assert not ran.exists()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the tests do not stand in a repository")
@pytest.mark.parametrize("limit", [12, pytest.param(100_000, marks=pytest.mark.long)])
def test_counts_are_gits_for_commits_of_this_project(limit: int) -> None:
    """Files, renames and lines of some commits, or of all: by libgit2 and by our own diff."""
    here = GitFolder(ROOT, is_new=False)
    commits = here.git("rev-list", "--no-merges", "--min-parents=1", "HEAD").decode().split()
    repository = GitRepository(Workspace(ROOT))
    for commit in commits[:: max(1, len(commits) // limit)]:
        found: object = repository.git.get(commit)
        assert isinstance(found, pygit2.Commit)
        changes = tuple(compared_trees(repository, found.parents[0].tree, found.tree))
        assert counted(changes) == here.numstat("-M", f"{commit}~..{commit}"), commit
        for change in changes:
            if change.added is not None:
                sides = [side_bytes(repository, change, is_new=is_new) for is_new in (False, True)]
                assert numstat(*sides) == (change.added, change.removed), (commit, change.path)
