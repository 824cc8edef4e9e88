"""The diff of the review as the history shows it: hunks can be taken back, what would be written is only looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.history.values import Shown
from copilot_desktop.edits.change_sets import ChangeHunk, Decision
from copilot_desktop.ui.diff.diff_frame import DiffFrame
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.ui.diff.look import DiffLook
from copilot_desktop.ui.diff.rows import DiffRow
from copilot_desktop.ui.diff.values import DiffFile
from copilot_desktop.ui.review.change_files import ChangeFiles
from copilot_desktop.ui.review.hunk_buttons import HunkButtons
from copilot_desktop.ui.theme.theme import Theme, ThemeChanged


class HistoryDiff(DiffList):
    """Fulfils `StepDiff` of the history page. `file_changed(path)` when another file is looked at."""

    file_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._shown: Shown | None = None
        self._hunks: dict[str, ChangeHunk] = {}
        self._paths: dict[str, str] = {}
        self._files = ChangeFiles()
        self._can_take_back = False
        self.take_back: Callable[[str], object] = lambda _hunk_id: None
        """Called with the id of a hunk whose button was clicked."""
        super().__init__(theme.tokens, parent)
        self.setObjectName("history.diff")
        self.setAccessibleName("Changes of the step")
        self.reached.connect(self._on_reached)
        self.look = DiffLook(self)
        self._pane = DiffFrame("history", self, self.look, parent)
        theme.changed.connect(self._on_theme_changed)

    @property
    def widget(self) -> QWidget:
        """The list, with what stands above it."""
        return self._pane

    @property
    def current_path(self) -> str:
        """The file of the current hunk, else the first one that is shown."""
        if self.current_hunk in self._paths:
            return self._paths[self.current_hunk]
        index = self.currentIndex()
        if index.isValid():
            return self.rows_model.rows[index.row()].path
        return next((row.path for row in self.rows_model.rows), "")

    def show_compared(self, shown: Shown, *, can_take_back: bool) -> None:
        """Show compared files; `can_take_back`: each hunk has its button."""
        is_same = self._shown is not None and self._shown.change_set.change_set_id == shown.change_set.change_set_id
        self._shown = shown
        self._hunks.clear()
        self._paths.clear()
        for change in shown.change_set.files:
            for hunk in change.hunks:
                self._hunks[hunk.hunk_id] = hunk
                self._paths[hunk.hunk_id] = change.path
        if not is_same:
            self._files = ChangeFiles()
            self.content.close_gaps()
            self.verticalScrollBar().setValue(0)
        if can_take_back is not self._can_take_back:
            self._can_take_back = can_take_back
            self.set_controls(self._make_buttons if can_take_back else None)
        unshown = (DiffFile(file.path, old_path=file.old_path, notes=(file.problem,)) for file in shown.unshown)
        self.show_files((*self._files.files(shown.change_set, shown.texts), *unshown))
        if self.current_hunk not in self._hunks:
            self.go_to_hunk(next(iter(self._hunks), ""), is_scrolled=False)

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

    def _make_buttons(self, parent: QWidget) -> HunkButtons:
        made = HunkButtons(self._found, parent, back="Take back")
        made.decided.connect(self._on_decided)
        return made

    def _found(self, hunk_id: str) -> tuple[str, ChangeHunk] | None:
        hunk = self._hunks.get(hunk_id)
        return None if hunk is None else (self._paths[hunk_id], hunk)

    def _on_decided(self, hunk_id: str, _decision: Decision) -> None:
        self.take_back(hunk_id)

    def _on_reached(self, row: DiffRow) -> None:
        if row.hunk_id is None:
            # The head of a file, or a line of it: the file is meant, and no hunk.
            self.current_hunk = ""
            self.viewport().update()
        self.file_changed.emit(row.path)

    def _on_theme_changed(self, event: ThemeChanged) -> None:
        self.set_tokens(event.tokens)
