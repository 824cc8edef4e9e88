"""Proposals inside the text: removed lines are real lines marked red, proposed lines stand below them in green.

The text itself holds only what the user wrote; nothing here changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import QLabel
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.editor.code_widget import CHANGE_MARGIN_PX, FOLD_MARGIN, NUMBER_MARGIN
from copilot_desktop.editor.conflict_bar import ConflictBar, SideChoice
from copilot_desktop.editor.hunk_bar import HunkBar
from copilot_desktop.editor.hunk_marks import HunkMarks, typed_column
from copilot_desktop.editor.hunk_rows import HunkRow, HunkRows, InlineHunk, ShownHunk
from copilot_desktop.editor.mark_colours import (
    BACKGROUND,
    LOADING,
    bar_colours,
    define_marks,
    hunk_colours,
)
from copilot_desktop.editor.styling import colour
from copilot_desktop.editor.theme import EditorTheme
from copilot_desktop.editor.top_hunks import TopHunks
from copilot_desktop.text.diff import diff_line_lists
from copilot_desktop.text.lines import split_lines, without_ending
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

Spans = tuple[tuple[int, int], ...]

PREVIEW_ID = "preview"
"""The id of what is only looked at."""
_WORD_LIMIT = 20_000
_EDGE_PX = 8
_AMPLE_PX = 10_000


@dataclass(frozen=True, slots=True)
class HunkDecided:
    """The user accepted or rejected a hunk in the text."""

    hunk_id: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class SideChosen:
    """The user chose what is to stand in the place of a conflict."""

    hunk_id: str
    choice: SideChoice


class ProposalPlace(NamedTuple):
    """A place in proposed lines: in which of those that stand at a line of the text (0-based), before which of its
    characters."""

    hunk_id: str
    line: int
    number: int
    column: int


class DiffMarks(QObject):
    """Shows the hunks of a document in one of its views and tells of decisions made there."""

    hunk_decided = Signal(object)
    """Carries one `HunkDecided`."""
    side_chosen = Signal(object)
    """Carries one `SideChosen`."""
    proposal_clicked = Signal(object)
    """Carries one `ProposalPlace`: there the proposed lines are to be edited."""
    compare_chosen = Signal(str)
    """Carries the hunk whose quoted text is to be shown beside the file's."""
    refine_chosen = Signal(str)
    """Carries the hunk about which a follow-up is to be asked."""

    def __init__(self, buffer: BufferWidget, marks: HunkMarks, theme: EditorTheme) -> None:
        super().__init__(buffer)
        self._buffer = buffer
        self._code = buffer.code
        self._theme = theme
        self._marks = marks
        self._bars: dict[ShownHunk, HunkBar | ConflictBar] = {}
        self._pressed: QPoint | None = None
        self._code.mouse_takers.append(self._on_mouse)
        self._top: TopHunks | None = None
        self._above: list[tuple[ShownHunk, InlineHunk]] = []
        self._style_base = self._code.allocateExtendedStyles(8)
        self._rows = HunkRows(self._code, self._style_base)
        self._measured: dict[ShownHunk, list[HunkRow]] = {}
        """Rows that the paint that goes on has found."""
        self.is_in_sight = self._code.is_line_in_sight
        self._code.annotationSetStyleOffset(self._style_base)
        self._loading = QLabel("Waiting for the answer…", self._code.viewport())
        self._loading.setObjectName("editor.loading")
        self._loading.setProperty("chip", "true")
        self._loading.hide()
        self._loading_lines: LineRange | None = None
        define_marks(self._code, self._theme, self._style_base)
        # Both after each paint, which comes after each update, at a blink of the caret, too: a slot on `painted` would
        # take ten times as long.
        self._code.overlays += [self._place_bars, lambda _area: self._paint if self._marks.shown else None]
        self._code.resized.connect(self._place_bars)
        self._code.updateUi.connect(self._on_code_update_ui)
        marks.changed.connect(self._on_marks_changed)
        if marks.shown:
            self._on_marks_changed(True)

    def show_hunks(self, hunks: Sequence[InlineHunk]) -> None:
        """Show these hunks and no others. Lines past the text's end are cut off."""
        self._marks.show(hunks)

    def move_hunks(self, hunks: Sequence[InlineHunk], by: Sequence[int]) -> bool:
        """Say of the hunks shown last that each has moved with the text by so many lines; False: show them anew."""
        return self._marks.move(hunks, by)

    def preview(self, lines: LineRange, new_text: str) -> None:
        """Show what these lines would become, as a change that cannot be decided; `end_preview` takes it away."""
        old = list(split_lines(self._code.text_between(*map(self._code.line_start, (lines.start, lines.end)))))
        new = split_lines(new_text)
        shown = InlineHunk(PREVIEW_ID, lines, new_text, has_bar=False, is_arriving=True)
        self._marks.preview(
            [
                replace(
                    shown,
                    lines=LineRange(lines.start + change.old.start, lines.start + change.old.end),
                    new_text="".join(new[change.new.start : change.new.end]),
                )
                for change in diff_line_lists(old, new)
            ]
        )

    def end_preview(self) -> None:
        """Show no preview any more."""
        self._marks.preview(())

    def hunks(self) -> tuple[InlineHunk, ...]:
        """Return what is shown, from top to bottom."""
        return tuple(shown.hunk for shown in self._marks.shown)

    def hunk_at_caret(self) -> str | None:
        """Return the hunk whose lines hold the caret, or that is inserted next to it."""
        line = self._code.lineFromPosition(self._code.currentPos())
        hunks = [hunk for hunk in self.hunks() if hunk.hunk_id != PREVIEW_ID]
        for hunk in hunks:
            if hunk.lines.start <= line < hunk.lines.end:
                return hunk.hunk_id
        for hunk in hunks:
            if not len(hunk.lines) and line in (hunk.lines.start - 1, hunk.lines.start):
                return hunk.hunk_id
        spans: dict[str, LineRange] = {}
        for hunk in hunks:
            start = spans.get(hunk.hunk_id, hunk.lines).start
            spans[hunk.hunk_id] = LineRange(start, max(start, hunk.lines.end))
        return next((hunk_id for hunk_id, span in spans.items() if span.start <= line < span.end), None)

    def go_to_hunk(self, hunk_id: str) -> None:
        """Put the caret at a hunk and scroll it into view; an unknown one is ignored."""
        for hunk in self.hunks():
            if hunk.hunk_id == hunk_id:
                start = hunk.lines.start if len(hunk.lines) else max(0, hunk.lines.start - 1)
                rows = len(hunk.lines) + len(split_lines(hunk.new_text))
                self._buffer.show_lines(LineRange(start, start + max(1, rows)))
                self._code.gotoPos(self._code.line_start(start))
                return

    def show_loading(self, lines: LineRange) -> None:
        """Mark lines whose edit is being answered."""
        self.hide_loading()
        self._loading_lines = lines
        self._marks.loading_in = self._code
        for line in range(lines.start, max(lines.end, lines.start + 1)):
            self._code.markerAdd(line, LOADING)
        self._loading.show()
        self._place_bars()

    def hide_loading(self) -> None:
        """Take the mark of an awaited answer away."""
        self._loading_lines = None
        self._code.markerDeleteAll(LOADING)
        self._loading.hide()

    def set_theme(self, theme: EditorTheme) -> None:
        """Show the marks in other colours."""
        self._theme = theme
        define_marks(self._code, self._theme, self._style_base)
        if self._top is not None:
            self._top.set_theme(theme)
        self._on_code_update_ui(0)
        self._place_bars()

    def _on_marks_changed(self, are_others: bool) -> None:
        if are_others:
            self._take_bars()
            self._show_top()
            self._on_code_update_ui(0)
            if any(shown.hunk.is_arriving for shown in self._marks.shown):
                self.hide_loading()
        self._place_bars()

    def _take_bars(self) -> None:
        """Keep the bars that say of the hunks shown now what is to be said."""
        free = self._bars
        self._bars = {}
        for shown in self._marks.shown:
            bar = free.get(shown)
            if bar is None:
                # A hunk that has grown: its bar stays.
                name = shown.hunk.hunk_id
                grown = next((each for each in free if each.hunk.hunk_id == name and each.hunk.has_bar), None)
                bar = free.get(grown) if grown is not None and shown.hunk.has_bar and grown.hunk.lines.end else None
                bar = bar if shown.hunk.lines.end else None
            if bar is not None and _is_bar_for(bar, shown.hunk):
                bar.show_hunk(shown.hunk)
                self._bars[shown] = bar
                free = {each: other for each, other in free.items() if other is not bar}
        for bar in free.values():
            bar.hide()
            bar.deleteLater()

    def _on_mouse(self, event: QMouseEvent) -> bool:
        """A click on proposed lines, not a drag over them, is for the proposal."""
        if event.type() == QEvent.Type.MouseButtonPress:
            is_left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
            self._pressed = event.position().toPoint() if is_left else None
        elif event.type() == QEvent.Type.MouseButtonRelease:
            point, pressed = event.position().toPoint(), self._pressed
            self._pressed = None
            is_click = pressed is not None and (point - pressed).manhattanLength() < 4
            place = self._proposal_at(point) if is_click else None
            if place is not None:
                self.proposal_clicked.emit(place)
        return False

    def _proposal_at(self, point: QPoint) -> ProposalPlace | None:
        """The place in proposed lines at a point of the text; None where none can be edited."""
        height, below = self._code.textHeight(0), self._below()
        for shown in self._rows.in_sight(below):
            hunk = shown.hunk
            if hunk.is_arriving or hunk.is_early or hunk.is_conflict or hunk.hunk_id == PREVIEW_ID:
                continue
            for row in self._rows.rows(shown, below):
                if row.is_proposed and row.sign and row.top <= point.y() < row.top + height:
                    column = self._rows.column_at(shown.lines[row.number], point.x() - row.left)
                    line = without_ending(split_lines(hunk.new_text)[row.number])
                    column = typed_column(line, column, self._code.tabWidth())
                    return ProposalPlace(hunk.hunk_id, hunk.lines.start, row.number, column)
        return None

    def _bar(self, shown: ShownHunk) -> HunkBar | ConflictBar:
        hunk = shown.hunk
        place = f"line {hunk.lines.shown()}"
        bar = self._bars.get(shown)
        if bar is None and hunk.is_conflict and not (hunk.is_arriving or hunk.is_early):
            bar = self._bars[shown] = ConflictBar(place, hunk, self._code.viewport())
            bar.chosen.connect(lambda choice: self.side_chosen.emit(SideChosen(hunk.hunk_id, choice)))
        elif bar is None:
            bar = self._bars[shown] = HunkBar(place, hunk, self._code.viewport())
            bar.decided.connect(lambda is_accepted: self.hunk_decided.emit(HunkDecided(hunk.hunk_id, is_accepted)))
            bar.compare_chosen.connect(lambda: self.compare_chosen.emit(hunk.hunk_id))
            bar.refine_chosen.connect(lambda: self.refine_chosen.emit(hunk.hunk_id))
        bar.name_place(place)
        return bar

    def _show_top(self) -> None:
        """Scintilla has no lines above the first: what is inserted there stands in a strip above the text."""
        above = [shown for shown in self._marks.shown if shown.end == 0]
        strip = [(shown, shown.hunk) for shown in above]
        if strip == self._above:
            return
        self._above = strip
        if self._top is not None:
            self._top.hide()
            self._top.deleteLater()
            self._top = None
        for shown in above:
            self._bars.pop(shown, None)  # it went with the strip
        if above:
            self._top = TopHunks(self._theme)
            for shown in above:
                # Nothing of a hunk stands above what is inserted there, so its bar is here.
                bar = self._bar(shown)
                bar.fit(_AMPLE_PX, self._code.textHeight(0))
                self._top.add([line.text for line in shown.lines], bar)
            self._buffer.column.insertWidget(0, self._top)

    def _below(self) -> list[ShownHunk]:
        """The hunks among the text, not above its first line."""
        return [shown for shown in self._marks.shown if shown.end > 0]

    def _paint(self, painter: QPainter) -> None:
        """Fill proposed lines to the right edge, with their bar and a sign that does not rest on colour."""
        code, theme, below = self._code, self._theme, self._below()
        view, height = code.viewport().rect(), code.textHeight(0)
        bar_x = code.marginWidthN(NUMBER_MARGIN)
        font = QFont(theme.font_family)
        font.setPointSizeF(max(4.0, theme.font_size_pt + code.zoom_points()))
        painter.setFont(font)
        sign_x, sign_width = bar_x + CHANGE_MARGIN_PX, code.marginWidthN(FOLD_MARGIN)
        for shown in self._rows.in_sight(below):
            kind = shown.hunk.kind
            old_bar, new_bar = bar_colours(theme, kind)
            new_back = QColor(hunk_colours(theme, kind)[3])
            for row in self._measured.pop(shown, None) or self._rows.rows(shown, below):
                if row.top + height < 0 or row.top > view.height():
                    continue
                if row.is_proposed:
                    left = max(row.text_end, bar_x + CHANGE_MARGIN_PX + sign_width)
                    painter.fillRect(left, row.top, view.width() - left, height, new_back)
                    painter.fillRect(bar_x, row.top, CHANGE_MARGIN_PX, height, QColor(new_bar))
                # Over the fold mark, if there is one: of the two the sign says more.
                painter.fillRect(sign_x, row.top, sign_width, height, QColor(theme.base))
                painter.setPen(QColor(new_bar if row.is_proposed else old_bar))
                painter.drawText(QRect(sign_x, row.top, sign_width, height), Qt.AlignmentFlag.AlignCenter, row.sign)

    def _place_bars(self, *_details: object) -> None:
        if not (self._marks.shown or self._bars or self._loading_lines):
            return
        height, view = self._code.textHeight(0), self._code.viewport().rect()
        self._measured.clear()
        below = self._below()
        in_sight = self._rows.in_sight(below)
        for shown, bar in self._bars.items():
            if shown in below and shown not in in_sight:
                bar.hide()
        is_moved = False
        with_bars = [shown for shown in in_sight if shown.hunk.has_bar]
        line = self._code.lineFromPosition(self._code.currentPos())
        meant = self._marks.meant_by_keys(line) if with_bars else None
        for index, shown in enumerate(with_bars):
            rows, bar = list(self._rows.rows(shown, below)), self._bar(shown)
            self._measured[shown] = rows
            if isinstance(bar, HunkBar):
                bar.offer_keys(is_offered=shown.told.hunk_id == meant)
            # Where others would remove the same lines, the bar stands at what only this one would put there.
            is_crossed = any(each.hunk.lines.end > shown.hunk.lines.start for each in with_bars[:index])
            text_rows = [row for row in rows if row.sign and (row.is_proposed or not is_crossed)]
            rooms = ((row, view.width() - row.text_end - 3 * _EDGE_PX) for row in text_rows)
            place = next((row for row, room_px in rooms if bar.fit(room_px, height)), None)
            has_room = rows or not (shown.lines or len(shown.hunk.lines))
            if has_room and self._marks.want_row(shown, self._code, is_wanted=place is None):
                is_moved = True
                continue
            top = place.top if place is not None else rows[-1].top if rows else 0
            is_shown = bool(rows) and -height < top < view.height()
            if is_shown:
                width = bar.sizeHint().width()
                where = QRect(view.width() - width - _EDGE_PX, top, width, height)
                if bar.geometry() != where:
                    bar.setGeometry(where)
            if bar.isHidden() == is_shown:
                bar.setVisible(is_shown)
        if is_moved:
            self._measured.clear()
            self._marks.annotate()
        if self._loading_lines is not None:
            top = self._code.pointYFromPosition(self._code.line_start(self._loading_lines.start))
            hint = self._loading.sizeHint()
            self._loading.setGeometry(view.width() - hint.width() - _EDGE_PX, top, hint.width(), hint.height())

    def _on_code_update_ui(self, _updated: int) -> None:
        # The current line's background would hide the red of a removed line.
        line = self._code.lineFromPosition(self._code.currentPos())
        marked = self._code.markerGet(line) & (0b111 << BACKGROUND | 1 << LOADING)
        if marked:
            self._code.setCaretLineVisible(False)
        elif not self._code.caretLineVisible():
            # Hiding it made Scintilla forget its colour; setting the colour shows it again.
            self._code.setElementColour(Scintilla.Element.CaretLineBack, colour(self._theme.line, 255))


def _is_bar_for(bar: HunkBar | ConflictBar, hunk: InlineHunk) -> bool:
    is_conflict = hunk.is_conflict and not (hunk.is_arriving or hunk.is_early)
    return bar.can_compare == hunk.can_compare and isinstance(bar, ConflictBar) == is_conflict
