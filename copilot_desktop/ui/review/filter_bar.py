"""What narrows the list of everything under review: words, and chips for how changes stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from copilot_desktop.ui.flow_layout import FlowLayout
from copilot_desktop.ui.review.filtering import ListFilter, words_of
from copilot_desktop.ui.review.listing import Listing
from copilot_desktop.ui.review.standings import Standing

_PAUSE_MS, _MARGIN_PX = 120, 8
_OWN_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_NOT_VIEWED = "Not viewed"


class FilterBar(QFrame):
    """`changed()` when other changes are wanted; `left()` when the keyboard goes on to them (Down, Enter, Esc)."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._turn = ""
        self.words = QLineEdit()
        self.words.setObjectName("review.filter")
        self.words.setAccessibleName("Filter the changes")
        self.words.setPlaceholderText("Filter by file, request, function")
        self.words.setToolTip("Words of a path, of what was asked, of the model or of a function (/)")
        self.words.setClearButtonEnabled(True)
        self.words.installEventFilter(self)
        self._chips = {word: self._chip(word) for word in (*Standing, _NOT_VIEWED)}
        self._hidden = QPushButton()
        self._hidden.setObjectName("review.hidden")
        self._hidden.setProperty("link", True)
        self._hidden.clicked.connect(self.clear)
        self._hidden.hide()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        chips = QWidget()
        chips.setProperty("plain", True)
        flow = FlowLayout(chips, gap_px=4)
        for chip in self._chips.values():
            flow.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 6, _MARGIN_PX, 4)
        column.setSpacing(6)
        column.addWidget(self.words)
        column.addWidget(chips)
        column.addWidget(self._hidden)
        self.words.textChanged.connect(lambda _text: self._pause.start())

    @property
    def wanted(self) -> ListFilter:
        """The changes that are wanted."""
        standings = frozenset(word for word in Standing if self._chips[word].isChecked())
        return ListFilter(words_of(self.words.text()), self._turn, standings, self._chips[_NOT_VIEWED].isChecked())

    @property
    def least_px(self) -> int:
        """How wide the widest chip, or what says how many are hidden, is, with the margins."""
        shown = (chip.sizeHint().width() for chip in self._chips.values() if not chip.isHidden())
        hidden = 0 if self._hidden.isHidden() else self._hidden.sizeHint().width()
        return max((*shown, hidden), default=0) + 2 * _MARGIN_PX

    def show_turn(self, change_set_id: str) -> None:
        """Narrow the list to a turn, "" for all."""
        if change_set_id != self._turn:
            self._turn = change_set_id
            self.changed.emit()

    def show_counts(self, listing: Listing) -> None:
        """How many stand so, and how many are hidden now."""
        counts: dict[str, int] = {word: listing.standings.get(word, 0) for word in Standing}
        counts[_NOT_VIEWED] = listing.unviewed
        hidden, total = listing.hidden, len(listing.hunks) + listing.hidden
        for word, chip in self._chips.items():
            count = counts[word]
            said = str(word.value if isinstance(word, Standing) else word)
            chip.setText(f"{said} {count}")
            chip.setAccessibleName(f"Show only: {said}, {count}")
            # One that holds for all, or for none, tells nothing apart.
            chip.setVisible(chip.isChecked() or 0 < count < total or word == Standing.TO_REVIEW)
        self._hidden.setVisible(hidden > 0)
        self._hidden.setText(f"{hidden} hidden: show all")
        self._hidden.setAccessibleName(f"{hidden} of {total} changes are hidden by the filter: show all")

    def clear(self) -> None:
        """Let everything in."""
        self._pause.stop()
        for chip in self._chips.values():
            chip.blockSignals(True)
            chip.setChecked(False)
            chip.blockSignals(False)
        self.words.blockSignals(True)
        self.words.clear()
        self.words.blockSignals(False)
        self._turn = ""
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Down and Enter go on to the changes, Esc clears first."""
        if watched is not self.words or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _OWN_KEYS:
            # Enter opens a file elsewhere in the review.
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape and self.words.text():
            self.words.clear()
            return True
        if event.key() in _OWN_KEYS:
            if self._pause.isActive():
                self._pause.stop()
                self.changed.emit()
            self.left.emit()
            return True
        return False

    def _chip(self, word: str) -> QPushButton:
        chip = QPushButton()
        chip.setObjectName(f"review.chip.{word.lower().replace(' ', '_')}")
        chip.setProperty("filter", True)
        chip.setCheckable(True)
        chip.toggled.connect(lambda _is_on: self.changed.emit())
        return chip
