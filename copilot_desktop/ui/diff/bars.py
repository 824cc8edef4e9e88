"""Painting the heads of files and hunks, and the bars that stand for hidden lines."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from copilot_desktop.ui.diff.content import STEP_LINES, HunkInfo
from copilot_desktop.ui.diff.metrics import PADDING_PX, interface_font
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_ICON_PX, _ZONE_PX, _LEAST_WORDS_PX, _LEAST_PX = 16, 24, 90, 40
_FILLS = {"amber": "amber_bg", "conf": "conf_bg"}


class Arrow(NamedTuple):
    """A place on a gap that shows some more of its lines: below what stands above it, or above what stands below."""

    area: QRect
    is_from_top: bool


def arrows_of(row: DiffRow, area: QRect) -> tuple[Arrow, ...]:
    """The arrows on the bar of a gap; none where all of it is little more."""
    if row.hidden <= STEP_LINES:
        return ()
    ways = [way for way, has in ((True, row.has_above), (False, row.has_below)) if has]
    left = area.left() + PADDING_PX - (_ZONE_PX - _ICON_PX) // 2
    return tuple(
        Arrow(QRect(left + place * _ZONE_PX, area.top(), _ZONE_PX, area.height()), way)
        for place, way in enumerate(ways)
    )


class BarPainter:
    """Paints them over the whole width of the view."""

    def __init__(self, view: QWidget, tokens: Tokens) -> None:
        self._view = view
        self.tokens = tokens

    def paint_file(self, painter: QPainter, area: QRect, row: DiffRow, labels: tuple[str, ...]) -> None:
        """A path, and short words about the file."""
        tokens = self.tokens
        painter.fillRect(area, QColor(tokens.surface))
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(tokens.border))
        self._icon(painter, area, PADDING_PX, "file-diff", tokens.muted)
        room = area.adjusted(PADDING_PX + _ZONE_PX, 0, -PADDING_PX, 0)
        font = interface_font(self._view)
        painter.setFont(font)
        painter.setPen(QColor(tokens.muted))
        said = "  ·  ".join(labels)
        width = QFontMetrics(font).horizontalAdvance(said)
        if said and width < room.width() // 2:
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, said)
            room.setWidth(room.width() - width - PADDING_PX)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        # The end of a path tells most; the tip says all of it.
        shown = QFontMetrics(font).elidedText(row.text, Qt.TextElideMode.ElideLeft, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def paint_hunk(self, painter: QPainter, area: QRect, info: HunkInfo, buttons_px: int) -> None:
        """How a hunk stands, its counts, its lines and what is uncertain; `buttons_px` at the right are taken."""
        label = info.hunk.label
        fill = _FILLS.get(label.token, "surface")
        painter.fillRect(area, QColor(getattr(self.tokens, fill)))
        colour = str(getattr(self.tokens, label.token))
        self._icon(painter, area, PADDING_PX, label.icon, colour)
        painter.setFont(interface_font(self._view))
        metrics = QFontMetrics(painter.font())
        left = PADDING_PX + _ZONE_PX
        room = area.width() - left - buttons_px - PADDING_PX
        place = info.hunk.place_words
        place_px = metrics.horizontalAdvance(f"{place}   ")
        counts = [(f"{sign}{count}", token) for count, sign, token in _counts(info) if count]
        counts_px = sum(metrics.horizontalAdvance(shown) + PADDING_PX for shown, _token in counts)
        if room >= counts_px + place_px:
            for shown, token in counts:
                painter.setPen(QColor(getattr(self.tokens, token if fill == "surface" else "text")))
                painter.drawText(area.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
                left += metrics.horizontalAdvance(shown) + PADDING_PX
            room -= counts_px
        painter.setPen(QColor(colour))
        words, room = place, max(_LEAST_PX, room)
        said = info.words if room - place_px >= metrics.horizontalAdvance(info.words) else info.short_words
        # A few letters of what it is say nothing: the icon and the tip do.
        if room - place_px >= min(metrics.horizontalAdvance(said), _LEAST_WORDS_PX):
            words = f"{place}   {said}"
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)

    def paint_gap(self, painter: QPainter, area: QRect, row: DiffRow) -> None:
        """How many lines are hidden, and arrows for some of them."""
        tokens = self.tokens
        painter.fillRect(area, QColor(tokens.surface))
        arrows = arrows_of(row, area)
        for arrow in arrows:
            name = "chevron-down" if arrow.is_from_top else "chevron-up"
            self._icon(painter, area, arrow.area.left() + (_ZONE_PX - _ICON_PX) // 2, name, tokens.text)
        left = PADDING_PX + max(1, len(arrows)) * _ZONE_PX
        if not arrows:
            self._icon(painter, area, PADDING_PX, "chevrons-up-down", tokens.muted)
        painter.setFont(interface_font(self._view))
        painter.setPen(QColor(tokens.muted))
        room = area.adjusted(left, 0, -PADDING_PX, 0)
        shown = f"{row.text}, click or X to show {'it' if row.hidden == 1 else 'them'}"
        metrics = QFontMetrics(painter.font())
        if metrics.horizontalAdvance(shown) > room.width():
            shown = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _icon(self, painter: QPainter, area: QRect, left: int, name: str, colour: str) -> None:
        place = QRect(area.left() + left, area.top() + (area.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
        icon(name, colour).paint(painter, place)


def _counts(info: HunkInfo) -> tuple[tuple[int, str, str], tuple[int, str, str]]:
    return (info.added, "+", "addf"), (info.removed, "−", "remf")
