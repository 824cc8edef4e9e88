"""The list that shows differences: of files that any feature gives it, side by side or in one column.

Virtual: hundreds of hunks cost no more than those in sight, and only what is in sight is refined.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.diff.bars import arrows_of
from copilot_desktop.ui.diff.content import STEP_LINES
from copilot_desktop.ui.diff.controls import MakeControls
from copilot_desktop.ui.diff.diff_lines import DiffLines
from copilot_desktop.ui.diff.finding import DiffMatch
from copilot_desktop.ui.diff.rows import DiffRow, GapId
from copilot_desktop.ui.diff.values import SAID, RowKind
from copilot_desktop.ui.theme.tokens import Tokens

_TEXT = (RowKind.CONTEXT, RowKind.REMOVED, RowKind.ADDED)
_ABOVE = 2
"""Rows left above a hunk that is gone to."""
_LOOKED_AT_ROWS = 40
"""Of a hunk, for the word that changed first."""


class DiffList(DiffLines):
    """Files with their hunks. `reached(DiffRow)` when a row is clicked or the keyboard comes to it.

    A row says of which file and hunk it is and which lines it shows of both sides; `selected_rows` gives those that
    are selected.
    """

    reached = Signal(object)
    margin_chosen = Signal()
    """The numbers beside lines were clicked, or drawn over: these lines are selected."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(tokens, parent)
        self._is_old_meant = self._is_in_margin = False

    def set_controls(self, make: MakeControls | None) -> None:
        """Offer something with every hunk; None: nothing."""
        self.controls.set_maker(make)
        self.refresh()

    def go_to_hunk(self, hunk_id: str, *, is_scrolled: bool = True) -> None:
        """Make a hunk the current one and bring it into sight with two rows above it."""
        left, self.current_hunk = self.current_hunk, hunk_id
        rows, bar = self.rows_model.rows, self.verticalScrollBar()
        place = rows.places.get(hunk_id)
        if place is None:
            return
        self._set_current(place)
        if is_scrolled:
            top, bottom = self.heights.top(place), self.heights.top(rows.end_of_hunk(hunk_id))
            if top < bar.value() or bottom > bar.value() + self.viewport().height():
                bar.setValue(self.heights.top(max(0, place - _ABOVE)))
            self._show_first_change(range(place, rows.end_of_hunk(hunk_id)))
        # Not all of the view: nothing else looks otherwise, and what was scrolled is moved by Qt.
        self._paint_again(left)
        self._paint_again(hunk_id)

    def _paint_again(self, hunk_id: str) -> None:
        rows = self.rows_model.rows
        if hunk_id in rows.places:
            first = self.area_of(rows.places[hunk_id])
            self.viewport().update(first.united(self.area_of(rows.end_of_hunk(hunk_id) - 1)))

    def open_gap(self, gap_id: GapId, *, below_top: int = 0, above_bottom: int = 0) -> None:
        """Show more lines of a gap, or all where no numbers are given; what stands above it stays in place.

        Lines shown above its end push nothing away: then what stands below it stays.
        """
        rows = self.rows_model.rows
        anchor = ""
        if above_bottom:
            gap = rows.place_of_gap(gap_id)
            anchor = next((hunk_id for hunk_id, place in rows.places.items() if place > gap), "")
        self.content.open_gap(gap_id, below_top=below_top, above_bottom=above_bottom)
        self.refresh(anchor)
        self.keep_current()

    def open_gaps(self) -> None:
        """Show the hidden lines within and around the current hunk, which stays in place."""
        for gap_id in self.rows_model.rows.gaps_near(self.current_hunk):
            self.content.open_gap(gap_id)
        self.refresh(self.current_hunk)
        self.keep_current()

    def open_some(self, *, is_above: bool) -> None:
        """Show twenty more lines above the current hunk, or below it; it stays in place."""
        rows = self.rows_model.rows
        head = rows.places.get(self.current_hunk)
        for gap_id in rows.gaps_near(self.current_hunk):
            row = rows.place_of_gap(gap_id)
            if head is None or row < 0 or rows[row].hunk_id is not None or (row < head) is not is_above:
                continue
            steps = {"above_bottom": STEP_LINES} if is_above else {"below_top": STEP_LINES}
            self.content.open_gap(gap_id, **steps)
        self.refresh(self.current_hunk)
        self.keep_current()

    def keep_current(self) -> None:
        """Let the keyboard stand on the current hunk again: its row is another one by now."""
        place = self.rows_model.rows.places.get(self.current_hunk)
        if place is not None:
            self._set_current(place)

    def show_found(self, searched: re.Pattern[str] | None, match: DiffMatch | None) -> None:
        """Mark what is searched for, and bring a match into sight."""
        self.lines.searched, self.lines.found = searched, None
        if match is not None and match.place < len(self.rows_model.rows):
            row = self.rows_model.rows[match.place]
            side = (row.new if match.is_right else row.old) if row.kind is RowKind.PAIR else row
            if side is not None and row.old is not None and side.kind is RowKind.CONTEXT:
                side = row.new or side
            self.lines.found = None if side is None else (side, (match.start, match.end))
            self._set_current(match.place)
            self.scrollTo(self.rows_model.index(match.place))
            self._show_columns(match.start, match.end)
        self.lines.forget()
        self.viewport().update()

    def _show_columns(self, start: int, end: int) -> None:
        """Scroll sideways as little as needed; tabs and wide signs are not counted."""
        bar, metrics = self.horizontalScrollBar(), self.lines.metrics
        room = metrics.text_px(is_pair=metrics.is_side_by_side)
        left, right = start * metrics.advance, (end + 2) * metrics.advance
        if left < bar.value() or right > bar.value() + room:
            bar.setValue(max(0, left - room // 3))

    def _show_first_change(self, places: range) -> None:
        """Scroll sideways to the first word that changed, where a line is wider than the view; else back."""
        if self.content.options.is_wrapped or not self.horizontalScrollBar().maximum():
            return
        sides = (side for place in places[:_LOOKED_AT_ROWS] for side in self.rows_model.rows[place].sides())
        changed = [side for side in sides if side.kind in (RowKind.REMOVED, RowKind.ADDED)]
        spans = [side.spans[0] if side.spans else (0, 0) for side in changed]
        if spans:
            # The lines of other files would be empty so far to the right.
            is_other, self.shifted_path = self.shifted_path != changed[0].path, changed[0].path
            self._is_going = True
            self._show_columns(*min(spans))
            self._is_going = False
            if is_other and self.horizontalScrollBar().value():
                self.viewport().update()

    def go_to_remark(self, hunk_id: str, remark_id: str) -> None:
        """Let the keyboard stand on what is said of a hunk; on its head where that is not shown."""
        rows = self.rows_model.rows
        head = rows.places.get(hunk_id)
        if head is None:
            return
        self.current_hunk = hunk_id
        found = rows.place_of_remark(remark_id) if remark_id else -1
        place = found if found >= 0 else head
        self._set_current(place)
        self.scrollTo(self.rows_model.index(place))

    def current_row(self) -> DiffRow | None:
        """The row on which the keyboard stands."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()] if index.isValid() else None

    def selected_rows(self) -> tuple[DiffRow, ...]:
        """The rows that are selected, from top to bottom."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(self.rows_model.rows[place] for place in places)

    def copied_text(self) -> str:
        """The selected lines without signs and numbers; side by side those of the side that was clicked last.

        On the head of a hunk: the lines of the hunk.
        """
        rows = self.selected_rows()
        if len(rows) == 1 and rows[0].kind is RowKind.HUNK and rows[0].hunk_id in self.rows_model.rows.places:
            places, hunk_id = self.rows_model.rows.places, rows[0].hunk_id
            rows = self.rows_model.rows[places[hunk_id] : self.rows_model.rows.end_of_hunk(hunk_id)]
        lines = []
        for row in rows:
            if row.kind is RowKind.PAIR:
                row = (row.old if self._is_old_meant else row.new) or DiffRow(RowKind.NOTE, row.path)
            if row.kind not in (RowKind.FILE, RowKind.HUNK, RowKind.GAP, RowKind.NOTE, *SAID):
                lines.append(row.text)
        return "\n".join(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Lines are copied; a row that the keyboard comes to is told."""
        if event.matches(QKeySequence.StandardKey.Copy):
            text = self.copied_text()
            if text:
                QGuiApplication.clipboard().setText(text)
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() not in (before, -1):
            self._reach(self.currentIndex())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a row reaches it; on a gap it opens it, on an arrow of it a part."""
        at = event.position().toPoint()
        self._is_old_meant = at.x() < self.lines.metrics.half
        self._is_in_margin = self._is_margin(event)
        index = self.indexAt(at)
        row = self.rows_model.rows[index.row()] if index.isValid() else None
        super().mousePressEvent(event)
        if row is None:
            return
        if row.gap_id is None or event.button() is not Qt.MouseButton.LeftButton:
            self._reach(index)
            return
        for arrow in arrows_of(row, self.area_of(index.row())):
            if arrow.area.contains(at):
                step = {"below_top": STEP_LINES} if arrow.is_from_top else {"above_bottom": STEP_LINES}
                self.open_gap(row.gap_id, **step)
                return
        self.open_gap(row.gap_id)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The lines beside whose numbers the mouse was pressed and let go are meant."""
        super().mouseReleaseEvent(event)
        was_pressed, self._is_in_margin = self._is_in_margin, False
        if was_pressed and event.button() == Qt.MouseButton.LeftButton and self._is_margin(event):
            self.margin_chosen.emit()

    def _is_margin(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        index, metrics = self.indexAt(at), self.lines.metrics
        row = self.rows_model.rows[index.row()] if index.isValid() else None
        if row is None or row.hunk_id is None or not any(side.kind in _TEXT for side in row.sides()):
            return False
        is_pair = row.kind is RowKind.PAIR
        left = metrics.half if is_pair and at.x() >= metrics.half else 0
        return at.x() - left < metrics.gutter(is_pair=is_pair)

    def _set_current(self, place: int) -> None:
        # Qt would scroll to it by itself.
        self.setAutoScroll(False)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(self.rows_model.index(place), flags.ClearAndSelect)
        self.setAutoScroll(True)

    def _reach(self, index: QModelIndex) -> None:
        row = self.rows_model.rows[index.row()]
        if row.hunk_id is not None:
            self.current_hunk = row.hunk_id
            self.viewport().update()
        self.reached.emit(row)
