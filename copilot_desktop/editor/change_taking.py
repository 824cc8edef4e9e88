"""Changes made to a live text in portions between two passes of the event loop, as one undo step."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.text.changes import ByteChange, ByteEdit, TextEdited

_AT_ONCE_S = 0.008


class ChangeTaking(QObject):
    """Makes changes from the bottom up; what is typed meanwhile moves those that are left. GUI thread only."""

    def __init__(self, views: DocumentViews, live: LiveText) -> None:
        super().__init__()
        self._views, self._live = views, live
        self._left: list[ByteChange] = []
        self._done: Callable[[bool], None] | None = None
        self._is_own = False
        self._is_typed_in = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        live.edited.connect(self._on_edited)

    def take(self, changes: Sequence[ByteChange], done: Callable[[bool], None]) -> None:
        """Make these changes, from top to bottom and apart; `done(True)` when nobody typed meanwhile."""
        while self._done is not None:
            self._go_on()
        self._left, self._done, self._is_typed_in = list(changes), done, False
        self._views.first.beginUndoAction()
        self._go_on()

    def _go_on(self) -> None:
        if not self._views.all():
            self._left, self._done = [], None  # the text is gone with its last view
            return
        end = time.perf_counter() + _AT_ONCE_S
        while self._left:
            change = self._left.pop()
            self._is_own = True
            self._views.first.replace_data(change.start, change.end, change.data)
            self._is_own = False
            if self._left and time.perf_counter() > end:
                self._timer.start()
                return
        done, self._done = self._done, None
        self._views.first.endUndoAction()
        self._live.tell_now()
        if done is not None:
            done(not self._is_typed_in)

    def _on_edited(self, event: TextEdited) -> None:
        if self._done is not None and not self._is_own:
            self._is_typed_in = True
            self._left = [_moved(each, event.edit) for each in self._left]


def _moved(change: ByteChange, edit: ByteEdit) -> ByteChange:
    """A change to come, where it is once somebody has typed."""
    edited_end, delta = edit.position + edit.removed_bytes, len(edit.inserted) - edit.removed_bytes
    if change.end <= edit.position:
        return change
    if change.start >= edited_end:
        return ByteChange(change.start + delta, change.end + delta, change.data)
    return ByteChange(min(change.start, edit.position), max(change.end, edited_end) + delta, change.data)
