"""A small editor among the lines of a file: what a change proposes, or what is to stand in the place of a conflict."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.editor.view import EditorView
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.values import dataclass

_LEAST_ROWS, _MOST_ROWS = 2, 16


@dataclass(frozen=True, slots=True)
class EditorWords:
    """What the editor says: its head, and the buttons for taking the text and for the one it could be instead."""

    head: str
    take: str
    instead: str


class ProposalEditor(QFrame):
    """`taken(text)`: the text is to hold; `left`: the user goes back to the file; `instead`: the other text is wanted.

    Ctrl+Enter takes, Esc leaves.
    """

    taken = Signal(str)
    left = Signal()
    instead = Signal()

    def __init__(self, view: EditorView, words: EditorWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor.proposal")
        self.setProperty("card", True)
        self.setAccessibleName(words.head)
        self.view = view
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        head = QLabel(words.head)
        head.setObjectName("editor.proposal.head")
        head.setProperty("role", "muted")
        head.setWordWrap(True)
        column.addWidget(head)
        view.setParent(self)
        view.code.setObjectName("editor.proposal.text")
        view.code.setAccessibleName(words.head)
        column.addWidget(view, 1)
        row = QWidget()
        row.setProperty("plain", True)
        buttons = FlowLayout(row, gap_px=8)
        self.take_button = self._button("take", f"{words.take}  Ctrl+Enter")
        self.take_button.setProperty("primary", True)
        self.instead_button = self._button("instead", words.instead)
        self.leave_button = self._button("leave", "Back to the file  Esc")
        for button in (self.take_button, self.instead_button, self.leave_button):
            buttons.addWidget(button)
        column.addWidget(row)
        self.take_button.clicked.connect(self.take)
        self.instead_button.clicked.connect(self.instead)
        self.leave_button.clicked.connect(self.left)
        for widget in (view.code, self.take_button, self.instead_button, self.leave_button):
            widget.installEventFilter(self)
        view.text_changed.connect(self._fit)
        self.setFocusProxy(view.code)
        self._rows = 0
        self._fit()

    @property
    def text(self) -> str:
        """What is written there now."""
        return self.view.text()

    def take(self) -> None:
        """Have the text hold."""
        self.taken.emit(self.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keys that the text would take for itself."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_ours(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_ours(event):
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
            else:
                self.take()
            return True
        return False

    def _fit(self, *_details: object) -> None:
        """As high as its text, within limits: a long one scrolls."""
        rows = min(_MOST_ROWS, max(_LEAST_ROWS, self.view.code.lineCount()))
        if rows == self._rows:
            return
        self._rows = rows
        self.view.setFixedHeight(rows * self.view.code.textHeight(0) + 4)
        self.updateGeometry()

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"editor.proposal.{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(True)
        return button


def _is_ours(event: QKeyEvent) -> bool:
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    is_escape = event.key() == Qt.Key.Key_Escape and not event.modifiers()
    return is_escape or (is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
