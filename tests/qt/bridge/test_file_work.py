"""The explorer's operations on a real disk where a part of them is refused: a true account, and all of it undoable."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.bridge import file_work
from copilot_desktop.bridge.file_work import FileWork
from copilot_desktop.workspace.file_operations import remove_place
from copilot_desktop.workspace.paths import Workspace


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bin_folder = tmp_path / "trash"
    bin_folder.mkdir()

    def put(place: Path) -> Path:
        target = bin_folder / f"{len(list(bin_folder.iterdir()))}-{place.name}"
        place.rename(target)
        return target

    monkeypatch.setattr(file_work, "move_to_trash", put)
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def work(root: Path, tmp_path: Path) -> FileWork:
    return FileWork(Workspace.at(root), tmp_path / "state")


def keep_standing(monkeypatch: pytest.MonkeyPatch, root: Path, *paths: str) -> None:
    """These folders may not be removed."""
    kept = {root / path for path in paths}
    monkeypatch.setattr(file_work, "remove_place", lambda place: None if place in kept else remove_place(place))


def test_what_was_deleted_for_good_before_a_refusal_can_be_had_back(
    root: Path, work: FileWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "d/locked").mkdir(parents=True)
    (root / "d/a.txt").write_text("only copy")
    (root / "e").mkdir()
    (root / "e/b.txt").write_text("other")
    (root / "e/link").symlink_to("b.txt")
    keep_standing(monkeypatch, root, "d")
    outcome = work.delete(["d", "e"], "Delete 2 items", is_kept=True)
    assert outcome.problem is not None
    assert "d could not be deleted" in outcome.problem.message
    assert not (root / "d/a.txt").exists()
    assert not (root / "e").exists()
    assert outcome.operation.can_undo
    assert outcome.operation.gone == ("e", "d/a.txt")
    assert work.undo(outcome.operation).problem is None
    assert (root / "d/a.txt").read_text() == "only copy"
    assert (root / "e/link").read_text() == "other"


def test_where_nothing_could_be_deleted_nothing_was_done(
    root: Path, work: FileWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "d").mkdir()
    keep_standing(monkeypatch, root, "d")
    outcome = work.delete(["d"], "Delete d", is_kept=False)
    assert outcome.problem is not None
    assert outcome.operation.is_empty
    assert (root / "d").is_dir()


def test_what_is_gone_for_good_without_having_been_kept_is_told(
    root: Path, work: FileWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "a.txt").write_text("a")
    (root / "d").mkdir()
    keep_standing(monkeypatch, root, "d")
    outcome = work.delete(["a.txt", "d"], "Delete 2 items", is_kept=False)
    assert outcome.problem is not None
    assert outcome.operation.gone == ("a.txt",)
    assert not outcome.operation.can_undo


@pytest.mark.parametrize("is_move", [True, False])
@pytest.mark.parametrize(("source", "folder"), [("a/a", ""), ("a", "a"), ("a/b/a", "")])
def test_what_holds_the_other_is_not_replaced(
    root: Path, work: FileWork, source: str, folder: str, is_move: bool
) -> None:
    (root / "a/a").mkdir(parents=True)
    (root / "a/b/a").mkdir(parents=True)
    (root / "a/a/x").write_text("x")
    (root / "other").mkdir()
    (root / "free").write_text("free")
    outcome = work.replace([root / "free", root / source], folder, is_move=is_move, title="Replace")
    assert outcome.problem is not None
    assert "inside the other" in outcome.problem.message
    assert outcome.operation.is_empty
    assert (root / "a/a/x").read_text() == "x"
    assert (root / "a/b/a").is_dir()


def test_what_is_replaced_goes_to_the_trash_and_comes_back(root: Path, work: FileWork) -> None:
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/c").write_text("new")
    (root / "c").write_text("old")
    done = work.replace([root / "a/b/c"], "", is_move=True, title="Replace c")
    assert done.problem is None
    assert (root / "c").read_text() == "new"
    assert work.undo(done.operation).problem is None
    assert (root / "c").read_text() == "old"
    assert (root / "a/b/c").read_text() == "new"
