"""What an answer reads like where it is shown, without drawing it: as the view's document has it, block by block."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from copilot_desktop.ui.chat.markdown_blocks import BlockSplitter, MarkdownBlock
from copilot_desktop.ui.chat.rich_lines import Line, LineKind, Run, lines_of
from copilot_desktop.ui.code_colours import CodeRun

_PIECE_CHARACTERS = 3_000


def reading(answer: str) -> Generator[None, None, str]:
    """Returns the text of an answer without its markup; the markers of edits are not in it, as they are not shown.

    Yields after every few milliseconds of work.
    """
    splitter = BlockSplitter()
    lines: list[str] = []
    start = 0
    while start < len(answer):
        # What is still open is read anew with each piece: of a long answer they grow.
        end = start + max(_PIECE_CHARACTERS, start // 8)
        splitter.feed(answer[start:end])
        start = end
        is_finished = start >= len(answer)
        for block in splitter.split(is_finished=is_finished):
            if is_finished or not block.is_open:
                lines.extend(_texts_of(block))
        yield
    return "\n".join(lines)


def _texts_of(block: MarkdownBlock) -> Iterator[str]:
    for line in lines_of(block.tokens, 0, _uncoloured)[0]:
        yield from _texts(line)


def _texts(line: Line) -> Iterator[str]:
    if line.kind is LineKind.TABLE:
        for row in line.rows:
            yield from map(_text, row)
    else:
        yield (f"{line.marker}\t" if line.marker else "") + _text(line.runs)


def _text(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _uncoloured(text: str, _language: str, _path: str) -> list[list[CodeRun]]:
    return [[CodeRun(row)] for row in text.split("\n")]
