"""Cards below an answer: an error with its way out, and a retry that is waiting."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.errors import Remedy
from copilot_desktop.ui.chat.plain_text import PlainText
from copilot_desktop.ui.flow_layout import FlowLayout, WrappedLabel
from copilot_desktop.values import dataclass

LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What happened, what to do, and what stands behind "More"."""

    message: str
    advice: str = ""
    detail: str = ""
    remedies: tuple[Remedy, ...] = (Remedy.RETRY,)
    wait_s: float | None = None


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
    return WrappedLabel(text, role, name)


class ErrorCard(QFrame):
    """A sentence, advice, what helps as buttons, and the details behind "More"."""

    retry_chosen = Signal()
    models_chosen = Signal()
    edit_chosen = Signal()
    """The prompt is to be worded differently, or sent with less."""

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
        layout.addWidget(self._buttons(error))
        self._detail = PlainText("error_detail", "Details of the error")
        self._detail.use_fixed_font()
        self._detail.show_text(error.detail)
        self._detail.hide()
        layout.addWidget(self._detail)

    def _buttons(self, error: ErrorText) -> QWidget:
        made = QWidget(self)
        made.setProperty("plain", True)
        row = FlowLayout(made)
        for remedy in error.remedies:
            if remedy is not Remedy.WAIT:
                row.addWidget(self._remedy(remedy))
            elif error.wait_s is not None and error.wait_s <= LONGEST_WAIT_S:
                waiting = WaitButton(error.wait_s)
                waiting.due.connect(self.retry_chosen)
                row.addWidget(waiting)
        if error.detail:
            self._more = button("error_more", "More", is_link=True)
            self._more.clicked.connect(self._on_more_clicked)
            row.addWidget(self._more)
        policy = made.sizePolicy()
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
        return made

    def _remedy(self, remedy: Remedy) -> QPushButton:
        title, chosen = {
            Remedy.RETRY: ("Retry", self.retry_chosen),
            # Few words: a narrow chat has no room for more of large letters.
            Remedy.MODELS: ("Open settings", self.models_chosen),
            Remedy.SHORTEN: ("Less context", self.edit_chosen),
            Remedy.EDIT: ("Edit message", self.edit_chosen),
        }[remedy]
        made = button(f"error_{remedy.value}", title)
        made.clicked.connect(chosen)
        return made

    def _on_more_clicked(self) -> None:
        is_hidden = self._detail.isHidden()
        self._detail.setVisible(is_hidden)
        self._more.setText("Less" if is_hidden else "More")


class WaitButton(QPushButton):
    """Counts down to another try once it is pressed; pressed again it leaves it."""

    due = Signal()

    def __init__(self, wait_s: float) -> None:
        super().__init__()
        self.setObjectName("error_wait")
        self.setAutoDefault(False)
        self._due_at = time.monotonic() + wait_s
        self._is_waiting = False
        self._timer = QTimer(self, interval=250)
        self._timer.timeout.connect(self._show)
        self.clicked.connect(self._on_clicked)
        self._timer.start()
        self._show()

    def _on_clicked(self) -> None:
        self._is_waiting = not self._is_waiting
        self._show()

    def _show(self) -> None:
        left_s = self._due_at - time.monotonic()
        if left_s <= 0:
            # The time has passed: to wait is no choice any more.
            self._timer.stop()
            self.hide()
            if self._is_waiting:
                self.due.emit()
            return
        left = f"{math.ceil(left_s)} s" if left_s < 120 else f"{math.ceil(left_s / 60)} min"
        title = f"Asking again in {left} – Stop" if self._is_waiting else f"Wait {left} and retry"
        if title != self.text():
            self.setText(title)
            self.setAccessibleName(title)


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
