"""What is done with one's own changes where they are looked at: a hunk, selected lines, or whole files."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from copilot_desktop.bridge.git.writing import GitWriting
from copilot_desktop.ui.changes.change_list import Deed
from copilot_desktop.ui.changes.change_words import ChangeRow, compared_rows, shown_path
from copilot_desktop.ui.changes.compared_changes import ComparedChanges
from copilot_desktop.ui.changes.compared_files import lines_of_hunk, lines_of_rows
from copilot_desktop.ui.changes.hunk_buttons import GitHunkButtons
from copilot_desktop.ui.diff.diff_list import DiffList
from copilot_desktop.workspace.git.values import ChangeKind, ComparisonKind, GitChange, Nature, PickedLines

_DEEDS = {
    ComparisonKind.WORKING: (Deed.DISCARD, Deed.STAGE),
    ComparisonKind.INDEX: (Deed.UNSTAGE,),
    ComparisonKind.BRANCH: (),
}


class ReviewDeeds(QObject):
    """`said` carries a sentence on why nothing was done."""

    said = Signal(str)

    def __init__(self, diff: DiffList, compared: ComparedChanges, writing: GitWriting) -> None:
        super().__init__(diff)
        self._diff, self._compared, self._writing = diff, compared, writing

    def possible(self) -> tuple[Deed, ...]:
        """What can be done in this comparison."""
        return _DEEDS[self._compared.comparison.kind]

    def make_buttons(self, parent: QWidget) -> GitHunkButtons:
        """The buttons of one more hunk."""
        made = GitHunkButtons(self._possible_with, parent)
        made.done.connect(self.do_with)
        return made

    def do_with_hunk(self, deed: Deed) -> None:
        """Do something with the current hunk, or with the lines that are selected where those are several."""
        if len(self._diff.selected_rows()) > 1:
            self.do_with_lines(deed)
        elif self._diff.current_hunk:
            self.do_with(self._diff.current_hunk, deed)
        else:
            self.do_with_file(deed)

    def do_with(self, hunk_id: str, deed: Deed) -> None:
        """Do something with a hunk."""
        info = self._diff.content.info(hunk_id)
        file = self._compared.files.get(info.path) if info is not None else None
        if file is not None and deed in self.possible():
            self._do_with_picked(deed, file.path, lines_of_hunk(file, hunk_id))

    def do_with_lines(self, deed: Deed) -> None:
        """Do something with the lines that are selected, and no others."""
        file = self._compared.files.get(self._path())
        if file is None or deed not in self.possible():
            return
        picked = lines_of_rows(file, self._diff.selected_rows())
        if picked.old or picked.new:
            self._do_with_picked(deed, file.path, picked)
        else:
            self.said.emit("No changed line is selected.")

    def do_with_file(self, deed: Deed) -> None:
        """Do something with the whole file that is looked at."""
        change = self._compared.change_of(self._path())
        if change is not None and deed in self.possible():
            self._do_with_changes(deed, (change,))

    def do_with_rows(self, deed: Deed, rows: tuple[ChangeRow, ...]) -> None:
        """Do something with files of the list; the head of a group means all of it."""
        heads = {row.group for row in rows if row.change is None}
        paths = {row.change.path for row in rows if row.change is not None}
        meant = [
            row.change
            for row in compared_rows(self._compared.comparison, self._compared.changes)
            if row.change is not None and (row.group in heads or row.change.path in paths)
        ]
        self._do_with_changes(deed, tuple(meant))

    def _path(self) -> str:
        row = self._diff.current_row()
        return row.path if row is not None else ""

    def _possible_with(self, hunk_id: str) -> tuple[str, tuple[Deed, ...]]:
        info = self._diff.content.info(hunk_id)
        sides = self._compared.sides.get(info.path) if info is not None else None
        if info is None or sides is None:
            return "", ()
        odd = (ChangeKind.CONFLICT, ChangeKind.RETYPED)
        is_plain = sides.change.nature is Nature.TEXT and sides.change.kind not in odd
        return f"{shown_path(info.path)}, {info.hunk.place_words.lower()}", self.possible() if is_plain else ()

    def _do_with_picked(self, deed: Deed, path: str, picked: PickedLines) -> None:
        sides, writing = self._compared.sides[path], self._writing
        if deed is Deed.STAGE:
            writing.stage_lines(sides, picked)
        elif deed is Deed.UNSTAGE:
            writing.unstage_lines(sides, picked)
        else:
            writing.discard_lines(sides, picked)

    def _do_with_changes(self, deed: Deed, changes: tuple[GitChange, ...]) -> None:
        if deed is Deed.STAGE:
            self._writing.stage(changes)
        elif deed is Deed.UNSTAGE:
            self._writing.unstage(changes)
        else:
            self._writing.discard(changes)
