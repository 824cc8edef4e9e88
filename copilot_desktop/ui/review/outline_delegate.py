"""Painting the rows of the list of everything under review."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from copilot_desktop.ui.review.entry_words import state_of, time_of, title_of
from copilot_desktop.ui.review.hunk_labels import certainty_of, hunk_label
from copilot_desktop.ui.review.listing import Entry, Level
from copilot_desktop.ui.review.standings import Standing, standings_of
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

Index = QModelIndex | QPersistentModelIndex
ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
INDENT_PX = 12
_ROW_PX, _ICON_PX, _GAP_PX, _EDGE_PX = 24, 16, 6, 10
_CHEVRON_PX = 18
_LEAST_NAME_PX, _LEAST_PLACE_PX = 96, 64
"""Room for a short name or a place, before counts stand beside it."""
_STATUS_ICONS = {"added": "file-plus", "modified": "file-pen", "deleted": "file-minus", "renamed": "file-input"}


class OutlineDelegate(QStyledItemDelegate):
    """Paints an `Entry`. On the row `button_row` the right end is kept free for buttons, `buttons_px` wide."""

    def __init__(self, view: QListView, tokens: Tokens) -> None:
        super().__init__(view)
        self._view = view
        self.tokens = tokens
        self.button_row, self.buttons_px = -1, 0

    def row_height(self) -> int:
        """Pixels of every row."""
        return max(_ROW_PX, QFontMetrics(self._view.font()).height() + 8)

    def has_room_for(self, buttons_px: int, entry: Entry, width_px: int) -> bool:
        """Whether a row as wide as this still says what it is about beside its buttons."""
        chevron = 0 if entry.level is Level.HUNK else _CHEVRON_PX
        left = 4 + INDENT_PX * _depth(entry) + chevron + _ICON_PX + _GAP_PX
        return width_px - left - buttons_px - _EDGE_PX >= self._least_px(entry)

    def _least_px(self, entry: Entry) -> int:
        """Room for a short name."""
        return min(_LEAST_NAME_PX, QFontMetrics(self._font(entry)).horizontalAdvance(_words(entry)[0]))

    def _font(self, entry: Entry) -> QFont:
        font = QFont(self._view.font())
        if entry.level in (Level.TURN, Level.FILE):
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One height for all."""
        return QSize(120, self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Chevron, icon, name; counts on the right."""
        entry = index.data(ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        painter.save()
        area, state = QRect(option.rect), option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        fill = self.tokens.accent_bg if is_selected else self.tokens.hover if is_hovered else self.tokens.surface
        painter.fillRect(area, QColor(fill))
        if entry.level is Level.TURN and index.row():
            painter.fillRect(QRect(area.left(), area.top(), area.width(), 1), QColor(self.tokens.border))
        if is_selected and self._view.hasFocus():
            painter.setPen(QColor(self.tokens.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        left = area.left() + 4 + INDENT_PX * _depth(entry)
        left = self._paint_chevron(painter, area, left, entry)
        left = self._paint_icon(painter, area, left, entry)
        right = area.right() - _EDGE_PX - (self.buttons_px if index.row() == self.button_row else 0)
        if entry.is_viewed and right - left - _ICON_PX - _GAP_PX >= self._least_px(entry):
            right -= _ICON_PX
            place = QRect(right, area.top() + (area.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
            icon("eye", self.tokens.muted).paint(painter, place)
            right -= _GAP_PX
        least = _LEAST_PLACE_PX if entry.level is Level.HUNK else _LEAST_NAME_PX
        if right - left - self._counts_px(entry) >= least:
            # Where there is no room for both, the name tells more; the tip has the counts.
            right = self._paint_counts(painter, area, right, entry)
        self._paint_name(painter, QRect(left, area.top(), right - left, area.height()), entry)
        painter.restore()

    def _paint_chevron(self, painter: QPainter, area: QRect, left: int, entry: Entry) -> int:
        if entry.level is Level.HUNK:
            return left
        name = "chevron-down" if entry.is_open else "chevron-right"
        place = QRect(left, area.top() + (area.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
        icon(name, self.tokens.muted).paint(painter, place)
        return left + _CHEVRON_PX

    def _paint_icon(self, painter: QPainter, area: QRect, left: int, entry: Entry) -> int:
        name, token = "braces", "muted"
        if entry.level is Level.TURN:
            name = "message-square" if entry.undecided else "check-check"
        elif entry.level is Level.FILE and entry.change is not None:
            name = _STATUS_ICONS[entry.change.status] if entry.undecided else "file-check"
        elif entry.level is Level.HUNK:
            label = hunk_label(entry.hunks[0])
            name, token = label.icon, label.token
        place = QRect(left, area.top() + (area.height() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
        icon(name, str(getattr(self.tokens, token))).paint(painter, place)
        return left + _ICON_PX + _GAP_PX

    def _counts_px(self, entry: Entry) -> int:
        metrics = QFontMetrics(self._view.font())
        shown = (f"{sign}{number}" for number, sign in ((entry.removed, "−"), (entry.added, "+")) if number)
        return _GAP_PX + sum(metrics.horizontalAdvance(each) + _GAP_PX for each in shown)

    def _paint_counts(self, painter: QPainter, area: QRect, right: int, entry: Entry) -> int:
        """The counts; returns where they begin."""
        metrics = QFontMetrics(self._view.font())
        painter.setFont(self._view.font())
        for number, sign, token in ((entry.removed, "−", "remf"), (entry.added, "+", "addf")):
            if number:
                shown = f"{sign}{number}"
                right -= metrics.horizontalAdvance(shown)
                painter.setPen(QColor(getattr(self.tokens, token)))
                place = QRect(right, area.top(), area.width(), area.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
                right -= _GAP_PX
        return right

    def _paint_name(self, painter: QPainter, area: QRect, entry: Entry) -> None:
        first, second = _words(entry)
        font = self._font(entry)
        metrics = QFontMetrics(font)
        mode = Qt.TextElideMode.ElideMiddle if entry.level is Level.FILE else Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(first, mode, area.width())
        painter.setFont(font)
        is_quiet = entry.level is not Level.TURN and not entry.undecided
        painter.setPen(QColor(self.tokens.muted if is_quiet else self.tokens.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
        used = metrics.horizontalAdvance(shown) + 8
        metrics = QFontMetrics(self._view.font())
        room = area.width() - used
        if not second or room < min(metrics.horizontalAdvance(second), _LEAST_NAME_PX // 2):
            # Half a word says nothing; icon and tip say it all.
            return
        painter.setFont(self._view.font())
        painter.setPen(QColor(self.tokens.muted))
        mode = Qt.TextElideMode.ElideLeft if entry.level is Level.FILE else Qt.TextElideMode.ElideRight
        rest = area.adjusted(used, 0, 0, 0)
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(second, mode, room))


def _depth(entry: Entry) -> int:
    """How far a row is set in: its chevron stands below the name of the row above it."""
    if entry.level is not Level.HUNK:
        return int(entry.level)
    return 4 if entry.is_grouped else 3


def _words(entry: Entry) -> tuple[str, str]:
    """What a row says first, and what more where there is room."""
    if entry.level is Level.TURN:
        change_set = entry.change_set
        return title_of(entry), " · ".join(each for each in (change_set.model, time_of(change_set)) if each)
    if entry.level is Level.FILE and entry.change is not None:
        folder, _, name = entry.change.path.rpartition("/")
        return name, folder
    if entry.level is Level.GROUP and entry.definition is not None:
        return title_of(entry), entry.definition.kind
    hunk = entry.hunks[0]
    # That it is to be reviewed, all others being so, tells nothing.
    is_plain = standings_of(hunk) == {Standing.TO_REVIEW}
    state = "" if is_plain else state_of(entry).split(":")[0].split(",")[0]
    if state == Standing.UNCERTAIN:
        state = f"{state} {certainty_of(hunk)}".rstrip()
    inside = entry.definition.title if entry.definition is not None and not entry.is_grouped else ""
    return title_of(entry), "  ".join(each for each in (state, inside) if each)
