"""Comments in a review page: the field below its diff, the button in its head, and the keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from shiboken6 import isValid

from copilot_desktop.bridge.review.comment_sender import CommentSender, SendingChanged
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.review.comment_field import CommentField
from copilot_desktop.ui.review.commenting import Commenting
from copilot_desktop.ui.review.review_view import ReviewView


class CommentsInReview(QObject):
    """Lives as long as the page."""

    def __init__(self, view: ReviewView, review: ReviewController, sender: CommentSender) -> None:
        super().__init__(view)
        self._view, self._review, self._sender = view, review, sender
        self._sending = SendingChanged(False)
        field = CommentField(view.pane)
        view.pane.show_below(field)
        self.commenting = Commenting(review, view.diff, view.pane.shown_hunk, field)
        view.pane.comment_wanted.connect(self.commenting.open_on)
        view.diff.doubleClicked.connect(self._on_diff_double_clicked)
        view.diff.margin_chosen.connect(self.commenting.open_here)
        view.remark_chosen.connect(self.commenting.edit)
        view.head.send_chosen.connect(self._on_send_chosen)
        sender.changed.connect(self._on_sender_changed)
        review.changed.connect(self._show_count)
        review.remarks.changed.connect(self._show_count)
        self._show_count()

    def actions(self) -> tuple[Action, ...]:
        """Keys that work while the list or the diff has the keyboard."""
        view, sender = self._view, self._sender

        def is_there() -> bool:
            return isValid(view) and view.isVisible()

        def is_sending() -> bool:
            return is_there() and sender.is_running

        def bound(name: str, title: str, run: Callable[[], object], *keys: str) -> Action:
            return Action(f"review.{name}", title, run, keys, when=is_there, focus=view)

        return (
            bound("comment", "Comment on the change or the chosen lines", self.commenting.open_here, "C"),
            bound("reason", "Say why a change was rejected", self.commenting.give_reason, ";"),
            bound("send_comments", "Send comments", sender.send, "Shift+C"),
            Action(
                "review.stop_sending",
                "Stop the answer to comments",
                sender.stop,
                ("Esc",),
                when=is_sending,
                focus=view,
            ),
        )

    def _on_diff_double_clicked(self, _index: object) -> None:
        row = self._view.diff.current_row()
        if row is not None and row.remark_id:
            self.commenting.edit(row.remark_id)

    def _on_send_chosen(self) -> None:
        if self._sender.is_running:
            self._sender.stop()
        else:
            self.commenting.close()
            self._sender.send()

    def _on_sender_changed(self, sending: SendingChanged) -> None:
        self._sending = sending
        self._show_count()

    def _show_count(self, _changed: object = None) -> None:
        count = len(self._review.remarks.waiting())
        self._view.head.show_comments(count, self._sending.waiting_for if self._sending.is_running else "")
