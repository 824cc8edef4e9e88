"""The explorer: the opened folder as a tree. Enter opens, Space and a click look; file commands are joined later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.folder.workspace import FolderListed, WorkspaceController
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.explorer.model import ExplorerModel
from copilot_desktop.ui.explorer.revealing import Revealer
from copilot_desktop.ui.explorer.tree import ExplorerTree
from copilot_desktop.workspace.paths import Workspace

if TYPE_CHECKING:
    from copilot_desktop.workspace.watching import FolderChanged


class ExplorerPanel(QWidget):
    """Shows one workspace. `file_chosen(path)`, `add_to_chat_requested(path)`, `open_folder_requested()`.

    A click only looks at a file, `file_previewed(path)`, and leaves the keyboard here; a double click chooses it.
    """

    file_chosen = Signal(str)
    file_previewed = Signal(str)
    add_to_chat_requested = Signal(str)
    open_folder_requested = Signal()
    menu_wanted = Signal(object)
    """Carries the place on the screen; the rows it is for are chosen."""
    shown = Signal()

    def __init__(
        self, workspace: WorkspaceController, make_icon: Callable[[str, bool], QIcon], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._revealed = ""
        self.setObjectName("explorer")
        self.setAccessibleName("Explorer")
        self.model = ExplorerModel(make_icon, self)
        self._head = ElidedLabel("explorer.head", parent=self)
        self._head.show_text("EXPLORER")
        self._head.setProperty("role", "section")
        self.tree = self._make_tree()
        self.revealer = Revealer(self.tree, self.model)
        self.setFocusProxy(self.tree)
        self._empty = QLabel("", self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._make_empty())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 4, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._head, 1)
        column.addLayout(self._row)
        column.addWidget(self._stack, 1)
        self.model.listing_wanted.connect(workspace.list_folder)
        workspace.opened.connect(self._on_workspace_opened)
        workspace.listed.connect(self._on_workspace_listed)
        workspace.changed.connect(self._on_workspace_changed)
        self._stack.setCurrentIndex(1)
        if workspace.workspace is not None:
            self._on_workspace_opened(workspace.workspace)
            workspace.list_folder("")  # it may have been listed before this was made

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Tell who has to follow what happened while it was hidden."""
        super().showEvent(event)
        self.shown.emit()

    def select(self, path: str) -> None:
        """Mark a path's row when it is listed, without opening folders."""
        index = self.model.index_of(path)
        if path and index.isValid():
            self.tree.setCurrentIndex(index)

    def reveal(self, path: str) -> None:
        """Open the folders above a path, listing them first where that was not done, and mark its row."""
        self._revealed = path
        parts = path.split("/")
        for depth in range(1, len(parts)):
            index = self.model.index_of("/".join(parts[:depth]))
            if not index.isValid():
                return  # goes on once its folder is listed
            self.tree.expand(index)
        index = self.model.index_of(path)
        if index.isValid():
            self._revealed = ""
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    @property
    def focused_path(self) -> str:
        """The chosen row's path while the keyboard is here; empty: none."""
        return self.model.path_of(self.tree.currentIndex()) if self.tree.hasFocus() else ""

    @property
    def is_focused_folder(self) -> bool:
        """Whether that row is a folder."""
        return bool(self.focused_path) and self.model.is_folder(self.tree.currentIndex())

    def set_tools(self, tools: Sequence[QWidget]) -> None:
        """Put buttons beside the folder's name."""
        for tool in tools:
            self._row.addWidget(tool)

    def show_tree(self) -> None:
        """Show the tree, also where it is empty: something new is about to be put into it."""
        self._stack.setCurrentIndex(0)

    def refresh(self, paths: Sequence[str] | None = None) -> None:
        """List the folders again that hold these paths; without paths, every folder that was listed."""
        for folder in self.model.all_listed() if paths is None else self.model.listed_folders(paths):
            self._workspace.list_folder(folder)

    def _make_tree(self) -> ExplorerTree:
        tree = ExplorerTree(self.model, self)
        tree.clicked.connect(self._on_clicked)
        tree.doubleClicked.connect(self._on_double_clicked)
        tree.opened.connect(self._on_activated)
        tree.previewed.connect(self._on_previewed)
        tree.customContextMenuRequested.connect(self._on_context_menu_requested)
        return tree

    def _make_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 8, 12, 8)
        self._empty.setText("No folder is open.")
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        column.addWidget(self._empty)
        button = QPushButton("Open folder…", page)
        button.setObjectName("explorer.open_folder")
        button.setAccessibleName("Open a folder")
        button.clicked.connect(self._on_open_clicked)
        column.addWidget(button)
        column.addStretch(1)
        return page

    def _on_open_clicked(self) -> None:
        self.open_folder_requested.emit()

    def _on_clicked(self, index: QModelIndex) -> None:
        # With Ctrl or Shift rows are chosen, and none is opened.
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._on_previewed(index)

    def _on_previewed(self, index: QModelIndex) -> None:
        if self.model.is_folder(index):
            self._on_activated(index)
        else:
            self.file_previewed.emit(self.model.path_of(index))

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if not self.model.is_folder(index):
            self._on_activated(index)

    def _on_activated(self, index: QModelIndex) -> None:
        if self.model.is_folder(index):
            self.tree.setExpanded(index, not self.tree.isExpanded(index))
        else:
            self.file_chosen.emit(self.model.path_of(index))

    def _on_context_menu_requested(self, place: QPoint) -> None:
        index = self.tree.indexAt(place)
        if not index.isValid():
            self.tree.clearSelection()
        elif not self.tree.selectionModel().isSelected(index):
            self.tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.menu_wanted.emit(self.tree.viewport().mapToGlobal(place))

    def _on_workspace_opened(self, workspace: Workspace) -> None:
        self._head.show_text(workspace.root.name.upper(), str(workspace.root))
        self.model.clear()
        self.model.root = workspace.root
        self._stack.setCurrentIndex(0)

    def _on_workspace_listed(self, listed: FolderListed) -> None:
        self.model.set_entries(listed.folder, listed.entries)
        self.revealer.go_on()
        if self._revealed:
            self.reveal(self._revealed)
        if listed.folder == "":
            self._empty.setText("This folder is empty, or git ignores everything in it.")
            self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)

    def _on_workspace_changed(self, event: FolderChanged) -> None:
        # A file that was moved into place by us is told as changed, be it new or not.
        unknown = [path for path in event.modified if not self.model.index_of(path).isValid()]
        paths = [*event.created, *unknown, *event.deleted, *(path for pair in event.moved for path in pair)]
        if event.is_overflow or any(path.endswith(".gitignore") for path in (*paths, *event.modified)):
            folders = self.model.all_listed()
        else:
            folders = self.model.listed_folders(paths)
        for folder in folders:
            self._workspace.list_folder(folder)
