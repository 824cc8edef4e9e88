"""The live text of one document inside a widget: versions, selections and edits in code points and lines.

It fulfils `bridge.buffers.Buffer` by shape; the two rooms do not import each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.events import CaretMoved, SavePointChanged, TextChanged
from copilot_desktop.editor.shared_document import SharedDocument
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines
from copilot_desktop.text.ranges import DocumentId, LineColumn, LineRange, Selection
from copilot_desktop.text.snapshots import Snapshot


class BufferWidget(QWidget):
    """A text with an identity and a version. Offsets are code points, lines 0-based. GUI thread only."""

    text_changed = Signal(object)
    """Carries one `TextChanged`; several changes before the event loop turns are one event."""
    text_edited = Signal(object)
    """Carries one `TextEdited`, at once: nobody may change or read the text while it is told."""
    caret_moved = Signal(object)
    """Carries one `CaretMoved`."""
    save_point_changed = Signal(object)
    """Carries one `SavePointChanged`."""

    def __init__(
        self,
        document_id: DocumentId,
        path: str | None,
        parent: QWidget | None = None,
        shared: SharedDocument | None = None,
    ) -> None:
        """`shared`: that of another view of the same document."""
        super().__init__(parent)
        self._document_id = document_id
        self._path = path
        self._caret: CaretMoved | None = None
        self.code = CodeWidget(self)
        self.setFocusProxy(self.code)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.code, 1)
        self.shared = shared or SharedDocument(document_id)
        self.shared.views.join(self.code)
        self._live = self.shared.live
        self.edits_since = self._live.edits_since
        """Edits of whole lines from an earlier version to the text now; None: the whole text is to be compared."""
        self.tell_now = self._live.tell_now
        """Tells of changes at once that would be told when the event loop turns."""
        self._live.changed.connect(self._on_live_changed)
        self._live.edited.connect(self.text_edited)
        self.code.updateUi.connect(self._on_code_update_ui)
        self.code.savePointChanged.connect(self._on_code_save_point_changed)

    @property
    def document_id(self) -> DocumentId:
        """The document this widget shows."""
        return self._document_id

    @property
    def path(self) -> str | None:
        """Workspace-relative path, None for an untitled document."""
        return self._path

    @property
    def version(self) -> int:
        """Counts every change of the text."""
        return self._live.version

    def text(self) -> str:
        """Return the text as it is now."""
        return self._live.text

    def snapshot(self) -> Snapshot:
        """Return the text with its identity and version."""
        return Snapshot(self._document_id, self._path, self._live.version, self.text())

    def load(self, text: str) -> None:
        """Show a text as just read from disk: no undo step, saved, caret at the start."""
        self.code.load(text)
        self.shared.forget_steps()
        self._live.tell_now()

    def selection(self) -> Selection:
        """Return the main selection; empty at the caret when nothing is selected."""
        start_byte, end_byte = self.code.selectionStart(), self.code.selectionEnd()
        return Selection(
            self._document_id,
            self._live.version,
            self._live.to_code_points(start_byte),
            self._live.to_code_points(end_byte),
            self.selected_lines(),
        )

    def selected_lines(self) -> LineRange:
        """Return the lines of the main selection; unlike the selection, at once also in a large text."""
        start_byte, end_byte = self.code.selectionStart(), self.code.selectionEnd()
        start, end = self.code.lineFromPosition(start_byte), self.code.lineFromPosition(end_byte)
        # A selection that ends at the start of a line does not touch that line.
        if end > start and end_byte == self.code.positionFromLine(end):
            end -= 1
        return LineRange(start, end + 1)

    def selected_text(self) -> str:
        """Return the selected text; empty when nothing is selected."""
        return self.code.text_between(self.code.selectionStart(), self.code.selectionEnd())

    def select(self, start: int, end: int) -> None:
        """Select code points [start, end), the caret at the end, and scroll there."""
        self.code.setSel(self._live.to_bytes(start), self._live.to_bytes(end))

    def edit_lines(self, edits: Sequence[LineEdit]) -> None:
        """Apply edits that do not overlap as one undo step; caret and scroll stay with their text.

        Raises ValueError, with nothing changed, when edits overlap.
        """
        ordered = sorted(edits, key=lambda edit: (edit.lines.start, edit.lines.end))
        for before, after in pairwise(ordered):
            if before.lines.end > after.lines.start:
                raise ValueError(f"edits of lines {before.lines} and {after.lines} overlap")
        with self._live.one_step():
            for edit in reversed(ordered):
                self._live.replace_lines(edit.lines, edit.text)

    def set_text(self, text: str) -> None:
        """Replace all text as one undo step, touching only what differs; caret and scroll stay with their text."""
        old = self.text()
        if old == text:
            return
        from copilot_desktop.text.diff import diff_lines

        new_lines = split_lines(text)
        with self._live.one_step():
            for change in reversed(diff_lines(old, text)):
                self._live.replace_lines(change.old, "".join(new_lines[change.new.start : change.new.end]))

    def insert_at_caret(self, text: str) -> None:
        """Insert text at the caret, replacing the selection, as one undo step."""
        with self._live.one_step():
            data = text.encode("utf-8", "surrogatepass")
            start = self.code.selectionStart()
            self.code.replace_bytes(start, self.code.selectionEnd(), text)
            self.code.setSel(start + len(data), start + len(data))

    def show_lines(self, lines: LineRange) -> None:
        """Scroll the lines into view and put the caret at their start, or at the column that they name."""
        line = min(lines.start, self.code.lineCount() - 1)
        self.code.ensureVisible(line)
        position, end = self.code.positionFromLine(line), self.code.lineEndPosition(line)
        column = min(lines.column, self.code.countCharacters(position, end)) if isinstance(lines, LineColumn) else 0
        self.code.gotoPos(self.code.positionRelative(position, column) if column else position)
        last = min(max(lines.end - 1, line), self.code.lineCount() - 1)
        first_row, last_row = self.code.visibleFromDocLine(line), self.code.visibleFromDocLine(last)
        rows = self.code.linesOnScreen()
        top = self.code.firstVisibleLine()
        if first_row < top or last_row >= top + rows:
            room = max(0, (rows - (last_row - first_row + 1)) // 3)
            self.code.setFirstVisibleLine(max(0, first_row - room))

    def caret(self) -> CaretMoved:
        """Where the caret is now."""
        code = self.code
        position = code.currentPos()
        line = code.lineFromPosition(position)
        column = code.countCharacters(code.positionFromLine(line), position)
        selected = 0
        if not code.selectionEmpty():
            first, last = (code.lineFromPosition(at) for at in (code.selectionStart(), code.selectionEnd()))
            # A selection that ends before a line's first character does not take that line in; the chip says the same.
            reaches_in = last == first or code.selectionEnd() > code.positionFromLine(last)
            selected = last - first + reaches_in
        return CaretMoved(line, column, selected, code.selections())

    def mark_saved(self) -> None:
        """Remember the text as the one on disk."""
        self.code.setSavePoint()

    def is_at_saved_text(self) -> bool:
        """Whether the text is the one last saved or loaded, undo included."""
        return not self.code.modify()

    def _on_live_changed(self, version: int) -> None:
        self.text_changed.emit(TextChanged(self._document_id, version))

    def _on_code_save_point_changed(self, is_dirty: bool) -> None:
        self.save_point_changed.emit(SavePointChanged(self._document_id, is_dirty))

    def _on_code_update_ui(self, updated: int) -> None:
        if not updated & 0x3:  # neither content nor selection
            return
        moved = self.caret()
        if moved != self._caret:
            self._caret = moved
            self.caret_moved.emit(moved)
