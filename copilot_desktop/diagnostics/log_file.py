"""Where records of the log go: a file that rotates, private to the user, or the terminal; without content and keys."""

from __future__ import annotations

import logging
import logging.handlers
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Final

from copilot_desktop.diagnostics.redaction import without_content

LIMIT_BYTES: Final = 1_000_000
KEPT_FILES: Final = 3
CLOSING_LIMIT_S: Final = 2.0
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Formatter(logging.Formatter):
    """Redacts the whole record, a traceback of its own included."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is written."""
        return "\n".join(without_content(line) for line in super().format(record).splitlines())


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """Only the user may read any of the files."""

    def _open(self):  # type: ignore[no-untyped-def]
        stream = super()._open()
        if hasattr(os, "fchmod"):
            os.fchmod(stream.fileno(), 0o600)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A full disk must not fill the terminal, nor end anything."""


class _Writer(logging.handlers.QueueHandler):
    """Hands records to a thread that opens the file and writes them: whoever logs must not wait for a disk that does
    not answer."""

    def __init__(self, path: Path) -> None:
        self._records: queue.SimpleQueue[logging.LogRecord | None] = queue.SimpleQueue()
        super().__init__(self._records)
        self._path = path
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, for as long as a disk may take."""
        self._records.put(None)
        self._thread.join(CLOSING_LIMIT_S)
        super().close()

    def _run(self) -> None:
        file: logging.Handler
        try:
            file = _PrivateFile(
                self._path, maxBytes=LIMIT_BYTES, backupCount=KEPT_FILES, encoding="utf-8", errors="replace"
            )
        except OSError:
            file = logging.NullHandler()
        while (record := self._records.get()) is not None:
            file.handle(record)
        file.close()


def file_handler(path: Path) -> logging.Handler:
    """Writes to a file; to nowhere when it cannot be written."""
    made = _Writer(path)
    made.setFormatter(_Formatter(_FORMAT))
    return made


def terminal_handler() -> logging.Handler:
    """Writes to the terminal the program was started from."""
    made = logging.StreamHandler(sys.stderr)
    made.setFormatter(_Formatter(_FORMAT))
    return made
