r"""The file of one unsaved text: a first line with the version, then records, each with its length and a checksum.

    copilot-desktop unsaved text 1\n
    HEADER  what the text is of, as JSON; a later one replaces the one before
    BASE    the text as it was when the file was begun, UTF-8
    EDITS   changes made since, in their order; one record per batch written down

Version 2 has in place of the base

    DISK    that the base is what stands in the text's file, with its hash: a long text is kept so for the moment that
            it takes to write it down whole

The last record may be cut by a kill or a power cut: it is passed over, and so is what a disk put behind it.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import IntEnum
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.text.changes import ByteEdit, ReplayedText
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding
from copilot_desktop.values import dataclass

VERSION: Final = 2
_WHOLE_VERSION: Final = 1
"""Of files without what version 2 brought: the programs before it can read them."""
FIRST_LINE: Final = b"copilot-desktop unsaved text %d\n"
_FIRST_LINE = re.compile(rb"copilot-desktop unsaved text (\d{1,9})\n")
_FRAME = struct.Struct("<BQI")
_EDIT = struct.Struct("<QQQ")


class Kind(IntEnum):
    """What a record holds."""

    HEADER = 1
    BASE = 2
    EDITS = 3
    DISK = 4


@dataclass(frozen=True, slots=True)
class UnsavedHeader:
    """What a text is of. `path` is None for an untitled document; `disk_hash`: what stood on disk, None: nothing.

    `caret` is the byte it stood at when this was written.
    """

    path: str | None
    title: str
    format: TextFormat
    disk_hash: str | None
    caret: int = 0


@dataclass(frozen=True, slots=True)
class DiskBase:
    """A base that stands in the text's file: SHA-256 (hex) of its bytes, and how many the text has as UTF-8."""

    disk_hash: str
    size_bytes: int


FindBase = Callable[[UnsavedHeader, DiskBase], bytes]
"""Gives a base as UTF-8. Raises StoreError where the file holds something else by now."""


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """A text as its file tells it; the caret stands after the last edit.

    `is_damaged`: a record in the middle is broken, and what came after it is not in the text. `is_on_disk`: the base
    was in the text's file.
    """

    header: UnsavedHeader
    text: bytes
    caret: int
    is_damaged: bool
    is_on_disk: bool = False


def record(kind: Kind, payload: bytes) -> bytes:
    """A record as it stands in the file."""
    return _FRAME.pack(kind, len(payload), _checksum(kind, payload)) + payload


def first_records(header: UnsavedHeader, text: bytes) -> bytes:
    """The file of a text that has not been changed since."""
    return b"".join(first_pieces(header, text))


def first_pieces(header: UnsavedHeader, *text: bytes) -> tuple[bytes, ...]:
    """The same in pieces, of a text in pieces."""
    checksum = _checksum(Kind.BASE, *text)
    frame = _FRAME.pack(Kind.BASE, sum(map(len, text)), checksum)
    return (FIRST_LINE % _WHOLE_VERSION + header_record(header) + frame, *text)


def first_records_on_disk(header: UnsavedHeader, base: DiskBase) -> bytes:
    """The file of a text that was the one in its file."""
    values = {"disk_hash": base.disk_hash, "size_bytes": base.size_bytes}
    return FIRST_LINE % VERSION + header_record(header) + record(Kind.DISK, json.dumps(values).encode())


def header_record(header: UnsavedHeader) -> bytes:
    """A header, to be the one that holds from here on."""
    text_format = header.format
    values = {
        "path": header.path,
        "title": header.title,
        "encoding": text_format.encoding,
        "has_bom": text_format.has_bom,
        "ending": text_format.ending.value,
        "disk_hash": header.disk_hash,
        "caret": header.caret,
    }
    return record(Kind.HEADER, json.dumps(values).encode())


def edits_record(edits: Iterable[ByteEdit]) -> bytes:
    """A batch of edits; all of them come back or none."""
    parts: list[bytes] = []
    for edit in edits:
        parts += (_EDIT.pack(edit.position, edit.removed_bytes, len(edit.inserted)), edit.inserted)
    return record(Kind.EDITS, b"".join(parts))


def read_unsaved(data: bytes, find_base: FindBase | None = None) -> UnsavedText:
    """The text of a file. Raises NewerStoreError, and StoreError where not even the base can be read."""
    first = _FIRST_LINE.match(data)
    if first is None:
        raise _damaged("no first line")
    if int(first[1]) > VERSION:
        raise NewerStoreError(
            "Unsaved text was kept by a newer version of the program; it was left untouched.",
            advice="Start the newer version to get it back.",
        )
    found = _Found()
    end = first.end()
    for kind, payload, record_end in _records(data, first.end()):
        try:
            found.take(kind, payload)
        except (ValueError, LookupError, TypeError, struct.error) as error:
            if found.header is None or found.base is None:
                raise _damaged(str(error)) from error
            break
        end = record_end
    if found.header is None or found.base is None:
        raise _damaged("no header or no text")
    if isinstance(found.base, DiskBase):
        content = found.on_disk(found.header, found.base, find_base)
    else:
        content = found.base.content()
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise _damaged(str(error)) from error
    caret, is_on_disk = min(max(found.caret, 0), len(content)), isinstance(found.base, DiskBase)
    return UnsavedText(found.header, content, caret, _goes_on(data, end), is_on_disk)


class _Found:
    """What the records say, one after the other."""

    def __init__(self) -> None:
        self.header: UnsavedHeader | None = None
        self.base: ReplayedText | DiskBase | None = None
        self.caret = -1
        self._edits: list[ByteEdit] = []

    def take(self, kind: int, payload: bytes) -> None:
        if kind == Kind.HEADER:
            self.header = _header(payload)
            self.caret = self.header.caret if self.header.caret else self.caret
        elif kind == Kind.BASE:
            self.base = ReplayedText(payload)
        elif kind == Kind.DISK:
            values: dict[str, Any] = json.loads(payload)
            self.base = DiskBase(str(values["disk_hash"]), int(values["size_bytes"]))
        elif kind == Kind.EDITS and self.base is not None:
            edits = _edits(payload)
            if isinstance(self.base, DiskBase):
                self._edits += edits
            else:
                _apply(self.base, edits)
            if edits:
                self.caret = edits[-1].position + len(edits[-1].inserted)

    def on_disk(self, header: UnsavedHeader, base: DiskBase, find_base: FindBase | None) -> bytes:
        """The text whose base is in its file."""
        if find_base is None:
            raise _damaged("its base is in another file")
        text = find_base(header, base)
        if len(text) != base.size_bytes:
            raise _damaged(f"the base has {len(text)} bytes instead of {base.size_bytes}")
        replayed = ReplayedText(text)
        try:
            _apply(replayed, self._edits)
        except ValueError as error:
            raise _damaged(str(error)) from error
        return replayed.content()


def _apply(text: ReplayedText, edits: Iterable[ByteEdit]) -> None:
    for edit in edits:
        text.apply(edit)


def renewed(found: UnsavedText) -> tuple[bytes, ...]:
    """The same text as a file without edits."""
    return first_pieces(replace(found.header, caret=found.caret), found.text)


def _records(data: bytes, start: int) -> Iterator[tuple[int, bytes, int]]:
    """Records from `start` on that are whole, with the place behind each."""
    while start + _FRAME.size <= len(data):
        kind, length, checksum = _FRAME.unpack_from(data, start)
        end = start + _FRAME.size + length
        if end > len(data):
            return
        payload = data[start + _FRAME.size : end]
        if _checksum(kind, payload) != checksum:
            return
        yield kind, payload, end
        start = end


def _goes_on(data: bytes, end: int) -> bool:
    """Whether something stands behind the record at `end`: then that one is not the last, cut while it was written."""
    if end + _FRAME.size > len(data):
        return False
    _kind, length, _sum = _FRAME.unpack_from(data, end)
    # What a power cut leaves behind the end is zeros on many disks.
    return bool(data[end + _FRAME.size + length :].rstrip(b"\0"))


def _checksum(kind: int, *payload: bytes) -> int:
    checksum = zlib.crc32(_FRAME.pack(kind, sum(map(len, payload)), 0))
    for piece in payload:
        checksum = zlib.crc32(piece, checksum)
    return checksum


def _header(payload: bytes) -> UnsavedHeader:
    values: dict[str, Any] = json.loads(payload)
    text_format = TextFormat(str(values["encoding"]), bool(values["has_bom"]), LineEnding(values["ending"]))
    codecs.lookup(text_format.encoding)
    path, disk_hash = values["path"], values["disk_hash"]
    return UnsavedHeader(
        None if path is None else str(path),
        str(values["title"]),
        text_format,
        None if disk_hash is None else str(disk_hash),
        int(values["caret"]),
    )


def _edits(payload: bytes) -> list[ByteEdit]:
    edits, start = [], 0
    while start < len(payload):
        position, removed, length = _EDIT.unpack_from(payload, start)
        start += _EDIT.size
        edits.append(ByteEdit(position, removed, payload[start : start + length]))
        start += length
    return edits


def _damaged(detail: str) -> StoreError:
    return StoreError("The copy of an unsaved text is damaged and could not be read.", detail=detail)
