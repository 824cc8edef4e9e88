"""The review page: everything under review on the left, the diff on the right, decisions above and on every hunk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import DecisionUndone, ReviewChanged, ReviewShown
from copilot_desktop.bridge.review.remarks import RemarksChanged
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.review.conflict_choices import ConflictChoices
from copilot_desktop.ui.review.decisions import Decisions
from copilot_desktop.ui.review.diff_pane import DiffPane
from copilot_desktop.ui.review.hunk_order import waiting_ids
from copilot_desktop.ui.review.list_pane import ListPane
from copilot_desktop.ui.review.listing import Entry
from copilot_desktop.ui.review.review_parts import EmptyReview, ReviewHead
from copilot_desktop.ui.review.shared_room import SharedRoom
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_NOT_IN_MENU = frozenset(
    f"action.review.{name}" for name in ("next_hunk", "previous_hunk", "next_file", "previous_file", "filter")
)
_LEAST_PX = 320


class ReviewView(QWidget):
    """Lists all change sets, and shows that of the current hunk. `open_wanted(path, line)` asks for a file; line is
    0-based. `decisions` is what keys and buttons decide."""

    open_wanted = Signal(str, int)
    edit_wanted = Signal(str)
    """Carries the hunk whose proposed text is to be edited in its file."""
    remark_chosen = Signal(str)
    """Carries the comment that is to be changed."""
    chat_wanted = Signal()
    history_wanted = Signal(str)
    """Carries the path of a file whose history is asked for, "" for that of the folder."""

    def __init__(self, review: ReviewController, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review")
        # The panes beside it must not give way for what its head would like to have.
        self.setMinimumWidth(_LEAST_PX)
        self.setAccessibleName("Review")
        self._review, self._choices = review, ConflictChoices(review, self.edit_wanted.emit)
        self.shown_ids: set[str] = set()
        """The change sets that were shown up to now."""
        self._is_stale = False
        self._hunks: dict[str, ChangeHunk] = {}
        self.list = ListPane(review, theme.tokens, self)
        self.pane = DiffPane(review, theme.tokens, self._hunks, self._decide, self)
        self.outline, self.diff = self.list.outline, self.pane.diff
        self.decisions = Decisions(review, self.list, self.pane, self.go_to)
        self.head, self._notes = ReviewHead(self.decisions.offer), QPushButton()
        self.below_head = QVBoxLayout()
        """Takes what stands below the head."""
        self._pages = QStackedWidget(self)
        self._place()
        review.changed.connect(self._on_review_changed)
        review.remarks.changed.connect(self._on_remarks_changed)
        review.shown.connect(self._on_review_shown)
        review.undone.connect(self._on_review_undone)
        theme.changed.connect(self._on_theme_changed)
        self.diff.reached.connect(self._on_diff_reached)
        self.pane.compare_chosen.connect(self.compare)
        self.pane.side_chosen.connect(self._choices.on_side_chosen)
        self.list.listed.connect(self._show_listing)
        self.outline.chosen.connect(self._on_outline_chosen)
        self.outline.decided.connect(self.decisions.on_row_decided)
        self.head.accept_chosen.connect(partial(self.decisions.listed, Decision.ACCEPTED))
        self.head.reject_chosen.connect(partial(self.decisions.listed, Decision.REJECTED))
        self.head.undo_chosen.connect(review.undo)
        self.head.set_chosen.connect(self._on_head_set_chosen)
        self.pane.file_bar.decided.connect(self.decisions.file)
        self.pane.file_bar.history_chosen.connect(self.history_wanted)
        self.setFocusProxy(self.diff)
        self._show_latest()

    @property
    def current_hunk(self) -> str:
        """The hunk that keys act on; empty when there is none."""
        return self.pane.current_hunk

    def show_change_set(self, change_set_id: str, hunk_id: str | None = None) -> None:
        """Show a change set at a hunk, else at its first undecided one."""
        self.list.refresh()
        mine = [each.hunk for each in self.list.listing.order.places if each.change_set_id == change_set_id]
        waiting = (hunk.hunk_id for hunk in mine if hunk.decision is Decision.PENDING)
        first = hunk_id or next(waiting, mine[0].hunk_id if mine else "")
        if first:
            self.diff.verticalScrollBar().setValue(0)
            self.list.reveal(first)
            self.go_to(first)

    def go_to(self, hunk_id: str) -> None:
        """Make a hunk the one that keys act on; being in sight, it counts as looked at."""
        self.pane.go_to(hunk_id)
        self._show_notes()
        self._show_current(hunk_id)

    def _show_current(self, hunk_id: str) -> None:
        """Say which hunk keys act on; being in sight, it counts as looked at."""
        self.shown_ids.add(self.pane.change_set_id)
        self.list.open_above(hunk_id)
        self.outline.mark(hunk_id)
        if self.isVisible():
            self._review.look_at(hunk_id)

    def compare(self, hunk_id: str = "", *, is_wanted: bool = False) -> None:
        """Show what the model took for the file's lines beside them, for a hunk or the current one; or no longer.

        `is_wanted`: it is to be shown, whether it is already or not.
        """
        wanted = hunk_id or self.current_hunk
        if self.pane.compare(wanted, is_wanted=is_wanted):
            self.go_to(wanted)

    def open_file(self) -> None:
        """Ask for the file of the current hunk, at its lines; on hidden lines, show them; on a comment, change it."""
        row = self.diff.current_row() if not self.outline.hasFocus() else None
        if row is not None and row.remark_id:
            self.remark_chosen.emit(row.remark_id)
            return
        gap_id = None if row is None else row.gap_id
        if gap_id is not None:
            self.diff.open_gap(gap_id)
            return
        place = self.list.listing.order.place_of(self.current_hunk)
        if place is not None:
            self.open_wanted.emit(place.path, place.hunk.start)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """What keys do, for the mouse; a right click has made the change below it the current one."""
        menu = QMenu(self)
        menu.setObjectName("review.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([action for action in self.actions() if action.objectName() not in _NOT_IN_MENU])
        menu.popup(event.globalPos())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What is in sight now counts as looked at."""
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self._follow()
        if self.current_hunk:
            self._review.look_at(self.current_hunk)

    def _show_latest(self) -> None:
        sets = self._review.state.change_sets
        if sets:
            self.show_change_set((waiting_ids(sets) or [sets[-1].change_set_id])[-1])
        else:
            self.list.refresh()

    def _show_listing(self) -> None:
        """The list is of now: show the rest so, too."""
        sets, listing = self._review.state.change_sets, self.list.listing
        self._pages.setCurrentIndex(0 if sets else 1)
        self._hunks.clear()
        self._hunks.update({place.hunk.hunk_id: place.hunk for place in listing.order.places})
        self.head.show_listing(listing, sets, self.list.filter.wanted, self._review.can_undo)
        before, row = self.diff.current_hunk, self.outline.current_entry
        self.pane.show_listing(listing)
        if self.current_hunk != before or row is None or (before not in row.hunk_ids and not self.outline.hasFocus()):
            self.outline.mark(self.current_hunk)
        self._show_notes()

    def _show_notes(self) -> None:
        change_set = self._review.change_set(self.pane.change_set_id)
        count = len(change_set.failures) if change_set is not None else 0
        blocks = "1 block was not placed: show it" if count == 1 else f"{count} blocks were not placed: show them"
        self._notes.setText(f"{blocks} in the chat")
        self._notes.setVisible(count > 0)

    def _decide(self, hunk_id: str, decision: Decision) -> None:
        if hunk_id in self._hunks:
            self.decisions.decide(hunk_id, decision)

    def _on_review_changed(self, _event: ReviewChanged) -> None:
        if not self.isVisible():
            # Behind another tab: while somebody types there, laying out rows that nobody sees would be felt.
            self._is_stale = True
            return
        self._follow()

    def _on_remarks_changed(self, _changed: RemarksChanged) -> None:
        if self.isVisible():
            self.pane.refresh()
        else:
            self._is_stale = True

    def _follow(self) -> None:
        if self._review.change_set(self.pane.change_set_id) is None:
            self._show_latest()
        else:
            self.list.refresh()

    def _on_diff_reached(self, row: DiffRow) -> None:
        if row.hunk_id is not None:
            self.pane.show_file()
            self._show_current(row.hunk_id)

    def _on_review_shown(self, event: ReviewShown) -> None:
        self.show_change_set(event.change_set_id, event.hunk_id)

    def _on_review_undone(self, event: DecisionUndone) -> None:
        """What was taken back is what the user wants to see now, as far as the filter lets it through."""
        first = next((hunk_id for hunk_id in self.list.listing.order.ids() if hunk_id in event.hunk_ids), "")
        if first and self.isVisible():
            self.go_to(first)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.pane.set_tokens(event.tokens)
        self.outline.set_tokens(event.tokens)

    def _on_head_set_chosen(self, change_set_id: str) -> None:
        self.list.filter.show_turn(change_set_id)
        if change_set_id:
            self.show_change_set(change_set_id)

    def _on_outline_chosen(self, entry: Entry) -> None:
        self.go_to(entry.hunks[0].hunk_id)

    def _place(self) -> None:
        panes = SharedRoom(self.list, self.pane)
        panes.setObjectName("review.panes")
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        self._notes.setObjectName("review.notes")
        self._notes.setProperty("link", True)
        self._notes.clicked.connect(lambda: self._review.refused_wanted.emit(self.pane.change_set_id))
        inner.addWidget(self.head)
        inner.addLayout(self.below_head)
        inner.addWidget(self._notes)
        inner.addWidget(panes, 1)
        empty = EmptyReview()
        empty.ask_chosen.connect(self.chat_wanted)
        empty.history_chosen.connect(partial(self.history_wanted.emit, ""))
        self._pages.addWidget(body)
        self._pages.addWidget(empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
