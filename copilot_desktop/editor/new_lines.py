"""Enter at all carets, each new line indented like the one before; closing brackets go back to their opening ones."""

from __future__ import annotations

from PySide6.QtCore import QObject

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage
from copilot_desktop.editor.line_blocks import blanks, end_of_line, indent_step, line_text
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved

_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}
_CLOSING = frozenset(b")]}")
_COLON_LEXERS = frozenset(("python", "gdscript", "nim", "yaml"))


class NewLines(QObject):
    """Makes the new lines of one view."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        super().__init__(code)
        self._code, self._selections = code, selections
        self.does_indent = True
        self._blank_ends: frozenset[int] = frozenset()
        """Where lines end that hold nothing but the blanks of the last Enter; nothing was changed since."""
        self.language: EditorLanguage = PLAIN_TEXT
        code.charAdded.connect(self._on_code_char_added)

    def takes_enter(self) -> bool:
        """Begin a new line at every caret, in place of what is selected there."""
        code, left = self._code, self._blank_ends
        if code.readOnly():
            return False
        edits, inner = list[TextEdit](), dict[Span, tuple[int, int]]()
        for span in self._selections.all():
            line = code.lineFromPosition(span.end)
            rest = code.data(span.end, code.lineEndPosition(line))
            first, second = self._new_line(span.start, rest.lstrip(b" \t"))
            # Nobody typed these blanks, and they would be left at the end of an empty line.
            start = code.positionFromLine(line) if span.is_empty and span.start in left else span.start
            skipped = len(rest) - len(rest.lstrip(b" \t")) if self.does_indent else 0
            edits.append(TextEdit(start, span.end + skipped, first + second))
            inner[span] = (edits[-1].end, len(second))

        def follow(span: Span) -> Span:
            end, after = inner[span]
            place = moved(end, edits) - after
            return Span(place, place)

        self._selections.edit(edits, follow)
        if self.does_indent:
            self._remember_blanks()
        return True

    def _remember_blanks(self) -> None:
        """The carets are in lines that Enter has begun."""
        code = self._code
        places = ((span.caret, code.lineFromPosition(span.caret)) for span in self._selections.all())
        ends = frozenset(
            caret
            for caret, line in places
            if caret == code.lineEndPosition(line) > code.positionFromLine(line) and not line_text(code, line).strip()
        )
        if ends and not self._blank_ends:
            code.modified.connect(self._on_code_modified)
        self._blank_ends = ends

    def _on_code_modified(self, *_details: object) -> None:
        self._blank_ends = frozenset()
        self._code.modified.disconnect(self._on_code_modified)

    def _new_line(self, start: int, rest: bytes) -> tuple[bytes, bytes]:
        """What is put in before the caret and after it; the closing bracket of an empty pair gets its own line."""
        code, eol = self._code, end_of_line(self._code)
        if not self.does_indent:
            return eol, b""
        line = code.lineFromPosition(start)
        columns = min(code.lineIndentation(line), code.column(start))
        before = code.data(code.positionFromLine(line), start).rstrip()
        ending = before[-1:]
        if ending not in _PAIRS and not (ending == b":" and self.language.lexer in _COLON_LEXERS):
            return eol + blanks(code, columns), b""
        deeper = eol + blanks(code, columns + indent_step(code))
        is_pair = ending in _PAIRS and rest[:1] == _PAIRS[ending]
        return deeper, eol + blanks(code, columns) if is_pair else b""

    def _on_code_char_added(self, character: int) -> None:
        """A closing bracket that begins its line is indented as the line of its opening one."""
        if not self.does_indent or character not in _CLOSING:
            return
        code, edits = self._code, []
        for span in self._selections.all():
            line = code.lineFromPosition(span.caret)
            start, bracket = code.positionFromLine(line), span.caret - 1
            if bracket < start or code.data(start, bracket).strip():
                continue
            code.style_to(code.lineEndPosition(line))
            match = code.braceMatch(bracket, 0)
            if match >= 0:
                columns = code.lineIndentation(code.lineFromPosition(match))
                if columns < code.lineIndentation(line):
                    edits.append(TextEdit(start, bracket, blanks(code, columns)))
        self._selections.edit(edits)
