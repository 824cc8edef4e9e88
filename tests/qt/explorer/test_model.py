"""The tree's model keeps rows that stay, and asks for a folder only once."""

from __future__ import annotations

from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from copilot_desktop.ui.explorer.model import ExplorerModel
from copilot_desktop.workspace.listing import Entry


def entry(path: str, is_folder: bool = False) -> Entry:
    return Entry(path.rsplit("/", 1)[-1], path, is_folder, False)


def make(qtbot: QtBot) -> tuple[ExplorerModel, list[str]]:
    model, asked = ExplorerModel(lambda _name, _active: QIcon()), list[str]()
    model.listing_wanted.connect(asked.append)
    model.set_entries("", [entry("src", True), entry("a.py"), entry("b.py")])
    return model, asked


def test_a_folder_is_asked_for_once_and_may_turn_out_empty(qtbot: QtBot) -> None:
    model, asked = make(qtbot)
    src = model.index_of("src")
    assert model.hasChildren(src)
    assert model.canFetchMore(src)
    model.fetchMore(src)
    assert not model.canFetchMore(src)
    assert asked == ["src"]
    model.set_entries("src", [])
    assert not model.hasChildren(src)


def test_a_refresh_keeps_rows_that_stay(qtbot: QtBot) -> None:
    model, _asked = make(qtbot)
    model.set_entries("src", [entry("src/deep.py")])
    kept = QPersistentModelIndex(model.index_of("b.py"))
    deep = QPersistentModelIndex(model.index_of("src/deep.py"))
    model.set_entries("", [entry("src", True), entry("aa.py"), entry("b.py"), entry("c.py")])
    assert kept.isValid()
    assert model.path_of(kept) == "b.py"
    assert deep.isValid()
    assert [model.path_of(model.index(row, 0)) for row in range(model.rowCount())] == ["src", "aa.py", "b.py", "c.py"]
    model.set_entries("", [entry("b.py")])
    assert not deep.isValid()
    assert not model.index_of("src/deep.py").isValid()


def test_a_file_that_became_a_folder_is_another_row(qtbot: QtBot) -> None:
    model, _asked = make(qtbot)
    model.set_entries("", [entry("a.py", True), entry("src", True), entry("b.py")])
    assert model.is_folder(model.index_of("a.py"))


def test_only_listed_folders_are_listed_again(qtbot: QtBot) -> None:
    model, _asked = make(qtbot)
    assert model.listed_folders(["src/x.py", "new.py"]) == ("",)
    model.set_entries("src", [entry("src/deep.py")])
    assert model.listed_folders(["src/x.py", "new.py"]) == ("", "src")
