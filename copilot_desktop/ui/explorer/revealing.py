"""Brings rows into sight whose folders may not be listed yet, and keeps folders unfolded that got another path."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject

from copilot_desktop.ui.explorer.model import ExplorerModel
from copilot_desktop.ui.explorer.tree import ExplorerTree
from copilot_desktop.workspace.paths import parents_of


class Revealer(QObject):
    """Goes on whenever a folder is listed, until all is shown or given up for something else."""

    def __init__(self, tree: ExplorerTree, model: ExplorerModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._to_choose: list[str] = []
        self._is_none_chosen = False
        self._followed = ""
        self._to_unfold: set[str] = set()
        # Rows come and go with the disk, and nobody says then that they were unfolded.
        self._unfolded: set[str] = set()
        tree.expanded.connect(lambda index: self._unfolded.add(model.path_of(index)))
        tree.collapsed.connect(lambda index: self._unfolded.discard(model.path_of(index)))
        model.modelReset.connect(self._on_model_reset)

    def choose(self, paths: Iterable[str]) -> None:
        """Choose these rows, and no others, as soon as they are there."""
        self._to_choose, self._followed = list(paths), ""
        self._is_none_chosen = True
        self._tree.selectionModel().clearSelection()
        self._to_unfold |= {folder for path in self._to_choose for folder in parents_of(path)}
        self.go_on()

    def follow(self, path: str) -> None:
        """Choose this row, and bring it into sight, as soon as it is there; the folders above it are unfolded."""
        self._followed = path
        self._to_choose.clear()
        self.go_on()

    def unfold(self, paths: Iterable[str]) -> None:
        """Unfold these folders as soon as they are there."""
        self._to_unfold |= set(paths)
        self.go_on()

    def unfolded(self, path: str) -> tuple[str, ...]:
        """The folders at and below a path that were unfolded when they were last seen."""
        return tuple(each for each in self._unfolded if each == path or each.startswith(f"{path}/"))

    def set_unfolded(self, paths: Iterable[str]) -> None:
        """Unfold these, as they were the last time, and nothing that another folder was waiting for."""
        self._to_unfold = set(paths)
        self.go_on()

    def all_unfolded(self) -> tuple[str, ...]:
        """The folders that are unfolded, and those that are to be."""
        return tuple(sorted(self._unfolded | self._to_unfold))

    def go_on(self) -> None:
        """Do what is possible by now."""
        for path in sorted(self._to_unfold):
            index = self._model.index_of(path)
            if index.isValid():
                self._to_unfold.discard(path)
                self._expand(index)
        for path in tuple(self._to_choose):
            index = self._model.index_of(path)
            if index.isValid():
                self._to_choose.remove(path)
                # The row beside one that went away may be chosen meanwhile.
                select, alone = (
                    QItemSelectionModel.SelectionFlag.Select,
                    QItemSelectionModel.SelectionFlag.ClearAndSelect,
                )
                self._tree.selectionModel().setCurrentIndex(index, alone if self._is_none_chosen else select)
                self._is_none_chosen = False
                self._tree.scrollTo(index)
        if self._followed:
            self._go_on_following(self._followed)

    def _go_on_following(self, path: str) -> None:
        """Unfold what is there on the way: a file that the tree does not show is no reason to unfold for ever."""
        for folder in parents_of(path):
            index = self._model.index_of(folder)
            if not index.isValid():
                return
            self._expand(index)
        index = self._model.index_of(path)
        if index.isValid():
            self._followed = ""
            self._tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            is_seen = self._tree.viewport().rect().contains(self._tree.visualRect(index))
            if not is_seen:
                self._tree.scrollTo(index, ExplorerTree.ScrollHint.PositionAtCenter)

    def _expand(self, index: QModelIndex) -> None:
        self._tree.expand(index)
        # A view that has yet to lay itself out does not ask for what is in it.
        if self._model.canFetchMore(index):
            self._model.fetchMore(index)

    def _on_model_reset(self) -> None:
        self._unfolded.clear()
        self._followed = ""
