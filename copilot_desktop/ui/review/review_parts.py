"""Parts of the review page: the head with totals, the bar of the current file, and the empty page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.edits.change_sets import ChangeSet, Decision
from copilot_desktop.ui.review.outline import entries_of


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    return button


class ReviewHead(QFrame):
    """Which change set, how much of it, and what decides all of it."""

    accept_chosen = Signal()
    reject_chosen = Signal()
    undo_chosen = Signal()
    set_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self._sets, self._totals = QComboBox(), QLabel()
        self._sets.setObjectName("review.change_sets")
        self._sets.setAccessibleName("Change set")
        self._sets.setMinimumWidth(110)
        self._totals.setObjectName("review.totals")
        self._totals.setAccessibleName("Totals")
        row.addWidget(self._sets, 1)
        row.addWidget(self._totals)
        row.addStretch(1)
        accept, reject = _button("review.accept_all", "Accept all"), _button("review.reject_all", "Reject all")
        accept.setProperty("primary", True)
        self._deciding = (accept, reject)
        self._undo = _button("review.undo", "Undo")
        for button, signal in (
            (accept, self.accept_chosen),
            (reject, self.reject_chosen),
            (self._undo, self.undo_chosen),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        self._sets.activated.connect(self._on_sets_activated)

    def show_change_set(self, change_set: ChangeSet, every: Sequence[ChangeSet], can_undo: bool) -> None:
        """Show the totals of one change set, and the others to choose from."""
        files = [entry for entry in entries_of(change_set) if entry.hunk is None]
        undecided = sum(entry.undecided for entry in files)
        counts = f"{len(files)} file{'s' * (len(files) != 1)}  "
        counts += f"+{sum(each.added for each in files)} −{sum(each.removed for each in files)}"
        self._totals.setText(f"{counts}   {f'{undecided} to review' if undecided else 'all decided'}")
        self._undo.setEnabled(can_undo)
        for button in self._deciding:
            button.setEnabled(undecided > 0)
        self._sets.clear()
        for each in every:
            self._sets.addItem(each.title or "Proposed changes", each.change_set_id)
        self._sets.setToolTip(change_set.title)
        self._sets.setCurrentIndex(self._sets.findData(change_set.change_set_id))

    def _on_sets_activated(self, index: int) -> None:
        self.set_chosen.emit(str(self._sets.itemData(index)))


class FileBar(QFrame):
    """The file of the current change, which keys act on too, and what decides all of it."""

    decided = Signal(object)
    """Carries a `Decision`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        self._name = QLabel()
        self._name.setObjectName("review.file")
        self._name.setAccessibleName("File of the current change")
        row.addWidget(self._name, 1)
        accept, reject = _button("review.accept_file", "Accept file"), _button("review.reject_file", "Reject file")
        accept.clicked.connect(lambda: self.decided.emit(Decision.ACCEPTED))
        reject.clicked.connect(lambda: self.decided.emit(Decision.REJECTED))
        row.addWidget(accept)
        row.addWidget(reject)
        self._deciding = (accept, reject)

    def show_file(self, path: str, undecided: int, count: int) -> None:
        """Name the file and its counts."""
        self._name.setText(f"{path}   {undecided} of {count} to review" if count else path)
        for button in self._deciding:
            button.setEnabled(undecided > 0)


class EmptyReview(QWidget):
    """One sentence and one action."""

    ask_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.addStretch(1)
        sentence = QLabel("There is nothing to review: changes that a model proposes wait here.")
        sentence.setObjectName("review.empty")
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        button = _button("review.ask", "Ask for a change")
        button.clicked.connect(self.ask_chosen)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setFocusProxy(button)
