"""Ctrl+I: a prompt above the selection. The answer arrives in place as a pending proposal; nothing is written."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.chat.chips import FrozenContext, Refused
from copilot_desktop.bridge.chat.running_turn import ProposalMade
from copilot_desktop.bridge.chat.turns import TurnController, TurnSent
from copilot_desktop.context.items import ContextItem, ItemKind
from copilot_desktop.conversation.events import (
    ReasoningArrived,
    RepairArrived,
    RepairFinished,
    RepairStarted,
    RetryScheduled,
    TextArrived,
    TurnFinished,
    TurnStatus,
)
from copilot_desktop.conversation.turns import TurnMode
from copilot_desktop.editor.view import EditorView
from copilot_desktop.llm.profiles import Profile
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.editor_area import EditorArea

_COUNT_EVERY_MS = 250
_STILL_NO_PLACE = "The model was asked once more, and its change still has no place. It is in the chat."

CheckPath = Callable[[str, Callable[[], None], Callable[[Refused], None]], None]
"""Whether a model may see a file: calls one of the two soon. `ChipsController.check` is one."""


class PromptBox(QFrame):
    """One line to type into, a state, and Send, Stop or Retry."""

    submitted = Signal(str)
    stopped = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inline_prompt")
        self.setAccessibleName("Edit the selection")
        self.setProperty("card", True)
        self.field = QLineEdit(self)
        self.field.setObjectName("inline_prompt.field")
        self.field.setProperty("bare", True)  # the card around it shows the focus
        self.field.setAccessibleName("What to change")
        self.field.setPlaceholderText("What should change here? Enter sends, Esc closes")
        self.button = QPushButton("Send", self)
        self.button.setObjectName("inline_prompt.send")
        self.button.setAccessibleName("Send")
        self.state = QLabel(self)
        self.state.setObjectName("inline_prompt.state")
        self.state.setAccessibleName("State")
        self.state.setWordWrap(True)
        self.state.setContentsMargins(6, 0, 6, 2)
        self.state.hide()
        self.is_working = False
        self._reason, self._due_at = "", 0.0
        self._countdown = QTimer(self)
        self._countdown.setInterval(_COUNT_EVERY_MS)
        self._countdown.timeout.connect(self._on_countdown_timeout)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.state)
        self.field.returnPressed.connect(self._on_field_return_pressed)
        self.button.clicked.connect(self._on_button_clicked)
        self.setFocusProxy(self.field)

    def show_working(self, what: str) -> None:
        """An answer is awaited or arrives; `what` says which."""
        self._countdown.stop()
        self.is_working = True
        self.field.setReadOnly(True)
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
        self.is_working = False
        self.field.setReadOnly(False)
        self._say(sentence, button)
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Esc stops a running answer, else closes the prompt."""
        if event.key() == Qt.Key.Key_Escape:
            (self.stopped if self.is_working else self.dismissed).emit()
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _say(self, sentence: str, button: str) -> None:
        if (sentence, button) == (self.state.text(), self.button.text()):
            return
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))
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
            self.submitted.emit(self.field.text().strip())

    def _on_button_clicked(self) -> None:
        if self.is_working:
            self.stopped.emit()
        else:
            self._on_field_return_pressed()


class InlinePrompt(QObject):
    """At most one prompt in a window; `open_here` puts it above the selection of the active editor."""

    def __init__(
        self, editors: EditorArea, turns: TurnController, profile: Callable[[], Profile], check: CheckPath
    ) -> None:
        super().__init__(editors)
        self._editors = editors
        self._turns = turns
        self._profile = profile
        self._check = check
        self._checking: object = None
        self._view: EditorView | None = None
        self._box: PromptBox | None = None
        self._lines = LineRange(0, 0)
        self._asked_text = ""
        self._turn_id = ""
        turns.sent.connect(self._on_sent)
        turns.turn_event.connect(self._on_turn_event)
        turns.proposed.connect(self._on_proposed)

    @property
    def is_open(self) -> bool:
        """Whether the prompt is shown."""
        return self._box is not None

    def open_here(self) -> None:
        """Show the prompt above the selection, or above the current line."""
        view = self._editors.current_view()
        if view is None or (self._box is not None and self._box.is_working):
            return
        self.close()
        selection = view.selection()
        lines = selection.lines if len(selection.lines) else LineRange(selection.lines.start, selection.lines.start + 1)
        box = PromptBox()
        box.submitted.connect(self._on_submitted)
        box.stopped.connect(self._on_stopped)
        box.dismissed.connect(self.close)
        self._view, self._box, self._lines = view, box, lines
        self._asked_text = view.snapshot().text
        view.destroyed.connect(self._on_view_destroyed)
        view.show_inline_widget(box, lines.start)
        box.field.setFocus()

    def close(self) -> None:
        """Take the prompt away and give the keyboard back to the text."""
        view, box = self._view, self._box
        self._view = self._box = self._checking = None
        self._turn_id = ""
        if view is not None and box is not None:
            view.diff_marks.hide_loading()
            view.hide_inline_widget()
            box.deleteLater()
            view.setFocus()

    def _on_submitted(self, prompt: str) -> None:
        view, box = self._view, self._box
        if view is None or box is None:
            return
        snapshot = view.snapshot()
        path = view.path
        if snapshot.text != self._asked_text:
            # Typed since the prompt was opened: what is selected now is meant.
            self._asked_text = snapshot.text
            now = view.selection().lines
            self._lines = now if len(now) else LineRange(now.start, now.start + 1)
        if path is None:
            box.show_idle("Save the file under a name first: a proposal needs a file it is for.")
            return
        every = split_lines(snapshot.text)
        lines = LineRange(min(self._lines.start, len(every)), min(self._lines.end, len(every)))
        text = "".join(every[lines.start : lines.end])
        item = ContextItem(uuid.uuid4().hex, ItemKind.SELECTION, path, text, lines, is_unsaved=True)
        context, profile = FrozenContext((item,), {path: snapshot.text}), self._profile()
        box.show_working(f"Waiting for {profile.name}")
        view.diff_marks.show_loading(lines)
        checking = self._checking = object()

        def start() -> None:
            # Stopped, closed or another one by now: nothing is sent.
            if self._checking is checking:
                self._checking = None
                self._turn_id = self._turns.start(prompt, context, profile, TurnMode.EDIT)

        def refuse(refused: Refused) -> None:
            if self._checking is checking:
                self._end_checking(f"{refused.message} {refused.advice}".strip())

        self._check(path, start, refuse)

    def _end_checking(self, said: str, button: str = "Send") -> None:
        self._checking = None
        if self._view is not None and self._box is not None:
            self._view.diff_marks.hide_loading()
            self._box.show_idle(said, button)

    def _on_stopped(self) -> None:
        if self._checking is not None:
            self._end_checking("Stopped. Nothing was changed.", "Retry")
        else:
            self._turns.running.stop_turn(self._turn_id)

    def _on_sent(self, sent: TurnSent) -> None:
        """What is asked here was sent again from its card in the chat: the answer is awaited here as well."""
        view, box, request = self._view, self._box, sent.request
        if view is None or box is None or box.is_working or request.mode is not TurnMode.EDIT:
            return
        if view.path == request.items[0].path and box.field.text().strip() == request.prompt:
            self._turn_id = request.turn_id
            box.show_working(f"Waiting for {request.profile.name}")
            view.diff_marks.show_loading(self._lines)

    def _on_turn_event(self, event: object) -> None:
        view, box = self._view, self._box
        if view is None or box is None:
            return
        if isinstance(event, RetryScheduled) and event.turn_id == self._turn_id:
            box.show_retry(event.reason, event.delay_s)
        elif isinstance(event, TextArrived | ReasoningArrived) and event.turn_id == self._turn_id:
            box.show_working("The answer arrives")
        elif isinstance(event, RepairStarted | RepairArrived) and event.turn_id == self._turn_id:
            box.show_working("The change has no place; asking once more")
        elif isinstance(event, TurnFinished) and event.turn_id == self._turn_id:
            self._end(view, box, event)

    def _end(self, view: EditorView, box: PromptBox, event: TurnFinished) -> None:
        view.diff_marks.hide_loading()
        if event.status is TurnStatus.STOPPED:
            box.show_idle("Stopped. Nothing was changed.", "Retry")
        elif event.error is not None:
            box.show_idle(f"{event.error.message} {event.error.advice}".strip(), "Retry")
        elif isinstance(event, RepairFinished):
            if event.repaired is not None and event.repaired.files:
                self.close()
            else:
                box.show_idle(_STILL_NO_PLACE, "Retry")
        elif event.proposal is None or not event.proposal.files:
            failures = event.proposal.failures if event.proposal is not None else ()
            said = failures[0].message if failures else "The answer proposes no change here; it is in the chat."
            box.show_idle(said, "Retry")
        else:
            self.close()

    def _on_proposed(self, made: ProposalMade) -> None:
        if made.turn_id == self._turn_id and made.proposal.files:
            self.close()

    def _on_view_destroyed(self) -> None:
        turn_id, self._turn_id = self._turn_id, ""
        self._view = self._box = self._checking = None
        # The tab was closed: nobody sees the answer, and nobody could stop it.
        self._turns.running.stop_turn(turn_id)
