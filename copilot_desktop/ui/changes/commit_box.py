"""The message of a commit, the buttons that make it, and what git and the hooks say meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QFontMetrics, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.flow_layout import FlowLayout

_LEAST_LINES, _MOST_LINES, _OUTPUT_LINES = 2, 8, 6
_TITLE_CHARACTERS = 72


class MessageField(QPlainTextEdit):
    """Grows with its text. `submitted()` by Ctrl+Enter."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.message")
        self.setAccessibleName("Commit message")
        self.setPlaceholderText("Message (Ctrl+Enter commits)")
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Enter commits."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other letters need another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(160, self.height())

    def _fit(self) -> None:
        lines = min(_MOST_LINES, max(_LEAST_LINES, self.document().blockCount()))
        self.setFixedHeight(lines * QFontMetrics(self.font()).lineSpacing() + 18)


class CommitBox(QWidget):
    """`commit_wanted(message, is_amended)`; `amend_wanted()` when the message is empty and the last one is needed."""

    commit_wanted = Signal(str, bool)
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.commit_box")
        self.message = MessageField(self)
        self.commit = self._button("commit", "Commit", "Commit what is staged (Ctrl+Enter)")
        self.commit.setProperty("primary", True)
        self.amend = self._button("amend", "Amend", "Put what is staged into the last commit, with this message")
        self.stop = self._button("stop", "Stop", "End git and its hooks")
        self.hide_output = self._button("hide_output", "Hide output", "Hide what git said")
        self.output = QPlainTextEdit(self)
        self.output.setObjectName("changes.output")
        self.output.setAccessibleName("What git and the hooks said")
        self.output.setReadOnly(True)
        self.output.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.output.setMaximumBlockCount(5_000)
        self.output.setTabChangesFocus(True)
        self._is_running = self._can_amend = False
        self._place()
        self._show_state()

    def set_running(self, is_running: bool) -> None:
        """A commit is being made, or no longer."""
        self._is_running = is_running
        if is_running:
            self.output.clear()
            self.output.hide()
        self._show_state()

    def set_can_amend(self, can_amend: bool) -> None:
        """Whether there is a commit to amend."""
        self._can_amend = can_amend
        self._show_state()

    def add_output(self, text: str) -> None:
        """Show more of what is said, at the end, without taking the reader away from an earlier line."""
        bar = self.output.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum()
        cursor = QTextCursor(self.output.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        self.output.show()
        self._show_state()
        if is_at_end:
            bar.setValue(bar.maximum())

    def clear_output(self) -> None:
        """Show no output any more."""
        self.output.clear()
        self.output.hide()
        self._show_state()

    def take(self, text: str, *, may_replace: bool = False) -> None:
        """Put a prepared message into the field, where none was typed."""
        if may_replace or not self.message.toPlainText().strip():
            self.message.setPlainText(text)

    def _place(self) -> None:
        holder = QWidget(self)
        buttons = FlowLayout(holder)
        for button in (self.commit, self.amend, self.stop, self.hide_output):
            buttons.addWidget(button)
        height = _OUTPUT_LINES * QFontMetrics(self.output.font()).lineSpacing() + 18
        self.output.setFixedHeight(height)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.message)
        column.addWidget(holder)
        column.addWidget(self.output)
        self.output.hide()
        self.message.submitted.connect(self._on_commit)
        self.commit.clicked.connect(self._on_commit)
        self.amend.clicked.connect(self._on_amend)
        self.stop.clicked.connect(self._on_stop)
        self.hide_output.clicked.connect(self._on_hide)

    def _show_state(self) -> None:
        self.commit.setEnabled(not self._is_running)
        self.amend.setEnabled(self._can_amend and not self._is_running)
        self.stop.setVisible(self._is_running)
        self.hide_output.setVisible(not self._is_running and not self.output.isHidden())
        self.commit.setText("Committing…" if self._is_running else "Commit")

    def _button(self, name: str, title: str, tip: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setObjectName(f"changes.{name}")
        button.setToolTip(tip)
        return button

    def _on_commit(self, _checked: bool = False) -> None:
        self.commit_wanted.emit(self.message.toPlainText(), False)

    def _on_amend(self, _checked: bool = False) -> None:
        self.commit_wanted.emit(self.message.toPlainText(), True)

    def _on_stop(self, _checked: bool = False) -> None:
        self.stop_wanted.emit()

    def _on_hide(self, _checked: bool = False) -> None:
        self.clear_output()
