"""Commenting lines and selections out and in again, in the signs of the language."""

from __future__ import annotations

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.languages import PLAIN_TEXT, EditorLanguage
from copilot_desktop.editor.line_blocks import LineBlock, line_blocks, line_text
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved


class CommentCommands:
    """Toggles comments at all carets; each is one undo step. A language without one sort of comment uses the other."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        self._code = code
        self._selections = selections
        self.language: EditorLanguage = PLAIN_TEXT

    def toggle_lines(self) -> None:
        """Comment the selected lines out, or in again when all of them are comments."""
        blocks = line_blocks(self._code, self._selections.all(), joins_neighbours=True)
        if self.language.line_comment:
            self._selections.edit([edit for block in blocks for edit in self._line_edits(block)])
        elif self.language.block_comment[0]:
            self._selections.edit([edit for block in blocks for edit in self._wrap_edits(block)])

    def toggle_block(self) -> None:
        """Put block comments around the selections, or take those away that are around or at the carets."""
        if not self.language.block_comment[0]:
            self.toggle_lines()
            return
        edits, wrapped = list[TextEdit](), set[Span]()
        closing = b" " + self._closing()
        for span in self._selections.all():
            removal = self._removal(span)
            if removal:
                edits += removal
                continue
            wrapped.add(span)
            edits.append(TextEdit(span.start, span.start, self._opening() + b" "))
            edits.append(TextEdit(span.end, span.end, closing))

        def follow(span: Span) -> Span:
            # What was selected stays selected, and a caret alone comes to stand between the signs.
            if span not in wrapped:
                return Span(moved(span.anchor, edits), moved(span.caret, edits))
            end = moved(span.end, edits) - len(closing)
            start = end if span.is_empty else moved(span.start, edits)
            return Span(end, start) if span.caret < span.anchor else Span(start, end)

        self._selections.edit(edits, follow)

    def _opening(self) -> bytes:
        return self.language.block_comment[0].encode()

    def _closing(self) -> bytes:
        return self.language.block_comment[1].encode()

    def _line_edits(self, block: LineBlock) -> list[TextEdit]:
        code, mark = self._code, self.language.line_comment.encode()
        every = range(block.first, block.last + 1)
        lines = [line for line in every if line_text(code, line).strip()] or list(every)
        starts = [code.lineIndentPosition(line) for line in lines]
        texts = [code.data(start, code.lineEndPosition(line)) for start, line in zip(starts, lines, strict=True)]
        if all(text.startswith(mark) for text in texts):
            lengths = [len(mark) + (text[len(mark) : len(mark) + 1] == b" ") for text in texts]
            return [TextEdit(start, start + size, b"") for start, size in zip(starts, lengths, strict=True)]
        column = min(code.lineIndentation(line) for line in lines)
        places = [code.findColumn(line, column) for line in lines]
        return [TextEdit(place, place, mark + b" ") for place in places]

    def _wrap_edits(self, block: LineBlock) -> list[TextEdit]:
        code, opening, closing = self._code, self._opening(), self._closing()
        lines = [line for line in range(block.first, block.last + 1) if line_text(code, line).strip()] or [block.first]
        start, last_start = code.lineIndentPosition(lines[0]), code.positionFromLine(lines[-1])
        end = last_start + len(line_text(code, lines[-1]).rstrip(b" \t"))
        end = max(start, end)
        return self._unwrapped(start, end) or [
            TextEdit(start, start, opening + b" "),
            TextEdit(end, end, b" " + closing),
        ]

    def _unwrapped(self, start: int, end: int) -> list[TextEdit]:
        """The edits that take the signs away when the text begins and ends with them."""
        text, opening, closing = self._code.data(start, end), self._opening(), self._closing()
        if len(text) < len(opening) + len(closing) or not (text.startswith(opening) and text.endswith(closing)):
            return []
        inner = text[len(opening) : len(text) - len(closing)]
        before, after = inner[:1] == b" ", inner[-1:] == b" " and len(inner) > 1
        return [
            TextEdit(start, start + len(opening) + before, b""),
            TextEdit(end - len(closing) - after, end, b""),
        ]

    def _removal(self, span: Span) -> list[TextEdit]:
        """The edits that take a comment away that a selection is, lies in on its line, or is the inside of."""
        selected = self._selections.text(span)
        lead, trail = len(selected) - len(selected.lstrip()), len(selected) - len(selected.rstrip())
        found = self._unwrapped(span.start + lead, max(span.start + lead, span.end - trail))
        if found:
            return found
        code = self._code
        first = code.positionFromLine(code.lineFromPosition(span.start))
        last = code.lineEndPosition(code.lineFromPosition(span.end))
        before, after = code.data(first, span.start), code.data(span.end, last)
        opens, closes = before.rfind(self._opening()), after.find(self._closing())
        if opens < 0 or closes < 0 or self._closing() in before[opens + len(self._opening()) :]:
            return []
        if self._opening() != self._closing() and self._opening() in after[:closes]:
            return []
        return self._unwrapped(first + opens, span.end + closes + len(self._closing()))
