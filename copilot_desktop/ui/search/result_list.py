"""The results as a list, file by file; all of it goes by keyboard, and says itself to screen readers."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from copilot_desktop.bridge.search.events import RolesFound
from copilot_desktop.ui.rows.button_list import ButtonList
from copilot_desktop.ui.rows.counted_rows import CountedRows
from copilot_desktop.ui.rows.row_delegate import ROW_ROLE, Index
from copilot_desktop.ui.search.result_painting import DISMISS, ResultDelegate
from copilot_desktop.ui.search.result_rows import ResultRows, Row, ShownRows, count_words, shown_path
from copilot_desktop.ui.theme.tokens import Tokens


class ResultModel(CountedRows):
    """Rows, and what a screen reader says of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.results = ResultRows()
        self.rows = ShownRows()

    def refresh(self) -> None:
        """Show what the results are by now."""
        self.rows = self.results.rows()
        self.count_rows(len(self.rows))

    def place_of(self, row: Row) -> int:
        """Where a row is; -1: nowhere."""
        return self.rows.place_of(row)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row, or its text for a screen reader and the tip."""
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            name, folder = shown_path(row.path)
            line = self.results.match(row)
            number = f":{line.line + 1}" if line is not None and not row.is_file else ""
            return f"{folder}/{name}{number}" if folder else f"{name}{number}"
        return None

    def _spoken(self, row: Row) -> str:
        found, match = self.results.files.get(row.path), self.results.match(row)
        if found is None or match is None:
            return ""
        name, folder = shown_path(row.path)
        if row.is_file:
            state = "collapsed" if row.path in self.results.collapsed else "expanded"
            count = count_words(len(found.matches), 1).removesuffix(" in 1 file")
            return f"{name}{f' in {folder}' if folder else ''}, {count}, {state}"
        role = self.results.role(row)
        return f"Line {match.line + 1}{f', {role}' if role else ''}: {match.before}{match.text}{match.after}"


class ResultList(ButtonList):
    """`chosen(path, match)`: a match is looked at, the keyboard stays; `opened(path, match)`: it is gone to."""

    chosen = Signal(str, object)
    opened = Signal(str, object)
    kept = Signal(str, object)
    """The same by a double click: the tab is to stay."""
    replace_wanted = Signal(object)
    """Carries what is to be replaced, a tuple of `FileFound`."""
    dismissed = Signal()
    left_upwards = Signal()
    """Up was pressed on the first row."""

    painting: ResultDelegate

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__("search.results", "Search results", parent)
        self.found = ResultModel(self)
        self.setModel(self.found)
        self.paint_by(ResultDelegate(self, self.found.results, tokens))
        self.button_pressed.connect(self._on_button_pressed)
        self.row_clicked.connect(self._on_row_clicked)

    @property
    def results(self) -> ResultRows:
        """What is shown."""
        return self.found.results

    def refresh(self) -> None:
        """Show what the results are by now; keyboard and scrolling stay where they were, or near."""
        here, scrolled = self.currentIndex().row(), self.verticalScrollBar().value()
        current = self.current()
        chosen = set(self.rows_chosen())
        at_top = self.rowAt_top()
        self.found.refresh()
        flag = QItemSelectionModel.SelectionFlag
        selection = self.selectionModel()
        if len(chosen) > 1:
            for row in chosen:
                if (at := self.found.place_of(row)) >= 0:
                    selection.select(self.found.index(at), flag.Select)
        if current is not None and self.found.rows:
            at = self.found.place_of(current)
            at = at if at >= 0 else self.found.place_of(Row(current.path))
            at = at if at >= 0 else min(here, len(self.found.rows) - 1)
            selection.setCurrentIndex(self.found.index(at), flag.NoUpdate if len(chosen) > 1 else flag.ClearAndSelect)
        # What was read stays in its place when files come in above it.
        top = self.found.place_of(at_top) if at_top is not None and scrolled else -1
        if top >= 0:
            self.scrollTo(self.found.index(top), QAbstractItemView.ScrollHint.PositionAtTop)
        else:
            self.verticalScrollBar().setValue(scrolled)

    def show_roles(self, found: RolesFound) -> None:
        """Show beside each match of some files what it is."""
        self.results.take_roles(found.roles)
        self.viewport().update()

    def current(self) -> Row | None:
        """The row that keys act on."""
        at = self.currentIndex().row()
        return self.found.rows[at] if 0 <= at < len(self.found.rows) else None

    def rows_chosen(self) -> list[Row]:
        """The chosen rows, from top to bottom."""
        return [self.found.rows[at] for at in sorted(index.row() for index in self.selectedIndexes())]

    def step(self, by: int) -> None:
        """Look at the next match (1) or the one before (-1), round in a circle, also in files that are folded up."""
        if not self.found.rows:
            return
        if self.results.collapsed:
            here = self.current()
            wanted = here.path if here is not None else self.found.rows[0].path
            around = [row.path for row in self.found.rows if row.is_file]
            at = around.index(wanted)
            self.results.collapsed -= {around[at], around[(at + by) % len(around)]}
            self.refresh()
        count, at = len(self.found.rows), self.currentIndex().row()
        at = at if at >= 0 else (-1 if by > 0 else count)
        for _each in range(count):
            at = (at + by) % count
            if not self.found.rows[at].is_file:
                break
        self.setCurrentIndex(self.found.index(at))
        self._tell(self.chosen)

    def collapse_all(self) -> None:
        """Fold all files up; where they are, fold them out."""
        results = self.results
        results.collapsed = set() if results.collapsed >= set(results.files) else set(results.files)
        self.refresh()

    def dismiss(self) -> None:
        """Show the chosen rows no longer."""
        rows = self.rows_chosen()
        if rows:
            self.results.dismiss(rows)
            self.refresh()
            self.dismissed.emit()

    def replace_chosen(self) -> None:
        """Ask for the chosen matches to be replaced."""
        self.replace_wanted.emit(self.results.chosen(self.rows_chosen()))

    def open_current(self) -> None:
        """Go to the current match; a file is folded up or out."""
        row = self.current()
        if row is not None and row.is_file:
            self.fold(row, row.path not in self.results.collapsed)
        else:
            self._tell(self.opened)

    def fold(self, row: Row, is_collapsed: bool) -> None:
        """Fold a file up or out."""
        (self.results.collapsed.add if is_collapsed else self.results.collapsed.discard)(row.path)
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes to a match, Space looks at it, Left and Right fold, Up on the first row goes to the fields."""
        key, row = event.key(), self.current()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or row is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        elif key == Qt.Key.Key_Space:
            self._tell(self.chosen)
        elif key == Qt.Key.Key_Left and not row.is_file:
            self.setCurrentIndex(self.found.index(self.found.place_of(Row(row.path))))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and row.is_file:
            if key == Qt.Key.Key_Right and row.path not in self.results.collapsed:
                self.setCurrentIndex(self.found.index(self.currentIndex().row() + 1))
            else:
                self.fold(row, key == Qt.Key.Key_Left)
        elif key == Qt.Key.Key_Up and self.currentIndex().row() == 0:
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def _on_button_pressed(self, index: Index, name: str) -> None:
        """Dismiss a row, or ask for it to be replaced, whatever is chosen."""
        row = self.found.rows[index.row()]
        if name == DISMISS.name:
            self.results.dismiss([row])
            self.refresh()
            self.dismissed.emit()
        else:
            self.replace_wanted.emit(self.results.chosen([row]))

    def _on_row_clicked(self, index: Index) -> None:
        """Look at a match, or fold a file."""
        row = self.found.rows[index.row()]
        if row.is_file:
            self.fold(row, row.path not in self.results.collapsed)
        else:
            self._tell(self.chosen)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go to the match, in a tab that stays."""
        row = self.current()
        if row is not None and not row.is_file and event.button() is Qt.MouseButton.LeftButton:
            self._tell(self.kept)

    def rowAt_top(self) -> Row | None:  # noqa: N802
        """The first row in sight."""
        index = self.indexAt(QPoint(4, 2))
        return self.found.rows[index.row()] if index.isValid() and index.row() < len(self.found.rows) else None

    def _tell(self, signal: object) -> None:
        row = self.current()
        match = self.results.match(row) if row is not None else None
        if row is not None and match is not None:
            signal.emit(row.path, match)  # type: ignore[attr-defined]
