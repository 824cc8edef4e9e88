"""The card of a prompt in the text: a field, what goes on, and the versions of a change once it has come."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.chosen_secrets import SecretRow
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.history_field import HistoryField
from copilot_desktop.ui.icon_button import IconButton, MakeIcon
from copilot_desktop.ui.secrets_button import SecretsButton
from copilot_desktop.ui.theme.marking import mark
from copilot_desktop.values import dataclass

_COUNT_EVERY_MS = 250
_FIRST = "What should change here? Enter sends, Esc closes"
_FOLLOW_UP = "Follow-up… Enter sends, Esc puts everything back"


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """The version of a change that is shown: what was asked up to it, and which one of how many it is.

    `hunk_count`: how many changes of it wait for a decision.
    """

    prompts: tuple[str, ...]
    number: int
    count: int
    hunk_count: int
    can_go_back: bool = False
    can_go_on: bool = False


class VersionRow(QWidget):
    """What was asked for, Accept and Reject, and the way through the versions; in two rows where it is narrow."""

    decided = Signal(bool)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, make_icon: MakeIcon, parent: QWidget) -> None:
        super().__init__(parent)
        self.prompts = ElidedLabel("inline_prompt.prompts", Qt.TextElideMode.ElideLeft)
        self.prompts.setProperty("role", "muted")
        self.accept = self._button("Accept", "inline_prompt.accept", "Alt+Y")
        self.reject = self._button("Reject", "inline_prompt.reject", "Alt+N")
        self.back = IconButton(make_icon, "undo-2", "Back to the version before", self)
        self.back.setObjectName("inline_prompt.back")
        self.on = IconButton(make_icon, "redo-2", "On to the next version", self)
        self.on.setObjectName("inline_prompt.on")
        self.number = QLabel(self)
        self.number.setObjectName("inline_prompt.version")
        self.number.setProperty("role", "muted")
        close = IconButton(make_icon, "x", "Close this and leave the change undecided", self)
        close.setObjectName("inline_prompt.close")
        said, decisions = QHBoxLayout(), QHBoxLayout()
        said.addWidget(self.prompts, 1)
        for widget in (self.back, self.number, self.on):
            said.addWidget(widget)
        decisions.addWidget(self.accept)
        decisions.addWidget(self.reject)
        decisions.addStretch(0)
        self._said, self._decisions = said, decisions
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(6, 0, 0, 0)
        self._row.addLayout(said, 1)
        self._row.addLayout(decisions)
        said.addWidget(close)
        self.accept.clicked.connect(lambda: self.decided.emit(True))
        self.reject.clicked.connect(lambda: self.decided.emit(False))
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.closed)

    def show_version(self, shown: ShownVersion) -> None:
        """Say which version is shown, and what can be done about it."""
        self.prompts.show_text(" › ".join(shown.prompts), "\n".join(shown.prompts))
        self.prompts.setAccessibleName(f"Asked for: {', then '.join(shown.prompts)}")
        self.number.setText(f"{shown.number} of {shown.count}")
        self.number.setAccessibleName(f"Version {shown.number} of {shown.count}")
        for widget in (self.back, self.number, self.on):
            widget.setVisible(shown.count > 1)
        self.back.setEnabled(shown.can_go_back)
        self.on.setEnabled(shown.can_go_on)
        which = "this change" if shown.hunk_count == 1 else f"these {shown.hunk_count} changes"
        for button, word, key in ((self.accept, "Accept", "Alt+Y"), (self.reject, "Reject", "Alt+N")):
            button.setText(word if shown.hunk_count == 1 else f"{word} {shown.hunk_count}")
            button.setToolTip(f"{word} {which}" + (f" ({key})" if shown.hunk_count == 1 else ""))
            button.setAccessibleName(f"{word} {which}")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where both parts have no room beside each other they stand below each other."""
        super().resizeEvent(event)
        needed = self._said.minimumSize().width() + self._decisions.sizeHint().width() + 3 * self._row.spacing()
        wanted = QBoxLayout.Direction.LeftToRight if needed <= self.width() else QBoxLayout.Direction.TopToBottom
        if wanted != self._row.direction():
            self._row.setDirection(wanted)
            self.updateGeometry()

    def _button(self, word: str, name: str, key: str) -> QPushButton:
        button = QPushButton(word, self)
        button.setObjectName(name)
        button.setProperty("decision", word.lower())
        button.setToolTip(f"{word} ({key})")
        return button


class PromptBox(QFrame):
    """One line to type into, a state, and Send, Stop or Retry; above it the versions, once a change has come.

    `kept` are the prompts that Up brings back.
    """

    submitted = Signal(str)
    stopped = Signal()
    dismissed = Signal()
    idle = Signal()
    """It can be sent, perhaps once more."""
    look_chosen = Signal()
    """All that would be sent is to be read."""

    def __init__(self, make_icon: MakeIcon, kept: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inline_prompt")
        self.setAccessibleName("Edit the selection")
        self.setProperty("card", True)
        self.field = HistoryField("inline_prompt.field", "What to change", self, kept=kept)
        self.field.setProperty("bare", True)  # the card around it shows the focus
        self.field.setPlaceholderText(_FIRST)
        self.button = QPushButton("Send", self)
        self.button.setObjectName("inline_prompt.send")
        self.button.setAccessibleName("Send")
        self.look = IconButton(make_icon, "eye", "Show exactly what will be sent", self)
        self.look.setObjectName("inline_prompt.look")
        self.state = QLabel(self)
        self.state.setObjectName("inline_prompt.state")
        self.state.setAccessibleName("State")
        self.state.setWordWrap(True)
        self.state.setContentsMargins(6, 0, 6, 2)
        self.state.hide()
        self.budget = QLabel(self)
        self.budget.setObjectName("inline_prompt.budget")
        self.budget.setProperty("role", "muted")
        self.budget.setAccessibleName("Tokens and price of what would be sent")
        self.budget.setWordWrap(True)
        self.budget.setContentsMargins(6, 0, 6, 0)
        self.secrets = SecretsButton("inline_prompt.secrets", self)
        self.versions = VersionRow(make_icon, self)
        self.versions.hide()
        self.is_working = False
        self._reason, self._due_at, self._refusal = "", 0.0, ""
        self._countdown = QTimer(self)
        self._countdown.setInterval(_COUNT_EVERY_MS)
        self._countdown.timeout.connect(self._on_countdown_timeout)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.look)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.versions)
        column.addLayout(row)
        column.addWidget(self.state)
        column.addWidget(self.secrets, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.budget)
        self.field.returnPressed.connect(self._on_field_return_pressed)
        self.button.clicked.connect(self._on_button_clicked)
        self.look.clicked.connect(lambda _checked: self.look_chosen.emit())
        self.setFocusProxy(self.field)

    def show_version(self, shown: ShownVersion) -> None:
        """A change has come: say of it what there is to be said, and ask for follow-ups."""
        self.setAccessibleName("Refine the change")
        self.field.setAccessibleName("Follow-up")
        self.field.setPlaceholderText(_FOLLOW_UP)
        self.versions.show_version(shown)
        self.versions.show()
        self.updateGeometry()

    def show_budget(self, line: str, tip: str, *, is_over: bool = False) -> None:
        """Show tokens and price of what would be sent; `is_over`: it is more than the model takes."""
        # A figure stays on the line of its unit.
        line = line.replace(" tk", "\u00a0tk").replace("about ", "about\u00a0")
        self.budget.setToolTip(tip)
        self.budget.setAccessibleDescription(tip)
        if line != self.budget.text():
            self.budget.setText(line)
            self.budget.setVisible(bool(line) and not self.is_working)
            self.updateGeometry()
        mark(self.budget, "role", "error" if is_over else "muted")

    def show_secrets(self, rows: Sequence[SecretRow]) -> None:
        """Tell of the secrets in what would be sent."""
        was_there = self.secrets.has_secrets
        if self.secrets.hasFocus() and not rows:
            self.field.setFocus()
        self.secrets.show_rows(rows)
        if was_there != self.secrets.has_secrets:
            self.updateGeometry()

    def show_refusal(self, sentence: str) -> None:
        """Nothing would be sent, and why, before it is tried; "": it would be. The keyboard stays where it is."""
        if not self.is_working and sentence != self._refusal:
            self._refusal = sentence
            if sentence != self.state.text():
                self._say(sentence, "Send")

    def show_working(self, what: str) -> None:
        """An answer is awaited or arrives; `what` says which."""
        self._countdown.stop()
        self.is_working, self._refusal = True, ""
        self.field.setReadOnly(True)
        self.versions.setEnabled(False)
        self._say(f"{what} … Esc stops.", "Stop")

    def show_retry(self, reason: str, delay_s: float) -> None:
        """The server asked to wait: count down to the next try."""
        self.show_working("Waiting")
        self._reason, self._due_at = reason, time.monotonic() + delay_s
        self._countdown.start()
        self._on_countdown_timeout()

    def show_idle(self, sentence: str = "", button: str = "Send") -> None:
        """The prompt can be sent (again); the sentence says what happened to the last one."""
        self._countdown.stop()
        self.is_working, self._refusal = False, ""
        self.field.setReadOnly(False)
        self.versions.setEnabled(True)
        self._say(sentence, button)
        self.field.setFocus()
        self.idle.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc stops a running answer, else closes the prompt, whose text Up brings back."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.is_working:
                self.field.remember()
            (self.stopped if self.is_working else self.dismissed).emit()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or self.is_working:
            # The field takes no letters while it works: they would go on to the text below the card.
            event.accept()
        else:
            super().keyPressEvent(event)

    def _say(self, sentence: str, button: str) -> None:
        if (sentence, button) == (self.state.text(), self.button.text()):
            return
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))
        self.budget.setVisible(not self.is_working and bool(self.budget.text()))
        self.look.setVisible(not self.is_working)
        if self.is_working:
            self.show_secrets(())
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.updateGeometry()

    def _on_countdown_timeout(self) -> None:
        left_s = self._due_at - time.monotonic()
        if left_s <= 0:
            self.show_working("Trying again")
        else:
            self._say(f"{self._reason} Next try in {math.ceil(left_s)} s. Esc stops.", "Stop")

    def _on_field_return_pressed(self) -> None:
        if not self.is_working and self.field.text().strip():
            self.field.remember()
            self.submitted.emit(self.field.text().strip())

    def _on_button_clicked(self) -> None:
        if self.is_working:
            self.stopped.emit()
        else:
            self._on_field_return_pressed()
