"""Three ways to count in a text, and the only place that converts between them.

Scintilla and tree-sitter count UTF-8 bytes, Python counts code points, Qt counts UTF-16 units.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import NewType

Utf8Offset = NewType("Utf8Offset", int)
CodePointOffset = NewType("CodePointOffset", int)
Utf16Offset = NewType("Utf16Offset", int)

_BLOCK = 1024


def _utf8_width(character: str) -> int:
    return 1 if character < "\x80" else 2 if character < "\u0800" else 3 if character < "\U00010000" else 4


def _utf16_width(character: str) -> int:
    return 1 if character < "\U00010000" else 2


class PositionMap:
    """Offsets of one text. A text of ASCII only costs nothing; others one pass, then a short scan per question.

    An offset inside a character is taken for the character's start; one past the end for the end.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_ascii = text.isascii()
        self._utf8_at: list[int] = [0]
        self._utf16_at: list[int] = [0]
        if self._is_ascii:
            return
        for start in range(0, len(text), _BLOCK):
            block = text[start : start + _BLOCK]
            self._utf8_at.append(self._utf8_at[-1] + len(block.encode("utf-8", "surrogatepass")))
            self._utf16_at.append(self._utf16_at[-1] + len(block.encode("utf-16-le", "surrogatepass")) // 2)

    def utf8(self, offset: CodePointOffset) -> Utf8Offset:
        """UTF-8 bytes before a code point."""
        offset = self._clamped(offset)
        if self._is_ascii:
            return Utf8Offset(offset)
        block, start = divmod(offset, _BLOCK)
        piece = self._text[offset - start : offset]
        return Utf8Offset(self._utf8_at[block] + len(piece.encode("utf-8", "surrogatepass")))

    def utf16(self, offset: CodePointOffset) -> Utf16Offset:
        """UTF-16 units before a code point."""
        offset = self._clamped(offset)
        if self._is_ascii:
            return Utf16Offset(offset)
        block, start = divmod(offset, _BLOCK)
        piece = self._text[offset - start : offset]
        return Utf16Offset(self._utf16_at[block] + len(piece.encode("utf-16-le", "surrogatepass")) // 2)

    def from_utf8(self, offset: Utf8Offset) -> CodePointOffset:
        """Code points before a UTF-8 byte."""
        if self._is_ascii:
            return self._clamped(CodePointOffset(offset))
        return self._search(offset, self._utf8_at, _utf8_width)

    def from_utf16(self, offset: Utf16Offset) -> CodePointOffset:
        """Code points before a UTF-16 unit."""
        if self._is_ascii:
            return self._clamped(CodePointOffset(offset))
        return self._search(offset, self._utf16_at, _utf16_width)

    def _clamped(self, offset: CodePointOffset) -> CodePointOffset:
        return CodePointOffset(min(max(offset, 0), len(self._text)))

    def _search(self, offset: int, sums: list[int], width: Callable[[str], int]) -> CodePointOffset:
        if offset <= 0:
            return CodePointOffset(0)
        block = min(bisect_right(sums, offset), len(sums)) - 1
        position, seen = block * _BLOCK, sums[block]
        while position < len(self._text):
            seen += width(self._text[position])
            if seen > offset:
                break
            position += 1
        return CodePointOffset(min(position, len(self._text)))
