"""Markdown that is still arriving, cut into blocks that are finished and the one that may still change.

Everything before the last top-level block can no longer change (but for link definitions that come later, which models
do not write); so it is rendered once and frozen. No Qt here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from copilot_desktop.ui.chat.raw_edits import RawEdits
from copilot_desktop.values import dataclass

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?")
_UNDECIDED = re.compile(r"[-*_=#+`~ \t]+")
"""The beginning of a line that may be a rule, a fence or a head, or text of the paragraph above: more must come."""


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """One top-level block: its tokens, and whether more text can still change it."""

    tokens: tuple[Token, ...]
    is_open: bool


@cache
def parser() -> MarkdownIt:
    """The one parser: CommonMark with tables and strikethrough, raw HTML as text. The first call imports it (65 ms)."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def warm() -> None:
    """Import the parser and use it once. For a worker."""
    parser().parse("A *b* `c`.\n\n- d\n\n```py\ne\n```\n")


class BlockSplitter:
    """Takes an answer in pieces of any size; the blocks are the same as if it had come at once."""

    def __init__(self) -> None:
        self._arrived = ""
        """What is not yet a whole line."""
        self._open_lines: list[str] = []
        """Whole lines of the block that may still change."""
        self._raw = RawEdits()

    def feed(self, text: str) -> None:
        """Append a piece of the answer."""
        self._arrived += text

    def split(self, *, is_finished: bool = False) -> tuple[MarkdownBlock, ...]:
        """The blocks since the last call; at most the last one is open, and comes again at the next call."""
        text = self._arrived
        held = "\r" if text.endswith("\r") and not is_finished else ""
        *whole, begun = _LINE_END.sub("\n", text[: len(text) - len(held)]).split("\n")
        if is_finished and begun:
            whole, begun = [*whole, begun], ""
        for line in whole:
            self._open_lines += self._raw.take(line)
        self._arrived = begun + held
        lines = [*self._open_lines, *self._raw.held, "" if _UNDECIDED.fullmatch(begun) else begun]
        groups = _top_level(parser().parse("\n".join(lines)))
        if is_finished:
            self._open_lines = []
            return tuple(MarkdownBlock(group, False) for group in groups)
        if not groups:
            return ()
        last = groups[-1][0]
        first_line, end_line = last.map or [0, 0]
        is_open = not _is_closed_fence(last, lines)
        del self._open_lines[: first_line if is_open else end_line]
        return tuple(MarkdownBlock(group, is_open and group is groups[-1]) for group in groups)


def _top_level(tokens: Sequence[Token]) -> list[tuple[Token, ...]]:
    """Tokens grouped by the top-level block they belong to."""
    groups: list[tuple[Token, ...]] = []
    current: list[Token] = []
    depth = 0
    for token in tokens:
        current.append(token)
        depth += token.nesting
        if depth == 0:
            groups.append(tuple(current))
            current = []
    return groups


def _is_closed_fence(token: Token, lines: Sequence[str]) -> bool:
    """Whether the block is a fence whose closing line has ended."""
    if token.type != "fence" or token.map is None:
        return False
    start, end = token.map
    if end - start < 2 or end >= len(lines):
        return False
    closing = lines[end - 1].strip()
    return len(closing) >= len(token.markup) and set(closing) == {token.markup[0]}
