"""Offsets of one text in the three units in use; every conversion in the program happens here.

Scintilla and tree-sitter count UTF-8 bytes, Python code points, Qt UTF-16 units.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NewType

Utf8Offset = NewType("Utf8Offset", int)
CodePointOffset = NewType("CodePointOffset", int)
Utf16Offset = NewType("Utf16Offset", int)

_STEP = 256
"""Code points between two remembered offsets: a conversion looks at no more than these."""


def _utf8_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class PositionMap:
    """Converts offsets of one text.

    An offset inside a code point (the second byte of an é) belongs to that code point's start. An offset before the
    text or past its end raises ValueError.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_ascii = text.isascii()
        self._utf8 = [0]
        self._utf16 = [0]
        if not self._is_ascii:
            for start in range(0, len(text), _STEP):
                piece = text[start : start + _STEP]
                self._utf8.append(self._utf8[-1] + _utf8_length(piece))
                self._utf16.append(self._utf16[-1] + utf16_length(piece))

    def to_utf8(self, offset: CodePointOffset) -> Utf8Offset:
        """Code points to UTF-8 bytes."""
        self._check(offset, len(self._text))
        if self._is_ascii:
            return Utf8Offset(offset)
        index = offset // _STEP
        return Utf8Offset(self._utf8[index] + _utf8_length(self._text[index * _STEP : offset]))

    def to_utf16(self, offset: CodePointOffset) -> Utf16Offset:
        """Code points to UTF-16 units."""
        self._check(offset, len(self._text))
        if self._is_ascii:
            return Utf16Offset(offset)
        index = offset // _STEP
        return Utf16Offset(self._utf16[index] + utf16_length(self._text[index * _STEP : offset]))

    def from_utf8(self, offset: Utf8Offset) -> CodePointOffset:
        """UTF-8 bytes to code points."""
        if self._is_ascii:
            self._check(offset, len(self._text))
            return CodePointOffset(offset)
        self._check(offset, self._utf8[-1])
        index = min(bisect_right(self._utf8, offset) - 1, len(self._utf8) - 2)
        at, left = index * _STEP, offset - self._utf8[index]
        while left > 0 and at < len(self._text):
            left -= _utf8_length(self._text[at])
            if left < 0:
                break
            at += 1
        return CodePointOffset(at)

    @staticmethod
    def _check(offset: int, limit: int) -> None:
        if not 0 <= offset <= limit:
            raise ValueError(f"offset {offset} is outside a text of {limit}")
