r"""The file of one unsaved text: a first line with the version, then records, each with its length and a checksum.

    copilot-desktop unsaved text 1\n
    HEADER  what the text is of, as JSON; a later one replaces the one before
    BASE    the text as it was when the file was begun, UTF-8
    EDITS   changes made since, in their order; one record per batch written down

The last record may be cut by a kill or a power cut: it is passed over, and so is what a disk put behind it.
"""

from __future__ import annotations

import codecs
import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final

from copilot_desktop.errors import NewerStoreError, StoreError
from copilot_desktop.text.changes import ByteEdit, ReplayedText
from copilot_desktop.text.encodings import TextFormat
from copilot_desktop.text.lines import LineEnding

VERSION: Final = 1
FIRST_LINE: Final = b"copilot-desktop unsaved text %d\n"
_FIRST_LINE = re.compile(rb"copilot-desktop unsaved text (\d{1,9})\n")
_FRAME = struct.Struct("<BQI")
_EDIT = struct.Struct("<QQQ")


class Kind(IntEnum):
    """What a record holds."""

    HEADER = 1
    BASE = 2
    EDITS = 3


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
class UnsavedText:
    """A text as its file tells it; the caret stands after the last edit.

    `is_damaged`: a record in the middle is broken, and what came after it is not in the text.
    """

    header: UnsavedHeader
    text: bytes
    caret: int
    is_damaged: bool


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
    return (FIRST_LINE % VERSION + header_record(header) + frame, *text)


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


def read_unsaved(data: bytes) -> UnsavedText:
    """The text of a file. Raises NewerStoreError, and StoreError where not even the base can be read."""
    first = _FIRST_LINE.match(data)
    if first is None:
        raise _damaged("no first line")
    if int(first[1]) > VERSION:
        raise NewerStoreError(
            "Unsaved text was kept by a newer version of the program; it was left untouched.",
            advice="Start the newer version to get it back.",
        )
    header: UnsavedHeader | None = None
    text: ReplayedText | None = None
    caret, end = -1, first.end()
    for kind, payload, record_end in _records(data, first.end()):
        try:
            if kind == Kind.HEADER:
                header = _header(payload)
                caret = header.caret if header.caret else caret
            elif kind == Kind.BASE:
                text = ReplayedText(payload)
            elif kind == Kind.EDITS and text is not None:
                edits = _edits(payload)
                for edit in edits:
                    text.apply(edit)
                if edits:
                    caret = edits[-1].position + len(edits[-1].inserted)
        except (ValueError, LookupError, TypeError, struct.error) as error:
            if header is None or text is None:
                raise _damaged(str(error)) from error
            break
        end = record_end
    if header is None or text is None:
        raise _damaged("no header or no text")
    content = text.content()
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise _damaged(str(error)) from error
    return UnsavedText(header, content, min(max(caret, 0), len(content)), _goes_on(data, end))


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
