"""The diff as a list of rows: virtual, so that hundreds of hunks cost no more than those in sight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QIcon, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QPushButton, QWidget

from copilot_desktop.editor.conflict_bar import SIDE_WORDS, SideChoice
from copilot_desktop.editor.diff_marks import SideChosen
from copilot_desktop.edits.change_sets import ChangeHunk, Decision, HunkState
from copilot_desktop.edits.taken_in import is_written
from copilot_desktop.ui.review.diff_colours import DiffColours
from copilot_desktop.ui.review.diff_delegate import (
    COMPARE_PX,
    LONGEST_SHOWN,
    ROW_ROLE,
    DiffDelegate,
    interface_font,
    place_of,
)
from copilot_desktop.ui.review.diff_rows import DiffRow, RowKind, hunk_label, line_counts
from copilot_desktop.ui.theme.icons import icon
from copilot_desktop.ui.theme.tokens import Tokens

_WIDEST_PX = 16_777_215
"""As wide as Qt lets a widget be."""
Index = QModelIndex | QPersistentModelIndex


_PUT_BACK = ("Put back", "Let the lines that stood there before take the place of yours")


class DiffModel(QAbstractListModel):
    """Rows and what a screen reader says of them."""

    def __init__(self, hunk_of: Callable[[str], ChangeHunk | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hunk_of = hunk_of
        self.rows: tuple[DiffRow, ...] = ()

    def show_rows(self, rows: tuple[DiffRow, ...]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's name and signature
        """Rows; none below a row."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader."""
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return self._tip(row) if role == Qt.ItemDataRole.ToolTipRole else None

    def _tip(self, row: DiffRow) -> str | None:
        """All that a head may have no room for."""
        hunk = self._hunk_of(row.hunk_id) if row.kind is RowKind.HUNK and row.hunk_id is not None else None
        if hunk is None:
            return row.text if row.kind is RowKind.FILE else None
        added, removed = line_counts(hunk)
        return f"{row.path}\n{place_of(hunk)}, {added} added, {removed} removed\n{hunk_label(hunk).sentence}"

    def _spoken(self, row: DiffRow) -> str:
        hunk = self._hunk_of(row.hunk_id) if row.hunk_id is not None else None
        if row.kind is RowKind.FILE:
            return f"File {row.text}"
        if row.kind is RowKind.HUNK and hunk is not None:
            return f"Change at line {hunk.start + 1}: {hunk_label(hunk).sentence}"
        if row.kind is RowKind.GAP:
            return f"{row.hidden} unchanged lines are hidden"
        number = row.new_number or row.old_number
        return f"{row.kind} {number if number is not None else ''}: {row.text}"


class HunkButtons(QWidget):
    """Accept and Reject of one hunk, laid over its row."""

    compare_chosen = Signal(str)
    side_chosen = Signal(object)

    def __init__(self, decide: Callable[[str, Decision], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("review.hunk_buttons")
        self._hunk_id = ""
        self._decide = decide
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 8, 1)
        row.setSpacing(4)
        self._compare = self._button("compare_hunk", self._on_compare_clicked)
        self._compare.setFixedWidth(COMPARE_PX)
        self._compare.setIconSize(QSize(16, 16))
        self._compare.setToolTip("Show the model's text beside the file's (M)")
        self._accept = self._button("accept_hunk", partial(self._on_clicked, Decision.ACCEPTED))
        self._reject = self._button("reject_hunk", partial(self._on_clicked, Decision.REJECTED))
        self._sides = {
            choice: self._button(f"conflict_{choice.value}", partial(self._on_side_clicked, choice))
            for choice in (SideChoice.THEIRS, SideChoice.BOTH, SideChoice.EDIT)
        }
        for button in (self._compare, self._accept, self._reject, *self._sides.values()):
            row.addWidget(button)

    def show_hunk(self, hunk: ChangeHunk, line: str, tokens: Tokens, *, has_words: bool) -> None:
        """Offer what can be decided of this hunk, in words or as icons."""
        self._hunk_id = hunk.hunk_id
        for button in (self._compare, self._accept, self._reject, *self._sides.values()):
            button.setFont(interface_font(self))
        self._compare.setVisible(bool(hunk.quoted))
        self._compare.setIcon(icon("columns-2", tokens.text))
        self._compare.setAccessibleName(f"Compare the model's text with the file's at {line}")
        is_accepted = hunk.decision is Decision.ACCEPTED
        self._accept.setVisible(not is_accepted and hunk.state is not HunkState.CONFLICT)
        is_conflict, is_undo = hunk.state is HunkState.CONFLICT, is_written(hunk)
        self._reject.setVisible(hunk.decision is not Decision.REJECTED and not (is_conflict and is_undo))
        back, key = ("Take back", "") if is_accepted else ("Keep yours" if is_conflict else "Reject", " (R)")
        for button, word, tip, name in (
            (self._accept, "Accept", "Accept (A)", "check"),
            (self._reject, back, f"{back}{key}", "undo-2" if is_accepted else "x"),
        ):
            self._show_button(button, word, tip, icon(name, tokens.text), has_words=has_words)
            button.setAccessibleName(f"{word} the change at {line}")
        for choice, side in self._sides.items():
            _long, word, tip = SIDE_WORDS[choice]
            if is_undo and choice is SideChoice.THEIRS:
                word, tip = _PUT_BACK
            # Where there is little room the editor offers all of it.
            side.setVisible(
                is_conflict and hunk.decision is not Decision.REJECTED and (has_words or choice is SideChoice.EDIT)
            )
            self._show_button(side, word, tip, icon("pencil", tokens.text), has_words=has_words)
            side.setAccessibleName(f"{word} for the conflict at {line}")

    def _show_button(self, button: QPushButton, word: str, tip: str, picture: QIcon, *, has_words: bool) -> None:
        button.setText(word if has_words else "")
        button.setIcon(QIcon() if has_words else picture)
        button.setToolTip(tip)
        button.setMaximumWidth(_WIDEST_PX if has_words else COMPARE_PX)

    def _button(self, name: str, call: Callable[..., None]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(f"review.{name}")
        button.setProperty("small", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setMinimumHeight(22)
        button.setStyleSheet("padding: 0 8px; min-height: 0;")
        button.clicked.connect(call)
        return button

    def _on_compare_clicked(self, _checked: bool = False) -> None:
        self.compare_chosen.emit(self._hunk_id)

    def _on_side_clicked(self, choice: SideChoice, _checked: bool = False) -> None:
        self.side_chosen.emit(SideChosen(self._hunk_id, choice))

    def _on_clicked(self, decision: Decision, _checked: bool = False) -> None:
        self._decide(self._hunk_id, decision)


class DiffList(QListView):
    """The rows of a change set. `hunk_chosen(hunk_id)` when one is clicked or reached; `gap_chosen(gap_id)`."""

    hunk_chosen = Signal(str)
    gap_chosen = Signal(object)
    compare_chosen = Signal(str)
    """Carries the hunk whose quoted text is to be shown, or no longer."""
    side_chosen = Signal(object)
    """Carries one `SideChosen`: what is to stand in the place of a conflict."""

    def __init__(
        self,
        tokens: Tokens,
        hunk_of: Callable[[str], ChangeHunk | None],
        decide: Callable[[str, Decision], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("review.diff")
        self.setAccessibleName("Proposed changes")
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFrameShape(QListView.Shape.NoFrame)
        self._hunk_of = hunk_of
        self._decide = decide
        self.current_hunk = ""
        self._places: dict[str, int] = {}
        self._pool: list[HunkButtons] = []
        self.rows_model = DiffModel(hunk_of, self)
        self.setModel(self.rows_model)
        self.colours = DiffColours(self)
        self.colours.lexed.connect(self.viewport().update)
        self._painter = DiffDelegate(self, tokens, hunk_of, lambda hunk_id: hunk_id == self.current_hunk, self.colours)
        self.setItemDelegate(self._painter)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._painter.tokens = tokens
        self.viewport().update()

    def show_rows(self, rows: tuple[DiffRow, ...]) -> None:
        """Show other rows; what was in sight stays there."""
        value, across = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        self._painter.columns = min(LONGEST_SHOWN, max((_columns(row.text) for row in rows), default=0))
        largest = max((max(row.old_number or 0, row.new_number or 0) for row in rows), default=0)
        self._painter.digits = max(3, len(str(largest)))
        self.rows_model.show_rows(rows)
        self._places = {
            row.hunk_id: place for place, row in enumerate(rows) if row.kind is RowKind.HUNK and row.hunk_id is not None
        }
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(value)
        self.horizontalScrollBar().setValue(across)
        self._place_buttons()

    def go_to_hunk(self, hunk_id: str, *, is_scrolled: bool = True) -> None:
        """Make a hunk the current one and bring it into sight with two rows above it."""
        self.current_hunk = hunk_id
        place = self._places.get(hunk_id)
        if place is None:
            return
        self.setCurrentIndex(self.rows_model.index(place))
        if is_scrolled:
            height = self._painter.row_height()
            top, bottom = self.verticalScrollBar().value(), self.viewport().height()
            end = place
            while end + 1 < len(self.rows_model.rows) and self.rows_model.rows[end + 1].hunk_id == hunk_id:
                end += 1
            if place * height < top or (end + 1) * height > top + bottom:
                self.verticalScrollBar().setValue(max(0, (place - 2) * height))
        self._place_buttons()
        self.viewport().update()

    def gaps_near(self, hunk_id: str) -> tuple[tuple[str, int], ...]:
        """The hidden lines within a hunk and on both sides of it, as far as its file goes."""
        rows, place = self.rows_model.rows, self._places.get(hunk_id)
        if place is None:
            return ()
        found = []
        for way in (range(place - 1, -1, -1), range(place + 1, len(rows))):
            for row in (rows[at] for at in way):
                if row.gap_id is not None:
                    found.append(row.gap_id)
                if row.kind is RowKind.FILE or row.hunk_id not in (None, hunk_id):
                    break
                if row.gap_id is not None and row.hunk_id is None:
                    break
        return tuple(found)

    def current_gap(self) -> tuple[str, int] | None:
        """The hidden lines on which the keyboard stands."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()].gap_id if index.isValid() else None

    def height_of(self, hunk_id: str) -> int:
        """Pixels from the top of all rows to a hunk; 0 for one that is not shown."""
        return self._places.get(hunk_id, 0) * self._painter.row_height()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a hunk makes it current; on a gap it opens it."""
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            row = self.rows_model.rows[index.row()]
            if row.gap_id is not None:
                self.gap_chosen.emit(row.gap_id)
            elif row.hunk_id is not None:
                self.hunk_chosen.emit(row.hunk_id)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """The numbers and buttons stay at their edges."""
        super().scrollContentsBy(dx, dy)
        if dx:
            self.viewport().update()
        self._place_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The buttons stay at the right edge."""
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        height = self._painter.row_height()
        first = self.verticalScrollBar().value() // height
        last = first + self.viewport().height() // height + 1
        seen = [(hunk_id, place) for hunk_id, place in self._places.items() if first <= place <= last]
        while len(self._pool) < len(seen):
            self._pool.append(HunkButtons(self._decide, self.viewport()))
            self._pool[-1].compare_chosen.connect(self.compare_chosen)
            self._pool[-1].side_chosen.connect(self.side_chosen)
        for buttons in self._pool[len(seen) :]:
            buttons.hide()
        for buttons, (hunk_id, place) in zip(self._pool, seen, strict=False):
            hunk = self._hunk_of(hunk_id)
            if hunk is None:
                continue
            row = self.rows_model.rows[place]
            line, tokens = f"{row.path}, line {hunk.start + 1}", self._painter.tokens
            buttons.show_hunk(
                hunk, line, tokens, has_words=self._painter.shows_words(is_conflict=hunk.state is HunkState.CONFLICT)
            )
            width = buttons.sizeHint().width()
            top = self.visualRect(self.rows_model.index(place)).top()
            buttons.setGeometry(QRect(self.viewport().width() - width, top, width, height))
            buttons.show()


def _columns(text: str) -> int:
    """Columns a text takes at most: tabs are four, and wide characters two."""
    return len(text) + 3 * text.count("\t") + (0 if text.isascii() else sum(1 for sign in text if ord(sign) > 0x2E7F))
