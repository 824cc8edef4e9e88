"""The card below the last of the turns that are sent as their summary: what it saves, its text, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget

from copilot_desktop.conversation.summaries import Summary
from copilot_desktop.ui import figures
from copilot_desktop.ui.chat.cards import button, label
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.flow_layout import FlowLayout

_EDITOR_PX = 160


def sentence_of(summary: Summary) -> str:
    """What it is and what it saves, and what it cost."""
    return f"{_head(summary)} · {_figures(summary)}"


def _head(summary: Summary) -> str:
    turns = "1 earlier turn" if summary.turn_count == 1 else f"{summary.turn_count} earlier turns"
    return f"{turns} summarised" if summary.is_used else f"Summary of {turns}, not used"


def _figures(summary: Summary) -> str:
    cost = "" if summary.cost_usd is None else f" · {figures.money(summary.cost_usd)}"
    return f"{summary.before_tokens:,} → {summary.after_tokens:,} tk{cost}"


class SummaryCard(QFrame):
    """Shows one summary."""

    edited = Signal(str)
    """Carries the new text."""
    original_chosen = Signal()
    used_chosen = Signal(bool)
    """It is to be sent, or the turns again."""
    delete_chosen = Signal()
    request_chosen = Signal(str)
    """Carries the turn under which the ledger knows the request that made it."""

    def __init__(self, summary: Summary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = summary
        self.setObjectName("summary_card")
        self.setProperty("card", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        self._head = label("", "heading", name="summary_head")
        self._figures = label("", "muted", name="summary_figures")
        layout.addWidget(self._head)
        layout.addWidget(self._figures)
        self._buttons = QWidget(self)
        self._buttons.setProperty("plain", True)
        row = FlowLayout(self._buttons)
        self.show_button = button("summary_show", "Show summary", is_link=True)
        self.edit = button("summary_edit", "Edit", is_link=True)
        self.original = button("summary_original", "Show original", is_link=True)
        self.request = button("summary_request", "Show request", is_link=True)
        self.undo = button("summary_undo", "Undo", is_link=True)
        self.again = button("summary_again", "Use it again", is_link=True)
        self.delete = button("summary_delete", "Delete", is_link=True)
        links = (self.show_button, self.edit, self.original, self.request, self.undo, self.again, self.delete)
        for each in links:
            row.addWidget(each)
        self.text = PlainText("summary_text", "Summary that is sent in place of the turns")
        self.text.hide()
        self.editor = SummaryEditor()
        self.editor.hide()
        self._keeping = QWidget(self)
        self._keeping.setProperty("plain", True)
        keeping = FlowLayout(self._keeping)
        self.save = button("summary_save", "Save")
        self.save.setToolTip("Send this text from now on (Ctrl+Enter)")
        self.leave = button("summary_cancel", "Cancel")
        self.leave.setToolTip("Leave the summary as it was (Esc)")
        keeping.addWidget(self.save)
        keeping.addWidget(self.leave)
        self._keeping.hide()
        for widget in (self.text, self.editor, self._keeping, self._buttons):
            layout.addWidget(widget)
        self._connect()
        self.show_summary(summary)

    @property
    def summary(self) -> Summary:
        """What it shows."""
        return self._summary

    @property
    def sentence(self) -> str:
        """What it says without being opened."""
        return f"{self._head.text()} · {self._figures.text()}"

    def show_summary(self, summary: Summary) -> None:
        """Show this; what is being edited stays."""
        self._summary = summary
        self._head.setText(_head(summary))
        self._figures.setText(f"{_figures(summary)} · {summary.model}")
        self._figures.setToolTip(
            "What these turns take of each request, as they are and as their summary; what it cost, and by which model"
        )
        self.setAccessibleName(self.sentence)
        self.text.show_text(summary.text)
        for widget, is_shown in (
            (self.edit, summary.is_used),
            (self.undo, summary.is_used),
            (self.again, not summary.is_used),
            (self.delete, not summary.is_used),
        ):
            widget.setVisible(is_shown)

    def _connect(self) -> None:
        self.show_button.clicked.connect(lambda: self._open(self.text.isHidden()))
        self.edit.clicked.connect(self._begin)
        self.original.clicked.connect(self.original_chosen)
        self.request.clicked.connect(lambda: self.request_chosen.emit(self._summary.summary_id))
        self.undo.setToolTip("Send the turns themselves again")
        self.undo.clicked.connect(lambda: self.used_chosen.emit(False))
        self.again.clicked.connect(lambda: self.used_chosen.emit(True))
        self.delete.clicked.connect(self.delete_chosen)
        self.save.clicked.connect(self._save)
        self.leave.clicked.connect(self._end)
        self.editor.saved.connect(self._save)
        self.editor.left.connect(self._end)

    def _open(self, is_open: bool) -> None:
        self.text.setVisible(is_open)
        self.show_button.setText("Hide summary" if is_open else "Show summary")
        self.show_button.setAccessibleName(self.show_button.text())

    def _begin(self) -> None:
        self.editor.setPlainText(self._summary.text)
        self._open(False)
        self._set_editing(True)
        self.editor.setFocus()

    def _save(self) -> None:
        text = self.editor.toPlainText().strip()
        self._end()
        if text and text != self._summary.text:
            self.edited.emit(text)

    def _end(self) -> None:
        self._set_editing(False)
        self._open(True)
        self.edit.setFocus()

    def _set_editing(self, is_editing: bool) -> None:
        self.editor.setVisible(is_editing)
        self._keeping.setVisible(is_editing)
        self._buttons.setVisible(not is_editing)


class SummaryEditor(QPlainTextEdit):
    """Where a summary is edited: Ctrl+Enter keeps it, Esc leaves it, Tab goes on."""

    saved = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("summary_editor")
        self.setAccessibleName("Text of the summary")
        self.setMinimumHeight(_EDITOR_PX)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keys of its own."""
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and is_control:
            self.saved.emit()
        else:
            super().keyPressEvent(event)
