"""Find a row by typing: what was typed is shown, names that begin with it come before those that hold it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QTreeView

_PAUSE_MS = 1500


class TypeToFind(QObject):
    """Of one tree. Typing goes on within a pause; Backspace takes a letter back, Escape ends it."""

    def __init__(self, tree: QTreeView) -> None:
        super().__init__(tree)
        self._tree = tree
        self.typed = ""
        self.label = QLabel("", tree)
        self.label.setObjectName("explorer.typed")
        self.label.setProperty("role", "typed")
        self.label.hide()
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self.end)

    def take(self, event: QKeyEvent) -> bool:
        """Whether the key was one for finding."""
        modifiers = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if modifiers != Qt.KeyboardModifier.NoModifier:
            return False
        text = event.text()
        if self.typed and event.key() == Qt.Key.Key_Escape:
            self.end()
        elif self.typed and event.key() == Qt.Key.Key_Backspace:
            self._find(self.typed[:-1])
        elif text and text.isprintable() and (self.typed or text != " "):
            self._find(self.typed + text)
        else:
            return False
        return True

    def end(self) -> None:
        """Forget what was typed."""
        self.typed = ""
        self.label.hide()

    def _find(self, typed: str) -> None:
        self.typed = typed
        if not typed:
            self.end()
            return
        found = self._row(typed.casefold())
        if found.isValid():
            self._tree.setCurrentIndex(found)
        self.label.setText(typed if found.isValid() else f"{typed} (not found)")
        self.label.adjustSize()
        viewport = self._tree.viewport()
        self.label.move(
            max(viewport.width() - self.label.width() - 8, 0), max(viewport.height() - self.label.height() - 8, 0)
        )
        self.label.show()
        self.label.raise_()
        self._timer.start()

    def _row(self, wanted: str) -> QModelIndex:
        """The next row in sight of the tree, from the current one on and round, that fits."""
        rows: list[QModelIndex] = []
        index = self._tree.model().index(0, 0)
        while index.isValid():
            rows.append(index)
            index = self._tree.indexBelow(index)
        current = self._tree.currentIndex()
        start = rows.index(current) if current in rows else 0
        rows = rows[start:] + rows[:start]
        names = [(str(row.data()).casefold(), row) for row in rows]
        beginning = next((row for name, row in names if name.startswith(wanted)), None)
        return beginning or next((row for name, row in names if wanted in name), QModelIndex())
