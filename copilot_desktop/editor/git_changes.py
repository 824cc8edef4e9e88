"""The lines of a document that git has otherwise, in all its views. Scintilla moves the marks with the text."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QObject, Signal

from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass


class GitMark(IntEnum):
    """What became of lines; the number is that of the marker, below those of proposals, which are drawn over them."""

    ADDED = 0
    CHANGED = 1
    GONE = 2
    """Lines stood below this one; above the first line: before it."""


@dataclass(frozen=True, slots=True)
class GitChange:
    """Lines of the text, none where lines are gone; `has_old`: others stood in their place."""

    lines: LineRange
    has_old: bool

    @property
    def mark(self) -> GitMark:
        """How it is marked."""
        if not len(self.lines):
            return GitMark.GONE
        return GitMark.CHANGED if self.has_old else GitMark.ADDED

    @property
    def marked(self) -> LineRange:
        """The lines with its mark: where lines are gone, the one above."""
        return self.lines.or_above()


class GitChanges(QObject):
    """Those of a document."""

    changed = Signal()

    def __init__(self, views: DocumentViews) -> None:
        super().__init__()
        self._views = views
        self.changes: tuple[GitChange, ...] = ()

    def show(self, changes: Sequence[GitChange]) -> None:
        """Mark these and no others."""
        self.changes = tuple(changes)
        code = self._views.first
        for mark in GitMark:
            code.markerDeleteAll(mark)
        last = code.lineCount()
        for change in self.changes:
            for line in range(change.marked.start, min(change.marked.end, last)):
                code.markerAdd(line, change.mark)
        self.changed.emit()
