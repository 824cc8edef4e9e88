"""Parts of the review page: the head with totals, the bar of the current file, and the empty page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.edits.change_sets import ChangeSet, Decision
from copilot_desktop.ui.combo_keys import ComboKeys
from copilot_desktop.ui.elided_label import ElidedLabel
from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.review.entry_words import asked_of
from copilot_desktop.ui.review.filtering import ListFilter
from copilot_desktop.ui.review.listing import Listing

_SETS_PX, _NAME_LETTERS, _GAP_PX = 124, 24, 8


def _button(name: str, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    return button


class _Bar(QFrame):
    """What it is about on the left and the buttons that decide beside it; below it where both have no room."""

    def __init__(self, margins: tuple[int, int, int, int], gap_px: int) -> None:
        super().__init__()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(*margins)
        self._parts.setSpacing(gap_px)
        self.left, self.buttons = QHBoxLayout(), _Buttons()
        self.left.setSpacing(8)
        self._parts.addLayout(self.left, 1)
        self._parts.addWidget(self.buttons)

    def needed_px(self) -> int:
        """How wide the left side must be at least beside the buttons, with all margins and gaps."""
        return self.left.sizeHint().width()

    def event(self, event: QEvent) -> bool:
        """Other words and letters need other room."""
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return is_done

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons go below where both do not fit beside each other."""
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As narrow as its widest part: the column is always possible."""
        return QSize(self.buttons.widest_px + 24, super().minimumSizeHint().height())

    def fit(self) -> None:
        """Stand beside each other or in a column."""
        self.buttons.stand(self._parts, is_beside=self.width() >= self.needed_px() + self.buttons.needed_px)


class _Buttons(QWidget):
    """What decides: beside what it is about, below that where both have no room, then in rows."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("plain", True)
        self._flow = FlowLayout(self, gap_px=_GAP_PX)
        self._all: list[QWidget] = []

    def add(self, button: QWidget) -> None:
        """One more at the end."""
        self._all.append(button)
        self._flow.addWidget(button)

    @property
    def needed_px(self) -> int:
        """How wide one row of them is."""
        return sum(button.sizeHint().width() + _GAP_PX for button in self._all if not button.isHidden()) - _GAP_PX

    @property
    def widest_px(self) -> int:
        """How wide a column of them is."""
        return max(button.sizeHint().width() for button in self._all)

    def stand(self, parts: QBoxLayout, *, is_beside: bool) -> None:
        """Take the room of one row, or what there is below."""
        self.setMinimumWidth(self.needed_px if is_beside else 0)
        parts.setDirection(QBoxLayout.Direction.LeftToRight if is_beside else QBoxLayout.Direction.TopToBottom)


class ReviewHead(_Bar):
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
        self._sets.setMinimumWidth(_SETS_PX)
        self._totals.setAccessibleName("Totals")
        self.left.addWidget(self._sets, 1)
        self.left.addWidget(self._totals)
        self.left.addStretch(1)
        accept, reject = _button("review.accept_all", "Accept all"), _button("review.reject_all", "Reject all")
        accept.setProperty("primary", True)
        self._deciding = {Decision.ACCEPTED: accept, Decision.REJECTED: reject}
        for button in self._deciding.values():
            button.installEventFilter(self)
        self._undo = _button("review.undo", "Undo")
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

    def needed_px(self) -> int:
        """The box, and all of the totals."""
        return _SETS_PX + self._totals.sizeHint().width() + 48

    def _show_sets(self, shown: tuple[tuple[str, str], ...]) -> None:
        if shown != self._shown:
            self._shown = shown
            self._sets.clear()
            for change_set_id, title in shown:
                self._sets.addItem(title, change_set_id)

    def _on_sets_activated(self, index: int) -> None:
        self.set_chosen.emit(str(self._sets.itemData(index)))


class FileBar(_Bar):
    """The file of the current change, which keys act on too, and what decides all of it."""

    decided = Signal(object)
    """Carries a `Decision`."""
    history_chosen = Signal(str)
    """Carries the path."""

    def __init__(self) -> None:
        super().__init__((12, 2, 8, 2), 4)
        self._path = ""
        # The end of a path tells most.
        self._name = ElidedLabel("review.file", Qt.TextElideMode.ElideLeft)
        self._counts = ElidedLabel("review.file_counts")
        self._counts.setProperty("role", "muted")
        self.left.addWidget(self._name)
        self.left.addWidget(self._counts)
        self.left.addStretch(1)
        accept, reject = _button("review.accept_file", "Accept file"), _button("review.reject_file", "Reject file")
        accept.clicked.connect(lambda: self.decided.emit(Decision.ACCEPTED))
        reject.clicked.connect(lambda: self.decided.emit(Decision.REJECTED))
        self.buttons.add(accept)
        self.buttons.add(reject)
        self._deciding = (accept, reject)
        history = _button("review.file_history", "History")
        history.setToolTip("What was written into this file, to be put back")
        history.clicked.connect(lambda: self.history_chosen.emit(self._path))
        self.buttons.add(history)

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
        button = _button("review.ask", "Ask for a change")
        button.clicked.connect(self.ask_chosen)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        history = _button("review.history", "What was accepted: the history")
        history.setProperty("link", True)
        history.clicked.connect(self.history_chosen)
        column.addWidget(history, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setFocusProxy(button)
