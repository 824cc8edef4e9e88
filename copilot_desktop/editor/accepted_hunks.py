"""The accepted changes that are marked in a document, in all its views."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.values import dataclass

MARKER = 13


@dataclass(frozen=True, slots=True)
class AcceptedHunk:
    """An accepted change: the lines that it wrote, none where it only took lines away. `has_bar`: at the caret.

    `is_there`: one that waits, but the file says what it proposes already.
    """

    hunk_id: str
    lines: LineRange
    has_bar: bool = True
    is_there: bool = False

    @property
    def marked(self) -> LineRange:
        """The lines with its mark: of what was taken away, the line above."""
        return self.lines.or_above()


class AcceptedHunks(QObject):
    """Those of a document, in all its views. Scintilla moves the marks with the text."""

    changed = Signal()

    def __init__(self, views: DocumentViews) -> None:
        super().__init__()
        self._views = views
        self.hunks: tuple[AcceptedHunk, ...] = ()

    def show(self, hunks: Sequence[AcceptedHunk]) -> None:
        """Mark these and no others."""
        if tuple(hunks) == self.hunks:
            return
        self.hunks = tuple(hunks)
        code = self._views.first
        code.markerDeleteAll(MARKER)
        last = code.lineCount()
        for line in sorted({line for hunk in hunks for line in range(hunk.marked.start, min(hunk.marked.end, last))}):
            code.markerAdd(line, MARKER)
        self.changed.emit()

    def at(self, line: int) -> AcceptedHunk | None:
        """The change whose mark a line has; of several the one with the fewest lines."""
        found = [hunk for hunk in self.hunks if hunk.marked.start <= line < hunk.marked.end]
        return min(found, key=lambda hunk: len(hunk.marked), default=None)
