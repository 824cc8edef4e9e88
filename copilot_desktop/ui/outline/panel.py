"""The outline: what the file in front defines, with a field that picks by letters; it follows text and caret."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.documents.outlines import OutlineController, OutlineShown
from copilot_desktop.ui.outline.outline_tree import OutlineTree


class OutlinePanel(QWidget):
    """`looked(definition)` and `opened(definition)` of its tree; `left()`: Esc, back to the text."""

    left = Signal()

    def __init__(self, outlines: OutlineController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outline")
        self.setAccessibleName("Outline")
        self._outlines = outlines
        self._shown = OutlineShown(None, ())
        self._line = 0
        head = QLabel("OUTLINE", self)
        head.setProperty("role", "section")
        self.field = QLineEdit(self)
        self.field.setObjectName("outline.field")
        self.field.setAccessibleName("Letters of a name in the outline")
        self.field.setPlaceholderText("Letters of a name")
        self.field.setClearButtonEnabled(True)
        self.tree = OutlineTree(self)
        self.said = QLabel("", self)
        self.said.setObjectName("outline.said")
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setContentsMargins(12, 8, 12, 8)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self.said)
        inset = QVBoxLayout()
        inset.setContentsMargins(12, 4, 8, 4)
        inset.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(inset)
        column.addWidget(self._pages, 1)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self._show)
        for widget in (self.field, self.tree):
            widget.installEventFilter(self)
        self.tree.left_upwards.connect(self.field.setFocus)
        outlines.changed.connect(self._on_changed)

    def follow(self, line: int) -> None:
        """The caret is in this line of the text."""
        self._line = line
        if not self.field.text():
            self.tree.follow(line)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Only what is seen is kept true."""
        super().showEvent(event)
        self._outlines.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Read nothing any more."""
        super().hideEvent(event)
        self._outlines.watch(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Down and Enter in the field mean the tree; Esc empties the field, then goes back to the text."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape:
                (self.field.clear if self.field.text() else self.left.emit)()
                return True
            if watched is self.field and key == Qt.Key.Key_Down:
                self._take_keyboard()
                return True
            if watched is self.field and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.tree.choose()
                return True
        return super().eventFilter(watched, event)

    def _take_keyboard(self) -> None:
        if self.tree.count():
            if not self.tree.currentIndex().isValid():
                self.tree.setCurrentIndex(self.tree.model().index(0, 0))
            self.tree.setFocus()

    def _on_changed(self, shown: OutlineShown) -> None:
        if shown.document_id != self._shown.document_id:
            self.tree.forget_folds()
        self._shown = shown
        self._show()

    def _show(self, _letters: str = "") -> None:
        letters = self.field.text().strip()
        self.tree.show_definitions(self._shown.definitions, letters)
        self.said.setText(self._shown.problem or ("" if self.tree.count() else f"No name matches “{letters}”."))
        self._pages.setCurrentIndex(1 if self.said.text() else 0)
        if letters:
            self.tree.setCurrentIndex(self.tree.model().index(0, 0))
        else:
            self.tree.follow(self._line)
