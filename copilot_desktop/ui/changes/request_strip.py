"""What is about to be sent to a model: how much, to whom, for what price, and all of it to read, before it leaves."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.findings.events import RequestWords
from copilot_desktop.ui import figures
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout

_TEXT_PX = 180


class RequestStrip(QWidget):
    """`send_wanted()`, `cancel_wanted()`, `stop_wanted()`. `name` begins the names of its parts ("findings").

    `is_primary`: sending is what is most likely wanted of all that stands around it.
    """

    send_wanted = Signal()
    cancel_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, is_primary: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.request")
        self._words = FlowLabel("", "", f"{name}.request_words")
        self._left_out = QLabel()
        self._left_out.setObjectName(f"{name}.left_out")
        self._left_out.setTextFormat(Qt.TextFormat.PlainText)
        self._left_out.setProperty("role", "amber")
        self._left_out.setWordWrap(True)
        self.send = self._button(f"{name}.send", "Send", "Send this to the model")
        self.send.setProperty("primary", is_primary)
        self.cancel = self._button(f"{name}.cancel", "Cancel", "Send nothing")
        self.stop = self._button(f"{name}.stop", "Stop", "Stop the answer (Esc)")
        self.look = self._button(f"{name}.look", "Show what is sent", "Read exactly what the model gets")
        self.look.setCheckable(True)
        self.text = QPlainTextEdit()
        self.text.setObjectName(f"{name}.sent_text")
        self.text.setAccessibleName("What is sent")
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMinimumHeight(_TEXT_PX)
        self.text.setTabChangesFocus(True)
        self._place()
        self.send.clicked.connect(lambda _checked: self.send_wanted.emit())
        self.cancel.clicked.connect(lambda _checked: self.cancel_wanted.emit())
        self.stop.clicked.connect(lambda _checked: self.stop_wanted.emit())
        self.look.toggled.connect(self.text.setVisible)
        self.hide()

    def show_planning(self) -> None:
        """It is being found out what would be sent."""
        self._show("Counting what would be sent…", can_send=False, can_cancel=True)

    def show_request(self, request: RequestWords) -> None:
        """Offer to send this."""
        files = "1 file" if request.files == 1 else f"{request.files} files"
        figure = figures.budget(request.tokens, request.limit_tokens, request.usd)
        words = f"{files} to {request.model}: {figure}"
        self.send.setAccessibleName(f"Send {words}")
        self.text.setPlainText(request.text)
        self._show(words, request.left_out, can_send=True, can_cancel=True)
        announce(self.send, f"{words}. {request.left_out}")

    def show_asking(self, words: str) -> None:
        """It was sent, and this is what goes on."""
        self._show(words, can_stop=True)

    def focus_first(self) -> None:
        """Give the keyboard to what is most likely wanted."""
        for button in (self.send, self.stop, self.cancel):
            if not button.isHidden():
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def has_focus(self) -> bool:
        """Whether the keyboard is in it."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _show(
        self,
        words: str,
        left_out: str = "",
        *,
        can_send: bool = False,
        can_cancel: bool = False,
        can_stop: bool = False,
    ) -> None:
        self._words.setText(words)
        self._words.updateGeometry()
        self._left_out.setText(left_out)
        self._left_out.setVisible(bool(left_out))
        self.send.setVisible(can_send)
        self.look.setVisible(can_send)
        self.cancel.setVisible(can_cancel)
        self.stop.setVisible(can_stop)
        if not can_send:
            self.look.setChecked(False)
        self.show()

    def _place(self) -> None:
        holder = QWidget(self)
        row = FlowLayout(holder)
        for widget in (self._words, self.send, self.cancel, self.stop, self.look):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(holder)
        column.addWidget(self._left_out)
        column.addWidget(self.text)
        self.text.hide()
        self._left_out.hide()

    def _button(self, name: str, title: str, tip: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button
