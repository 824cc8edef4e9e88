"""Comments in a review page: the field below its diff, what sending them would cost below its head, and the keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from shiboken6 import isValid

from copilot_desktop.bridge.request_words import RequestWords
from copilot_desktop.bridge.review.comment_budget import CommentBudget
from copilot_desktop.bridge.review.comment_sender import CommentSender, SendingChanged
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.ui.actions import Action
from copilot_desktop.ui.request_strip import RequestStrip
from copilot_desktop.ui.review.comment_field import CommentField
from copilot_desktop.ui.review.commenting import Commenting
from copilot_desktop.ui.review.review_view import ReviewView

_TIP = "Ask the model to revise just the commented changes: one request for each file (Shift+C)"
_STOP_TIP = "Stop the answer; changes and comments stay as they are (Esc)"


class CommentsInReview(QObject):
    """Lives as long as the page."""

    def __init__(
        self, view: ReviewView, review: ReviewController, sender: CommentSender, budget: CommentBudget
    ) -> None:
        super().__init__(view)
        self._view, self._review, self._sender, self._budget = view, review, sender, budget
        self._sending = SendingChanged(False)
        self._words: RequestWords | None = None
        field = CommentField(view.pane)
        view.pane.show_below(field)
        self.commenting = Commenting(review, view.diff, view.pane.shown_hunk, field)
        self.strip = RequestStrip("review.comments", view, is_primary=False, title="Send comments", has_window=True)
        self.strip.setContentsMargins(12, 0, 12, 6)
        self.strip.send.setToolTip(_TIP)
        self.strip.stop.setToolTip(_STOP_TIP)
        view.below_head.addWidget(self.strip)
        view.pane.comment_wanted.connect(self.commenting.open_on)
        view.diff.doubleClicked.connect(self._on_diff_double_clicked)
        view.diff.margin_chosen.connect(self.commenting.open_here)
        view.remark_chosen.connect(self.commenting.edit)
        view.installEventFilter(self)
        self.strip.send_wanted.connect(self._send)
        self.strip.stop_wanted.connect(sender.stop)
        self.strip.secrets.chosen.connect(budget.choose)
        sender.changed.connect(self._on_sender_changed)
        budget.changed.connect(self._on_budget_changed)
        review.changed.connect(self._show_count)
        review.remarks.changed.connect(self._show_count)
        self._show_count()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """What nobody sees is not counted."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._show_count()
        return super().eventFilter(watched, event)

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
            bound("send_comments", "Send comments", self._send, "Shift+C"),
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

    def _send(self) -> None:
        if not self._sender.is_running:
            self.commenting.close()
            self._sender.send()

    def _on_sender_changed(self, sending: SendingChanged) -> None:
        self._sending = sending
        had_focus = self.strip.has_focus()
        self._show_count()
        if had_focus and self.strip.isHidden():
            self._view.diff.setFocus()
        elif had_focus:
            self.strip.focus_first()

    def _on_budget_changed(self, words: RequestWords) -> None:
        self._words = words
        self._show_count()

    def _show_count(self, _changed: object = None) -> None:
        count = len(self._review.remarks.waiting())
        self._budget.watch(bool(count) and self._view.isVisible() and not self._sending.is_running)
        if self._sending.is_running:
            left = self._sending.left
            more = f", {left} more request{'s' * (left != 1)} after it" if left else ""
            self.strip.show_asking(f"Waiting for {self._sending.waiting_for}{more}…")
        elif count:
            what = "1 comment" if count == 1 else f"{count} comments"
            words = self._words or RequestWords(what, None, None, None, self._budget.model, "", "")
            self.strip.show_request(words, can_cancel=False)
        else:
            self._words = None
            self.strip.hide()
