"""The explorer's operations on a real disk where a part of them is refused: a true account, and all of it undoable."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_desktop.bridge.files import deleting, trash
from copilot_desktop.bridge.files.work import FileWork
from copilot_desktop.errors import NotKeptError
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.entries import EntryKind
from copilot_desktop.workspace.checkpoints.pruning import Pruner
from copilot_desktop.workspace.file_operations import remove_place
from copilot_desktop.workspace.file_writes import FileWrite
from copilot_desktop.workspace.files import ANY_CONTENT
from copilot_desktop.workspace.paths import Workspace


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    bin_folder = tmp_path / "trash"
    bin_folder.mkdir()

    def put(place: Path) -> Path:
        target = bin_folder / f"{len(list(bin_folder.iterdir()))}-{place.name}"
        place.rename(target)
        return target

    monkeypatch.setattr(trash, "move_to_trash", put)
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def work(root: Path, tmp_path: Path) -> FileWork:
    return FileWork(Workspace.at(root), tmp_path / "state")


def keep_standing(monkeypatch: pytest.MonkeyPatch, root: Path, *paths: str) -> None:
    """These folders may not be removed."""
    kept = {root / path for path in paths}
    monkeypatch.setattr(deleting, "remove_place", lambda place: None if place in kept else remove_place(place))


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
    assert work.undoing.undo(outcome.operation).problem is None
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
    assert work.undoing.undo(done.operation).problem is None
    assert (root / "c").read_text() == "old"
    assert (root / "a/b/c").read_text() == "new"


def test_undo_brings_back_what_it_can_and_goes_on_with_the_rest(root: Path, work: FileWork) -> None:
    for name in "abc":
        (root / name).write_text(name)
    done = work.trash(["a", "b", "c"], "Delete 3 items").operation
    (root / "b").write_text("other")
    first = work.undoing.undo(done)
    assert first.problem is not None
    assert "b is there already" in first.problem.message
    assert (root / "a").read_text() == "a"
    assert (root / "c").read_text() == "c"
    assert first.left is not None
    assert [each.path for each in first.left.trashed] == ["b"]
    assert first.left.title == "Delete 3 items"
    (root / "b").rename(root / "b2")
    again = work.undoing.undo(first.left)
    assert again.problem is None
    assert again.left is None
    assert (root / "b").read_text() == "b"


def test_what_is_no_longer_in_the_trash_is_not_offered_again(root: Path, work: FileWork) -> None:
    for name in "abc":
        (root / name).write_text(name)
    done = work.trash(["a", "b", "c"], "Delete 3 items").operation
    for each in done.trashed[1:]:
        each.place.unlink()
    undone = work.undoing.undo(done)
    assert undone.problem is not None
    assert undone.problem.message == "c is no longer in the trash. 1 more could not be taken back either."
    assert undone.left is None
    assert (root / "a").read_text() == "a"


def test_a_move_is_taken_back_in_two_goes_and_the_folder_made_for_it_stays_until_then(
    root: Path, work: FileWork
) -> None:
    for name in "ab":
        (root / name).write_text(name)
    done = work.move([("a", "new/a"), ("b", "new/b")], "Move 2 items").operation
    assert done.made == ("new",)
    (root / "a").write_text("other")
    first = work.undoing.undo(done)
    assert first.problem is not None
    assert first.operation.moved == (("new/b", "b"),)
    assert (root / "new/a").read_text() == "a"
    assert first.left is not None
    assert (first.left.moved, first.left.made) == ((("a", "new/a"),), ("new",))
    (root / "a").unlink()
    assert work.undoing.undo(first.left).problem is None
    assert (root / "a").read_text() == "a"
    assert not (root / "new").exists()


def test_what_others_put_into_a_made_folder_stays_there_when_the_moved_file_is_gone(root: Path, work: FileWork) -> None:
    (root / "a").write_text("a")
    done = work.move([("a", "new/a")], "Move a").operation
    (root / "new/a").rename(root / "new/named by another program")
    undone = work.undoing.undo(done)
    assert undone.problem is not None
    assert undone.left is None
    assert (root / "new/named by another program").read_text() == "a"


def test_links_that_could_not_be_brought_back_are_left_alone_to_be_tried(root: Path, work: FileWork) -> None:
    (root / "d").mkdir()
    (root / "d/a").write_text("a")
    (root / "d/link").symlink_to("a")
    (root / "link").symlink_to("d/a")
    done = work.delete(["d", "link"], "Delete 2 items", is_kept=True).operation
    (root / "link").write_text("other")
    first = work.undoing.undo(done)
    assert first.problem is not None
    assert (root / "d/link").read_text() == "a"
    assert first.left is not None
    (root / "link").unlink()
    assert work.undoing.undo(first.left).problem is None
    assert (root / "link").read_text() == "a"


def test_what_the_explorer_can_take_back_is_not_cleared(root: Path, work: FileWork, tmp_path: Path) -> None:
    applier = Applier(Workspace.at(root), tmp_path / "state")
    (root / "a.txt").write_text("only copy")
    deleted = work.delete(["a.txt"], "Delete a.txt", is_kept=True).operation
    for text in ("one", "two", "three"):
        applier.apply([FileWrite("b.txt", ANY_CONTENT, text.encode())], f"Write {text}")
    work.keep_for_undo((deleted,))
    pruner = Pruner(tmp_path / "state")
    pruner.clear()
    assert work.undoing.undo(deleted).problem is None
    assert (root / "a.txt").read_text() == "only copy"
    work.keep_for_undo(())
    pruner.clear()
    assert len(applier.history.entries()) == 1


def test_what_does_not_fit_is_asked_about_before_it_is_deleted(root: Path, tmp_path: Path) -> None:
    (root / "a.txt").write_text("x" * 2_000)
    (root / "b.txt").write_text("x" * 500)
    work = FileWork(Workspace.at(root), tmp_path / "state", lambda: 1_000)
    assert not work.may_keep(["a.txt"])
    assert work.may_keep(["b.txt"])
    assert work.delete(["a.txt"], "Delete a.txt", is_kept=True).problem is not None
    assert (root / "a.txt").exists()


def test_without_a_trash_what_is_replaced_goes_into_the_history(
    root: Path, work: FileWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "move_to_trash", lambda _place: None)
    (root / "to/kept").mkdir(parents=True)
    (root / "to/kept/inner.txt").write_text("older inner")
    (root / "to/a.txt").write_text("older")
    (root / "a.txt").write_text("newer")
    (root / "kept").mkdir()
    moved = work.replace([root / "a.txt"], "to", is_move=True, title="Replace a.txt")
    copied = work.replace([root / "kept"], "to", is_move=False, title="Replace kept")
    assert (moved.problem, copied.problem) == (None, None)
    assert (root / "to/a.txt").read_text() == "newer"
    assert list((root / "to/kept").iterdir()) == []
    history = Applier(Workspace.at(root), tmp_path / "state").history
    assert [(each.kind, each.title) for each in history.entries()] == [
        (EntryKind.REPLACE, "Replace kept"),
        (EntryKind.RENAME, "Replace a.txt"),
        (EntryKind.REPLACE, "Replace a.txt"),
    ]
    for outcome in (copied, moved):
        assert outcome.operation.can_undo
        undone = work.undoing.undo(outcome.operation)
        assert (undone.problem, undone.left) == (None, None)
    assert (root / "to/kept/inner.txt").read_text() == "older inner"
    assert ((root / "to/a.txt").read_text(), (root / "a.txt").read_text()) == ("older", "newer")


def test_without_a_trash_a_copy_that_replaced_something_is_taken_back(
    root: Path, work: FileWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "move_to_trash", lambda _place: None)
    (tmp_path / "a.txt").write_text("newer")
    (root / "a.txt").write_text("older")
    done = work.replace([tmp_path / "a.txt"], "", is_move=False, title="Replace a.txt")
    assert (root / "a.txt").read_text() == "newer"
    assert work.undoing.undo(done.operation).problem is None
    assert (root / "a.txt").read_text() == "older"


def test_what_is_replaced_and_does_not_fit_is_asked_about(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "move_to_trash", lambda _place: None)
    work = FileWork(Workspace.at(root), tmp_path / "state", lambda: 1_000)
    (tmp_path / "a.txt").write_text("newer")
    (root / "a.txt").write_text("x" * 2_000)
    refused = work.replace([tmp_path / "a.txt"], "", is_move=False, title="Replace a.txt")
    assert isinstance(refused.problem, NotKeptError)
    assert (root / "a.txt").read_text() == "x" * 2_000
    done = work.replace([tmp_path / "a.txt"], "", is_move=False, title="Replace a.txt", is_kept=False)
    assert (done.problem, done.operation.can_undo) == (None, False)
    assert (root / "a.txt").read_text() == "newer"
