"""The text inside a Scintilla widget as Python sees it: its version, its code points, its changes.

No keystroke reads the whole text here: that takes time in proportion to the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QObject, QTimer, Signal

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.document_views import DocumentViews
from copilot_desktop.text.changes import ByteEdit, TextEdited
from copilot_desktop.text.line_edits import ChangedLines, ChangeLog, LineEdit
from copilot_desktop.text.positions import CodePointOffset, PositionMap, Utf8Offset
from copilot_desktop.text.ranges import DocumentId, LineRange

_INSERTED = 0x1  # SC_MOD_INSERTTEXT
_EDITED_LIMIT_BYTES = 200_000
"""Changed text beyond which the whole is better compared."""


class LiveText(QObject):
    """Counts versions and tells of changes after they are made: inside Scintilla's own notification no listener
    may change the text. Several changes before the event loop turns are told once."""

    changed = Signal(int)
    """Carries the version."""
    came_whole = Signal()
    """Another text has come, of whose coming nothing was told."""
    edited = Signal(object)
    """Carries one `TextEdited`, at once and from inside Scintilla's notification."""

    def __init__(self, views: DocumentViews, document_id: DocumentId) -> None:
        super().__init__()
        self._views = views
        self._document_id = document_id
        self._log = ChangeLog()
        self._known: tuple[int, str] | None = None
        self._positions: tuple[int, PositionMap] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._report)
        views.first_changed.connect(self._follow_first)

    @property
    def _code(self) -> CodeWidget:
        return self._views.first

    @property
    def version(self) -> int:
        """Counts every change."""
        return self._log.version

    def edits_since(self, version: int) -> tuple[LineEdit, ...] | None:
        """Return the edits of whole lines that lead from an earlier version to the text now, from top to bottom.

        None when that version is too long ago, or so much has changed that the whole text is better compared.
        """
        changes = self._log.since(version)
        if changes is None:
            return None
        spans = [(self._code.line_start(each.new.start), self._code.line_start(each.new.end)) for each in changes]
        if sum(end - start for start, end in spans) > _EDITED_LIMIT_BYTES:
            return None
        return tuple(
            LineEdit(each.old, self._code.text_between(start, end))
            for each, (start, end) in zip(changes, spans, strict=True)
        )

    @property
    def text(self) -> str:
        """All text now; kept until it changes."""
        if self._known is None or self._known[0] != self.version:
            self._known = (self.version, self._code.text_between(0, self._code.length()))
        return self._known[1]

    def to_bytes(self, offset: int) -> int:
        """Code points to Scintilla's positions; past the end is the end."""
        if self._code.is_large:
            position = self._code.positionRelative(0, offset)  # 0 past the end
            return position if position or not offset else self._code.length()
        return self._position_map().to_utf8(CodePointOffset(min(offset, len(self.text))))

    def to_code_points(self, position: int) -> int:
        """Scintilla's positions to code points."""
        if self._code.is_large:
            return self._code.countCharacters(0, position)
        return self._position_map().from_utf8(Utf8Offset(position))

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Make the changes inside one undo step, and tell of them once."""
        self._code.beginUndoAction()
        try:
            yield
        finally:
            self._code.endUndoAction()
            self.tell_now()

    def replace_lines(self, lines: LineRange, text: str) -> None:
        """Replace lines verbatim; caret and scroll stay with their text."""
        self._code.replace_bytes(self._code.line_start(lines.start), self._code.line_start(lines.end), text)

    def tell_of_all(self) -> None:
        """Another text has come, of whose coming nothing was told."""
        self._log.add(ChangedLines(LineRange(0, 1), LineRange(0, self._code.lineCount())))
        self.came_whole.emit()
        self._report()

    def tell_now(self) -> None:
        """Tell of changes not yet told."""
        if self._timer.isActive():
            self._timer.stop()
            self._report()

    def _position_map(self) -> PositionMap:
        if self._positions is None or self._positions[0] != self.version:
            self._positions = (self.version, PositionMap(self.text))
        return self._positions[1]

    def _follow_first(self) -> None:
        """Each widget tells of every change; one of them is enough."""
        self._code.modified.connect(self._on_code_modified)

    def _report(self) -> None:
        for code in self._views.all():
            code.fit_to_text()
        self.changed.emit(self.version)

    def _on_code_modified(
        self, kind: int, position: int, length: int, lines_added: int, text: QByteArray, *_details: object
    ) -> None:
        code = self._code
        is_insertion = kind & _INSERTED
        start = code.lineFromPosition(position)
        end = 1 + (code.lineFromPosition(position + length) if is_insertion else start)
        if start and position and code.charAt(position - 1) == ord("\r"):
            # Parted from its \n, or joined to one: the line before has another ending now.
            start -= 1
        self._log.add(ChangedLines(LineRange(start, end - lines_added), LineRange(start, end)))
        self._timer.start()
        edit = ByteEdit(position, 0, bytes(text.data())) if is_insertion else ByteEdit(position, length, b"")
        self.edited.emit(TextEdited(self._document_id, edit))
