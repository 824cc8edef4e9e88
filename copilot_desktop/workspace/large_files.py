"""Reading a text file of hundreds of megabytes piece by piece, so that nothing has to hold it twice."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from copilot_desktop.errors import UndecodableError
from copilot_desktop.text.encodings import TextFormat, decode, mark_of
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.files import OPENED_BYTES, opened_for_reading
from copilot_desktop.workspace.paths import Workspace

PIECE_BYTES: Final = 512 * 1024
"""Larger ones would keep Python, and with it the window, for a frame while they are decoded."""


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A large file as it was read; its text went to whoever took the pieces."""

    path: str
    format: TextFormat
    disk_hash: str
    size_bytes: int


def read_large(
    workspace: Workspace,
    path: str,
    take: Callable[[bytes, float], bool],
    make_room: Callable[[int], None] = lambda _size_bytes: None,
) -> LargeFile | None:
    """Hand a file's text over as UTF-8, piece by piece, each with the share read so far; None when `take` says False.

    `make_room` is told the size before. Raises UnsafePathError, UnreadableFileError, NotTextError (over 1 GB) and
    UndecodableError, at any piece.
    """
    place = workspace.resolve(path)
    digest, again = hashlib.sha256(), hashlib.sha256()
    size_bytes = place.stat().st_size if place.exists() else 0
    make_room(min(size_bytes, OPENED_BYTES))
    text_format: TextFormat | None = None
    decoder: codecs.IncrementalDecoder | None = None
    read_bytes = 0
    for data, is_last in _pieces(place, path):
        digest.update(data)
        read_bytes += len(data)
        if decoder is None or text_format is None:
            text_format = _format_of(data, path)
            decoder = codecs.getincrementaldecoder(text_format.encoding)()
            mark = mark_of(text_format)
            again.update(mark)
            data = data[len(mark) :]
        try:
            before = decoder.getstate()[0]
            text = decoder.decode(data, is_last)
        except UnicodeDecodeError as error:
            raise _undecodable(path, text_format) from error
        if text_format.encoding == "utf-8":
            data = before + data
            data = data[: len(data) - len(decoder.getstate()[0])]
        else:
            again.update(text.encode(text_format.encoding))
            data = text.encode("utf-8")
        if not take(data, read_bytes / max(size_bytes, read_bytes, 1)):
            return None
    if text_format is None:
        text_format = decode(b"")[1]
    if text_format.encoding != "utf-8" and again.digest() != digest.digest():
        raise _undecodable(path, text_format)
    return LargeFile(path, text_format, digest.hexdigest(), read_bytes)


def hash_large(workspace: Workspace, path: str) -> str:
    """SHA-256 (hex) of a file of any size that is opened; the errors of `read_large` but for the last."""
    with opened_for_reading(workspace.resolve(path), path, OPENED_BYTES) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pieces(place: Path, path: str) -> Iterator[tuple[bytes, bool]]:
    with opened_for_reading(place, path, OPENED_BYTES) as file:
        data = file.read(PIECE_BYTES)
        while data:
            following = file.read(PIECE_BYTES)
            yield data, not following
            data = following


def _format_of(sample: bytes, path: str) -> TextFormat:
    """The format as the first piece tells it: up to its last line end, since a character may be cut after it."""
    cut = sample.rfind(b"\n") + 1
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        is_utf8 = b"\0" not in sample
    except UnicodeDecodeError:
        is_utf8 = False
    try:
        # Of UTF-8 whole lines are enough; for the others any cut is as good.
        return decode(sample[: cut or len(sample)] if is_utf8 or cut % 4 == 0 else sample[: len(sample) // 4 * 4])[1]
    except UndecodableError as error:
        raise UndecodableError(f"{path}: {error.message}", advice=error.advice) from error


def _undecodable(path: str, text_format: TextFormat) -> UndecodableError:
    return UndecodableError(
        f"{path} begins as {text_format.encoding} but is not that throughout.", advice="Open it with another program."
    )
