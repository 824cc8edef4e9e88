"""Cards below an answer: an error with its way out, and a retry that is waiting."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.chat.plain_text import PlainText


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, what to do, and what stands behind "More"."""

    message: str
    advice: str = ""
    detail: str = ""
    can_retry: bool = True
    opens_models: bool = False


def button(name: str, title: str, *, is_primary: bool = False, is_link: bool = False) -> QPushButton:
    """A push button with its names."""
    made = QPushButton(title)
    made.setObjectName(name)
    made.setAccessibleName(title)
    made.setAutoDefault(False)
    if is_primary:
        made.setProperty("primary", True)
    if is_link:
        made.setProperty("link", True)
    return made


def label(text: str, role: str = "", *, name: str = "") -> QLabel:
    """A label that shows text as text."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(True)
    if role:
        made.setProperty("role", role)
    if name:
        made.setObjectName(name)
    return made


class ErrorCard(QFrame):
    """A sentence, advice, Retry, and the details behind "More"."""

    retry_chosen = Signal()
    models_chosen = Signal()

    def __init__(self, error: ErrorText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error_card")
        self.setAccessibleName(f"Error: {error.message}")
        self.setProperty("card", "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        self.message = PlainText("error_message", "What happened")
        self.message.show_text(error.message)
        layout.addWidget(self.message)
        if error.advice:
            advice = PlainText("error_advice", "What to do")
            advice.setProperty("role", "muted")
            advice.show_text(error.advice)
            layout.addWidget(advice)
        layout.addLayout(self._buttons(error))
        self._detail = PlainText("error_detail", "Details of the error")
        self._detail.use_fixed_font()
        self._detail.show_text(error.detail)
        self._detail.hide()
        layout.addWidget(self._detail)

    def _buttons(self, error: ErrorText) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(0, 2, 0, 0)
        if error.can_retry:
            retry = button("error_retry", "Retry")
            retry.clicked.connect(self.retry_chosen)
            row.addWidget(retry)
        if error.opens_models:
            models = button("error_models", "Open Settings → Models")
            models.clicked.connect(self.models_chosen)
            row.addWidget(models)
        if error.detail:
            self._more = button("error_more", "More", is_link=True)
            self._more.clicked.connect(self._on_more_clicked)
            row.addWidget(self._more)
        row.addStretch()
        return row

    def _on_more_clicked(self) -> None:
        is_hidden = self._detail.isHidden()
        self._detail.setVisible(is_hidden)
        self._more.setText("Less" if is_hidden else "More")


class RetryCard(QFrame):
    """Counts down to the next try; "Try now" does not wait."""

    try_now_chosen = Signal()
    stop_chosen = Signal()

    def __init__(self, reason: str, delay_s: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("retry_card")
        self.setProperty("card", True)
        self.setAccessibleName("Waiting to try again")
        self._due_at = time.monotonic() + delay_s
        self._reason = reason
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        self._text = PlainText("retry_text", "Why and when it is tried again")
        layout.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, title, signal in (
            ("retry_now", "Try now", self.try_now_chosen),
            ("retry_stop", "Stop", self.stop_chosen),
        ):
            made = button(name, title)
            made.clicked.connect(signal)
            row.addWidget(made)
        row.addStretch()
        layout.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()
        self._on_timer_timeout()

    @property
    def text(self) -> str:
        """The sentence with the seconds left."""
        return self._text.toPlainText()

    def _on_timer_timeout(self) -> None:
        left_s = self._due_at - time.monotonic()
        when = f"Next try in {math.ceil(left_s)} s." if left_s > 0 else "Trying again …"
        text = f"{self._reason} {when}"
        if text != self.text:
            self._text.show_text(text)
        if left_s <= 0:
            self._timer.stop()
