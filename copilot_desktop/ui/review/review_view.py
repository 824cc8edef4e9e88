"""The review page: files and hunks on the left, the diff on the right, decisions above and on every hunk."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from copilot_desktop.bridge.review import ReviewController
from copilot_desktop.bridge.review_events import ReviewChanged, ReviewShown
from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision
from copilot_desktop.ui.review.diff_list import DiffList
from copilot_desktop.ui.review.diff_rows import DiffRows
from copilot_desktop.ui.review.outline import Entry, Outline, entries_of
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged


class ReviewView(QWidget):
    """Shows one change set at a time. `open_wanted(path, line)` asks for a file; line is 0-based."""

    open_wanted = Signal(str, int)
    chat_wanted = Signal()

    def __init__(self, review: ReviewController, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review")
        self.setAccessibleName("Review")
        self._review = review
        self._change_set_id = ""
        self._hunks: dict[str, ChangeHunk] = {}
        self._order: tuple[tuple[str, str], ...] = ()
        self._rows = DiffRows()
        self.diff = DiffList(theme.tokens, self._hunks.get, self.decide, self)
        self.outline = Outline(theme.tokens, self)
        self._totals, self._notes = QLabel(), QLabel()
        self._file_name = QLabel()
        self._sets = QComboBox()
        self._pages = QStackedWidget(self)
        self._place()
        review.changed.connect(self._on_review_changed)
        review.shown.connect(self._on_review_shown)
        theme.changed.connect(self._on_theme_changed)
        self.diff.hunk_chosen.connect(self._on_diff_hunk_chosen)
        self.diff.gap_chosen.connect(self._on_diff_gap_chosen)
        self.diff.top_changed.connect(self._show_file)
        self.outline.chosen.connect(self._on_outline_chosen)
        self._sets.activated.connect(self._on_sets_activated)
        self.setFocusProxy(self.diff)
        self._show_latest()

    @property
    def current_hunk(self) -> str:
        """The hunk that keys act on; empty when there is none."""
        return self.diff.current_hunk if self.diff.current_hunk in self._hunks else ""

    def show_change_set(self, change_set_id: str, hunk_id: str | None = None) -> None:
        """Show a change set at a hunk, else at its first undecided one."""
        self._change_set_id = change_set_id
        self.diff.verticalScrollBar().setValue(0)
        self._refresh()
        pending = [each for _, each in self._order if self._hunks[each].decision is Decision.PENDING]
        first = hunk_id or (pending or [each for _, each in self._order] or [""])[0]
        if first:
            self.go_to(first)

    def go_to(self, hunk_id: str) -> None:
        """Make a hunk the one that keys act on; being in sight, it counts as looked at."""
        self.diff.go_to_hunk(hunk_id)
        self.outline.mark(hunk_id)
        self._show_file()
        if self.isVisible():
            self._review.look_at(hunk_id)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) hunk."""
        ids = [each for _, each in self._order]
        if ids:
            place = ids.index(self.current_hunk) + by if self.current_hunk in ids else 0
            self.go_to(ids[max(0, min(place, len(ids) - 1))])

    def step_file(self, by: int) -> None:
        """Go to the first hunk of the next or previous file."""
        paths = list(dict.fromkeys(path for path, _ in self._order))
        if not paths:
            return
        here = self._path()
        place = paths.index(here) + by if here in paths else 0
        wanted = paths[max(0, min(place, len(paths) - 1))]
        self.go_to(next(each for path, each in self._order if path == wanted))

    def step_undecided(self) -> None:
        """Go to the next hunk that waits for a decision, from the top again after the last."""
        ids = [each for _, each in self._order]
        start = ids.index(self.current_hunk) + 1 if self.current_hunk in ids else 0
        for hunk_id in (*ids[start:], *ids[:start]):
            if self._hunks[hunk_id].decision is Decision.PENDING:
                self.go_to(hunk_id)
                return

    def decide(self, hunk_id: str, decision: Decision) -> None:
        """Accept or reject a hunk, and go to the next undecided one."""
        if hunk_id not in self._hunks:
            return
        self.diff.go_to_hunk(hunk_id, is_scrolled=False)
        (self._review.accept if decision is Decision.ACCEPTED else self._review.reject)([hunk_id])
        self.diff.setFocus()

    def decide_current(self, decision: Decision) -> None:
        """Accept or reject the hunk that keys act on, and go on to the next undecided one."""
        hunk_id = self.current_hunk
        self.decide(hunk_id, decision)
        ids = [each for _, each in self._order]
        start = ids.index(hunk_id) + 1 if hunk_id in ids else 0
        following = [each for each in ids[start:] if self._hunks[each].decision is Decision.PENDING]
        if following:
            self.go_to(following[0])

    def decide_file(self, decision: Decision) -> None:
        """Accept or reject what is undecided in the file of the current hunk."""
        path = self._path()
        if path:
            accept, reject = self._review.accept_file, self._review.reject_file
            (accept if decision is Decision.ACCEPTED else reject)(self._change_set_id, path)

    def decide_everything(self, decision: Decision) -> None:
        """Accept or reject what is undecided in the change set."""
        accept, reject = self._review.accept_change_set, self._review.reject_change_set
        (accept if decision is Decision.ACCEPTED else reject)(self._change_set_id)

    def open_file(self) -> None:
        """Ask for the file of the current hunk, at its lines."""
        hunk = self._hunks.get(self.current_hunk)
        if hunk is not None:
            self.open_wanted.emit(self._path(), hunk.start)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What is in sight now counts as looked at."""
        super().showEvent(event)
        if self.current_hunk:
            self._review.look_at(self.current_hunk)

    def _path(self) -> str:
        return next((path for path, each in self._order if each == self.current_hunk), "")

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._head())
        inner.addWidget(self._notes)
        self._notes.setObjectName("review.notes")
        self._notes.setAccessibleName("What could not be placed")
        self._notes.setWordWrap(True)
        self._notes.setContentsMargins(12, 4, 12, 8)
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.setObjectName("review.panes")
        panes.setHandleWidth(1)
        panes.addWidget(self.outline)
        panes.addWidget(self._right())
        panes.setStretchFactor(1, 1)
        panes.setSizes([260, 800])
        inner.addWidget(panes, 1)
        self._pages.addWidget(body)
        self._pages.addWidget(self._empty())

    def _head(self) -> QWidget:
        head = QFrame()
        row = QHBoxLayout(head)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self._sets.setObjectName("review.change_sets")
        self._sets.setAccessibleName("Change set")
        self._sets.setMinimumWidth(160)
        self._totals.setObjectName("review.totals")
        self._totals.setAccessibleName("Totals")
        row.addWidget(self._sets, 1)
        row.addWidget(self._totals)
        row.addStretch(1)
        accept = self._button("review.accept_all", "Accept all", partial(self.decide_everything, Decision.ACCEPTED))
        accept.setProperty("primary", True)
        row.addWidget(accept)
        row.addWidget(
            self._button("review.reject_all", "Reject all", partial(self.decide_everything, Decision.REJECTED))
        )
        self._undo = self._button("review.undo", "Undo", self._review.undo)
        row.addWidget(self._undo)
        return head

    def _right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QFrame()
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 2, 8, 2)
        self._file_name.setObjectName("review.file")
        self._file_name.setAccessibleName("File in sight")
        row.addWidget(self._file_name, 1)
        row.addWidget(self._button("review.accept_file", "Accept file", partial(self._decide_shown, Decision.ACCEPTED)))
        row.addWidget(self._button("review.reject_file", "Reject file", partial(self._decide_shown, Decision.REJECTED)))
        column.addWidget(bar)
        column.addWidget(self.diff, 1)
        return right

    def _empty(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        sentence = QLabel("There is nothing to review: changes that a model proposes wait here.")
        sentence.setObjectName("review.empty")
        sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        button = self._button("review.ask", "Ask for a change", self.chat_wanted.emit)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _button(self, name: str, text: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: run())
        return button

    def _decide_shown(self, decision: Decision) -> None:
        path = self.diff.top_path()
        accept, reject = self._review.accept_file, self._review.reject_file
        (accept if decision is Decision.ACCEPTED else reject)(self._change_set_id, path)

    def _show_latest(self) -> None:
        sets = self._review.state.change_sets
        if sets:
            waiting = [
                each for each in sets if any(h.decision is Decision.PENDING for f in each.files for h in f.hunks)
            ]
            self.show_change_set((waiting or list(sets))[-1].change_set_id)
        else:
            self._refresh()

    def _refresh(self) -> None:
        change_set = self._review.change_set(self._change_set_id)
        self._pages.setCurrentIndex(0 if change_set is not None else 1)
        self._hunks.clear()
        if change_set is None:
            self._order = ()
            return
        for change in change_set.files:
            self._hunks.update({hunk.hunk_id: hunk for hunk in change.hunks})
        self._order = tuple(
            (change.path, hunk.hunk_id)
            for change in change_set.files
            for hunk in sorted(change.hunks, key=lambda each: (each.start, each.end))
        )
        self.outline.show_change_set(change_set)
        self.diff.show_rows(self._rows.rows(change_set, self._review.state.texts))
        self._show_head(change_set)
        self._show_file()
        if self.current_hunk:
            self.diff.go_to_hunk(self.current_hunk, is_scrolled=False)

    def _show_head(self, change_set: ChangeSet) -> None:
        undecided = sum(hunk.decision is Decision.PENDING for hunk in self._hunks.values())
        files = [entry for entry in entries_of(change_set) if entry.hunk is None]
        added, removed = sum(each.added for each in files), sum(each.removed for each in files)
        counts = f"{len(files)} file{'s' * (len(files) != 1)}  +{added} −{removed}"
        self._totals.setText(f"{counts}   {f'{undecided} to review' if undecided else 'all decided'}")
        failures = [failure.message for failure in change_set.failures]
        self._notes.setText("\n".join(failures[:4] + ([f"and {len(failures) - 4} more"] if len(failures) > 4 else [])))
        self._notes.setVisible(bool(failures))
        self._undo.setEnabled(self._review.can_undo)
        self._sets.clear()
        for each in self._review.state.change_sets:
            self._sets.addItem(each.title or "Proposed changes", each.change_set_id)
        self._sets.setCurrentIndex(self._sets.findData(self._change_set_id))

    def _show_file(self) -> None:
        path = self.diff.top_path()
        mine = [self._hunks[each] for where, each in self._order if where == path]
        undecided = sum(hunk.decision is Decision.PENDING for hunk in mine)
        self._file_name.setText(f"{path}   {undecided} of {len(mine)} to review" if mine else path)

    def _on_review_changed(self, _event: ReviewChanged) -> None:
        if self._review.change_set(self._change_set_id) is None:
            self._show_latest()
        else:
            self._refresh()

    def _on_review_shown(self, event: ReviewShown) -> None:
        self.show_change_set(event.change_set_id, event.hunk_id)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.diff.set_tokens(event.tokens)
        self.outline.set_tokens(event.tokens)

    def _on_diff_hunk_chosen(self, hunk_id: str) -> None:
        self.go_to(hunk_id)

    def _on_diff_gap_chosen(self, gap_id: tuple[str, int]) -> None:
        self._rows.open_gap(gap_id)
        self._refresh()

    def _on_outline_chosen(self, entry: Entry) -> None:
        hunk = entry.hunk or min(entry.change.hunks, key=lambda each: each.start)
        self.go_to(hunk.hunk_id)

    def _on_sets_activated(self, index: int) -> None:
        self.show_change_set(str(self._sets.itemData(index)))
        self.diff.setFocus()
