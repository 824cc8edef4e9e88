"""Picking lines in the review page: takes the place of the diff until it is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.review.entry_words import counted
from copilot_desktop.ui.review.line_picker import LinePicker
from copilot_desktop.ui.theme.tokens import Tokens

_HINT = (
    "Space picks a line, Shift with the arrows selects several, Right shows the words of a line. Accepting and "
    "rejecting take what is picked alone."
)


class LinePicking(QWidget):
    """`done()` when it is over: lines were decided about, or the user left."""

    done = Signal()

    def __init__(self, review: ReviewController, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setProperty("pane", True)
        self.lines = LinePicker(tokens)
        self._said = QLabel(_HINT)
        self._said.setObjectName("review.pick_hint")
        self._said.setProperty("role", "muted")
        self._said.setWordWrap(True)
        self._accept = self._button("accept_lines", partial(self.decide, Decision.ACCEPTED))
        self._reject = self._button("reject_lines", partial(self.decide, Decision.REJECTED))
        self._split = self._button("split_here", self.split)
        self._split.setText("Split above the line")
        end = self._button("end_picking", self.done.emit)
        end.setText("Back")
        bar = QWidget()
        bar.setProperty("plain", True)
        flow = FlowLayout(bar, gap_px=6)
        for button in (self._accept, self._reject, self._split, end):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 0)
        column.setSpacing(6)
        column.addWidget(self._said)
        column.addWidget(bar)
        column.addWidget(self.lines, 1)
        self.lines.changed.connect(self._on_lines_changed)
        self.lines.left.connect(self.done)
        self.lines.refused.connect(review.mention)
        self.setFocusProxy(self.lines)

    def start(self, hunk: ChangeHunk) -> None:
        """Show the lines of a change."""
        self.lines.show_hunk(hunk)
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def decide(self, decision: Decision) -> None:
        """Accept or reject what is picked."""
        hunk, rewritten = self.lines.hunk, self.lines.rewritten
        if hunk is not None and rewritten is not None and self.lines.picked_words:
            self._review.splitting.decide_words(hunk, rewritten, self.lines.picked_words, decision)
            self.done.emit()
            return
        if hunk is None or not self.lines.picked:
            self._review.mention("No line is picked: Space picks the current one.")
            return
        self._review.splitting.decide_lines(hunk, self.lines.picked, decision)
        self.done.emit()

    def split(self) -> None:
        """Cut the change in two above the current line."""
        hunk, line = self.lines.hunk, self.lines.current_line
        if hunk is not None and line is not None:
            self._review.splitting.split_above(hunk, line)
            self.done.emit()

    def _button(self, name: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton()
        button.setObjectName(f"review.{name}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: call())
        return button

    def _on_lines_changed(self) -> None:
        words = len(self.lines.picked_words)
        count, noun = (words, "place") if words else (len(self.lines.picked), "line")
        for button, word in ((self._accept, "Accept"), (self._reject, "Reject")):
            button.setText(f"{word} {counted(count, noun)}" if count else f"{word} lines")
            button.setEnabled(count > 0)
