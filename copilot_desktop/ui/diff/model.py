"""The rows of the diff as a list, and what a screen reader and tips say of them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from copilot_desktop.ui.diff.content import DiffContent
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import SAID, RowKind

Index = QModelIndex | QPersistentModelIndex
_SPOKEN = 400
"""Letters of a line that are said."""


class DiffModel(QAbstractListModel):
    """Rows of a content."""

    def __init__(self, content: DiffContent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.rows = content.rows

    def refresh(self) -> None:
        """Take the rows of the content as they are now."""
        self.beginResetModel()
        self.rows = self.content.rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What is said of a row."""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(self.rows[index.row()])
        return self._tip(self.rows[index.row()]) if role == Qt.ItemDataRole.ToolTipRole else None

    def spoken(self, row: DiffRow) -> str:
        """A row for who does not see it."""
        info = self.content.info(row.hunk_id)
        if row.kind is RowKind.FILE:
            return f"File {row.text}"
        if row.kind is RowKind.HUNK and info is not None:
            counts = f"{info.added} added, {info.removed} removed"
            place = info.hunk.place_words
            return f"Change at {place[0].lower()}{place[1:]}, {counts}: {info.sentence}"
        if row.kind is RowKind.GAP:
            return f"{row.text}, hidden" if row.gap_id and row.gap_id[1] >= 0 else row.text
        if row.kind in (RowKind.NOTE, *SAID):
            return row.spoken or row.text
        if row.kind is not RowKind.PAIR:
            return _line(row)
        if row.old is not None and row.new is not None and row.old.kind is RowKind.CONTEXT:
            return _line(row.new)
        return "; ".join(_line(side) if side.kind is not RowKind.NOTE else side.text for side in row.sides())

    def _tip(self, row: DiffRow) -> str | None:
        """All that a head may have no room for."""
        if row.kind is RowKind.FILE:
            return row.text
        if row.kind is RowKind.HUNK and (info := self.content.info(row.hunk_id)) is not None:
            counts = f"{info.added} added, {info.removed} removed"
            return f"{row.path}\n{info.hunk.place_words}, {counts}\n{info.sentence}"
        if row.kind is RowKind.GAP:
            return "Click an arrow for 20 more lines, or beside it for all of them" if row.hidden else None
        said = [side.moved[0].upper() + side.moved[1:] for side in row.sides() if side.moved]
        return ", ".join(said) or None


def _line(row: DiffRow) -> str:
    number = row.new_number or row.old_number
    place = f" line {number}" if number is not None else ""
    moved = f", {row.moved}" if row.moved else ""
    text = row.text if len(row.text) <= _SPOKEN else f"{row.text[:_SPOKEN]}, and {len(row.text) - _SPOKEN} more letters"
    return f"{row.kind}{place}{moved}: {text or 'empty'}"
