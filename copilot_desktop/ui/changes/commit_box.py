"""The message of a commit, the buttons that make it, and what git and the hooks say meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.theme.fixed_font import fixed_font

_LEAST_LINES, _MOST_LINES, _OUTPUT_LINES = 2, 8, 6


class MessageField(QPlainTextEdit):
    """Grows with its text. `submitted()` by Ctrl+Enter."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.message")
        self.setAccessibleName("Commit message")
        self.setPlaceholderText("Message (Ctrl+Enter commits)")
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
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

    def _fit(self, _size: object = None) -> None:
        # Qt gives the height of a plain text in lines, wrapped ones counted.
        lines = min(_MOST_LINES, max(_LEAST_LINES, round(self.document().size().height())))
        self.setFixedHeight(lines * QFontMetrics(self.font()).lineSpacing() + 18)


class CommitBox(QWidget):
    """`commit_wanted(message, is_amended)`; `amend_wanted()` when the message is empty and the last one is needed."""

    commit_wanted = Signal(str, bool)
    stop_wanted = Signal()
    draft_wanted = Signal()
    """The model is to draft the message."""
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes.commit_box")
        self.message = MessageField(self)
        self.commit = self._button("commit", "Commit", "Commit what is staged (Ctrl+Enter)")
        self.commit.setProperty("primary", True)
        self.amend = self._button("amend", "Amend", "Put what is staged into the last commit, with this message")
        self.draft = self._button("draft", "Draft", "See what the model would get, and let it draft the message")
        self.draft.setAccessibleName("Draft the message")
        self.draft.hide()
        self.stop = self._button("stop", "Stop", "End git and its hooks")
        self.hide_output = self._button("hide_output", "Hide output", "Hide what git said")
        self.output = QPlainTextEdit(self)
        self.output.setObjectName("changes.output")
        self.output.setAccessibleName("What git and the hooks said")
        self.output.setReadOnly(True)
        self.output.setFont(fixed_font())
        self.output.setMaximumBlockCount(5_000)
        self.output.setTabChangesFocus(True)
        self.said = QLabel(self)
        self.said.setObjectName("changes.draft_said")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.hide()
        self._column = QVBoxLayout(self)
        self._is_running = self._can_amend = self._is_drafting = False
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

    def offer_drafts(self, strip: QWidget) -> None:
        """Let the model draft the message; `strip` says what would be sent, and stands below the buttons."""
        self.draft.show()
        self._column.insertWidget(2, strip)

    def set_drafting(self, is_drafting: bool, said: str = "", *, is_error: bool = False) -> None:
        """A draft is being written into the field, or no longer; `said` is a sentence on how it ended."""
        self._is_drafting = is_drafting
        self.message.setReadOnly(is_drafting)
        self.said.setText("" if is_drafting else said)
        self.said.setVisible(bool(self.said.text()))
        role = "error" if is_error else "muted"
        if self.said.property("role") != role:
            self.said.setProperty("role", role)
            self.said.style().polish(self.said)
        self._show_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc stops a draft, or sends nothing."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def take(self, text: str, *, may_replace: bool = False) -> None:
        """Put a prepared message into the field, where none was typed."""
        if may_replace or not self.message.toPlainText().strip():
            self.message.setPlainText(text)

    def _place(self) -> None:
        holder = QWidget(self)
        buttons = FlowLayout(holder)
        for button in (self.commit, self.amend, self.draft, self.stop, self.hide_output):
            buttons.addWidget(button)
        height = _OUTPUT_LINES * QFontMetrics(self.output.font()).lineSpacing() + 18
        self.output.setFixedHeight(height)
        column = self._column
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.message)
        column.addWidget(holder)
        column.addWidget(self.said)
        column.addWidget(self.output)
        self.output.hide()
        self.message.submitted.connect(self._on_commit)
        self.commit.clicked.connect(self._on_commit)
        self.amend.clicked.connect(self._on_amend)
        self.draft.clicked.connect(self._on_draft)
        self.stop.clicked.connect(self._on_stop)
        self.hide_output.clicked.connect(self._on_hide)

    def _show_state(self) -> None:
        is_free = not self._is_running and not self._is_drafting
        self.commit.setEnabled(is_free)
        self.amend.setEnabled(self._can_amend and is_free)
        self.draft.setEnabled(is_free)
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

    def _on_draft(self, _checked: bool = False) -> None:
        self.draft_wanted.emit()

    def _on_stop(self, _checked: bool = False) -> None:
        self.stop_wanted.emit()

    def _on_hide(self, _checked: bool = False) -> None:
        self.clear_output()
