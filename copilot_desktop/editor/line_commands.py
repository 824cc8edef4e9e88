"""Commands on whole lines, at all carets at once; each is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.line_blocks import (
    LineBlock,
    blanks,
    end_of_line,
    indent_step,
    indentation,
    line_blocks,
    line_text,
)
from copilot_desktop.editor.selections import Selections, Span, TextEdit, moved
from copilot_desktop.editor.tidying import convert_indentation, trim
from copilot_desktop.text.line_texts import LetterCase, in_case, sorted_lines, unique_lines


class LineCommands:
    """Moves, copies, deletes, joins, indents and sorts the lines that the selections touch."""

    def __init__(self, code: CodeWidget, selections: Selections) -> None:
        self._code = code
        self._selections = selections

    def move(self, is_up: bool) -> None:
        """Move lines by one, and their carets with them; lines at the edge of the text stay."""
        edits: list[TextEdit] = []
        shifts: dict[Span, int] = {}
        for block in self._blocks(joins_neighbours=True):
            step = self._moved_up(block) if is_up else self._moved_down(block)
            if step is not None:
                edits += step[0]
                shifts.update(dict.fromkeys(block.spans, step[1]))
        self._selections.edit(edits, lambda span: span.shifted(shifts.get(span, 0)))

    def copy(self, is_up: bool) -> None:
        """Repeat lines; the carets are in the upper or the lower of the two."""
        edits: list[TextEdit] = []
        before: dict[Span, int] = {}
        added = 0
        for block in self._blocks():
            data = self._code.data(self._code.positionFromLine(block.first), self._code.line_start(block.last + 1))
            is_ended = data.endswith((b"\n", b"\r"))
            whole = data if is_ended else data + end_of_line(self._code)
            if is_up:
                place = self._code.line_start(block.last + 1)
                edits.append(TextEdit(place, place, whole if is_ended else end_of_line(self._code) + data))
                before.update(dict.fromkeys(block.spans, added))
            else:
                place = self._code.positionFromLine(block.first)
                edits.append(TextEdit(place, place, whole))
                before.update(dict.fromkeys(block.spans, added + len(whole)))
            added += len(whole)
        self._selections.edit(edits, lambda span: span.shifted(before[span]))

    def duplicate(self) -> None:
        """Repeat what is selected right after it, or the caret's line."""
        self._code.selectionDuplicate()

    def delete(self) -> None:
        """Delete lines; the carets stay in their columns."""
        code, edits, targets = self._code, list[TextEdit](), dict[Span, int]()
        for block in self._blocks(joins_neighbours=True):
            start, end, next_line = code.positionFromLine(block.first), code.line_start(block.last + 1), block.last + 1
            if next_line == code.lineCount():
                next_line = block.first - 1
                start = code.lineEndPosition(next_line) if block.first else start
            edits.append(TextEdit(start, end, b""))
            for span in block.spans:
                targets[span] = code.findColumn(next_line, code.column(span.caret)) if next_line >= 0 else 0

        def follow(span: Span) -> Span:
            place = moved(targets[span], edits)
            return Span(place, place)

        self._selections.edit(edits, follow)

    def join(self) -> None:
        """Join the lines of each selection, or the caret's line and the next, with one blank between their texts."""
        edits: list[TextEdit] = []
        for block in self._blocks():
            last = block.last + 1 if block.first == block.last else block.last
            edits += self._joins(block.first, min(last, self._code.lineCount() - 1))
        self._selections.edit(edits)

    def insert(self, is_above: bool) -> None:
        """Begin a new line above or below, indented like the caret's."""
        code, eol, places = self._code, end_of_line(self._code), dict[int, TextEdit]()
        for span in self._selections.all():
            line = code.lineFromPosition(span.caret)
            indent = indentation(code, line)
            at = code.positionFromLine(line) if is_above else code.lineEndPosition(line)
            places[line] = TextEdit(at, at, indent + eol if is_above else eol + indent)
        edits = list(places.values())

        def follow(span: Span) -> Span:
            place = moved(places[code.lineFromPosition(span.caret)].start, edits) - (len(eol) if is_above else 0)
            return Span(place, place)

        self._selections.edit(edits, follow)

    def indent(self, by: int) -> None:
        """Indent lines by one level (1), or take one away (-1); blank lines stay as they are."""
        code, step, edits = self._code, indent_step(self._code), []
        for block in self._blocks():
            for line in range(block.first, block.last + 1):
                if by > 0 and not line_text(code, line).strip() and block.first != block.last:
                    continue
                columns = code.lineIndentation(line)
                wanted = max(0, (columns // step + 1 if by > 0 else -(-columns // step) - 1) * step)
                if wanted != columns:
                    start = code.positionFromLine(line)
                    edits.append(TextEdit(start, code.lineIndentPosition(line), blanks(code, wanted)))
        self._selections.edit(
            edits, lambda span: Span(_indented(span.anchor, span, edits), _indented(span.caret, span, edits))
        )

    def sort(self, is_descending: bool = False) -> None:
        """Put the selected lines in order, or all lines when none are selected."""
        self._reorder(lambda lines: sorted_lines(lines, is_descending=is_descending))

    def remove_duplicates(self) -> None:
        """Keep each of the selected lines once, or of all lines when none are selected."""
        self._reorder(unique_lines)

    def trim(self) -> None:
        """Cut the blanks at the ends of all lines."""
        trim(self._code, self._selections)

    def convert_indentation(self, is_to_tabs: bool) -> None:
        """Indent all lines by tabs, or by spaces, as deep as they are."""
        convert_indentation(self._code, self._selections, is_to_tabs=is_to_tabs)

    def change_case(self, case: LetterCase) -> None:
        """Turn the letters of the selections, or of the words at the carets."""
        edits, targets = list[TextEdit](), dict[Span, tuple[int, int]]()
        for span in self._selections.all():
            start, end = span.start, span.end
            if span.is_empty:
                start, end = self._code.wordStartPosition(start, True), self._code.wordEndPosition(end, True)
            text = self._code.data(start, end).decode("utf-8", "surrogatepass")
            data = in_case(text, case).encode("utf-8", "surrogatepass")
            if not edits or start >= edits[-1].end:  # two carets in one word
                edits.append(TextEdit(start, end, data))
            targets[span] = (start, len(data))

        def follow(span: Span) -> Span:
            start, length = targets[span]
            first = start + sum(len(edit.data) - (edit.end - edit.start) for edit in edits if edit.end <= start)
            if span.is_empty:
                return Span(place := min(first + span.start - start, first + length), place)
            return Span(first + length, first) if span.caret < span.anchor else Span(first, first + length)

        self._selections.edit(edits, follow)

    def _blocks(self, *, joins_neighbours: bool = False) -> tuple[LineBlock, ...]:
        return line_blocks(self._code, self._selections.all(), joins_neighbours=joins_neighbours)

    def _joins(self, first: int, last: int) -> list[TextEdit]:
        code, edits = self._code, list[TextEdit]()
        text = line_text(code, first)
        end = code.positionFromLine(first) + len(text.rstrip(b" \t") or text)
        gap = b" " if text.strip() else b""
        for line in range(first + 1, last + 1):
            text, start = line_text(code, line), code.positionFromLine(line)
            if text.strip():
                edits.append(TextEdit(end, start + len(text) - len(text.lstrip(b" \t")), gap))
                end, gap = start + len(text.rstrip(b" \t")), b" "
            elif line == last:
                edits.append(TextEdit(end, code.lineEndPosition(line), b""))
        return edits

    def _moved_up(self, block: LineBlock) -> tuple[list[TextEdit], int] | None:
        """The edits, and by how much the block shifts: the line above goes below it."""
        code = self._code
        if block.first == 0:
            return None
        above, start = code.positionFromLine(block.first - 1), code.positionFromLine(block.first)
        line, end = code.data(above, start), code.line_start(block.last + 1)
        if block.last == code.lineCount() - 1:
            content = line.rstrip(b"\r\n")
            return [TextEdit(above, start, b""), TextEdit(end, end, line[len(content) :] + content)], above - start
        return [TextEdit(above, start, b""), TextEdit(end, end, line)], above - start

    def _moved_down(self, block: LineBlock) -> tuple[list[TextEdit], int] | None:
        code = self._code
        below = block.last + 1
        if below >= code.lineCount():
            return None
        start, first, end = code.positionFromLine(block.first), code.positionFromLine(below), code.line_start(below + 1)
        line = code.data(first, end)
        if below == code.lineCount() - 1:
            content_end = code.lineEndPosition(block.last)
            whole = line + code.data(content_end, first)
            return [TextEdit(start, start, whole), TextEdit(content_end, end, b"")], len(whole)
        return [TextEdit(start, start, line), TextEdit(first, end, b"")], len(line)

    def _reorder(self, order: Callable[[Sequence[str]], list[str]]) -> None:
        code, edits, targets = self._code, list[TextEdit](), dict[Span, tuple[int, int]]()
        blocks = [block for block in self._blocks() if block.last > block.first]
        if not blocks and len(self._selections.all()) == 1:
            last = code.lineCount() - 1
            # The empty line after the last ending is no line to sort.
            last -= last > 0 and not line_text(code, last)
            blocks = [LineBlock(0, last, self._selections.all())]
        for block in blocks:
            lines = range(block.first, block.last + 1)
            texts = [line_text(code, line).decode("utf-8", "surrogatepass") for line in lines]
            ordered = order(texts)
            endings = [code.data(code.lineEndPosition(line), code.line_start(line + 1)) for line in lines]
            kept = [*endings[: len(ordered) - 1], endings[-1]]
            data = b"".join(
                text.encode("utf-8", "surrogatepass") + ending for text, ending in zip(ordered, kept, strict=True)
            )
            start, end = code.positionFromLine(block.first), code.line_start(block.last + 1)
            if data != code.data(start, end):
                edits.append(TextEdit(start, end, data))
                for span in block.spans:
                    targets[span] = (start, len(data))

        def follow(span: Span) -> Span:
            if span not in targets:
                return Span(moved(span.anchor, edits), moved(span.caret, edits))
            start, length = targets[span]
            start = moved(start, [edit for edit in edits if edit.start < start])
            return Span(start, start) if span.is_empty else Span(start, start + length)

        self._selections.edit(edits, follow)


def _indented(position: int, span: Span, edits: Sequence[TextEdit]) -> int:
    """Where an end of a selection is after its lines were indented: with its text, or still at the line's start."""
    before: list[TextEdit] = []
    for edit in edits:
        if edit.start <= position <= edit.end:
            is_kept = position == edit.start and position == span.start and not span.is_empty
            shift = 0 if is_kept else position - edit.start + len(edit.data) - (edit.end - edit.start)
            return moved(edit.start, before) + max(0, shift)
        before.append(edit)
    return moved(position, edits)
