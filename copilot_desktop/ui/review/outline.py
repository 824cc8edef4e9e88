"""The list on the left of the review: files, and below each its hunks with how they stand."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from copilot_desktop.edits.change_sets import ChangeHunk, ChangeSet, Decision, FileChange
from copilot_desktop.ui.review.diff_delegate import place_of
from copilot_desktop.ui.review.diff_rows import hunk_label, line_counts
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens
from copilot_desktop.values import dataclass

Index = QModelIndex | QPersistentModelIndex
_ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
_ROW_PX = 24
_LEAST_NAME_PX = 96
"""Room for a short name or a place, before counts stand beside it."""
_STATUS_ICONS = {"added": "file-plus", "modified": "file-pen", "deleted": "file-minus", "renamed": "file-input"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list: a file (`hunk` None) or one of its hunks."""

    change: FileChange
    hunk: ChangeHunk | None
    added: int
    removed: int
    undecided: int = 0


def entries_of(change_set: ChangeSet) -> tuple[Entry, ...]:
    """Return the rows of a change set, in its own order."""
    found: list[Entry] = []
    for change in change_set.files:
        rows = [Entry(change, hunk, *line_counts(hunk)) for hunk in change.hunks]
        undecided = sum(hunk.decision is Decision.PENDING for hunk in change.hunks)
        found.append(Entry(change, None, sum(row.added for row in rows), sum(row.removed for row in rows), undecided))
        found += rows
    return tuple(found)


class OutlineModel(QAbstractListModel):
    """Entries and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Replace all entries; when only their state changed, rows stay what they are."""
        is_same = [_key(each) for each in entries] == [_key(each) for each in self.entries]
        if is_same:
            self.entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Entries; none below an entry."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The entry, or its text for a screen reader and the tip."""
        entry = self.entries[index.row()]
        if role == _ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            counts = f"{entry.added} added, {entry.removed} removed"
            if entry.hunk is None:
                return f"{entry.change.path}, {entry.change.status}, {counts}, {entry.undecided} to review"
            return f"{place_of(entry.hunk)}, {counts}: {hunk_label(entry.hunk).word}"
        return None


class OutlineDelegate(QStyledItemDelegate):
    """Paints an `Entry`."""

    def __init__(self, view: QListView, tokens: Tokens) -> None:
        super().__init__(view)
        self._view = view
        self.tokens = tokens

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """One height for all."""
        return QSize(120, max(_ROW_PX, QFontMetrics(self._view.font()).height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Icon, name, counts on the right."""
        entry = index.data(_ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        painter.save()
        area = QRect(option.rect)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(area, QColor(self.tokens.accent_bg if is_selected else self.tokens.surface))
        if is_selected and self._view.hasFocus():
            painter.setPen(QColor(self.tokens.accent))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        indent = 8 if entry.hunk is None else 24
        right = area.width() - 10
        if self._counts_px(entry) + _LEAST_NAME_PX + indent + 22 <= area.width():
            # Where there is no room for both, the name tells more; the tip has the counts.
            right = self._paint_counts(painter, area, entry)
        name, token = _STATUS_ICONS[entry.change.status], "muted"
        if entry.hunk is not None:
            label = hunk_label(entry.hunk)
            name, token = label.icon, label.token
        elif not entry.undecided:
            name = "file-check"
        place = QRect(area.left() + indent, area.top() + (area.height() - 16) // 2, 16, 16)
        icon(name, str(getattr(self.tokens, token))).paint(painter, place)
        self._paint_name(painter, area.adjusted(indent + 22, 0, right - area.width() - 8, 0), entry)
        painter.restore()

    def _counts_px(self, entry: Entry) -> int:
        metrics = QFontMetrics(self._view.font())
        shown = (f"{sign}{number}" for number, sign in ((entry.removed, "−"), (entry.added, "+")) if number)
        return 10 + sum(metrics.horizontalAdvance(each) + 6 for each in shown)

    def _paint_counts(self, painter: QPainter, area: QRect, entry: Entry) -> int:
        metrics = QFontMetrics(self._view.font())
        painter.setFont(self._view.font())
        right = area.width() - 10
        for number, sign, token in ((entry.removed, "−", "remf"), (entry.added, "+", "addf")):
            if number:
                shown = f"{sign}{number}"
                right -= metrics.horizontalAdvance(shown)
                painter.setPen(QColor(getattr(self.tokens, token)))
                place = QRect(area.left() + right, area.top(), area.width(), area.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
                right -= 6
        return right

    def _paint_name(self, painter: QPainter, area: QRect, entry: Entry) -> None:
        font = QFont(self._view.font())
        if entry.hunk is None:
            folder, _, name = entry.change.path.rpartition("/")
            text = f"{name}  {folder}" if folder else name
            font.setWeight(QFont.Weight.DemiBold)
        else:
            text = f"{place_of(entry.hunk)}  {hunk_label(entry.hunk).word.split(':')[0].split(',')[0]}"
            if QFontMetrics(font).horizontalAdvance(text) > area.width():
                # The icon and the tip say the state; half a word says nothing.
                text = place_of(entry.hunk)
        painter.setFont(font)
        is_quiet = entry.hunk is not None and entry.hunk.decision is not Decision.PENDING
        painter.setPen(QColor(self.tokens.muted if is_quiet else self.tokens.text))
        metrics, mode = QFontMetrics(font), Qt.TextElideMode.ElideRight
        name = entry.change.path.rpartition("/")[2]
        if entry.hunk is None and metrics.horizontalAdvance(name) > area.width():
            text, mode = name, Qt.TextElideMode.ElideMiddle
        shown = metrics.elidedText(text, mode, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)


class Outline(QListView):
    """`chosen(Entry)` when the user goes to an entry."""

    chosen = Signal(object)

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review.outline")
        self.setAccessibleName("Files and changes")
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._entries_model = OutlineModel(self)
        self.setModel(self._entries_model)
        self._painter = OutlineDelegate(self, tokens)
        self.setItemDelegate(self._painter)
        self.clicked.connect(self._on_clicked)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._painter.tokens = tokens
        self.viewport().update()

    def show_change_set(self, change_set: ChangeSet | None) -> None:
        """Show the files and hunks of a change set."""
        self._entries_model.show_entries(entries_of(change_set) if change_set is not None else ())

    def mark(self, hunk_id: str) -> None:
        """Select a hunk."""
        for row, entry in enumerate(self._entries_model.entries):
            if entry.hunk is not None and entry.hunk.hunk_id == hunk_id:
                self.setCurrentIndex(self._entries_model.index(row))

    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._entries_model.entries[index.row()])


def _key(entry: Entry) -> tuple[str, str]:
    return entry.change.path, entry.hunk.hunk_id if entry.hunk is not None else ""
