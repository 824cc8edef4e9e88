"""The small field below the diff: a comment on lines of a change, or why one was rejected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.values import dataclass

_LEAST_ROWS, _MOST_ROWS = 2, 8
_DRAFT_MS = 500
_MARGIN_PX = 12


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What the field says: its head, what it holds, and the buttons; of those without words there is none."""

    head: str
    hint: str
    save: str = "Save"
    delete: str = ""
    reopen: str = ""


class CommentField(QFrame):
    """`saved(text)`, `drafted(text)` some time after each change and on leaving, `left`, `delete_chosen` and
    `reopen_chosen`. Enter begins a new line, Ctrl+Enter saves, Esc leaves."""

    saved = Signal(str)
    drafted = Signal(str)
    left = Signal()
    delete_chosen = Signal()
    reopen_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review.comment")
        self.setProperty("card", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 8, _MARGIN_PX, 8)
        column.setSpacing(6)
        self.head = QLabel()
        self.head.setObjectName("review.comment.head")
        self.head.setProperty("role", "muted")
        self.head.setTextFormat(Qt.TextFormat.PlainText)
        self.head.setWordWrap(True)
        column.addWidget(self.head)
        self.text = QPlainTextEdit()
        self.text.setObjectName("review.comment.text")
        self.text.setTabChangesFocus(True)
        column.addWidget(self.text)
        row = QWidget()
        row.setProperty("plain", True)
        buttons = FlowLayout(row, gap_px=8)
        self.save, self.leave = self._button("save"), self._button("leave")
        self.reopen, self.delete = self._button("reopen"), self._button("delete")
        self.save.setProperty("primary", True)
        self.leave.setText("Close  Esc")
        for button, call in (
            (self.save, self._save),
            (self.reopen, self.reopen_chosen.emit),
            (self.delete, self.delete_chosen.emit),
            (self.leave, self.close_field),
        ):
            button.clicked.connect(call)
            buttons.addWidget(button)
            button.installEventFilter(self)
        column.addWidget(row)
        self._drafting = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._drafting.timeout.connect(self._draft)
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._on_text_changed)

    def show_for(self, words: FieldWords, text: str) -> None:
        """Ask for a text, with one to begin with."""
        self._drafting.stop()
        self.setAccessibleName(words.head)
        self.head.setText(words.head)
        self.text.setAccessibleName(words.head)
        self.text.setAccessibleDescription("Control Enter saves, Escape closes and keeps what is written.")
        self.text.setPlaceholderText(words.hint)
        self.text.setPlainText(text)
        self._drafting.stop()
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        for button, name in ((self.save, f"{words.save}  Ctrl+Enter"), (self.delete, words.delete)):
            button.setText(name)
        self.reopen.setText(words.reopen)
        for button in (self.save, self.delete, self.reopen, self.leave):
            button.setAccessibleName(button.text())
        self.delete.setVisible(bool(words.delete))
        self.reopen.setVisible(bool(words.reopen))
        self._fit()
        self.show()
        self.text.setFocus()

    def close_field(self) -> None:
        """Leave it; what is written is a draft."""
        self._draft()
        self.left.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keys that the text, or the review around it, would take for themselves."""
        if isinstance(event, QKeyEvent) and _is_ours(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                (self.close_field if event.key() == Qt.Key.Key_Escape else self._save)()
                return True
        return False

    def _save(self) -> None:
        self._drafting.stop()
        self.saved.emit(self.text.toPlainText())

    def _draft(self) -> None:
        self._drafting.stop()
        self.drafted.emit(self.text.toPlainText())

    def _on_text_changed(self) -> None:
        self._drafting.start()
        self._fit()

    def _fit(self) -> None:
        """As high as its text, within limits: a long one scrolls."""
        rows = min(_MOST_ROWS, max(_LEAST_ROWS, self.text.document().lineCount()))
        self.text.setFixedHeight(rows * self.text.fontMetrics().lineSpacing() + 12)

    def _button(self, name: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"review.comment.{name}")
        button.setAutoDefault(True)
        return button


def _is_ours(event: QKeyEvent) -> bool:
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    is_escape = event.key() == Qt.Key.Key_Escape and not event.modifiers()
    return is_escape or (is_enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
