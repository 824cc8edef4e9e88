"""One unsaved text being written down: begun whole, then grown by what changes, and begun anew when that is shorter.

A long text is written whole on a thread of its own, beside the file: that one goes on growing until it is replaced.
"""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from copilot_desktop.errors import StoreError
from copilot_desktop.text.changes import ByteEdit, CopiedText, joined
from copilot_desktop.workspace.atomic_write import remove_file, replace_file, stage, temporary_for, write_private
from copilot_desktop.workspace.hot_exit.records import (
    DiskBase,
    UnsavedHeader,
    edits_record,
    first_pieces,
    first_records_on_disk,
    header_record,
    read_unsaved,
    renewed,
)

LOG_BYTES: Final = 256 * 1024
LOG_EDITS: Final = 20_000
"""Edits are replayed at a start, one after the other: more of them would hold it up."""
LONG_BYTES: Final = 8 * 1024 * 1024
"""Longer texts take so long to be written that nothing may wait for it."""


class Beside:
    """A long text on its way to the disk, and what has changed since."""

    def __init__(self, place: Path) -> None:
        self.temporary = temporary_for(place)
        self.edits: list[ByteEdit] = []
        self.header: UnsavedHeader | None = None
        self.error: OSError | StoreError | None = None
        self._thread: threading.Thread | None = None

    def write(self, pieces: Callable[[], Iterable[bytes]], tell: Callable[[], None]) -> None:
        """Write down pieces, which take time to be had, on a thread of its own; `tell` is called there at the end."""

        def work() -> None:
            try:
                stage(self.temporary, pieces(), like=None, mode=0o600)
            except (OSError, StoreError) as error:
                self.error = error
            except BaseException:  # border: the top of the thread, for which others wait
                self.error = StoreError("A long text could not be written down.")
                raise
            finally:
                tell()

        self._thread = threading.Thread(target=work, name="hot-exit-long", daemon=True)
        self._thread.start()

    def complete(self) -> int:
        """Add what has changed since; returns how many bytes that took. Raises what the writing met."""
        if self._thread is not None:
            self._thread.join()
        if self.error is not None:
            raise self.error
        data = _log(joined(self.edits), self.header)
        handle = os.open(self.temporary, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        return len(data)

    def forget(self) -> None:
        """It is not wanted any more, or could not be written."""
        with contextlib.suppress(OSError):
            os.unlink(self.temporary)


class EntryFile:
    """The file of one text. Raises OSError; what was written down before stays readable then. One thread at a time.

    `tell` is called on another thread with what was written beside the file, for `take`.
    """

    def __init__(self, place: Path, tell: Callable[[Beside], None]) -> None:
        self._place = place
        self._tell = tell
        self._handle = -1
        self._size = 0
        self._log_bytes = 0
        self._log_edits = 0
        self._is_on_disk = False
        self._refused: OSError | None = None
        self._beside: Beside | None = None

    @property
    def is_open(self) -> bool:
        """Whether edits can be added: begun, and not failed since."""
        return self._handle >= 0

    @property
    def is_being_written(self) -> bool:
        """Whether its text is being written beside it."""
        return self._beside is not None

    def begin(self, header: UnsavedHeader, text: CopiedText) -> None:
        """Write a text down whole in place of what the file held: at once, or beside it where it is long."""
        if text.size_bytes > LONG_BYTES:
            self._write_beside(lambda: first_pieces(header, *text.pieces()))
        else:
            self._drop_beside()
            self._replace(first_pieces(header, *text.pieces()))

    def begin_on_disk(self, header: UnsavedHeader, base: DiskBase) -> None:
        """Begin a text that is still the one in its file, in place of what the file held."""
        self._drop_beside()
        self._replace((first_records_on_disk(header, base),))
        self._is_on_disk = True

    def take(self, beside: Beside) -> None:
        """What was written beside the file takes its place."""
        if beside is not self._beside:
            beside.forget()  # overtaken, or the text is saved
            return
        self._beside = None
        try:
            log_bytes = beside.complete()
            if os.name == "nt":  # an open file cannot be replaced there
                self.close()
            replace_file(beside.temporary, self._place)
        except OSError:
            beside.forget()
            raise
        self.close()
        self._open()
        self._is_on_disk = False
        self._log_bytes, self._log_edits = log_bytes, len(beside.edits)

    def add(self, edits: Sequence[ByteEdit], header: UnsavedHeader | None = None) -> None:
        """Write down what has changed. After a failure, which may be one of before, the text must be begun again."""
        if self._beside is not None:
            self._beside.edits += edits
            self._beside.header = header or self._beside.header
            if not self.is_open:
                return
        if not self.is_open:
            raise self._refused or OSError(errno.EBADF, "The copy was not begun")
        runs = joined(edits)
        data = _log(runs, header)
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
            self._renew(base)

    def remove(self) -> None:
        """The text stands elsewhere, or nobody wants it."""
        self._drop_beside()
        self.close()
        remove_file(self._place)

    def let_go(self) -> None:
        """Somebody else writes the file from now on; it stays."""
        self._drop_beside()
        self.close()

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _renew(self, base_bytes: int) -> None:
        if self._is_on_disk or self._beside is not None:
            return  # the whole text is about to come
        if base_bytes > LONG_BYTES:
            size = self._size
            self._write_beside(lambda: renewed(read_unsaved(_first(self._place, size))))
            return
        # It was written down already: a disk without room for a second copy must not be told of.
        with contextlib.suppress(OSError):
            self._replace(renewed(read_unsaved(self._place.read_bytes())))
        if not self.is_open:
            # The old file or the new one holds all of it. Where it does not open, the next change is refused.
            with contextlib.suppress(OSError):
                self._open()

    def _write_beside(self, pieces: Callable[[], Iterable[bytes]]) -> None:
        self._drop_beside()
        beside = self._beside = Beside(self._place)
        beside.write(pieces, lambda: self._tell(beside))

    def _drop_beside(self) -> None:
        """What is being written is removed once it is told of."""
        self._beside = None

    def _replace(self, pieces: Iterable[bytes]) -> None:
        if os.name == "nt":  # an open file cannot be replaced there
            self.close()
        write_private(self._place, *pieces)
        self.close()
        self._open()
        self._is_on_disk = False
        self._log_bytes, self._log_edits = 0, 0

    def _open(self) -> None:
        try:
            self._handle = os.open(self._place, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
        except OSError as error:
            self._refused = error
            raise
        self._size = os.fstat(self._handle).st_size


def _log(edits: Sequence[ByteEdit], header: UnsavedHeader | None) -> bytes:
    """Records of what has changed."""
    return (edits_record(edits) if edits else b"") + (header_record(header) if header is not None else b"")


def _first(place: Path, size_bytes: int) -> bytes:
    """The first bytes of a file that grows."""
    with place.open("rb") as file:
        return file.read(size_bytes)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
