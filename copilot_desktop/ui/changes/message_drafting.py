"""Joins the commit box with drafts of its message: offered, seen before they are sent, written into the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from copilot_desktop.bridge.chosen_secrets import SecretRow, SecretUse
from copilot_desktop.bridge.findings.events import DraftChanged
from copilot_desktop.bridge.request_words import Phase
from copilot_desktop.ui.announcing import announce
from copilot_desktop.ui.changes.commit_box import CommitBox
from copilot_desktop.ui.request_strip import RequestStrip

if TYPE_CHECKING:
    from copilot_desktop.bridge.findings.message_drafts import MessageDrafts


class DraftInField:
    """Writes a text that grows into a field as one step, which Ctrl+Z takes back to what was typed before."""

    def __init__(self, field: QPlainTextEdit) -> None:
        self._field = field
        self._is_begun = False

    def put(self, text: str) -> None:
        """Have the field say this; what is the same at its beginning stays untouched."""
        document = self._field.document()
        now = document.toPlainText()
        if text == now or not text:
            return
        same = 0
        if self._is_begun:
            while same < min(len(now), len(text)) and now[same] == text[same]:
                same += 1
        cursor = QTextCursor(document)
        if self._is_begun:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        cursor.setPosition(len(now[:same].encode("utf-16-le", "surrogatepass")) // 2)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[same:])
        cursor.endEditBlock()
        self._is_begun = True


class MessageDrafting(QObject):
    """Of one box; goes with it. `make` gives what drafts when it is first wanted."""

    allow_wanted = Signal(object)
    """Carries the `NeverSendError` about a file that is to be allowed."""

    def __init__(self, box: CommitBox, make: Callable[[], MessageDrafts]) -> None:
        super().__init__(box)
        self._box, self._make = box, make
        self._drafts: MessageDrafts | None = None
        self._in_field: DraftInField | None = None
        self.strip = RequestStrip("changes.draft", box, is_primary=False, has_window=True)
        box.offer_drafts(self.strip)
        box.draft_wanted.connect(self.draft)
        box.escaped.connect(self._on_escaped)
        self.strip.send_wanted.connect(self._send)
        self.strip.cancel_wanted.connect(self._cancel)
        self.strip.stop_wanted.connect(self._stop)
        self.strip.secrets.chosen.connect(self._choose)
        self.strip.allow.chosen.connect(self.allow_wanted)

    def draft(self) -> None:
        """Find out what would be sent, and offer to send it."""
        if self._drafts is None:
            self._drafts = self._make()
            self._drafts.changed.connect(self._on_changed)
        self._drafts.plan(self._box.message.toPlainText())
        if not self.strip.isHidden():
            self.strip.focus_first()

    def plan_again(self) -> None:
        """A file is allowed that was left out."""
        if self._drafts is not None:
            self._drafts.plan_again()

    def _send(self) -> None:
        if self._drafts is not None:
            self._in_field = DraftInField(self._box.message)
            self._drafts.send()

    def _choose(self, row: SecretRow, use: SecretUse) -> None:
        if self._drafts is not None:
            self._drafts.choose(row, use)

    def _cancel(self) -> None:
        if self._drafts is not None:
            self._drafts.cancel()
            self._box.message.setFocus()

    def _stop(self) -> None:
        if self._drafts is not None:
            self._drafts.stop()

    def _on_escaped(self) -> None:
        if self._drafts is not None and self._drafts.state.phase is Phase.ASKING:
            self._stop()
        else:
            self._cancel()

    def _on_changed(self, state: DraftChanged) -> None:
        had_focus = self.strip.has_focus()
        if state.phase is Phase.PLANNING:
            self.strip.show_planning()
        elif state.phase is Phase.PLANNED and state.request is not None:
            self.strip.show_request(state.request)
        elif state.phase is Phase.ASKING:
            model = "" if state.request is None else state.request.model
            self.strip.show_asking(state.said or f"{model} drafts the message…")
        elif state.hidden:
            self.strip.show_refused(state.hidden)
        else:
            self.strip.hide()
        if state.text and self._in_field is not None:
            self._in_field.put(state.text)
        self._box.set_drafting(state.phase is Phase.ASKING, state.said, is_error=state.is_error)
        if state.phase is Phase.RESTING:
            if self._in_field is not None:
                announce(self._box.message, state.said or "The message is drafted.")
            self._in_field = None
            if had_focus:
                self._box.message.setFocus()
        elif had_focus:
            self.strip.focus_first()
