"""What is about to be sent to a model: how much, to whom, for what price, and all of it to read, before it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.request_words import RequestWords
from copilot_desktop.credentials.secret_words import secrets_sentence
from copilot_desktop.errors import NeverSendError
from copilot_desktop.ui import figures
from copilot_desktop.ui.allow_button import AllowButton
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.flow_layout import FlowLabel, FlowLayout
from copilot_desktop.ui.secrets_button import SecretsButton
from copilot_desktop.ui.theme.fixed_font import fixed_font

_TEXT_PX, _WINDOW_PX = 180, (760, 560)


class RequestStrip(QWidget):
    """`send_wanted()`, `cancel_wanted()`, `stop_wanted()`. `name` begins the names of its parts ("findings").

    `is_primary`: sending is what is most likely wanted of all that stands around it. `title` is on its button.
    `has_window`: what is sent is read in a window of its own, where there is little room.
    """

    send_wanted = Signal()
    cancel_wanted = Signal()
    stop_wanted = Signal()

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        is_primary: bool = True,
        title: str = "Send",
        has_window: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.request")
        self._words = FlowLabel("", "", f"{name}.request_words")
        self._left_out = QLabel()
        self._left_out.setObjectName(f"{name}.left_out")
        self._left_out.setTextFormat(Qt.TextFormat.PlainText)
        self._left_out.setProperty("role", "amber")
        self._left_out.setWordWrap(True)
        self.secrets = SecretsButton(f"{name}.secrets", self)
        self.allow = AllowButton(f"{name}.allow", self)
        self.send = self._button(f"{name}.send", title, "Send this to the model")
        self.send.setProperty("primary", is_primary)
        self.cancel = self._button(f"{name}.cancel", "Cancel", "Send nothing")
        self.stop = self._button(f"{name}.stop", "Stop", "Stop the answer (Esc)")
        self.look = self._button(f"{name}.look", "Show what is sent", "Read exactly what the model gets")
        self.look.setCheckable(not has_window)
        self._window = SentWindow(self) if has_window else None
        self.text = sent_field(name)
        self._place()
        self.send.clicked.connect(lambda _checked: self.send_wanted.emit())
        self.cancel.clicked.connect(lambda _checked: self.cancel_wanted.emit())
        self.stop.clicked.connect(lambda _checked: self.stop_wanted.emit())
        if self._window is None:
            self.look.toggled.connect(self.text.setVisible)
        else:
            self.look.clicked.connect(self._window.open_again)
        self.hide()

    @property
    def words(self) -> str:
        """What it says of the request."""
        return self._words.text()

    @property
    def left_out(self) -> str:
        """What it says that is not sent; empty for nothing."""
        return self._left_out.text()

    def show_planning(self) -> None:
        """It is being found out what would be sent, perhaps with another choice about its secrets."""
        if self.isHidden():
            self.secrets.show_rows(())
            self.allow.show_files(())
        self._show("Counting what would be sent…", can_send=False, can_cancel=True)

    def show_request(self, request: RequestWords, *, can_cancel: bool = True) -> None:
        """Offer to send this. What can be cancelled was asked for, and is announced."""
        figure = figures.budget(request.tokens, request.limit_tokens, request.usd)
        words = f"{request.what} to {request.model}"
        if request.tokens is not None or not request.left_out:
            words = f"{words}: {figure}"
        self.send.setAccessibleName(f"Send {words}")
        if request.text != self.text.toPlainText():
            self.text.setPlainText(request.text)
        self._words.setToolTip(request.tip)
        self.secrets.show_rows(request.secrets)
        self.allow.show_files(request.hidden)
        self._show(words, request.left_out, can_send=True, can_cancel=can_cancel)
        if can_cancel:
            announce(
                self.send, f"{words}. {request.left_out} {secrets_sentence([row.seen for row in request.secrets])}"
            )

    def show_refused(self, hidden: Sequence[NeverSendError]) -> None:
        """Nothing can be sent, and the sentence about that stands beside it: offer to allow one of these files."""
        had_focus = self.has_focus()
        self._show("")
        self.secrets.show_rows(())
        self.allow.show_files(hidden)
        if had_focus:
            self.allow.setFocus(Qt.FocusReason.OtherFocusReason)

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
        if not can_send:
            self._words.setToolTip("")
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._words.updateGeometry()
        self._left_out.setText(left_out)
        self._left_out.setVisible(bool(left_out))
        self.send.setVisible(can_send)
        self.look.setVisible(can_send)
        self.cancel.setVisible(can_cancel)
        self.stop.setVisible(can_stop)
        if not can_send:
            self.look.setChecked(False)
        if can_stop:
            self.secrets.show_rows(())
            self.allow.show_files(())
        self.show()

    def _place(self) -> None:
        holder = QWidget(self)
        row = FlowLayout(holder)
        for widget in (self._words, self.send, self.cancel, self.stop, self.look, self.secrets, self.allow):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(holder)
        column.addWidget(self._left_out)
        if self._window is None:
            column.addWidget(self.text)
            self.text.hide()
        else:
            self._window.take(self.text)
        self._left_out.hide()

    def _button(self, name: str, title: str, tip: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setObjectName(name)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button


def sent_field(name: str) -> QPlainTextEdit:
    """Where what is sent is read; `name` begins its name."""
    text = QPlainTextEdit()
    text.setObjectName(f"{name}.sent_text")
    text.setAccessibleName("What is sent")
    text.setReadOnly(True)
    text.setFont(fixed_font())
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setMinimumHeight(_TEXT_PX)
    text.setTabChangesFocus(True)
    return text


class SentWindow(QDialog):
    """The text that is sent, beside the window: not modal, and as it is now as long as it is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sent_window")
        self.setWindowTitle("What is sent")
        self.setAccessibleName("What is sent")
        self.resize(*_WINDOW_PX)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 16, 16, 16)

    def take(self, text: QPlainTextEdit) -> None:
        """Show this text."""
        self._text = text
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._column.addWidget(text)

    def open_again(self) -> None:
        """Come to the front, also where it is open already."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._text.setFocus()
