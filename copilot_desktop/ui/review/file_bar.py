"""The bar of the current file in the review: its name and counts, and what decides all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from copilot_desktop.edits.change_sets import Decision
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.review.deciding_bar import DecidingBar, ShortButton
from copilot_desktop.ui.theme.tokens import Tokens

_NAME_LETTERS = 24


class FileBar(DecidingBar):
    """The file of the current change, which keys act on too, and what decides all of it."""

    decided = Signal(object)
    """Carries a `Decision`."""
    history_chosen = Signal(str)
    """Carries the path."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__((12, 2, 8, 2), 4)
        self._path = ""
        # The end of a path tells most.
        self._name = ElidedLabel("review.file", Qt.TextElideMode.ElideLeft)
        self._counts = ElidedLabel("review.file_counts")
        self._counts.setProperty("role", "muted")
        self.left.addWidget(self._name)
        self.left.addWidget(self._counts)
        self.left.addStretch(1)
        accept = ShortButton("review.accept_file", "Accept file", "check", "Accept file (Shift+A)", tokens)
        reject = ShortButton("review.reject_file", "Reject file", "x", "Reject file (Shift+R)", tokens)
        tip = "History: what was written into this file, to be put back"
        history = ShortButton("review.file_history", "History", "history", tip, tokens)
        accept.clicked.connect(lambda: self.decided.emit(Decision.ACCEPTED))
        reject.clicked.connect(lambda: self.decided.emit(Decision.REJECTED))
        history.clicked.connect(lambda: self.history_chosen.emit(self._path))
        self._deciding, self._short = (accept, reject), (accept, reject, history)
        for button in self._short:
            self.buttons.add(button)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        for button in self._short:
            button.set_tokens(tokens)

    def needed_px(self) -> int:
        """Some letters of the name, and the counts."""
        name = min(_NAME_LETTERS * self._name.fontMetrics().averageCharWidth(), self._name.sizeHint().width())
        return name + self._counts.sizeHint().width() + 32

    def show_file(self, path: str, undecided: int, count: int) -> None:
        """Name the file and its counts."""
        self._path = path
        self._name.show_text(path)
        self._name.setAccessibleName(f"File of the current change: {path}")
        self._counts.show_text(f"{undecided} of {count} to review" if count else "")
        for button in self._deciding:
            button.setEnabled(undecided > 0)
