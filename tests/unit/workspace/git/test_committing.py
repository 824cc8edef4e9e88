"""Commits by the git program: hooks and their output, amending and its refusals."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.git.committing import (
    CommitDone,
    committed,
    last_message,
    plan_commit,
    restore_commit,
    run_commit,
)
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder

posix = pytest.mark.skipif(sys.platform == "win32", reason="hooks of these tests are shell scripts")


def opened(project: GitFolder) -> GitRepository:
    return GitRepository(Workspace(project.root), lambda: True)


def commit(project: GitFolder, message: str, *, is_amended: bool = False) -> CommitDone:
    repository = opened(project)
    plan = plan_commit(repository, message, is_amended=is_amended)
    heard: list[str] = []
    code, output = asyncio.run(run_commit(plan, heard.append))
    assert "".join(heard) == output
    return committed(opened(project), plan, code, output)


def hook(project: GitFolder, name: str, script: str) -> None:
    place = project.write(f".git/hooks/{name}", f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def staged(project: GitFolder, text: str = "changed\n") -> None:
    project.write("a.py", text)
    project.git("add", "a.py")


def test_a_commit_takes_what_is_staged_and_no_more(project: GitFolder) -> None:
    staged(project)
    project.write("b.py", "not staged\n")
    done = commit(project, "A title\n\n# not a comment\nand a body")
    assert done.title == "A title"
    assert last_message(opened(project)) == "A title\n\n# not a comment\nand a body"
    assert project.status() == [" M b.py"]
    assert done.commit_id == project.git("rev-parse", "HEAD").decode().strip()


@posix
def test_hooks_run_are_heard_and_may_refuse(project: GitFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_API_KEY", "sk-very-secret-value")
    staged(project)
    hook(project, "pre-commit", "echo looking; echo key: $MY_API_KEY; exit 1")
    with pytest.raises(RepositoryError, match="git did not commit") as caught:
        commit(project, "Refused")
    assert caught.value.detail == "looking\nkey:\n"
    assert project.status() == ["M  a.py"]
    hook(project, "pre-commit", "echo fine")
    hook(project, "commit-msg", 'echo "Signed" >> "$1"')
    assert commit(project, "Taken").output.startswith("fine\n")
    assert last_message(opened(project)) == "Taken\nSigned"


def test_what_cannot_be_committed_says_why(project: GitFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for message, reason in (("  \n", "needs a message"), ("Title", "Nothing is staged")):
        with pytest.raises(RepositoryError, match=reason):
            plan_commit(opened(project), message, is_amended=False)
    staged(project)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RepositoryError, match="needs the git program"):
        plan_commit(opened(project), "Title", is_amended=False)


def test_the_first_commit(tmp_path: Path) -> None:
    project = GitFolder(tmp_path / "empty")
    with pytest.raises(RepositoryError, match="no commit yet"):
        plan_commit(opened(project), "Title", is_amended=True)
    staged(project)
    assert commit(project, "First").title == "First"


def test_amending_and_the_way_back(project: GitFolder) -> None:
    old = project.git("rev-parse", "HEAD").decode().strip()
    staged(project)
    done = commit(project, "Better", is_amended=True)
    assert (done.old_id, last_message(opened(project))) == (old, "Better")
    restore_commit(opened(project), old, done.commit_id)
    assert project.git("rev-parse", "HEAD").decode().strip() == old
    assert project.status() == ["M  a.py"]
    commit(project, "Something else")
    with pytest.raises(RepositoryError, match="another commit by now"):
        restore_commit(opened(project), old, done.commit_id)


def test_a_commit_that_an_upstream_has_is_not_amended(project: GitFolder, tmp_path: Path) -> None:
    project.git("init", "-q", "--bare", (tmp_path / "up.git").as_posix())
    project.git("remote", "add", "up", (tmp_path / "up.git").as_posix())
    project.git("push", "-q", "up", "main")
    with pytest.raises(RepositoryError, match="is in up/main already"):
        plan_commit(opened(project), "Again", is_amended=True)
    project.commit("Not pushed", c_py="c\n")
    assert plan_commit(opened(project), "Again", is_amended=True).is_amended


def test_a_merge_is_committed_once_it_is_resolved(project: GitFolder) -> None:
    project.git("checkout", "-qb", "other")
    project.commit("Theirs", a_py="theirs\n")
    project.git("checkout", "-q", "main")
    project.commit("Ours", a_py="ours\n")
    project.git("merge", "other", may_fail=True)
    with pytest.raises(RepositoryError, match="There are conflicts"):
        plan_commit(opened(project), "Merge", is_amended=False)
    project.write("a.py", "ours\n")
    project.git("add", "a.py")
    with pytest.raises(RepositoryError, match="merge is under way"):
        plan_commit(opened(project), "Merge", is_amended=True)
    commit(project, "Merge branch 'other'")
    assert len(project.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


@posix
def test_a_hook_that_hangs_ends_with_the_commit(project: GitFolder, tmp_path: Path) -> None:
    staged(project)
    hook(project, "pre-commit", f"echo $$ > {tmp_path / 'pid'}; echo begun; sleep 60")
    plan = plan_commit(opened(project), "Never", is_amended=False)

    async def cancel_when_begun() -> None:
        begun = asyncio.Event()
        task = asyncio.create_task(run_commit(plan, lambda _text: begun.set()))
        await asyncio.wait_for(begun.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_when_begun())
    pid = int((tmp_path / "pid").read_text())
    end = time.monotonic() + 10
    while time.monotonic() < end and Path(f"/proc/{pid}").exists() and "Z" not in _state(pid):
        time.sleep(0.02)
    assert not Path(f"/proc/{pid}").exists() or "Z" in _state(pid)
    assert project.status() == ["M  a.py"]
    assert not (project.root / ".git" / "index.lock").exists()
    assert os.getpgid(0) != pid


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"
