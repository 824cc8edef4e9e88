"""Which lines the selections touch, and what stands in a line."""

from __future__ import annotations

from collections.abc import Iterable

from copilot_desktop.editor.code_widget import CodeWidget
from copilot_desktop.editor.selections import Span
from copilot_desktop.values import dataclass

_EOLS = (b"\r\n", b"\r", b"\n")


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Lines `first` to `last`, both included, and the selections that touch them."""

    first: int
    last: int
    spans: tuple[Span, ...]


def line_blocks(code: CodeWidget, spans: Iterable[Span], *, joins_neighbours: bool = False) -> tuple[LineBlock, ...]:
    """The lines that selections touch, in order; a line belongs to one block. `joins_neighbours`: so do lines that
    follow one another. A selection that ends at the start of a line does not touch that line."""
    blocks: list[LineBlock] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        first, last = code.lineFromPosition(span.start), code.lineFromPosition(span.end)
        if last > first and span.end == code.positionFromLine(last):
            last -= 1
        if blocks and first <= blocks[-1].last + joins_neighbours:
            before = blocks[-1]
            blocks[-1] = LineBlock(before.first, max(before.last, last), (*before.spans, span))
        else:
            blocks.append(LineBlock(first, last, (span,)))
    return tuple(blocks)


def line_text(code: CodeWidget, line: int) -> bytes:
    """A line without its ending."""
    return code.data(code.positionFromLine(line), code.lineEndPosition(line))


def indentation(code: CodeWidget, line: int) -> bytes:
    """The blanks before a line's text."""
    return code.data(code.positionFromLine(line), code.lineIndentPosition(line))


def blanks(code: CodeWidget, columns: int) -> bytes:
    """Indentation of so many columns, as the file is indented."""
    width = code.tabWidth()
    return b"\t" * (columns // width) + b" " * (columns % width) if code.useTabs() else b" " * columns


def indent_step(code: CodeWidget) -> int:
    """Columns of one level."""
    return code.indent() or code.tabWidth()


def end_of_line(code: CodeWidget) -> bytes:
    """What a new line ends with."""
    return _EOLS[code.eOLMode()]
