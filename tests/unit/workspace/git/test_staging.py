"""Files, hunks and lines go into the index, out of it and back to what is staged, as the git program sees it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_desktop.errors import FileChangedError, RepositoryError
from copilot_desktop.text.lines import split_lines
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.git.comparing import read_status
from copilot_desktop.workspace.git.contents import read_sides
from copilot_desktop.workspace.git.discarding import discard_files, discard_lines, set_executable
from copilot_desktop.workspace.git.picking import all_changed, left_text, picked_text
from copilot_desktop.workspace.git.repository import GitRepository
from copilot_desktop.workspace.git.staging import stage_files, stage_lines, unstage_files, unstage_lines
from copilot_desktop.workspace.git.values import FileSides, GitStatus, PickedLines
from copilot_desktop.workspace.paths import Workspace
from tests.support.git_repository import GitFolder

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs file names and links of POSIX")


def opened(project: GitFolder) -> GitRepository:
    return GitRepository(Workspace(project.root), lambda: True)


def status_of(project: GitFolder) -> GitStatus:
    return read_status(opened(project))


def seen_on_disk(project: GitFolder) -> FileSides:
    status = status_of(project)
    (change,) = (*status.unstaged, *status.untracked)
    return read_sides(opened(project), change)


def seen_in_index(project: GitFolder) -> FileSides:
    (change,) = status_of(project).staged
    return read_sides(opened(project), change)


def lines(*, old: tuple[int, ...] = (), new: tuple[int, ...] = ()) -> PickedLines:
    return PickedLines(frozenset(old), frozenset(new))


@posix
def test_whole_files_of_every_kind_go_in_and_out(project: GitFolder) -> None:
    project.write("a.py", "other\n")
    (project.root / "b.py").unlink()
    project.write("new\nname.py", "n\n").chmod(0o755)
    (project.root / "link").symlink_to("a.py")
    project.write("caf\udce9.py", "c\n")
    status = status_of(project)
    stage_files(opened(project), (*status.unstaged, *status.untracked))
    assert project.status() == ["M  a.py", "D  b.py", "A  caf\udce9.py", "A  link", "A  new\nname.py"]
    assert project.git("ls-files", "-s", "--", "link", "new\nname.py").decode()[:6] == "120000"
    unstage_files(opened(project), status_of(project).staged)
    assert project.status() == [" M a.py", " D b.py", "?? caf\udce9.py", "?? link", "?? new\nname.py"]


def test_a_staged_rename_goes_out_with_both_its_names(project: GitFolder) -> None:
    project.git("mv", "a.py", "moved.py")
    unstage_files(opened(project), status_of(project).staged)
    assert project.status() == [" D a.py", "?? moved.py"]


def test_before_the_first_commit_files_go_out_again(tmp_path: Path) -> None:
    project = GitFolder(tmp_path / "empty")
    project.write("a.py", "a\n")
    stage_files(opened(project), status_of(project).untracked)
    assert project.status() == ["A  a.py"]
    unstage_files(opened(project), status_of(project).staged)
    assert project.status() == ["?? a.py"]


def test_single_lines_go_in_and_out(project: GitFolder) -> None:
    project.write("a.py", "one\nTWO\nthree\nFOUR\nfive\nsix\n")
    stage_lines(opened(project), seen_on_disk(project), lines(old=(1,), new=(1, 5)))
    assert project.staged("a.py") == b"one\nTWO\nthree\nfour\nfive\nsix\n"
    unstage_lines(opened(project), seen_in_index(project), lines(new=(5,)))
    assert project.staged("a.py") == b"one\nTWO\nthree\nfour\nfive\n"
    assert (project.root / "a.py").read_text() == "one\nTWO\nthree\nFOUR\nfive\nsix\n"


def test_lines_of_a_new_file_and_of_one_that_is_gone(project: GitFolder) -> None:
    project.write("new.py", "a\nb\nc\n")
    stage_lines(opened(project), seen_on_disk(project), lines(new=(0, 2)))
    assert project.staged("new.py") == b"a\nc\n"
    unstage_lines(opened(project), seen_in_index(project), lines(new=(0, 1)))
    assert project.status() == ["?? new.py"]
    (project.root / "new.py").unlink()
    (project.root / "b.py").unlink()
    stage_lines(opened(project), seen_on_disk(project), lines(old=(0, 1)))
    assert project.staged("b.py") == b"b3\nb4\nb5\n"
    stage_lines(opened(project), seen_on_disk(project), lines(old=(0, 1, 2)))
    assert project.status() == ["D  b.py"]


def test_line_ends_on_disk_are_not_staged(project: GitFolder) -> None:
    project.git("config", "core.autocrlf", "true")
    project.write("a.py", b"one\r\nTWO\r\nthree\r\nfour\r\nFIVE\r\n")
    stage_lines(opened(project), seen_on_disk(project), lines(old=(1,), new=(1,)))
    assert project.staged("a.py") == b"one\nTWO\nthree\nfour\nfive\n"
    found = discard_lines(opened(project), seen_on_disk(project), lines(old=(4,), new=(4,)))
    assert found.writes[0].data == b"one\r\nTWO\r\nthree\r\nfour\r\nfive\r\n"


def test_a_filter_program_runs_for_staging_alone(project: GitFolder) -> None:
    project.write(".gitattributes", "*.up filter=upper\n")
    project.commit()
    project.git("config", "filter.upper.clean", "tr a-z A-Z")
    project.git("config", "filter.upper.smudge", "tr A-Z a-z")
    project.write("x.up", "quiet\n")
    stage_files(opened(project), status_of(project).untracked)
    assert project.staged("x.up") == b"QUIET\n"
    project.commit()
    project.write("x.up", "other\n")
    found = discard_files(opened(project), status_of(project).unstaged)
    assert found.writes[0].data == b"quiet\n"


def test_a_lock_of_another_git_is_respected(project: GitFolder) -> None:
    project.write("a.py", "x\n")
    (project.root / ".git" / "index.lock").touch()
    with pytest.raises(RepositoryError, match="Another git program") as caught:
        stage_files(opened(project), status_of(project).unstaged)
    assert "index.lock" in caught.value.advice
    assert project.status() == [" M a.py"]


def test_what_has_changed_since_it_was_seen_is_left_alone(project: GitFolder) -> None:
    project.write("a.py", "x\n")
    seen = seen_on_disk(project)
    project.write("a.py", "y\n")
    with pytest.raises(FileChangedError, match="has changed meanwhile"):
        stage_lines(opened(project), seen, lines(new=(0,)))
    seen = seen_on_disk(project)
    project.git("add", "a.py")
    with pytest.raises(FileChangedError, match="What is staged"):
        stage_lines(opened(project), seen, lines(new=(0,)))


def test_a_conflict_is_resolved_by_staging(project: GitFolder) -> None:
    project.git("checkout", "-qb", "other")
    project.commit("Theirs", a_py="theirs\n")
    project.git("checkout", "-q", "main")
    project.commit("Ours", a_py="ours\n")
    project.git("merge", "other", may_fail=True)
    with pytest.raises(RepositoryError, match="in conflict"):
        discard_files(opened(project), status_of(project).conflicts)
    project.write("a.py", "both\n")
    stage_files(opened(project), status_of(project).conflicts)
    assert project.status() == ["M  a.py"]


def test_discarded_files_are_in_the_store_and_come_back(project: GitFolder, tmp_path: Path) -> None:
    workspace = Workspace(project.root)
    applier = Applier(workspace, tmp_path / "state")
    project.write("a.py", "changed\n")
    project.write("deep/new.py", "untracked\n")
    (project.root / "b.py").unlink()
    status = status_of(project)
    found = discard_files(GitRepository(workspace, lambda: True), (*status.unstaged, *status.untracked))
    done = applier.apply(found.writes, "Discard")
    assert project.status() == []
    applier.restore(done.checkpoint_id)
    assert project.status() == [" M a.py", " D b.py", "?? deep/new.py"]
    assert (project.root / "deep" / "new.py").read_text() == "untracked\n"


def test_discarded_lines_go_and_the_others_stay(project: GitFolder) -> None:
    project.write("a.py", "one\nTWO\nthree\nfive\nsix\n")
    found = discard_lines(opened(project), seen_on_disk(project), lines(old=(3,), new=(4,)))
    assert found.writes[0].data == b"one\nTWO\nthree\nfour\nfive\n"


@posix
def test_a_mode_is_discarded_and_a_link_is_refused(project: GitFolder) -> None:
    (project.root / "a.py").chmod(0o755)
    found = discard_files(opened(project), status_of(project).unstaged)
    assert (found.writes, found.executable) == ((), (("a.py", False),))
    set_executable(str(project.root / "a.py"), is_executable=False)
    assert project.status() == []
    (project.root / "b.py").unlink()
    (project.root / "b.py").symlink_to("a.py")
    with pytest.raises(RepositoryError, match="no plain file"):
        discard_files(opened(project), status_of(project).unstaged)


def test_files_outside_of_the_opened_folder_are_not_written(project: GitFolder) -> None:
    project.write("src/x.py", "x\n")
    project.write("a.py", "changed\n")
    repository = GitRepository(Workspace(project.root / "src"))
    with pytest.raises(RepositoryError, match="outside of the opened folder"):
        discard_files(repository, read_status(repository).unstaged)


def test_another_encoding_is_taken_as_a_whole_only(project: GitFolder) -> None:
    project.write("a.py", "\ufeffone\ntwo\n")
    with pytest.raises(RepositoryError, match=r"encoding of a\.py has changed"):
        stage_lines(opened(project), seen_on_disk(project), lines(new=(0,)))


few_lines = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n"]), max_size=6).map("".join)


@settings(max_examples=60)
@given(few_lines, few_lines, st.data())
def test_picking_all_none_and_some_lines(old: str, new: str, data: st.DataObject) -> None:
    every = all_changed(split_lines(old), split_lines(new))
    assert picked_text(old, new, every) == new == left_text(old, new, PickedLines())
    assert picked_text(old, new, PickedLines()) == old == left_text(old, new, every)
    some = PickedLines(
        frozenset(data.draw(st.sets(st.sampled_from(sorted(every.old))))) if every.old else frozenset(),
        frozenset(data.draw(st.sets(st.sampled_from(sorted(every.new))))) if every.new else frozenset(),
    )
    count = len(split_lines(picked_text(old, new, some)))
    assert count == len(split_lines(old)) - len(some.old) + len(some.new)


def test_a_last_line_without_an_end_gets_one_when_more_follows() -> None:
    assert picked_text("a", "a\nb\n", lines(new=(0, 1))) == "a\na\nb\n"
    assert picked_text("a", "b\nc", lines(new=(0,))) == "a\nb\n"
