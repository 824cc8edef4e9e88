"""Lines between the lines: what diff marks and the inline prompt put below a line share one annotation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyside6_scintilla import Scintilla

from copilot_desktop.editor.code_widget import CodeWidget

PLAIN = 0


@dataclass(frozen=True, slots=True)
class AnnotationLine:
    """One line: its text, and the style of each of its UTF-8 bytes."""

    text: str
    styles: bytes


class Annotations:
    """Annotations of a view: proposed lines come first, then the room kept for a widget."""

    def __init__(self, code: CodeWidget) -> None:
        self._code = code
        self._proposed: dict[int, tuple[AnnotationLine, ...]] = {}
        self._room: tuple[int, int] | None = None
        code.annotationSetVisible(1)

    def show_proposed(self, proposed: Mapping[int, tuple[AnnotationLine, ...]]) -> None:
        """Show these lines below the line numbers given, and no others."""
        changed = {line for line in {*proposed, *self._proposed} if proposed.get(line) != self._proposed.get(line)}
        self._proposed = dict(proposed)
        for line in changed:
            self._show(line)

    def keep_room(self, line: int, rows: int) -> None:
        """Keep empty rows below a line, after what is proposed there."""
        self.give_room_back()
        self._room = (line, rows)
        self._show(line)

    def give_room_back(self) -> None:
        """Keep no rows free."""
        if self._room is not None:
            line, self._room = self._room[0], None
            self._show(line)

    def proposed_rows(self, line: int) -> int:
        """How many proposed lines stand below a line."""
        return len(self._proposed.get(line, ()))

    def forget(self) -> None:
        """Drop everything, for a text that was replaced."""
        self._proposed.clear()
        self._room = None
        self._code.annotationClearAll()

    def _show(self, line: int) -> None:
        lines = list(self._proposed.get(line, ()))
        if self._room is not None and self._room[0] == line:
            lines += [AnnotationLine(" ", bytes([PLAIN]))] * self._room[1]
        if not lines:
            self._code.send(Scintilla.Message.AnnotationSetText, line, 0)
            return
        text = "\n".join(each.text for each in lines)
        styles = bytes([PLAIN]).join(each.styles for each in lines)
        data = text.encode("utf-8", "surrogatepass")
        self._code.send_bytes(Scintilla.Message.AnnotationSetText, line, data)
        self._code.send_bytes(Scintilla.Message.AnnotationSetStyles, line, styles)
