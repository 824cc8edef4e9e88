"""The tree's model: folders are listed when they are opened, and refreshed in place when the disk changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon

if TYPE_CHECKING:
    from copilot_desktop.workspace.listing import Entry

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(slots=True, eq=False)
class Node:
    """One row. `children` is None until the folder was listed."""

    name: str
    path: str
    is_folder: bool
    parent: Node | None = None
    children: list[Node] | None = None
    is_asked: bool = field(default=False)


class ExplorerModel(QAbstractItemModel):
    """`listing_wanted(folder)` asks for entries; `set_entries` answers. Rows that stay keep their identity."""

    listing_wanted = Signal(str)

    def __init__(self, make_icon: Callable[[str, bool], QIcon], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self._root = Node("", "", True)
        self._nodes: dict[str, Node] = {"": self._root}

    def clear(self) -> None:
        """Forget everything: another folder was opened."""
        self.beginResetModel()
        self._root = Node("", "", True)
        self._nodes = {"": self._root}
        self.endResetModel()

    def set_entries(self, folder: str, entries: Sequence[Entry]) -> None:
        """Make a folder's rows those of `entries`, removing, inserting and keeping rows one by one."""
        node = self._nodes.get(folder)
        if node is None:
            return
        node.is_asked = False
        parent = self._index_of(node)
        if node.children is None:
            node.children = []
        wanted = {entry.path: entry.is_folder for entry in entries}
        for row in reversed(range(len(node.children))):
            child = node.children[row]
            if wanted.get(child.path) is not child.is_folder:
                self.beginRemoveRows(parent, row, row)
                self._forget(node.children.pop(row))
                self.endRemoveRows()
        for row, entry in enumerate(entries):
            if row < len(node.children) and node.children[row].path == entry.path:
                continue
            child = Node(entry.name, entry.path, entry.is_folder, node)
            self.beginInsertRows(parent, row, row)
            node.children.insert(row, child)
            self._nodes[entry.path] = child
            self.endInsertRows()
        # The arrow of a folder that turned out empty goes.
        if parent.isValid():
            self.dataChanged.emit(parent, parent)

    def listed_folders(self, paths: Sequence[str]) -> tuple[str, ...]:
        """The listed folders that hold one of the paths: those to list again."""
        parents = {path.rpartition("/")[0] for path in paths}
        return tuple(
            sorted(p for p in parents if (node := self._nodes.get(p)) is not None and node.children is not None)
        )

    def all_listed(self) -> tuple[str, ...]:
        """Every folder that was listed."""
        return tuple(path for path, node in self._nodes.items() if node.children is not None)

    def path_of(self, index: AnyIndex) -> str:
        """The workspace-relative path of a row; '' for none."""
        return self._node(index).path

    def is_folder(self, index: AnyIndex) -> bool:
        """Whether a row is a folder."""
        return self._node(index).is_folder

    def index_of(self, path: str) -> QModelIndex:
        """The row of a path that is listed; else an invalid index."""
        node = self._nodes.get(path)
        return self._index_of(node) if node is not None else QModelIndex()

    def index(self, row: int, column: int, parent: AnyIndex = _ROOT) -> QModelIndex:
        """Return the index of a row."""
        children = self._node(parent).children or []
        return (
            self.createIndex(row, column, children[row]) if 0 <= row < len(children) and column == 0 else QModelIndex()
        )

    def parent(self, index: AnyIndex = _ROOT) -> QModelIndex:  # type: ignore[override]  # Qt overloads parent()
        """Return the folder of a row."""
        parent = self._node(index).parent
        return self._index_of(parent) if parent is not None else QModelIndex()

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:  # noqa: N802
        """Return the number of listed rows."""
        return len(self._node(parent).children or [])

    def columnCount(self, parent: AnyIndex = _ROOT) -> int:  # noqa: N802
        """Return 1: names only."""
        return 1

    def hasChildren(self, parent: AnyIndex = _ROOT) -> bool:  # noqa: N802
        """Return whether a folder may have rows; one that was not listed may."""
        node = self._node(parent)
        return node.is_folder and (node.children is None or bool(node.children))

    def canFetchMore(self, parent: AnyIndex) -> bool:  # noqa: N802
        """Return whether a folder was never listed."""
        node = self._node(parent)
        return node.is_folder and node.children is None and not node.is_asked and node is not self._root

    def fetchMore(self, parent: AnyIndex) -> None:  # noqa: N802
        """Ask for the entries of a folder."""
        node = self._node(parent)
        node.is_asked = True
        self.listing_wanted.emit(node.path)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, icon, and path as the tip."""
        node = self._node(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._make_icon("folder" if node.is_folder else "file", False)
        if role == Qt.ItemDataRole.ToolTipRole:
            return node.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{node.name}, folder" if node.is_folder else node.name
        return None

    def _node(self, index: AnyIndex) -> Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, Node) else self._root

    def _index_of(self, node: Node) -> QModelIndex:
        if node.parent is None or node.parent.children is None:
            return QModelIndex()
        return self.createIndex(node.parent.children.index(node), 0, node)

    def _forget(self, node: Node) -> None:
        self._nodes.pop(node.path, None)
        for child in node.children or []:
            self._forget(child)
