"""The review page: files and hunks on the left, the diff on the right, decisions above and on every hunk."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.bridge.review.events import ReviewChanged, ReviewShown
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.ui.review.conflict_choices import ConflictChoices
from copilot_desktop.ui.review.diff_list import DiffList
from copilot_desktop.ui.review.diff_rows import DiffRows, hunk_label
from copilot_desktop.ui.review.hunk_order import HunkOrder, Move, order_of, undecided_elsewhere, waiting_ids
from copilot_desktop.ui.review.outline import Entry, Outline
from copilot_desktop.ui.review.review_parts import EmptyReview, FileBar, ReviewHead
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged

_LEAST_PX, _OUTLINE_PX, _OUTLINE_USUAL_PX = 320, 140, 260


class ReviewView(QWidget):
    """Shows one change set at a time. `open_wanted(path, line)` asks for a file; line is 0-based."""

    open_wanted = Signal(str, int)
    edit_wanted = Signal(str)
    """Carries the hunk whose proposed text is to be edited in its file."""
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
        self._change_set_id = ""
        self.shown_ids: set[str] = set()
        """The change sets that were shown up to now."""
        self._is_stale = self._has_shares = False
        self._hunks: dict[str, ChangeHunk] = {}
        self._order = HunkOrder()
        self._rows = DiffRows()
        self.diff = DiffList(theme.tokens, self._hunks.get, self.decide, self)
        self.outline = Outline(theme.tokens, self)
        self._head, self._file_bar, self._notes, self._doubt = ReviewHead(), FileBar(), QPushButton(), QLabel()
        self._pages = QStackedWidget(self)
        self._place()
        review.changed.connect(self._on_review_changed)
        review.shown.connect(self._on_review_shown)
        theme.changed.connect(self._on_theme_changed)
        self.diff.hunk_chosen.connect(self.go_to)
        self.diff.gap_chosen.connect(self._on_diff_gap_chosen)
        self.diff.compare_chosen.connect(self.compare)
        self.diff.side_chosen.connect(self._choices.on_side_chosen)
        self.outline.chosen.connect(self._on_outline_chosen)
        self._head.accept_chosen.connect(partial(self.decide_file, Decision.ACCEPTED, is_for_all=True))
        self._head.reject_chosen.connect(partial(self.decide_file, Decision.REJECTED, is_for_all=True))
        self._head.undo_chosen.connect(review.undo)
        self._head.set_chosen.connect(self.show_change_set)
        self._file_bar.decided.connect(self.decide_file)
        self._file_bar.history_chosen.connect(self.history_wanted)
        self.setFocusProxy(self.diff)
        self._show_latest()

    @property
    def current_hunk(self) -> str:
        """The hunk that keys act on; empty when there is none."""
        return self.diff.current_hunk if self.diff.current_hunk in self._hunks else ""

    def show_change_set(self, change_set_id: str, hunk_id: str | None = None) -> None:
        """Show a change set at a hunk, else at its first undecided one."""
        self._change_set_id = change_set_id
        self.shown_ids.add(change_set_id)
        self.diff.verticalScrollBar().setValue(0)
        self._refresh()
        first = hunk_id or self._order.undecided_after("", is_round=False) or (self._order.ids() or [""])[0]
        if first:
            self.go_to(first)

    def go_to(self, hunk_id: str) -> None:
        """Make a hunk the one that keys act on; being in sight, it counts as looked at."""
        self.diff.go_to_hunk(hunk_id)
        self.outline.mark(hunk_id)
        self._show_file()
        if self.isVisible():
            self._review.look_at(hunk_id)

    def walk(self, move: Move) -> None:
        """Go to another hunk."""
        target = self._order.target(self.current_hunk, move, self._review.under_way())
        if target:
            self.go_to(target)
        elif move is Move.NEXT_UNDECIDED:
            # Everything here is decided: on to the next proposal that waits.
            sets, under_way = self._review.state.change_sets, self._review.under_way()
            elsewhere = undecided_elsewhere(sets, self._change_set_id, under_way)
            if elsewhere is not None:
                self.show_change_set(*elsewhere)

    def decide(self, hunk_id: str, decision: Decision) -> None:
        """Accept or reject a hunk, and go to the next undecided one."""
        if hunk_id not in self._hunks:
            return
        self.diff.go_to_hunk(hunk_id, is_scrolled=False)
        self._show_file()
        (self._review.accept if decision is Decision.ACCEPTED else self._review.reject)([hunk_id])
        self.diff.setFocus()

    def decide_current(self, decision: Decision) -> None:
        """Accept or reject the hunk that keys act on, and go on to the next undecided one."""
        hunk_id = self.current_hunk
        self.decide(hunk_id, decision)
        following = self._order.undecided_after(hunk_id, is_round=False, decided=self._review.under_way())
        if following:
            self.go_to(following)

    def decide_file(self, decision: Decision, *, is_for_all: bool = False) -> None:
        """Accept or reject what is undecided in the file of the current hunk, or in all of them."""
        path = None if is_for_all else self._order.path_of(self.current_hunk)
        if path != "":
            self._review.decide_all(self._change_set_id, decision, path)

    def open_gaps(self) -> None:
        """Show the hidden lines around the current hunk, which stays where it is on the screen."""
        bar = self.diff.verticalScrollBar()
        on_screen = self.diff.height_of(self.current_hunk) - bar.value()
        for gap_id in self.diff.gaps_near(self.current_hunk):
            self._rows.open_gap(gap_id)
        self._refresh()
        bar.setValue(self.diff.height_of(self.current_hunk) - on_screen)

    def compare(self, hunk_id: str = "", *, is_wanted: bool = False) -> None:
        """Show what the model took for the file's lines beside them, for a hunk or the current one; or no longer.

        `is_wanted`: it is to be shown, whether it is already or not.
        """
        hunk = self._hunks.get(hunk_id or self.current_hunk)
        if hunk is not None and hunk.quoted and not (is_wanted and self._rows.is_compared(hunk.hunk_id)):
            self._rows.compare(hunk.hunk_id)
            self._refresh()
            self.go_to(hunk.hunk_id)

    def open_file(self) -> None:
        """Ask for the file of the current hunk, at its lines; on hidden lines, show them."""
        gap_id = self.diff.current_gap()
        if gap_id is not None:
            self._on_diff_gap_chosen(gap_id)
            return
        hunk = self._hunks.get(self.current_hunk)
        if hunk is not None:
            self.open_wanted.emit(self._order.path_of(hunk.hunk_id), hunk.start)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What is in sight now counts as looked at."""
        super().showEvent(event)
        if not self._has_shares:
            # The diff needs the room more than the names of files, which their tips say in full.
            self._has_shares = True
            outline = min(_OUTLINE_USUAL_PX, max(_OUTLINE_PX, self.width() * 27 // 100))
            self._panes.setSizes([outline, max(1, self.width() - outline)])
        if self._is_stale:
            self._is_stale = False
            self._follow()
        if self.current_hunk:
            self._review.look_at(self.current_hunk)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In a page that became narrow the diff has the larger share."""
        super().resizeEvent(event)
        most = max(_OUTLINE_PX, self.width() // 3)
        if self._has_shares and self.outline.width() > most:
            self._panes.setSizes([most, max(1, self.width() - most)])

    def _show_latest(self) -> None:
        sets = self._review.state.change_sets
        if sets:
            self.show_change_set((waiting_ids(sets) or [sets[-1].change_set_id])[-1])
        else:
            self._refresh()

    def _refresh(self) -> None:
        change_set = self._review.change_set(self._change_set_id)
        self._pages.setCurrentIndex(0 if change_set is not None else 1)
        self._hunks.clear()
        if change_set is None:
            self._order = HunkOrder()
            return
        for change in change_set.files:
            self._hunks.update({hunk.hunk_id: hunk for hunk in change.hunks})
        self._order = order_of(change_set)
        self.outline.show_change_set(change_set)
        self.diff.colours.show_change_set(change_set, self._review.state.texts)
        self.diff.show_rows(self._rows.rows(change_set, self._review.state.texts))
        self._head.show_change_set(change_set, self._review.state.change_sets, self._review.can_undo)
        count = len(change_set.failures)
        blocks = "1 block was not placed: show it" if count == 1 else f"{count} blocks were not placed: show them"
        self._notes.setText(f"{blocks} in the chat")
        self._notes.setVisible(count > 0)
        if self.current_hunk:
            self.diff.go_to_hunk(self.current_hunk, is_scrolled=False)
        self._show_file()

    def _show_file(self) -> None:
        path = self._order.path_of(self.current_hunk)
        # The row of the change has room for some of the words only.
        hunk = self._hunks.get(self.current_hunk)
        doubt = hunk_label(hunk).doubt if hunk is not None else ""
        self._doubt.setText(f"{doubt}." if doubt else "")
        self._doubt.setVisible(bool(doubt))
        mine = [hunk for where, hunk in self._order.places if where == path]
        self._file_bar.show_file(path, sum(hunk.decision is Decision.PENDING for hunk in mine), len(mine))

    def _on_review_changed(self, _event: ReviewChanged) -> None:
        if not self.isVisible():
            # Behind another tab: while somebody types there, laying out rows that nobody sees would be felt.
            self._is_stale = True
            return
        self._follow()

    def _follow(self) -> None:
        if self._review.change_set(self._change_set_id) is None:
            self._show_latest()
        else:
            self._refresh()

    def _on_review_shown(self, event: ReviewShown) -> None:
        self.show_change_set(event.change_set_id, event.hunk_id)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.diff.set_tokens(event.tokens)
        self.outline.set_tokens(event.tokens)

    def _on_diff_gap_chosen(self, gap_id: tuple[str, int]) -> None:
        self._rows.open_gap(gap_id)
        self._refresh()

    def _on_outline_chosen(self, entry: Entry) -> None:
        hunk = entry.hunk or min(entry.change.hunks, key=lambda each: each.start)
        self.go_to(hunk.hunk_id)

    def _place(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._file_bar)
        self._doubt.setObjectName("review.doubt")
        self._doubt.setProperty("role", "amber")
        self._doubt.setAccessibleName("What is uncertain about the current change")
        self._doubt.setWordWrap(True)
        self._doubt.setContentsMargins(12, 4, 12, 6)
        column.addWidget(self._doubt)
        column.addWidget(self.diff, 1)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setObjectName("review.panes")
        panes.setHandleWidth(1)
        self.outline.setMinimumWidth(_OUTLINE_PX)
        panes.addWidget(self.outline)
        panes.addWidget(right)
        panes.setStretchFactor(1, 1)
        self._panes = panes
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        self._notes.setObjectName("review.notes")
        self._notes.setProperty("link", True)
        self._notes.clicked.connect(lambda: self._review.refused_wanted.emit(self._change_set_id))
        inner.addWidget(self._head)
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
