"""What a comparison finds: the changed files, then both their texts, read a few at a time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.git.controller import GitController
from copilot_desktop.bridge.git.events import GitFailed
from copilot_desktop.ui.changes.compared_files import file_of
from copilot_desktop.ui.diff.values import DiffFile
from copilot_desktop.workspace.git.values import WORKING, Comparison, ComparisonKind, FileSides, GitChange

_FIRST = 25
"""Files that are read at first: they are seen while others are still being read."""


class ComparedChanges(QObject):
    """One comparison at a time; what comes too late for it is dropped."""

    listed = Signal()
    """The changed files are known."""
    read = Signal()
    """More texts of them are known, or others."""
    failed = Signal(str)
    """Carries the sentences on why there is nothing."""
    bases_found = Signal(object)
    """Carries the names of branches to compare with."""

    def __init__(self, git: GitController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._git = git
        self._ticket = 0
        self.comparison = WORKING
        self.changes: tuple[GitChange, ...] = ()
        self.sides: dict[str, FileSides] = {}
        self.files: dict[str, DiffFile] = {}

    def compare(self, comparison: Comparison) -> None:
        """Forget what was found, and compare these sides."""
        self.comparison, self.changes = comparison, ()
        self.sides.clear()
        self.files.clear()
        self.refresh()

    def refresh(self) -> None:
        """Compare the same sides again."""
        self._ticket += 1
        ticket = self._ticket
        if self.comparison.kind is ComparisonKind.BRANCH:
            self._git.bases(self.bases_found.emit)
            if not self.comparison.base:
                return
        self._git.changes(self.comparison, lambda found: self._take_changes(ticket, found), self._fail)

    def shown(self) -> list[DiffFile]:
        """The files whose texts are known, in order."""
        return [self.files[change.path] for change in self.changes if change.path in self.files]

    def change_of(self, path: str) -> GitChange | None:
        """The change of a path."""
        return next((change for change in self.changes if change.path == path), None)

    def _take_changes(self, ticket: int, changes: tuple[GitChange, ...]) -> None:
        if ticket != self._ticket:
            return
        self.changes = changes
        for gone in self.files.keys() - {change.path for change in changes}:
            self.files.pop(gone, None)
            self.sides.pop(gone, None)
        self.listed.emit()
        if changes:
            self._read_sides(ticket, changes)

    def _read_sides(self, ticket: int, left: tuple[GitChange, ...], count: int = _FIRST) -> None:
        known = dict(self.sides)

        def make(sides: FileSides) -> DiffFile | None:
            """Compare, on the worker; None where it is known."""
            return None if known.get(sides.change.path) == sides else file_of(sides)

        def take(found: tuple[tuple[FileSides, DiffFile | None], ...]) -> None:
            if ticket != self._ticket:
                return
            for sides, file in found:
                if file is not None:
                    self.sides[sides.change.path], self.files[sides.change.path] = sides, file
            self.read.emit()
            if left[count:]:
                # Ever more: each time all that is shown is put together anew.
                self._read_sides(ticket, left[count:], 4 * count)

        self._git.sides(left[:count], make, take)

    def _fail(self, failed: GitFailed) -> None:
        self.changes = ()
        self.failed.emit(f"{failed.message} {failed.advice}".strip())
