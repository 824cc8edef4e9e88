"""The tree itself: several rows can be chosen, dragged and dropped; keys of its own; the edit commands act on files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from copilot_desktop.editor.viewport import meet_viewport
from copilot_desktop.ui.explorer.change_marks import ChangeMark
from copilot_desktop.ui.explorer.model import ExplorerModel
from copilot_desktop.ui.explorer.type_to_find import TypeToFind

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FAINT = 0.62
_MARK_PX = 26


class FileDelegate(QStyledItemDelegate):
    """Draws ignored and cut rows faintly, and at the right end what git says of a row."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """As usual, but faint rows."""
        model = index.model()
        mark = model.mark_of(index) if isinstance(model, ExplorerModel) else None
        if isinstance(model, ExplorerModel) and model.is_faint(index):
            painter.save()
            painter.setOpacity(_FAINT)
            super().paint(painter, option, index)
            painter.restore()
        elif mark is not None:
            self._paint_marked(painter, option, index, mark)
        else:
            super().paint(painter, option, index)

    def _paint_marked(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        mark: ChangeMark,
    ) -> None:
        room = QRect(option.rect)
        narrow = QStyleOptionViewItem(option)
        narrow.rect = room.adjusted(0, 0, -_MARK_PX, 0)
        super().paint(painter, narrow, index)
        place = QRect(room.right() - _MARK_PX, room.top(), _MARK_PX - 6, room.height())
        painter.save()
        tree = self.parent()
        # Not from the option: its state is one of QStyle's, and PySide makes all 560 names that it has.
        if isinstance(tree, QTreeView) and tree.selectionModel().isSelected(index):
            painter.fillRect(room.adjusted(room.width() - _MARK_PX, 0, 0, 0), option.palette.highlight())
        painter.setPen(QColor(mark.colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, mark.letter)
        painter.restore()


class ExplorerTree(QTreeView):
    """`opened(index)` by Enter, `previewed(index)` by Space or a click; `dropped(places, folder, is_move)`.

    `edit_wanted(command)`: undo, cut, copy or paste, from the edit menu or its keys.
    """

    opened = Signal(object)
    previewed = Signal(object)
    dropped = Signal(object, str, bool)
    edit_wanted = Signal(str)

    def __init__(self, model: ExplorerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = model
        meet_viewport(self)
        self.setObjectName("explorer.tree")
        self.setAccessibleName("Files of the opened folder")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        self.setAutoExpandDelay(700)
        self.setItemDelegate(FileDelegate(self))
        self.setModel(model)
        model.rowsRemoved.connect(self._on_rows_removed)
        self.finder = TypeToFind(self)

    def _on_rows_removed(self) -> None:
        """Qt puts the keyboard on the row beside those that went away, and chooses none."""
        here, chosen = self.currentIndex(), self.selectionModel()
        if self.hasFocus() and here.isValid() and not chosen.hasSelection():
            chosen.select(here, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def chosen(self) -> tuple[str, ...]:
        """Paths of the chosen rows, from top to bottom."""
        rows = [index for index in self.selectedIndexes() if not self._files.is_new(index)]
        rows.sort(key=lambda index: self.visualRect(index).top())
        return tuple(self._files.path_of(index) for index in rows)

    def folder_here(self) -> str:
        """The folder that something new belongs into: the current row's own, or the one it stands in."""
        index = self.currentIndex()
        if not index.isValid() or not self.selectedIndexes():
            return ""
        path = self._files.path_of(index)
        return path if self._files.is_folder(index) else path.rpartition("/")[0]

    def undo(self) -> None:
        """Called for the edit command of that name while the keyboard is here; so are the next three."""
        self.edit_wanted.emit("undo")

    def cut(self) -> None:
        """Mark the chosen files to be moved."""
        self.edit_wanted.emit("cut")

    def copy(self) -> None:
        """Put the chosen files on the clipboard."""
        self.edit_wanted.emit("copy")

    def paste(self) -> None:
        """Bring in what is on the clipboard."""
        self.edit_wanted.emit("paste")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, Space looks, letters find, Escape ends finding and cutting."""
        index = self.currentIndex()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if self.finder.take(event):
            return
        if plain and event.key() in _ENTER and index.isValid():
            self.opened.emit(index)
        elif plain and event.key() == Qt.Key.Key_Space and index.isValid():
            self.previewed.emit(index)
        elif event.key() == Qt.Key.Key_Escape:
            self._files.set_faded(())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802
        """Not Qt's: `TypeToFind` shows what was typed, and finds it within names, too."""

    def startDrag(self, supported: Qt.DropAction) -> None:  # noqa: N802
        """Drag the chosen rows; what is dropped where is done by the receiver, and nothing is removed here."""
        rows = [index for index in self.selectedIndexes() if not self._files.is_new(index)]
        if rows:
            drag = QDrag(self)
            drag.setMimeData(self._files.mimeData(rows))
            drag.exec(supported, Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files of this machine."""
        super().dragEnterEvent(event)
        self._answer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Show which folder it would be."""
        super().dragMoveEvent(event)
        self._answer(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Move rows of this tree, with Ctrl copy them; copy what comes from other programs."""
        places = _places(event)
        if not places:
            event.ignore()
            return
        is_move = event.source() is self and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        # Whoever drags must not remove anything: this window does what there is to do.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self.dropped.emit(places, self.folder_at(event.position().toPoint()), is_move)

    def folder_at(self, point: QPoint) -> str:
        """The folder something dropped there goes into; "" below the rows."""
        index = self.indexAt(point)
        if not index.isValid():
            return ""
        path = self._files.path_of(index)
        return path if self._files.is_folder(index) else path.rpartition("/")[0]

    def _answer(self, event: QDragMoveEvent) -> None:
        if _places(event):
            is_copy = event.source() is not self or event.modifiers() & Qt.KeyboardModifier.ControlModifier
            event.setDropAction(Qt.DropAction.CopyAction if is_copy else Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()


def _places(event: QDropEvent) -> tuple[Path, ...]:
    return tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
