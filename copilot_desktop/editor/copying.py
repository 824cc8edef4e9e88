"""Copies of a live text, made piece by piece between two passes of the event loop, while it may be typed in."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.editor.live_text import LiveText
from copilot_desktop.text.changes import ByteEdit, CopiedText, TextEdited

_PIECE_BYTES = 1024 * 1024
_AT_ONCE_S = 0.004
"""Up to here in one pass: 5 to 8 MB, so most texts are copied at once."""

Take = Callable[[CopiedText], None]


class _Copy:
    """What is copied so far: the text up to `reached`, but for the edits made there since."""

    def __init__(self, done: Take) -> None:
        self.done = done
        self.parts: list[bytes] = []
        self.edits: list[ByteEdit] = []
        self.reached = 0

    def follow(self, edit: ByteEdit) -> None:
        """The text changes: what is behind `reached` will be copied as it is then."""
        if edit.position >= self.reached:
            return
        removed = min(edit.removed_bytes, self.reached - edit.position)
        self.edits.append(ByteEdit(edit.position, removed, edit.inserted))
        self.reached += len(edit.inserted) - removed


class TextCopying(QObject):
    """Copies the text of one document. GUI thread only."""

    def __init__(self, views: DocumentViews, live: LiveText) -> None:
        super().__init__()
        self._views, self._live = views, live
        self._copies: list[_Copy] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)
        live.edited.connect(self._on_edited)

    @property
    def size_bytes(self) -> int:
        """How long the text is as UTF-8."""
        return self._views.first.length()

    def copy(self, done: Take) -> None:
        """Copy all text; `done` takes it as it is at the end, at once unless it is large."""
        self._copies.append(_Copy(done))
        if not self._timer.isActive():
            self._go_on()

    def finish(self) -> None:
        """Have what is being copied done now, however long that takes."""
        while self._copies:
            self._go_on()

    def _go_on(self) -> None:
        if not self._views.all():
            self._copies.clear()  # the text is gone with its last view
            return
        end = time.perf_counter() + _AT_ONCE_S
        code = self._views.first
        while self._copies:
            copy = self._copies[0]
            part = code.part(copy.reached, _PIECE_BYTES)
            if part:
                copy.parts.append(part)
                copy.reached += len(part)
            else:
                self._copies.pop(0)
                copy.done(CopiedText(tuple(copy.parts), code.currentPos(), self._live.version, tuple(copy.edits)))
            if self._copies and time.perf_counter() > end:
                self._timer.start()
                return

    def _on_edited(self, event: TextEdited) -> None:
        for copy in self._copies:
            copy.follow(event.edit)
