"""What shows a review is imported while nobody waits, once a change is there to be looked at.

All of it takes some 200 ms at first: half is git's library for differences, which a worker imports, the rest are
widgets, imported on the GUI thread one after the other.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged
from copilot_desktop.text import diff

_AFTER_MS, _BETWEEN_MS = 500, 50
_ROOM = "copilot_desktop.ui"
WIDGETS = (
    f"{_ROOM}.diff.blocks",
    f"{_ROOM}.diff.diff_list",
    f"{_ROOM}.review.outline",
    f"{_ROOM}.review.diff_pane",
    f"{_ROOM}.review.review_view",
    f"{_ROOM}.review.review_actions",
    f"{_ROOM}.review.comments_in_review",
)


class ReviewImports(QObject):
    """Those of a process, begun by the first review of a window. `in_worker` runs a call on a worker, then another."""

    def __init__(self, review: ReviewController, in_worker: Callable[..., object]) -> None:
        super().__init__(review)
        self._in_worker = in_worker
        self._left = list(reversed(WIDGETS))
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._begin)
        self._waits_on = review.changed.connect(self._on_changed)
        self._review = review

    def _on_changed(self, changed: ReviewChanged) -> None:
        if changed.pending:
            self._review.changed.disconnect(self._waits_on)
            self._timer.start()

    def _begin(self) -> None:
        self._timer.timeout.disconnect(self._begin)
        self._timer.timeout.connect(self._go_on)
        self._timer.setInterval(_BETWEEN_MS)
        self._in_worker(diff.warm, lambda _: self._timer.start())

    def _go_on(self) -> None:
        import_module(self._left.pop())
        if self._left:
            self._timer.start()
