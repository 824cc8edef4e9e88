"""Parts of the review page: the head with totals, and the empty page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from copilot_desktop.edits.change_sets import ChangeSet, Decision
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.review.deciding_bar import DecidingBar, named_button
from copilot_desktop.ui.review.entry_words import asked_of
from copilot_desktop.ui.review.filtering import ListFilter
from copilot_desktop.ui.review.listing import Listing

_SETS_PX = 124


class ReviewHead(DecidingBar):
    """Which turns, how much of them, and what decides all that is listed. `offer(decision)` says what it would do."""

    accept_chosen = Signal()
    reject_chosen = Signal()
    undo_chosen = Signal()
    set_chosen = Signal(str)
    """Carries the change set to narrow the list to, "" for all."""

    def __init__(self, offer: Callable[[Decision], str]) -> None:
        super().__init__((12, 6, 12, 6), 8)
        self._offer = offer
        self._shown: tuple[tuple[str, str], ...] = ()
        self._sets, self._totals = QComboBox(), ElidedLabel("review.totals")
        self._sets.setObjectName("review.change_sets")
        self._sets.setAccessibleName("Turn")
        self._totals.setAccessibleName("Totals")
        self.left.addWidget(self._sets, 1)
        self.left.addWidget(self._totals)
        self.left.addStretch(1)
        accept, reject = (
            named_button("review.accept_all", "Accept all"),
            named_button("review.reject_all", "Reject all"),
        )
        accept.setProperty("primary", True)
        self._deciding = {Decision.ACCEPTED: accept, Decision.REJECTED: reject}
        for button in self._deciding.values():
            button.installEventFilter(self)
        self._undo = named_button("review.undo", "Undo")
        for button, signal in (
            (accept, self.accept_chosen),
            (reject, self.reject_chosen),
            (self._undo, self.undo_chosen),
        ):
            button.clicked.connect(signal)
            self.buttons.add(button)
        self._sets.activated.connect(self._on_sets_activated)
        ComboKeys(self)

    def show_listing(self, listing: Listing, every: Sequence[ChangeSet], wanted: ListFilter, can_undo: bool) -> None:
        """Show the totals of what is listed, and the turns to choose from."""
        undecided = sum(hunk.decision is Decision.PENDING for hunk in listing.hunks)
        counts = f"{listing.files} file{'s' * (listing.files != 1)} · +{listing.added} −{listing.removed}"
        self._totals.show_text(f"{counts} · {f'{undecided} to review' if undecided else 'all decided'}")
        self._undo.setEnabled(can_undo)
        what = "all" if wanted.is_all else "shown"
        for (_decision, button), word in zip(self._deciding.items(), ("Accept", "Reject"), strict=True):
            button.setEnabled(undecided > 0)
            button.setText(f"{word} {what}")
            button.setAccessibleName(f"{word} {what}: {undecided} to review")
        self._show_sets((("", f"All turns ({len(every)})"), *((each.change_set_id, asked_of(each)) for each in every)))
        self._sets.setCurrentIndex(max(0, self._sets.findData(wanted.turn)))
        self._sets.setToolTip(self._sets.currentText())
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """What a button would do is found out when it is asked for."""
        if event.type() == QEvent.Type.ToolTip:
            for decision, button in self._deciding.items():
                if button is watched:
                    button.setToolTip(self._offer(decision))
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """The box shows “All turns” whole, and of what a turn asked as much."""
        least = self._sets_px()
        if self._sets.minimumWidth() != least:
            self._sets.setMinimumWidth(least)
        super().fit()

    def needed_px(self) -> int:
        """The box, and all of the totals."""
        return self._sets_px() + self._totals.sizeHint().width() + 48

    def _sets_px(self) -> int:
        metrics = self._sets.fontMetrics()
        # The arrow and what is around the words grow with the letters.
        return max(_SETS_PX, metrics.horizontalAdvance(self._sets.itemText(0)) + 2 * metrics.height() + 16)

    def _show_sets(self, shown: tuple[tuple[str, str], ...]) -> None:
        if shown != self._shown:
            self._shown = shown
            self._sets.clear()
            for change_set_id, title in shown:
                self._sets.addItem(title, change_set_id)

    def _on_sets_activated(self, index: int) -> None:
        self.set_chosen.emit(str(self._sets.itemData(index)))


class EmptyReview(QWidget):
    """One sentence and one action."""

    ask_chosen = Signal()
    history_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.addStretch(1)
        sentence = QLabel("There is nothing to review: changes that a model proposes wait here.")
        sentence.setObjectName("review.empty")
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        button = named_button("review.ask", "Ask for a change")
        button.clicked.connect(self.ask_chosen)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        history = named_button("review.history", "What was accepted: the history")
        history.setProperty("link", True)
        history.clicked.connect(self.history_chosen)
        column.addWidget(history, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setFocusProxy(button)
