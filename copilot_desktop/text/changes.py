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


class TextEdited(NamedTuple):
    """One `ByteEdit` of an open document, told while it is made: nobody may change or read the text meanwhile."""

    document_id: DocumentId
    edit: ByteEdit


class CopiedText(NamedTuple):
    """A whole text as UTF-8, in parts as they lie in memory: joined they are the text. `caret` is a byte of it."""

    parts: tuple[bytes, ...]
    caret: int


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
    """A text that takes edits quickly where they stand near each other: it is kept as two parts, split there."""

    def __init__(self, text: bytes) -> None:
        self._before = bytearray(text)
        self._after_reversed = bytearray()

    def __len__(self) -> int:
        return len(self._before) + len(self._after_reversed)

    def apply(self, edit: ByteEdit) -> None:
        """Make an edit. Raises ValueError for one that reaches past the text."""
        if edit.position < 0 or edit.removed_bytes < 0 or edit.position + edit.removed_bytes > len(self):
            raise ValueError(f"an edit at {edit.position} reaches past the text's {len(self)} bytes")
        self._split_at(edit.position)
        if edit.removed_bytes:
            del self._after_reversed[len(self._after_reversed) - edit.removed_bytes :]
        self._before += edit.inserted

    def content(self) -> bytes:
        """All bytes now."""
        return bytes(self._before) + bytes(self._after_reversed[::-1])

    def _split_at(self, position: int) -> None:
        before, after = self._before, self._after_reversed
        by = position - len(before)
        if by < 0:
            after += before[: by - 1 : -1]
            del before[by:]
        elif by > 0:
            before += after[: -by - 1 : -1]
            del after[-by:]
