"""Changes of a text as the editor makes them, in bytes of its UTF-8."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from copilot_desktop.text.ranges import DocumentId


class ByteEdit(NamedTuple):
    """At `position` so many bytes went, and `inserted` (UTF-8) came."""

    position: int
    removed_bytes: int
    inserted: bytes


class ByteChange(NamedTuple):
    """Bytes [start, end) of a text are to become `data`."""

    start: int
    end: int
    data: bytes


class TextEdited(NamedTuple):
    """One `ByteEdit` of an open document, told while it is made: nobody may change or read the text meanwhile."""

    document_id: DocumentId
    edit: ByteEdit


class CopiedText(NamedTuple):
    """A whole text as UTF-8, in parts: joined, and with the `edits` made to them while they were copied, they are the
    text at `version`. A character may be cut by the end of a part. `caret` is a byte of the text."""

    parts: tuple[bytes, ...]
    caret: int
    version: int = 0
    edits: tuple[ByteEdit, ...] = ()

    @property
    def size_bytes(self) -> int:
        """About how long it is: without the edits."""
        return sum(map(len, self.parts))

    def pieces(self) -> tuple[bytes, ...]:
        """The text in pieces; takes time where there are edits."""
        if not self.edits:
            return self.parts
        replayed = ReplayedText(*self.parts)
        for edit in self.edits:
            replayed.apply(edit)
        return replayed.pieces()


_PIECE_BYTES = 256 * 1024


def joined(edits: Iterable[ByteEdit]) -> list[ByteEdit]:
    """The same edits with what was typed letter by letter as one."""
    runs: list[ByteEdit] = []
    pieces: list[bytes] = []
    end = -1
    for edit in edits:
        if pieces and not edit.removed_bytes and edit.position == end:
            pieces.append(edit.inserted)
            end += len(edit.inserted)
            continue
        if len(pieces) > 1:
            runs[-1] = ByteEdit(runs[-1].position, runs[-1].removed_bytes, b"".join(pieces))
        runs.append(edit)
        pieces, end = [edit.inserted], edit.position + len(edit.inserted)
    if len(pieces) > 1:
        runs[-1] = ByteEdit(runs[-1].position, runs[-1].removed_bytes, b"".join(pieces))
    return runs


class ReplayedText:
    """A text that takes edits quickly: kept in pieces, of which an edit touches only those that it reaches, and finds
    them quickly near the last one. No step takes long, so that Python can do other things meanwhile."""

    def __init__(self, *parts: bytes) -> None:
        self._pieces = [piece for part in parts for piece in _cut(part)] or [bytearray()]
        self._length = sum(map(len, self._pieces))
        self._last = (0, 0)
        """Where the last edit was: the piece's number and its first byte."""

    def __len__(self) -> int:
        return self._length

    def apply(self, edit: ByteEdit) -> None:
        """Make an edit. Raises ValueError for one that reaches past the text."""
        if edit.position < 0 or edit.removed_bytes < 0 or edit.position + edit.removed_bytes > len(self):
            raise ValueError(f"an edit at {edit.position} reaches past the text's {len(self)} bytes")
        number, start = self._last = self._find(edit.position)
        piece, at = self._pieces[number], edit.position - start
        if not isinstance(piece, bytearray):
            piece = bytearray(piece)
        left = max(0, at + edit.removed_bytes - len(piece))
        piece[at : at + edit.removed_bytes] = edit.inserted
        end = number + 1
        while left and left >= len(self._pieces[end]):
            left -= len(self._pieces[end])
            end += 1
        if left:
            self._pieces[end] = self._pieces[end][left:]
        self._pieces[number:end] = _cut(piece) or [piece]
        self._length += len(edit.inserted) - edit.removed_bytes

    def pieces(self) -> tuple[bytes, ...]:
        """All bytes now, in pieces."""
        return tuple(map(bytes, self._pieces))

    def content(self) -> bytes:
        """All bytes now."""
        return b"".join(self._pieces)

    def _find(self, position: int) -> tuple[int, int]:
        """The piece in which, or at whose end, a byte is."""
        number, start = self._last
        while position < start:
            number -= 1
            start -= len(self._pieces[number])
        while position > start + len(self._pieces[number]):
            start += len(self._pieces[number])
            number += 1
        return number, start


def _cut(part: bytes | bytearray) -> list[bytes | bytearray]:
    if len(part) <= _PIECE_BYTES:
        return [part] if part else []
    half = _PIECE_BYTES // 2
    return [part[at : at + half] for at in range(0, len(part), half)]
