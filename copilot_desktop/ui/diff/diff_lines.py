"""The rows of a diff on the screen: measured, painted, and kept where they were when something else is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, Signal
from PySide6.QtGui import QColor, QFontDatabase, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.diff.bars import BarPainter
from copilot_desktop.ui.diff.blocks import DiffOptions
from copilot_desktop.ui.diff.colours import DiffColours
from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.controls import ControlsPool
from copilot_desktop.ui.diff.heights import RowHeights, estimated_lines
from copilot_desktop.ui.diff.metrics import PADDING_PX, DiffMetrics, interface_font
from copilot_desktop.ui.diff.model import DiffModel
from copilot_desktop.ui.diff.painting import LinePainter
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.rows_view import RowsView
from copilot_desktop.ui.diff.values import DiffFile, RowKind
from copilot_desktop.ui.theme.tokens import Tokens

_WIDEST_COLUMNS = 100_000
_LONG_PLACE = "+12 −34 Lines 1234–1234"
_HEAD_PX = 24
_CURRENT_PX = 3
_SETTLED_AFTER = 4


class DiffLines(RowsView):
    """Shows files as rows. `options_changed` when they are shown in another way, also for want of room."""

    options_changed = Signal()
    dressed = Signal()
    """The colours are others."""
    content_changed = Signal()
    """Other files, or other texts of them, are shown."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.tokens = tokens
        self.content = DiffContent()
        self.rows_model = DiffModel(self.content, self)
        self.setModel(self.rows_model)
        self.current_hunk = ""
        self.shifted_path = ""
        """The file that alone is scrolled sideways, to a word that changed far to the right; all are for ""."""
        self._is_going = False
        self.wanted = DiffOptions()
        """How the user wants it; in a narrow window it is not always possible."""
        self.colours = DiffColours(self)
        self.colours.lexed.connect(self._on_lexed)
        self.lines = LinePainter(self.viewport(), self.content, self.colours, tokens)
        self._bars = BarPainter(self, tokens)
        self.controls = ControlsPool(self.viewport())

    @property
    def is_too_narrow(self) -> bool:
        """Whether side by side is wanted and there is no room for it."""
        return self.wanted.is_side_by_side and not self.content.options.is_side_by_side

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self.tokens = self._bars.tokens = tokens
        self.controls.forget()
        self._measure()
        self.dressed.emit()

    def set_tab_columns(self, columns: int) -> None:
        """Let a tab be so many columns wide."""
        self.lines.tab_columns = columns
        self._measure()

    def show_files(self, files: Sequence[DiffFile]) -> None:
        """Show other files, or other texts and states of them; what was in sight stays there."""
        self.colours.show_files(files)
        self.content.show_files(files)
        self.controls.forget()
        self.refresh()
        self.content_changed.emit()

    def set_options(self, options: DiffOptions) -> None:
        """Show the files in another way; the hunk in sight stays in place."""
        self.wanted = options
        self._fit()
        self.options_changed.emit()

    def refresh(self, anchor: str = "") -> None:
        """Show the rows of the content as they are now. `anchor`: the hunk that stays where it is on the screen."""
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        value, right = down.value(), across.value()
        before = self.rows_model.rows.places.get(anchor)
        on_screen = None if before is None else self.heights.top(before) - value
        self.lines.forget()
        self.rows_model.refresh()
        self._measure()
        after = self.rows_model.rows.places.get(anchor)
        down.setValue(value if on_screen is None or after is None else self.heights.top(after) - on_screen)
        across.setValue(right)
        self._settle()

    def anchor(self) -> str:
        """The hunk to keep in place: the current one if it is in sight, else the first whose head is, or is above."""
        places, seen = self.rows_model.rows.places, self.rows_in_sight()
        if places.get(self.current_hunk, -1) in seen:
            return self.current_hunk
        above = ""
        for hunk_id, place in places.items():
            if place >= seen.start:
                return hunk_id if place in seen or not above else above
            above = hunk_id
        return above

    def paint_row(self, painter: QPainter, place: int, area: QRect) -> None:
        """Paint a head, a gap, or lines."""
        row = self.rows_model.rows[place]
        is_current = self.currentIndex().row() == place and self.hasFocus()
        info = self.content.info(row.hunk_id)
        if row.kind is RowKind.FILE:
            self._bars.paint_file(painter, area, row, self._labels(row))
        elif row.kind is RowKind.GAP:
            self._bars.paint_gap(painter, area, row)
        elif row.kind is RowKind.HUNK:
            if info is not None:
                self._bars.paint_hunk(painter, area, info, self.controls.width_of(info.hunk.hunk_id))
        else:
            is_selected = self.selectionModel().isSelected(self.rows_model.index(place))
            shift = self.horizontalScrollBar().value() if self.shifted_path in ("", row.path) else 0
            self.lines.paint_row(painter, area, row, shift, is_selected=is_selected)
        if row.hunk_id is not None and row.hunk_id == self.current_hunk:
            painter.fillRect(QRect(area.left(), area.top(), _CURRENT_PX, area.height()), QColor(self.tokens.accent))
        if is_current:
            painter.setPen(QColor(self.tokens.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Numbers and buttons stay at their edges."""
        super().scrollContentsBy(dx, dy)
        if dx:
            self.shifted_path = self.shifted_path if self._is_going else ""
            self.viewport().update()
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Another width has room for other things."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            was_narrow = self.is_too_narrow
            self._fit()
            if was_narrow != self.is_too_narrow:
                self.options_changed.emit()
        self._settle()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Other letters have other sizes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "controls"):
            self.controls.forget()
            self._measure()

    def _labels(self, row: DiffRow) -> tuple[str, ...]:
        return next((file.labels for file in self.content.files if file.path == row.path), ())

    def _fit(self) -> None:
        """Show what is wanted, as far as there is room for it."""
        metrics = self._metrics(is_side_by_side=True)
        fitting = replace(self.wanted, is_side_by_side=self.wanted.is_side_by_side and metrics.has_room_for_two())
        if fitting == self.content.options:
            self._measure()
            return
        anchor = self.anchor()
        self.content.set_options(fitting)
        self.refresh(anchor)

    def _metrics(self, *, is_side_by_side: bool) -> DiffMetrics:
        digits = max(3, len(str(self.content.largest_number())))
        return DiffMetrics(self, self.viewport().width(), digits, is_side_by_side=is_side_by_side)

    def _measure(self) -> None:
        """Find out where rows stand and how wide they are."""
        options, rows = self.content.options, self.rows_model.rows
        metrics = self._metrics(is_side_by_side=options.is_side_by_side)
        self.lines.measure(metrics, self.tokens)
        self.heights = RowHeights(metrics.row_px, len(rows))
        self.content_px = metrics.width
        columns, tab = metrics.columns(is_pair=options.is_side_by_side), self.lines.tab_columns
        if options.is_wrapped:
            lines = (max(estimated_lines(text, columns, tab) for text in both) for both in rows.texts())
            self.heights.wrap(lines, metrics.line_px)
        else:
            widest = min(_WIDEST_COLUMNS, self.content.widest(tab)) + 2
            self.content_px += max(0, widest * metrics.advance - metrics.text_px(is_pair=options.is_side_by_side))
        self.updateGeometries()
        self._settle()
        self.viewport().update()

    def _settle(self) -> None:
        """Measure what came into sight, and lay the buttons over the heads."""
        rows = self.rows_model.rows
        for _ in range(_SETTLED_AFTER if self.heights.is_wrapped else 0):
            measured = [(place, self.lines.lines_of(rows[place])) for place in self.rows_in_sight()]
            if not self.heights.correct(measured):
                break
            self.updateGeometries()
        seen, heads = self.rows_in_sight(), list[tuple[str, QRect]]()
        for place in seen if len(rows) == self.heights.count else ():
            row = rows[place]
            if row.kind is RowKind.HUNK and row.hunk_id is not None:
                heads.append((row.hunk_id, self.area_of(place)))
        words = interface_font(self)
        least = _HEAD_PX + PADDING_PX + self.lines.metrics.words_px(words, _LONG_PLACE)
        self.controls.place(heads, self.tokens, least)

    def _on_lexed(self) -> None:
        self.lines.forget()
        self.viewport().update()
