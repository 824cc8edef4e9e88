"""The tree's model: folders are listed when they are opened, and refreshed in place when the disk changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QIcon

from copilot_desktop.ui.explorer.change_marks import ChangeMark, ChangeMarks
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from copilot_desktop.workspace.listing import Entry

AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(slots=True, eq=False)
class Node:
    """One row. `children` is None until the folder was listed. `is_new`: a name is being typed for it."""

    name: str
    path: str
    is_folder: bool
    parent: Node | None = None
    children: list[Node] | None = None
    is_asked: bool = field(default=False)
    is_ignored: bool = False
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class NameGiven:
    """A name typed in a row of `folder`. `path` is what the row stands for, "" for something new."""

    path: str
    folder: str
    name: str
    is_folder: bool


class ExplorerModel(QAbstractItemModel):
    """`listing_wanted(folder)` asks for entries; `set_entries` answers. Rows that stay keep their identity.

    `name_given` carries a `NameGiven`: a name was typed in a row. Nothing is renamed here.
    """

    listing_wanted = Signal(str)
    name_given = Signal(object)

    def __init__(self, make_icon: Callable[[str, bool], QIcon], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_icon = make_icon
        self._root = Node("", "", True)
        self._nodes: dict[str, Node] = {"": self._root}
        self._new: Node | None = None
        self._put_off: dict[str, Sequence[Entry]] = {}
        self.root: Path | None = None
        """Where the folder stands on disk, for what is dragged to other programs."""
        self.faded: frozenset[str] = frozenset()
        """Paths drawn faintly: they were cut."""
        self.marks = ChangeMarks()
        """What git says of the files; whoever sets it has the tree painted."""

    def clear(self) -> None:
        """Forget everything: another folder was opened."""
        self.beginResetModel()
        self._root = Node("", "", True)
        self._nodes = {"": self._root}
        self._new = None
        self._put_off.clear()
        self.endResetModel()

    def begin_new(self, folder: str, *, is_folder: bool) -> QModelIndex:
        """A row at the top of a listed folder, for a name to be typed; invalid where there is no such folder."""
        self.end_new()
        parent = self._nodes.get(folder)
        if parent is None or parent.children is None:
            return QModelIndex()
        self._new = Node("", f"{folder}/\0" if folder else "\0", is_folder, parent, [], is_new=True)
        self.beginInsertRows(self._index_of(parent), 0, 0)
        parent.children.insert(0, self._new)
        self.endInsertRows()
        return self._index_of(self._new)

    def end_new(self) -> None:
        """Take that row away, and show what was listed meanwhile."""
        new, self._new = self._new, None
        if new is None or new.parent is None or new.parent.children is None:
            return
        row = new.parent.children.index(new)
        self.beginRemoveRows(self._index_of(new.parent), row, row)
        new.parent.children.pop(row)
        self.endRemoveRows()
        put_off, self._put_off = self._put_off, {}
        for folder, entries in put_off.items():
            self.set_entries(folder, entries)

    def set_entries(self, folder: str, entries: Sequence[Entry]) -> None:
        """Make a folder's rows those of `entries`, removing, inserting and keeping rows one by one."""
        node = self._nodes.get(folder)
        if node is None:
            return
        if self._new is not None and self._new.parent is node:
            self._put_off[folder] = entries
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
                node.children[row].is_ignored = entry.is_ignored
                continue
            child = Node(entry.name, entry.path, entry.is_folder, node, is_ignored=entry.is_ignored)
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

    def folder_of(self, place: Path) -> str:
        """The workspace path of the folder that a place stands in; "" outside of it."""
        if self.root is None or not place.is_relative_to(self.root):
            return ""
        return place.relative_to(self.root).as_posix().rpartition("/")[0]

    def is_faint(self, index: AnyIndex) -> bool:
        """Whether a row is drawn faintly: ignored, or cut."""
        node = self._node(index)
        return node.is_ignored or any(node.path == path or node.path.startswith(f"{path}/") for path in self.faded)

    def is_new(self, index: AnyIndex) -> bool:
        """Whether a row has no name yet."""
        return self._node(index).is_new

    def set_faded(self, paths: Iterable[str]) -> None:
        """Draw these faintly, and no others."""
        self.faded = frozenset(paths)
        self.layoutChanged.emit()

    def mark_of(self, index: AnyIndex) -> ChangeMark | None:
        """What git says of a row."""
        node = self._node(index)
        return None if node.is_new else self.marks.find(node.path, is_folder=node.is_folder)

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
            return _seen(node.name)
        if role == Qt.ItemDataRole.EditRole:
            return node.name
        if role == Qt.ItemDataRole.DecorationRole:
            return self._make_icon("folder" if node.is_folder else "file", False)
        if role == Qt.ItemDataRole.ToolTipRole:
            mark = self.mark_of(index)
            said = "ignored by git" if node.is_ignored else mark.word if mark is not None else ""
            return _seen(f"{node.path} ({said})" if said else node.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            kind = ", folder" if node.is_folder else ""
            mark = self.mark_of(index)
            said = f", {mark.word}" if mark is not None else ""
            return f"{node.name}{kind}{', ignored' if node.is_ignored else said}"
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Pass on the name that was typed."""
        node = self._node(index)
        folder = node.path.rpartition("/")[0]
        given = NameGiven("" if node.is_new else node.path, folder, str(value), node.is_folder)
        if role == Qt.ItemDataRole.EditRole:
            self.name_given.emit(given)
        return False

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Rows can be renamed and dragged; folders, and the free space below, take what is dropped."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = super().flags(index) | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Return that rows can be moved and copied."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Return that files are dragged, as other programs drag them."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Return the places of rows on disk."""
        data = QMimeData()
        if self.root is not None:
            data.setUrls([QUrl.fromLocalFile(str(self.root / self.path_of(index))) for index in indexes])
        return data

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


def _seen(name: str) -> str:
    """A name in one row: one may hold a line end, or turn the others around."""
    if name.isprintable():
        return name
    from copilot_desktop.text.visible_signs import visible_text  # hardly any folder needs it

    return visible_text(name).text
