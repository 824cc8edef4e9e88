"""Lines between the lines: what diff marks and the inline prompt put below a line share one annotation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject
from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.document_views import DocumentViews

PLAIN = 0
_MARKER = 4


class AnnotationLine(NamedTuple):
    """One line: its text, and the style of each of its UTF-8 bytes."""

    text: str
    styles: bytes


@dataclass(slots=True)
class _Proposed:
    """Lines that are shown below a line, and the marker that remembers it; `line` is where it was seen last."""

    handle: int
    line: int
    lines: tuple[AnnotationLine, ...]


class Annotations(QObject):
    """Annotations of a document, in all its views: proposed lines come first, then the room kept for a widget.

    Lines are remembered by invisible markers, which move with the text as the annotations do.
    """

    def __init__(self, views: DocumentViews) -> None:
        super().__init__()
        self._views = views
        self._proposed: list[_Proposed] = []
        self._room: tuple[int, int] | None = None
        self._room_owner: CodeWidget | None = None
        views.left.connect(self._on_view_left)

    @property
    def _code(self) -> CodeWidget:
        return self._views.first

    def define(self, code: CodeWidget) -> None:
        """Show annotations in a view of the document."""
        code.markerDefine(_MARKER, 5)
        code.annotationSetVisible(1)

    def show_proposed(self, proposed: Mapping[int, tuple[AnnotationLine, ...]]) -> None:
        """Show these lines below the line numbers given, and no others."""
        before = self._wanted()
        left, kept = dict(proposed), []
        for each in self._proposed:
            if left.get(each.line) == each.lines:
                del left[each.line]
                kept.append(each)
            else:
                self._code.markerDeleteHandle(each.handle)
        new = [_Proposed(self._code.markerAdd(line, _MARKER), line, lines) for line, lines in left.items()]
        self._proposed = kept + new
        self._show(before)

    def keep_room(self, line: int, rows: int, owner: CodeWidget) -> None:
        """Keep empty rows below a line, after what is proposed there; only there, and while the owner is there."""
        self._room_owner = owner
        before = self._wanted()
        if self._room is not None:
            self._code.markerDeleteHandle(self._room[0])
        self._room = (self._code.markerAdd(line, _MARKER), rows)
        self._show(before)

    def give_room_back(self) -> None:
        """Keep no rows free."""
        if self._room is not None:
            before = self._wanted()
            self._code.markerDeleteHandle(self._room[0])
            self._room = None
            self._show(before)

    def _wanted(self) -> dict[int, tuple[AnnotationLine, ...]]:
        wanted: dict[int, tuple[AnnotationLine, ...]] = {}
        for each in self._proposed:
            if self._code.markerHandleFromLine(each.line, 0) != each.handle:
                # It was moved; to look for it goes through all lines.
                each.line = self._code.markerLineFromHandle(each.handle)
            wanted[each.line] = wanted.get(each.line, ()) + each.lines
        if self._room is not None:
            line = self._code.markerLineFromHandle(self._room[0])
            wanted[line] = wanted.get(line, ()) + (AnnotationLine(" ", bytes([PLAIN])),) * self._room[1]
        return wanted

    def _show(self, before: Mapping[int, tuple[AnnotationLine, ...]]) -> None:
        """Set what differs from before; the caret's line stays where it is on the screen, else the first line there."""
        wanted = self._wanted()
        stays: list[tuple[CodeWidget, int, int]] = []
        for code in self._views.all():
            first, line = code.firstVisibleLine(), code.lineFromPosition(code.currentPos())
            if not code.is_line_in_sight(line):
                line = code.docLineFromVisible(first)
            stays.append((code, line, first - code.visibleFromDocLine(line)))
        for line in sorted({*before, *wanted}):
            if line >= 0 and before.get(line) != wanted.get(line):
                self._set(line, wanted.get(line, ()))
        for code, line, offset in stays:
            code.setFirstVisibleLine(max(0, code.visibleFromDocLine(line) + offset))

    def _on_view_left(self, code: CodeWidget) -> None:
        if code is self._room_owner:
            self._room_owner = None
            self.give_room_back()

    def _set(self, line: int, lines: tuple[AnnotationLine, ...]) -> None:
        if not lines:
            self._code.send(Scintilla.Message.AnnotationSetText, line, 0)
            return
        text = "\n".join(each.text for each in lines)
        styles = bytes([PLAIN]).join(each.styles for each in lines)
        data = text.encode("utf-8", "surrogatepass")
        self._code.send_bytes(Scintilla.Message.AnnotationSetText, line, data)
        self._code.send_bytes(Scintilla.Message.AnnotationSetStyles, line, styles)
