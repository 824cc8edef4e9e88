"""Painting the rows of the diff: full-width red and green, marked words, numbers that stay put when scrolled."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.ui.review.diff_colours import DiffColours
from copilot_desktop.ui.review.diff_rows import DiffRow, RowKind, hunk_label, line_counts
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
LONGEST_SHOWN = 2_000
COMPARE_PX = 26
_CONFLICT_WORDS = ("Keep yours", "Put back", "Both", "Edit…")
"""Width of the button that compares."""
TAB_COLUMNS = 4
_LONG_PLACE, _WORDS_PX = "Lines 1234–1234", 90
_PADDING_PX = 8
_FILLS = {RowKind.REMOVED: "rem", RowKind.ADDED: "add", RowKind.YOURS: "conf_bg", RowKind.QUOTED: "amber_bg"}
_WORDS = {RowKind.REMOVED: "remw", RowKind.ADDED: "addw", RowKind.QUOTED: "amberw", RowKind.YOURS: "confw"}
_SIGNS = {RowKind.REMOVED: "−", RowKind.ADDED: "+", RowKind.YOURS: "=", RowKind.QUOTED: "≠"}
_SIGN_COLOURS = {RowKind.REMOVED: "remf", RowKind.ADDED: "addf", RowKind.YOURS: "conf", RowKind.QUOTED: "amber"}


class DiffDelegate(QStyledItemDelegate):
    """Paints a `DiffRow`. `hunk_of` gives the hunk of an id, `is_current` whether it is the one keys act on."""

    def __init__(
        self,
        view: QListView,
        tokens: Tokens,
        hunk_of: Callable[[str], ChangeHunk | None],
        is_current: Callable[[str], bool],
        colours: DiffColours,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._hunk_of = hunk_of
        self._is_current = is_current
        self._colours = colours
        self.tokens = tokens
        self.columns = 80
        self.digits = 4

    def row_height(self) -> int:
        """Pixels of every row: of code, and of heads with buttons in the letters of the interface."""
        code, head = QFontMetrics(self._view.font()), QFontMetrics(interface_font(self._view))
        return max(24, code.height() + 6, head.height() + 6)

    def shows_words(self, *, is_conflict: bool = False) -> bool:
        """Whether there is room for what decides as words beside the lines a change is about, else as icons."""
        metrics = QFontMetrics(interface_font(self._view))
        needed = _PADDING_PX + 24 + metrics.horizontalAdvance(_LONG_PLACE) + COMPARE_PX + 4
        needed += _words_px(metrics, is_conflict=is_conflict)
        return self._view.viewport().width() >= needed

    def gutter(self) -> int:
        """Pixels of the two numbers and the sign."""
        return self._advance() * (2 * self.digits + 4) + 2 * _PADDING_PX

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """All rows are as wide as the longest one."""
        return QSize(self.gutter() + self._advance() * (self.columns + 2), self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row over the whole width of the view."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, DiffRow):
            return
        painter.save()
        area = QRect(option.rect)
        seen = QRect(0, area.top(), self._view.viewport().width(), area.height())
        painter.fillRect(seen, QColor(self._colour(_FILLS.get(row.kind, "base"), row)))
        if row.kind is RowKind.FILE:
            self._paint_file(painter, seen, row)
        elif row.kind is RowKind.HUNK:
            self._paint_hunk(painter, seen, row)
        elif row.kind is RowKind.GAP:
            self._paint_bar(painter, seen, f"{row.hidden} unchanged lines, click or X to show them", "chevrons-up-down")
            if self._view.currentIndex() == index and self._view.hasFocus():
                painter.setPen(QColor(self.tokens.accent))
                painter.drawRect(seen.adjusted(0, 0, -1, -1))
        else:
            self._paint_line(painter, area, seen, row)
        if row.hunk_id is not None and self._is_current(row.hunk_id):
            painter.fillRect(QRect(0, seen.top(), 3, seen.height()), QColor(self.tokens.accent))
        painter.restore()

    def _buttons_px(self, metrics: QFontMetrics) -> int:
        return _words_px(metrics) if self.shows_words() else 2 * (COMPARE_PX + 4) + 2 * _PADDING_PX

    def _advance(self) -> int:
        return QFontMetrics(self._view.font()).horizontalAdvance("0")

    def _colour(self, token: str, row: DiffRow) -> str:
        hunk = self._hunk_of(row.hunk_id) if row.hunk_id is not None else None
        if hunk is not None and hunk.decision is Decision.REJECTED and token in ("rem", "add", "remw", "addw"):
            return self.tokens.base
        return str(getattr(self.tokens, token))

    def _paint_line(self, painter: QPainter, area: QRect, seen: QRect, row: DiffRow) -> None:
        gutter = self.gutter()
        if row.kind is RowKind.NOTE:
            painter.setPen(QColor(self.tokens.muted))
            font = QFont(painter.font())
            font.setItalic(True)
            painter.setFont(font)
            painter.drawText(seen.adjusted(gutter, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.text)
            return
        painter.setClipRect(seen.adjusted(gutter, 0, 0, 0))
        self._paint_text(painter, QPointF(area.left() + gutter, area.top()), row, area.height())
        painter.setClipping(False)
        advance = self._advance()
        width = advance * (self.digits + 1)
        painter.setPen(QColor(self.tokens.muted if row.kind in _FILLS else self.tokens.num))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, number in enumerate((row.old_number, row.new_number)):
            if number is not None:
                cell = QRect(_PADDING_PX + place * width - advance, seen.top(), width, seen.height())
                painter.drawText(cell, right, str(number))
        if row.kind in _SIGNS:
            painter.setPen(QColor(getattr(self.tokens, _SIGN_COLOURS[row.kind])))
            cell = QRect(gutter - 2 * advance, seen.top(), advance, seen.height())
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, _SIGNS[row.kind])

    def _paint_text(self, painter: QPainter, at: QPointF, row: DiffRow, height: int) -> None:
        text = row.text if len(row.text) <= LONGEST_SHOWN else row.text[:LONGEST_SHOWN] + " …"
        layout = QTextLayout(text, self._view.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTabStopDistance(TAB_COLUMNS * self._advance())
        layout.setTextOption(option)
        hunk = self._hunk_of(row.hunk_id) if row.hunk_id is not None else None
        is_rejected = hunk is not None and hunk.decision is Decision.REJECTED
        painter.setPen(QColor(self.tokens.muted if is_rejected and row.kind in _WORDS else self.tokens.text))
        formats = [] if is_rejected else self._syntax(row, text)
        for start, end in row.spans if row.kind in _WORDS else ():
            look = QTextCharFormat()
            look.setBackground(QColor(self._colour(_WORDS[row.kind], row)))
            if not is_rejected:
                # The colours of syntax are not readable on the stronger shade.
                look.setForeground(QColor(self.tokens.text))
            formats.append(_range(_utf16_length(text[:start]), _utf16_length(text[start:end]), look))
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1e7)
        layout.endLayout()
        layout.draw(painter, at + QPointF(0, (height - line.height()) / 2))

    def _syntax(self, row: DiffRow, text: str) -> list[QTextLayout.FormatRange]:
        runs = self._colours.runs(row)
        if not text.startswith("".join(run.text for run in runs)[: len(text)]):
            return []
        formats, at = [], 0
        for run in runs:
            length = _utf16_length(run.text)
            if run.role:
                look = QTextCharFormat()
                look.setForeground(QColor(getattr(self.tokens, run.role)))
                formats.append(_range(at, length, look))
            at += length
        return formats

    def _paint_file(self, painter: QPainter, seen: QRect, row: DiffRow) -> None:
        painter.fillRect(seen, QColor(self.tokens.surface))
        painter.fillRect(QRect(seen.left(), seen.bottom(), seen.width(), 1), QColor(self.tokens.border))
        font = interface_font(self._view)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        icon("file-diff", self.tokens.muted).paint(
            painter, QRect(_PADDING_PX, seen.top() + (seen.height() - 16) // 2, 16, 16)
        )
        painter.setPen(QColor(self.tokens.text))
        room = seen.width() - 32 - _PADDING_PX
        # The end of a path tells most; the tip says all of it.
        shown = QFontMetrics(font).elidedText(row.text, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(seen.adjusted(32, 0, -_PADDING_PX, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_hunk(self, painter: QPainter, seen: QRect, row: DiffRow) -> None:
        hunk = self._hunk_of(row.hunk_id or "")
        if hunk is None:
            return
        label = hunk_label(hunk)
        added, removed = line_counts(hunk)
        words = label.doubt or label.word
        fill = {"amber": "amber_bg", "conf": "conf_bg"}.get(label.token, "surface")
        room = COMPARE_PX + 4 if hunk.quoted else 0
        if hunk.state is HunkState.CONFLICT:
            metrics = QFontMetrics(interface_font(self._view))
            room += (
                _words_px(metrics, is_conflict=True) - _words_px(metrics) if self.shows_words(is_conflict=True) else 0
            )
        bar = (label.icon, label.token, fill, (added, removed), room)
        self._paint_bar(painter, seen, place_of(hunk), *bar, words=words)

    def _paint_bar(
        self,
        painter: QPainter,
        seen: QRect,
        text: str,
        icon_name: str,
        role: str = "muted",
        fill: str = "surface",
        counts: tuple[int, int] | None = None,
        room_px: int = 0,
        words: str = "",
    ) -> None:
        painter.fillRect(seen, QColor(getattr(self.tokens, fill)))
        colour = str(getattr(self.tokens, role))
        # Heads begin at the edge: in a narrow pane their words need the room more than they need to line up.
        left = _PADDING_PX if counts else max(_PADDING_PX, self.gutter() - 24)
        icon(icon_name, colour).paint(painter, QRect(left, seen.top() + (seen.height() - 16) // 2, 16, 16))
        painter.setFont(interface_font(self._view))
        metrics = QFontMetrics(painter.font())
        at = left + 24
        right = room_px + (self._buttons_px(metrics) if counts else _PADDING_PX)
        place_px = metrics.horizontalAdvance(f"{text}   ")
        if counts and seen.width() - at - right < _counts_px(metrics, counts) + place_px:
            counts = (0, 0)
        for number, sign, name in zip(counts or (), ("+", "−"), ("addf", "remf"), strict=False):
            if number:
                shown = f"{sign}{number}"
                painter.setPen(QColor(getattr(self.tokens, name if fill == "surface" else "text")))
                painter.drawText(seen.adjusted(at, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
                at += metrics.horizontalAdvance(shown) + 8
        painter.setPen(QColor(colour))
        room = max(40, seen.width() - at - right)
        # A few letters of what it is say nothing: the icon and the tip do.
        if words and room - place_px >= min(metrics.horizontalAdvance(words), _WORDS_PX):
            text = f"{text}   {words}"
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(seen.adjusted(at, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)


def place_of(hunk: ChangeHunk) -> str:
    """The lines a change is about: `Line 3`, `Lines 3–9`."""
    first, last = hunk.start + 1, max(hunk.end, hunk.start + 1)
    return f"Line {first}" if first == last else f"Lines {first}–{last}"


def _counts_px(metrics: QFontMetrics, counts: tuple[int, int]) -> int:
    shown = (f"{sign}{number}" for number, sign in zip(counts, ("+", "−"), strict=True) if number)
    return sum(metrics.horizontalAdvance(each) + 8 for each in shown)


def _words_px(metrics: QFontMetrics, *, is_conflict: bool = False) -> int:
    """Room of what decides at the right end of a hunk's row: Accept and Reject, or the sides of a conflict."""
    words = _CONFLICT_WORDS if is_conflict else ("Accept", "Reject")
    return metrics.horizontalAdvance("".join(words)) + len(words) * 20 + 2 * _PADDING_PX


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, look
    return made


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def interface_font(widget: QWidget) -> QFont:
    """Return the window's font with every part set: unset parts would be taken from the widget painted on."""
    font = QFont(widget.window().font())
    font.setFamily(font.family())
    if font.pixelSize() > 0:
        font.setPixelSize(font.pixelSize())
    else:
        font.setPointSizeF(font.pointSizeF())
    return font
