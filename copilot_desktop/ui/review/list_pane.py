"""The left side of the review: what narrows the list, and the list."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.edits.change_sets import Decision, FileChange
from copilot_desktop.ui.review.filter_bar import FilterBar
from copilot_desktop.ui.review.listing import Entry, Key, Level, Lister, Listing, keys_above
from copilot_desktop.ui.review.outline import Outline
from copilot_desktop.ui.theme.tokens import Tokens

_LEAST_PX = 140


class ListPane(QWidget):
    """`listed()` when other rows are shown, or the same ones stand differently. `listing` is what is shown."""

    listed = Signal()

    def __init__(self, review: ReviewController, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self.setProperty("pane", True)
        self.filter = FilterBar()
        self.outline = Outline(tokens)
        self.listing = Listing()
        self._lister = Lister()
        self._closed: set[Key] = set()
        self._known: set[str] = set()
        self._is_stale = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter)
        column.addWidget(self.outline, 1)
        self.filter.changed.connect(self.refresh)
        self.filter.left.connect(self.outline.setFocus)
        self.outline.toggled.connect(self._on_toggled)
        review.viewed.changed.connect(self._on_others_known)
        review.definitions.found.connect(self._on_definitions_found)

    @property
    def row(self) -> Entry | None:
        """The turn, file or function that keys act on: its row has the keyboard. None: the current hunk."""
        entry = self.outline.current_entry if self.outline.hasFocus() else None
        return entry if entry is not None and entry.level is not Level.HUNK else None

    def refresh(self) -> None:
        """Show the review as it stands now."""
        sets = self._review.state.change_sets
        for change_set in sets:
            # What was settled before anybody looked is a line of its own; what is settled here stays as it is.
            if change_set.change_set_id not in self._known and not _waits(change_set.files):
                self._closed.add(("turn", change_set.change_set_id))
        self._known |= {change_set.change_set_id for change_set in sets}
        self._list()
        self._review.definitions.look()
        self.listed.emit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What became known meanwhile is shown."""
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    def _list(self) -> None:
        self._is_stale = False
        sets = self._review.state.change_sets
        viewed = self._review.viewed.hunk_ids()
        definitions = self._review.definitions.of_hunks()
        self.listing = self._lister.listing(sets, self.filter.wanted, viewed, definitions, self._closed)
        self.outline.show_entries(self.listing.entries)
        self.filter.show_counts(self.listing)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for each chip in letters of any size."""
        return QSize(max(_LEAST_PX, self.filter.least_px), super().minimumSizeHint().height())

    def reveal(self, hunk_id: str) -> None:
        """Have a hunk in the list: what it stands below is opened, and a filter that hides it is taken away."""
        place = self.listing.order.place_of(hunk_id)
        if place is None:
            return
        if not self.listing.order.is_shown(hunk_id):
            self.filter.clear()
        self.open_above(hunk_id)

    def open_above(self, hunk_id: str) -> None:
        """Open what a hunk stands below, but for what the keyboard stands on."""
        place, here = self.listing.order.place_of(hunk_id), self.outline.current_entry
        if place is None or (self.outline.hasFocus() and here is not None and hunk_id in here.hunk_ids):
            return
        above = keys_above(place, self._review.definitions.of_hunks().get(hunk_id))
        if not self._closed.isdisjoint(above):
            self._closed -= set(above)
            self.refresh()

    def in_function(self, hunk_id: str) -> list[str]:
        """The hunks shown in the function or class of a hunk, with those in what stands in it; none: it is in none."""
        definitions, order = self._review.definitions.of_hunks(), self.listing.order
        here, row = definitions.get(hunk_id), self.outline.current_entry
        if self.outline.hasFocus() and row is not None and row.level is Level.GROUP:
            here = row.definition
        if here is None:
            return []
        return [
            each.hunk_id
            for each in order.in_file(hunk_id)
            if (other := definitions.get(each.hunk_id)) is not None
            and here.holds(other)
            and order.is_shown(each.hunk_id)
        ]

    def _on_toggled(self, entry: Entry) -> None:
        self._closed ^= {entry.key}
        self.refresh()

    def _on_definitions_found(self) -> None:
        """Only how changes are grouped is other, unless words that are looked for are in a name."""
        if not self.isVisible():
            self._is_stale = True
            return
        before = self.listing.hunk_ids
        self._list()
        if self.listing.hunk_ids != before:
            self.listed.emit()

    def _on_others_known(self) -> None:
        if self.isVisible():
            self.refresh()
        else:
            self._is_stale = True


def _waits(files: tuple[FileChange, ...]) -> bool:
    return any(hunk.decision is Decision.PENDING for change in files for hunk in change.hunks)
