"""One unsaved text being written down: begun whole, then grown by what changes, and begun anew when that is shorter."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from copilot_desktop.text.changes import ByteEdit, joined
from copilot_desktop.workspace.atomic_write import remove_file, write_private
from copilot_desktop.workspace.hot_exit.records import (
    UnsavedHeader,
    edits_record,
    first_pieces,
    header_record,
    read_unsaved,
    renewed,
)

LOG_BYTES: Final = 256 * 1024
LOG_EDITS: Final = 20_000
"""Edits are replayed at a start, one after the other: more of them would hold it up."""


class EntryFile:
    """The file of one text. Raises OSError; what was written down before stays readable then. One thread at a time."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._handle = -1
        self._size = 0
        self._log_bytes = 0
        self._log_edits = 0
        self._refused: OSError | None = None

    @property
    def is_open(self) -> bool:
        """Whether edits can be added: begun, and not failed since."""
        return self._handle >= 0

    def begin(self, header: UnsavedHeader, *text: bytes) -> None:
        """Write a text down whole, given in pieces, in place of what the file held."""
        self._replace(first_pieces(header, *text))

    def add(self, edits: Sequence[ByteEdit], header: UnsavedHeader | None = None) -> None:
        """Write down what has changed. After a failure, which may be one of before, the text must be begun again."""
        if not self.is_open:
            raise self._refused or OSError(errno.EBADF, "The copy was not begun")
        runs = joined(edits)
        data = (edits_record(runs) if runs else b"") + (header_record(header) if header is not None else b"")
        try:
            _write_all(self._handle, data)
            os.fsync(self._handle)
        except OSError:
            # Half a record must not stand before whole ones.
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self._size)
            self.close()
            raise
        self._size += len(data)
        self._log_bytes += len(data)
        self._log_edits += len(runs)
        base = self._size - self._log_bytes
        if self._log_bytes > max(LOG_BYTES, base) or self._log_edits > LOG_EDITS:
            self._renew()

    def remove(self) -> None:
        """The text stands elsewhere, or nobody wants it."""
        self.close()
        remove_file(self._place)

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _renew(self) -> None:
        # It was written down already: a disk without room for a second copy must not be told of.
        with contextlib.suppress(OSError):
            self._replace(renewed(read_unsaved(self._place.read_bytes())))
        if not self.is_open:
            # The old file or the new one holds all of it. Where it does not open, the next change is refused.
            with contextlib.suppress(OSError):
                self._open()

    def _replace(self, pieces: Iterable[bytes]) -> None:
        if os.name == "nt":  # an open file cannot be replaced there
            self.close()
        write_private(self._place, *pieces)
        self.close()
        self._open()
        self._log_bytes, self._log_edits = 0, 0

    def _open(self) -> None:
        try:
            self._handle = os.open(self._place, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except OSError as error:
            self._refused = error
            raise
        self._size = os.fstat(self._handle).st_size


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
