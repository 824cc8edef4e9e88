"""The diff of the review as the history shows it: hunks can be taken back, what would be written is only looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.history.values import Shown
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.ui.review.diff_list import DiffList
from copilot_desktop.ui.review.diff_rows import DiffRow, DiffRows, RowKind
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged


class HistoryDiff(DiffList):
    """Fulfils `StepDiff` of the history page. `file_changed(path)` when another file is looked at."""

    file_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._shown: Shown | None = None
        self._hunks: dict[str, ChangeHunk] = {}
        self._paths: dict[str, str] = {}
        self._rows = DiffRows()
        self._can_take_back = False
        self.take_back: Callable[[str], object] = lambda _hunk_id: None
        """Called with the id of a hunk whose button was clicked."""
        super().__init__(theme.tokens, self._hunks.get, self._on_decided, parent)
        self.setObjectName("history.diff")
        self.setAccessibleName("Changes of the step")
        self.gap_chosen.connect(self._on_gap_chosen)
        self.hunk_chosen.connect(partial(self.go_to_hunk, is_scrolled=False))
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._on_theme_changed)

    @property
    def widget(self) -> QWidget:
        """The list itself."""
        return self

    @property
    def current_path(self) -> str:
        """The file of the current hunk, else the first one that is shown."""
        if self.current_hunk in self._paths:
            return self._paths[self.current_hunk]
        index = self.currentIndex()
        if index.isValid():
            return self.rows_model.rows[index.row()].path
        return next((row.path for row in self.rows_model.rows), "")

    def show_files(self, shown: Shown, *, can_take_back: bool) -> None:
        """Show compared files; `can_take_back`: each hunk has its button."""
        is_same = self._shown is not None and self._shown.change_set.change_set_id == shown.change_set.change_set_id
        self._shown, self._can_take_back = shown, can_take_back
        self._hunks.clear()
        self._paths.clear()
        for change in shown.change_set.files:
            for hunk in change.hunks:
                self._hunks[hunk.hunk_id] = hunk
                self._paths[hunk.hunk_id] = change.path
        if not is_same:
            self._rows = DiffRows()
            self.verticalScrollBar().setValue(0)
        self.colours.show_change_set(shown.change_set, shown.texts)
        rows = list(self._rows.rows(shown.change_set, shown.texts))
        for file in shown.unshown:
            rows.append(DiffRow(RowKind.FILE, file.path, text=file.path))
            rows.append(DiffRow(RowKind.NOTE, file.path, text=file.problem))
        self.show_rows(tuple(rows))
        if self.current_hunk not in self._hunks:
            self.go_to_hunk(next(iter(self._hunks), ""), is_scrolled=False)
        self._place_buttons()

    def go_to_hunk(self, hunk_id: str, *, is_scrolled: bool = True) -> None:
        """Make a hunk the current one."""
        super().go_to_hunk(hunk_id, is_scrolled=is_scrolled)
        self.file_changed.emit(self.current_path)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) hunk."""
        ids = list(self._hunks)
        if ids:
            here = ids.index(self.current_hunk) if self.current_hunk in ids else -by
            self.go_to_hunk(ids[max(0, min(here + by, len(ids) - 1))])

    def open_gaps(self) -> None:
        """Show the hidden lines around the current hunk."""
        for gap_id in self.gaps_near(self.current_hunk):
            self._rows.open_gap(gap_id)
        self._show_again()

    def _show_again(self) -> None:
        if self._shown is not None:
            self.show_files(self._shown, can_take_back=self._can_take_back)

    def _place_buttons(self) -> None:
        if self._can_take_back:
            super()._place_buttons()
            return
        for buttons in self._pool:
            buttons.hide()

    def _on_decided(self, hunk_id: str, _decision: Decision) -> None:
        self.take_back(hunk_id)

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self.rows_model.rows[index.row()]
        if row.hunk_id is None and row.gap_id is None:
            # The head of a file, or a line of it: the file is meant, and no hunk.
            self.current_hunk = ""
            self.viewport().update()
            self.file_changed.emit(row.path)

    def _on_gap_chosen(self, gap_id: tuple[str, int]) -> None:
        self._rows.open_gap(gap_id)
        self._show_again()

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.set_tokens(event.tokens)
