"""Names typed in the tree: for something new, or another one for a row. What is wrong with a name is said at once."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QStyleOptionViewItem, QWidget

from copilot_desktop.errors import UnsafePathError
from copilot_desktop.ui.explorer.model import ExplorerModel, NameGiven
from copilot_desktop.ui.explorer.tree import ExplorerTree, FileDelegate
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.workspace.paths import refuse_new_path

AnyIndex = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NameDelegate(FileDelegate):
    """Edits a row's name in place. `done`: the field is closed, with a name or without."""

    done = Signal()

    def __init__(self, tree: ExplorerTree, model: ExplorerModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self.problem = QLabel("", tree.viewport())
        self.problem.setObjectName("explorer.name_problem")
        self.problem.setProperty("role", "name_problem")
        self.problem.setWordWrap(True)
        self.problem.hide()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:  # noqa: N802
        """A field over the row."""
        field = QLineEdit(parent)
        field.setObjectName("explorer.name")
        name = str(index.data())
        field.setAccessibleName(f"New name of {name}" if name else "Name")
        field.setProperty("in_tree", True)
        kept = QPersistentModelIndex(index)
        field.textChanged.connect(lambda _text: self._say(field, kept))
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:  # noqa: N802
        """The name, with the part people change selected."""
        if isinstance(editor, QLineEdit):
            name = str(index.data())
            editor.setText(name)
            length = len(name) if self._model.is_folder(index) else stem_length(name)
            # Qt selects all of it after this.
            QTimer.singleShot(0, editor, lambda: editor.setSelection(0, length))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:  # noqa: N802
        """Give the name on, unless something is wrong with it or it is the old one."""
        if isinstance(editor, QLineEdit):
            name = editor.text().strip()
            if name and name != index.data() and not self._problem_of(name, index):
                model.setData(index, name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Enter keeps the field open while the name is wrong, and goes no further: the tree would open the row."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENTER
        if not (isinstance(watched, QLineEdit) and is_key):
            return super().eventFilter(watched, event)
        index = QPersistentModelIndex(self._tree.currentIndex())
        if self._problem_of(watched.text().strip(), index):
            self._say(watched, index)
        else:
            self.commitData.emit(watched)
            self.closeEditor.emit(watched, self.EndEditHint.NoHint)
        return True

    def destroyEditor(self, editor: QWidget, index: AnyIndex) -> None:  # noqa: N802
        """The field goes; a row that got no name goes with it."""
        super().destroyEditor(editor, index)
        self.problem.hide()
        self.done.emit()

    def _say(self, field: QLineEdit, index: QPersistentModelIndex) -> None:
        problem = self._problem_of(field.text().strip(), index)
        mark(field, "invalid", bool(problem))
        self.problem.setVisible(bool(problem))
        if problem:
            self.problem.setText(problem)
            width = max(self._tree.viewport().width() - 16, 80)
            self.problem.setFixedWidth(width)
            self.problem.adjustSize()
            below = field.geometry().bottom() + 2
            is_above = below + self.problem.height() > self._tree.viewport().height()
            self.problem.move(8, field.geometry().top() - self.problem.height() - 2 if is_above else below)
            self.problem.raise_()

    def _problem_of(self, name: str, index: AnyIndex) -> str:
        """What is wrong with a name, as a sentence; a name not typed yet is not wrong."""
        if not name:
            return ""
        own = "" if self._model.is_new(index) else self._model.path_of(index)
        folder = self._model.path_of(index).rpartition("/")[0]
        path = f"{folder}/{name}" if folder else name
        try:
            refuse_new_path(path)
        except UnsafePathError as error:
            return error.message
        if path != own and self._model.index_of(path).isValid():
            return f"{name} is there already. Choose another name."
        return ""


class Naming(QObject):
    """Begins and ends typing a name. `create_wanted(path, is_folder)`, `rename_wanted(old, new)`."""

    create_wanted = Signal(str, bool)
    rename_wanted = Signal(str, str)

    def __init__(self, tree: ExplorerTree, model: ExplorerModel) -> None:
        super().__init__(tree)
        self._tree, self._model = tree, model
        self._waiting: tuple[str, bool] | None = None
        delegate = NameDelegate(tree, model)
        tree.setItemDelegate(delegate)
        delegate.done.connect(self._on_done)
        model.name_given.connect(self._on_name_given)

    def begin_new(self, folder: str, *, is_folder: bool) -> None:
        """Have a name typed for something new in a folder, which is unfolded and listed first."""
        index = self._model.index_of(folder) if folder else QModelIndex()
        if index.isValid() and self._model.canFetchMore(index):
            self._waiting = (folder, is_folder)
            self._tree.expand(index)
            self._model.fetchMore(index)
            return
        self._waiting = None
        if index.isValid():
            self._tree.expand(index)
        self._edit(self._model.begin_new(folder, is_folder=is_folder))

    def go_on(self, folder: str) -> None:
        """A folder was listed: the new row may have waited for it."""
        if self._waiting is not None and self._waiting[0] == folder:
            self.begin_new(folder, is_folder=self._waiting[1])

    def begin_rename(self) -> None:
        """Have another name typed for the current row."""
        index = self._tree.currentIndex()
        if index.isValid():
            self._edit(index)

    def _edit(self, index: QModelIndex) -> None:
        if index.isValid():
            self._tree.setFocus()
            # Not the view's own way: it looks at the keys that happen to be held down.
            choice = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self._tree.selectionModel().setCurrentIndex(index, choice)
            self._tree.scrollTo(index)
            self._tree.edit(index)

    def _on_name_given(self, given: NameGiven) -> None:
        name = given.name.strip("/")
        path = f"{given.folder}/{name}" if given.folder else name
        if given.path:
            self.rename_wanted.emit(given.path, path)
        else:
            self.create_wanted.emit(path, given.is_folder or given.name.endswith("/"))

    def _on_done(self) -> None:
        # Not within the view's own work on the field.
        QTimer.singleShot(0, self, self._model.end_new)


def stem_length(name: str) -> int:
    """Characters before the ending; all of them where there is none."""
    at = name.rfind(".tar.") if ".tar." in name else name.rfind(".")
    return at if at > 0 else len(name)
