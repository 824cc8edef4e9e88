"""The program's log: one file in the state folder that rotates, private to the user, without content and keys."""

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

LOG_NAME: Final = "copilot-desktop.log"
LIMIT_BYTES: Final = 1_000_000
KEPT_FILES: Final = 3
CLOSING_LIMIT_S: Final = 2.0
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OWN = "copilot_desktop"


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
    """Hands records to a thread that writes them: whoever logs must not wait for a disk that does not answer."""

    def __init__(self, file: logging.Handler) -> None:
        self._records: queue.SimpleQueue[logging.LogRecord | None] = queue.SimpleQueue()
        super().__init__(self._records)
        self._file = file
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what is left, for as long as a disk may take."""
        self._records.put(None)
        self._thread.join(CLOSING_LIMIT_S)
        super().close()

    def _run(self) -> None:
        while (record := self._records.get()) is not None:
            self._file.handle(record)
        self._file.close()


def start_logging(state_folder: Path, *, is_debug: bool = False) -> logging.Handler | None:
    """Write the log from now on: warnings of everything, with `is_debug` all that the program itself says, on the
    terminal too. Libraries never say more than warnings: at lower levels they log whole requests.

    Returns the handler that writes the file, until `stop_logging`; None when the file cannot be written.
    """
    root, own = logging.getLogger(), logging.getLogger(_OWN)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.DEBUG if is_debug else logging.INFO)
    handler: logging.Handler | None
    try:
        handler = _Writer(
            _PrivateFile(
                state_folder / LOG_NAME,
                maxBytes=LIMIT_BYTES,
                backupCount=KEPT_FILES,
                encoding="utf-8",
                errors="replace",
            )
        )
    except OSError:
        handler = None
    handlers: list[logging.Handler] = [handler] if handler is not None else []
    if is_debug:
        handlers.append(logging.StreamHandler(sys.stderr))
    for each in handlers:
        each.setFormatter(_Formatter(_FORMAT))
        root.addHandler(each)
    return handler


def stop_logging() -> None:
    """Close what `start_logging` opened."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler.formatter, _Formatter):
            root.removeHandler(handler)
            handler.close()
