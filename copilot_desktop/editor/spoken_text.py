"""The text as screen readers read it: Qt's own plain text field behind the Scintilla widget, which shows them none.

PySide6 6.11 cannot implement a text interface in Python: it leaves out the pure virtual `selection` and `attributes`,
and a pointer returned from `interface_cast` ends the process. Qt's field brings one along, with its events for typing
and the caret. It is made only while a screen reader listens, never painted, and has the focus of the code widget.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from copilot_desktop.editor.buffer_widget import BufferWidget
from copilot_desktop.text.line_edits import LineEdit
from copilot_desktop.text.lines import split_lines

LIMIT_BYTES: Final = 2_000_000
"""Of a larger text only the lines around the caret are read out."""
AROUND_LINES: Final = 200
_KEEP = QTextCursor.MoveMode.KeepAnchor


class SpokenText(QObject):
    """Keeps the field behind a view like its text, caret and selection, and brings back what a screen reader does."""

    def __init__(self, view: BufferWidget) -> None:
        super().__init__(view)
        self._view = view
        self._field: QPlainTextEdit | None = None
        self._version = -1
        self._first_line = 0
        self._is_following = False
        view.code.installEventFilter(self)
        view.code.read_by_others.connect(self._on_read_by_others)
        view.code.updateUi.connect(self._on_code_update_ui)
        view.text_changed.connect(self._on_text_changed)
        if QAccessible.isActive():
            # Somebody may have asked before this was there.
            QTimer.singleShot(0, view, self._on_read_by_others)

    @property
    def field(self) -> QPlainTextEdit | None:
        """The field that is read; None while no screen reader listens."""
        return self._field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The keyboard has come: tell where it is in the text."""
        if event.type() == QEvent.Type.FocusIn and QAccessible.isActive():
            # Not now: while Qt gives the keyboard to a window, a widget made in it ends the process at times.
            QTimer.singleShot(0, self._view, self._on_read_by_others)
        elif event.type() == QEvent.Type.Resize and self._field is not None:
            self._field.setGeometry(self._view.code.geometry())
        return super().eventFilter(watched, event)

    def _on_read_by_others(self) -> None:
        if QAccessible.isActive():
            self._follow()
            if self._view.code.hasFocus():
                QAccessible.updateAccessibility(QAccessibleEvent(self._made(), QAccessible.Event.Focus))

    def _on_text_changed(self, _event: object) -> None:
        if QAccessible.isActive() and self._view.code.hasFocus():
            self._follow()

    def _on_code_update_ui(self, updated: int) -> None:
        if updated & 0x2 and QAccessible.isActive() and self._view.code.hasFocus():
            self._follow()

    def _made(self) -> QPlainTextEdit:
        if self._field is None:
            field = QPlainTextEdit(self._view)
            field.setObjectName("editor.spoken")
            field.setFrameShape(QPlainTextEdit.Shape.NoFrame)
            field.setUndoRedoEnabled(False)
            field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            field.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            field.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            field.setUpdatesEnabled(False)
            # Through the proxy it says that it has the keyboard whenever the code widget has.
            field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            field.setFocusProxy(self._view.code)
            field.setGeometry(self._view.code.geometry())
            field.lower()
            field.show()
            field.document().contentsChange.connect(self._on_field_edited)
            field.cursorPositionChanged.connect(self._on_field_caret_moved)
            self._field = field
        return self._field

    def _follow(self) -> None:
        """Make the field like the view."""
        field = self._made()
        self._is_following = True
        field.setAccessibleName(self._view.code.accessibleName())
        self._follow_text(field)
        self._follow_caret(field)
        self._is_following = False

    def _follow_text(self, field: QPlainTextEdit) -> None:
        version, code = self._view.version, self._view.code
        if code.length() > LIMIT_BYTES:
            line = code.lineFromPosition(code.currentPos())
            first = max(0, line - AROUND_LINES)
            last = min(line + AROUND_LINES, code.lineCount() - 1)
            if self._version != version or not self._first_line <= line <= self._first_line + field.blockCount() - 1:
                self._first_line = first
                text = code.text_between(code.positionFromLine(first), code.lineEndPosition(last))
                _replace(field, 0, field.blockCount(), text)
        elif self._version != version:
            edits = self._view.edits_since(self._version) if self._version >= 0 and not self._first_line else None
            self._first_line = 0
            if edits is None:
                _replace(field, 0, field.blockCount(), self._view.text())
            else:
                for edit in reversed(edits):
                    _apply(field, edit)
        self._version = version

    def _follow_caret(self, field: QPlainTextEdit) -> None:
        code = self._view.code
        anchor, caret = self._place(field, code.anchor()), self._place(field, code.currentPos())
        cursor = field.textCursor()
        if (cursor.anchor(), cursor.position()) != (anchor, caret):
            cursor.setPosition(anchor)
            cursor.setPosition(caret, _KEEP)
            field.setTextCursor(cursor)

    def _place(self, field: QPlainTextEdit, position: int) -> int:
        """The field's position (UTF-16 units) of a byte position."""
        code = self._view.code
        line = code.lineFromPosition(position)
        block = field.document().findBlockByNumber(min(max(line - self._first_line, 0), field.blockCount() - 1))
        before = code.text_between(code.positionFromLine(line), position)
        return block.position() + min(len(before.encode("utf-16-le", "surrogatepass")) // 2, block.length() - 1)

    def _byte_position(self, field: QPlainTextEdit, place: int) -> int:
        """The byte position of a place in the field."""
        block = field.document().findBlock(place)
        units = block.text().encode("utf-16-le", "surrogatepass")[: 2 * (place - block.position())]
        start = self._view.code.positionFromLine(self._first_line + block.blockNumber())
        return start + len(units.decode("utf-16-le", "replace").encode("utf-8"))

    def _on_field_caret_moved(self) -> None:
        """A screen reader has moved the caret or the selection."""
        if self._is_following or self._field is None:
            return
        cursor = self._field.textCursor()
        self._view.code.setSel(
            self._byte_position(self._field, cursor.anchor()), self._byte_position(self._field, cursor.position())
        )

    def _on_field_edited(self, place: int, removed: int, added: int) -> None:
        """A screen reader has typed: the same is done to the text, which then is followed."""
        if self._is_following or self._field is None or not (removed or added):
            return
        cursor = QTextCursor(self._field.document())
        cursor.setPosition(place)
        cursor.setPosition(min(place + added, self._field.document().characterCount() - 1), _KEEP)
        text = cursor.selectedText().replace("\u2029", "\n")
        code = self._view.code
        start = self._byte_position(self._field, place)
        end = start
        for _unit in range(removed):
            # What was removed is gone from the field; the text still has it, character by character.
            end = code.positionAfter(end)
        code.replace_bytes(start, end, text)


def _apply(field: QPlainTextEdit, edit: LineEdit) -> None:
    _replace(field, edit.lines.start, edit.lines.end, edit.text)


def _replace(field: QPlainTextEdit, first: int, end: int, text: str) -> None:
    """Make lines of the field these, touching only what differs, so that only that is read out.

    The last line of a text that ends with a line's end is empty, as in the field.
    """
    document = field.document()
    cursor = QTextCursor(document)
    is_to_end = end >= document.blockCount()
    start = document.findBlockByNumber(first).position() if first < document.blockCount() else _end(field)
    cursor.setPosition(start)
    cursor.setPosition(_end(field) if is_to_end else document.findBlockByNumber(end).position(), _KEEP)
    old = cursor.selectedText()
    new = "\u2029".join(line.rstrip("\r\n").replace("\u2029", " ") for line in split_lines(text))
    if text.endswith(("\n", "\r")):
        new += "\u2029"
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    cursor.setPosition(start + _units(old[:head]))
    cursor.setPosition(start + _units(old[: len(old) - tail]), _KEEP)
    cursor.insertText(new[head : len(new) - tail])


def _end(field: QPlainTextEdit) -> int:
    return field.document().characterCount() - 1


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _common(first: str, second: str) -> int:
    """How many characters both begin with."""
    count = 0
    for here, there in zip(first, second, strict=False):
        if here != there:
            break
        count += 1
    return count
