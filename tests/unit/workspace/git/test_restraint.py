"""A hostile repository: nothing that its settings name is run in a folder that is not trusted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path

import pytest

from copilot_desktop.errors import RepositoryError
from copilot_desktop.workspace.file_list import list_files
from copilot_desktop.workspace.git.committing import committed, plan_commit, restore_commit, run_commit
from copilot_desktop.workspace.git.comparing import changes_of, read_status
from copilot_desktop.workspace.git.contents import read_sides
from copilot_desktop.workspace.git.discarding import discard_files
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.restraint import restrained, settings_of
from copilot_desktop.workspace.git.staging import stage_files, unstage_files
from copilot_desktop.workspace.git.values import Comparison, ComparisonKind
from copilot_desktop.workspace.ignore import IgnoreRules
from copilot_desktop.workspace.paths import Workspace
from tests.support.hostile_repository import HostileRepository

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs of these tests are shell scripts")


@pytest.fixture
def hostile(tmp_path: Path) -> HostileRepository:
    return HostileRepository(tmp_path / "hostile", tmp_path / "marks")


def opened(hostile: HostileRepository, *, is_trusted: bool = False) -> GitRepository:
    return GitRepository(Workspace(hostile.folder.root), lambda: is_trusted)


def commit(hostile: HostileRepository, *, is_trusted: bool = False, is_amended: bool = False) -> str:
    title = "Amended" if is_amended else "A title"
    plan = plan_commit(opened(hostile, is_trusted=is_trusted), title, is_amended=is_amended)
    code, output = asyncio.run(run_commit(plan, lambda _text: None))
    return committed(opened(hostile), plan, code, output).output


def test_looking_runs_nothing(hostile: HostileRepository) -> None:
    workspace = Workspace(hostile.folder.root)
    assert "c.evil" in list_files(workspace, IgnoreRules(workspace))
    # As if all of it had been touched: git would look into the files, through the filters.
    for each in hostile.folder.root.iterdir():
        os.utime(each, (time.time() + 60, time.time() + 60))
    repository = opened(hostile)
    status = read_status(repository)
    for change in (*status.untracked, *status.unstaged, *status.staged):
        read_sides(repository, change)
    changes_of(repository, Comparison(ComparisonKind.BRANCH, "main"))
    assert hostile.marks() == []


def test_staging_and_committing_run_nothing(hostile: HostileRepository) -> None:
    hostile.folder.write("a.py", "another\n")
    repository = opened(hostile)
    status = read_status(repository)
    by_path = {change.path: change for change in (*status.unstaged, *status.untracked)}
    stage_files(repository, (by_path["a.py"],))
    unstage_files(repository, (by_path["a.py"],))
    stage_files(repository, (by_path["a.py"], by_path[".gitattributes"]))
    before = repository.head_id
    assert commit(hostile).startswith("No hooks are run and nothing is signed: the folder is restricted")
    first = opened(hostile).head_id
    assert first != before
    commit(hostile, is_amended=True)
    restore_commit(opened(hostile), first, opened(hostile).head_id)
    hostile.folder.write("a.py", "thrown away\n")
    change = next(each for each in read_status(opened(hostile)).unstaged if each.path == "a.py")
    (write,) = discard_files(opened(hostile), (change,)).writes
    assert write.data == b"another\n"
    assert hostile.marks() == []
    # The same where programs are run: the repository is as bad as it seems.
    hostile.folder.write("a.py", "once more\n")
    change = next(each for each in read_status(opened(hostile)).unstaged if each.path == "a.py")
    stage_files(opened(hostile), (change,))
    hostile.folder.git("config", "commit.gpgSign", "false")
    with contextlib.suppress(RepositoryError):
        commit(hostile, is_trusted=True)  # the monitor takes the message away
    assert {"hook-pre-commit", "core.fsmonitor"} <= set(hostile.marks())


@pytest.mark.parametrize(("path", "mark"), [("c.evil", "filter.evil.process"), ("d.more", "included")])
def test_a_file_that_passes_through_a_program_is_refused(hostile: HostileRepository, path: str, mark: str) -> None:
    repository = opened(hostile)
    change = next(each for each in read_status(repository).untracked if each.path == path)
    with pytest.raises(RepositoryError, match="not run in a restricted folder"):
        stage_files(repository, (change,))
    assert hostile.marks() == []
    with contextlib.suppress(RepositoryError):
        stage_files(opened(hostile, is_trusted=True), (change,))  # the program is a bad one
    assert mark in hostile.marks()


def test_a_name_that_hides_from_the_command_line_is_refused(hostile: HostileRepository) -> None:
    hostile.folder.git("config", "filter.a=b.clean", "touch x")
    with pytest.raises(RepositoryError, match="cannot be switched off"):
        restrained(hostile.folder.root)


def test_what_runs_a_program_is_told_from_what_does_not(hostile: HostileRepository) -> None:
    found = settings_of(hostile.folder.root)
    run = {each.key for each in found if each.runs_program and each.is_of_repository}
    assert {"core.fsmonitor", "filter.more.clean", "filter.evil.process", "gpg.program", "hook.evil.command"} <= run
    assert not run & {"user.name", "core.bare", "commit.verbose"}
    hostile.folder.git("config", "core.fsmonitor", "false")
    assert "core.fsmonitor" not in {each.key for each in settings_of(hostile.folder.root) if each.runs_program}
