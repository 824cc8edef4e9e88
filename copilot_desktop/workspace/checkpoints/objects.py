"""File contents by their SHA-256: written once, on the disk before anyone names them, checked when they are read.

ab/cdef…     as it was kept        ab/cdef….z  the same, compressed by whoever had time for it
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from copilot_desktop.errors import FileChangedError, StoreError
from copilot_desktop.workspace.atomic_write import (
    bytes_hash,
    is_temporary,
    make_private,
    stage,
    sync_folder,
    temporary_for,
)

PIECE_BYTES: Final = 1024 * 1024
_COMPRESSED: Final = ".z"
_LEVEL: Final = 6


class ObjectStore:
    """The contents below one folder, from any thread. Raises OSError and, where damaged or gone, StoreError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Put a content into the store and return its name; one that is there already is not written again."""
        name = bytes_hash(data)
        self._keep(name, iter((data,)))
        return name

    def keep_file(self, place: Path, name: str) -> None:
        """Put the content of a file into the store, in pieces; `name` is what it was found to be.

        Raises FileChangedError when it is another one by now.
        """
        if not self._is_there(name):
            with open(place, "rb") as file:
                self._keep(name, _checked(iter(partial(file.read, PIECE_BYTES), b""), name, place))

    def has(self, name: str) -> bool:
        """Whether a content is in the store."""
        return any(place.exists() for place in self._places(name))

    def content(self, name: str) -> bytes:
        """A content of the store."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A content of the store, piece by piece; the last one comes only where all of them are what they were."""
        digest = hashlib.sha256()
        held = b""
        try:
            for piece in self._raw_pieces(name):
                digest.update(piece)
                if held:
                    yield held
                held = piece
        except zlib.error as error:
            raise _damaged() from error
        if digest.hexdigest() != name:
            raise _damaged()
        yield held

    def size_bytes(self, name: str) -> int:
        """How much of the disk a content takes, 0 when it is not there."""
        return sum(_size(place) for place in self._places(name))

    def names(self) -> dict[str, int]:
        """All contents with the bytes each takes. For whoever has time: it lists every folder of the store."""
        found: dict[str, int] = {}
        for place in self._folder.glob("??/*"):
            if not is_temporary(place.name):
                name = place.parent.name + place.name.removesuffix(_COMPRESSED)
                found[name] = found.get(name, 0) + _size(place)
        return found

    def uncompressed(self, older_than: float) -> list[str]:
        """The contents kept before a time that nobody has compressed; what does not get smaller is not named again."""
        found = []
        for place in self._folder.glob("??/*"):
            if is_temporary(place.name) or place.name.endswith(_COMPRESSED):
                continue
            with contextlib.suppress(FileNotFoundError):
                status = place.stat()
                # The mode of one that was tried and stayed as it is: nobody writes to it either way.
                if status.st_mtime < older_than and status.st_mode & 0o200:
                    found.append(place.parent.name + place.name)
        return found

    def remove(self, name: str) -> None:
        """Let go of a content."""
        for place in self._places(name):
            place.unlink(missing_ok=True)

    def compress(self, name: str) -> bool:
        """Write a content smaller, where that is worth it; False when nothing was left to do."""
        raw, small = self._places(name)
        if not raw.exists():
            return False
        if not small.exists():
            stage_place = temporary_for(small)
            stage(stage_place, _deflated(self.pieces(name)), like=None, mode=0o600)
            try:
                if stage_place.stat().st_size >= raw.stat().st_size * 0.9:
                    raw.chmod(0o400)
                    return False
                os.replace(stage_place, small)
            finally:
                stage_place.unlink(missing_ok=True)
            sync_folder(small.parent)
        raw.unlink()
        return True

    def remove_temporaries(self) -> None:
        """Remove what a process that was killed left here; nobody may be writing."""
        for place in self._folder.glob("??/.*"):
            if is_temporary(place.name):
                place.unlink(missing_ok=True)

    def _keep(self, name: str, pieces: Iterator[bytes]) -> None:
        if self._is_there(name):
            return
        place = self._places(name)[0]
        make_private(place.parent)
        temporary = temporary_for(place)
        stage(temporary, pieces, like=None, mode=0o600)
        try:
            os.replace(temporary, place)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        sync_folder(place.parent)

    def _is_there(self, name: str) -> bool:
        """Whether a content is in the store for good: whoever put it there may have been killed on the way."""
        if not self.has(name):
            return False
        sync_folder(self._places(name)[0].parent)
        return True

    def _raw_pieces(self, name: str) -> Iterator[bytes]:
        raw, small = self._places(name)
        try:
            with open(raw, "rb") as file:
                yield from iter(partial(file.read, PIECE_BYTES), b"")
            return
        except FileNotFoundError:
            pass
        try:
            with open(small, "rb") as file:
                yield from _inflated(iter(partial(file.read, PIECE_BYTES), b""))
        except FileNotFoundError as error:
            raise StoreError(
                "This content is no longer in the store, so it cannot be put back.",
                advice="Old contents make room for new ones; Settings, History says how many are kept.",
            ) from error

    def _places(self, name: str) -> tuple[Path, Path]:
        raw = self._folder / name[:2] / name[2:]
        return raw, raw.with_name(f"{raw.name}{_COMPRESSED}")


def _checked(pieces: Iterator[bytes], name: str, place: Path) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        yield piece
    if digest.hexdigest() != name:
        raise FileChangedError(
            f"{place.name} was changed by another program, so it was not written.",
            advice="Look at both versions and decide which one to keep.",
        )


def _deflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    deflate = zlib.compressobj(_LEVEL)
    for piece in pieces:
        yield deflate.compress(piece)
    yield deflate.flush()


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflate = zlib.decompressobj()
    for piece in pieces:
        data = inflate.decompress(piece, PIECE_BYTES)
        while data:
            yield data
            data = inflate.decompress(inflate.unconsumed_tail, PIECE_BYTES)
    if not inflate.eof:
        raise zlib.error("cut off")


def _size(place: Path) -> int:
    try:
        return place.stat().st_size
    except OSError as error:
        if error.errno == errno.ENOENT:
            return 0
        raise


def _damaged() -> StoreError:
    return StoreError("The store of old file contents is damaged; nothing was written from it.")
