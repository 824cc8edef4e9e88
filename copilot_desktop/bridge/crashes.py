"""The one hook for errors nobody caught, in slots, threads and tasks: a crash log, and one notice for the window."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from copilot_desktop.credentials.waiting import within
from copilot_desktop.diagnostics.crash_report import CrashLog

WRITE_LIMIT_S = 0.2
_log = logging.getLogger(__name__)


class CrashReported(NamedTuple):
    """Something in the program failed; `log` is where the details are, None when they could not be written."""

    log: Path | None


class CrashHook(QObject):
    """Writes what failed to `crash.log` in the state folder; `reported` arrives on the GUI thread."""

    reported = Signal(object)

    def __init__(self, state_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = CrashLog(state_folder)
        self._is_late = False
        self._old = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over Python's hooks, which PySide6 calls for errors of slots."""
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread_uncaught

    def uninstall(self) -> None:
        """Give Python its own hooks back."""
        sys.excepthook, threading.excepthook = self._old

    def report(self, error: BaseException) -> None:
        """Note an error; from any thread. Never raises."""
        _log.info("an error that nobody caught: %s; the crash log tells where", type(error).__name__)
        self.reported.emit(CrashReported(self._written(error)))

    def _written(self, error: BaseException) -> Path | None:
        """Where it is written down. A window must not stand still over a disk that does not answer: it is written once
        that does, and nobody is told where."""
        try:
            return within(0.0 if self._is_late else WRITE_LIMIT_S, lambda: self._write(error))
        except TimeoutError:
            self._is_late = True
            return None
        except RuntimeError:  # Python ends, and begins no thread any more
            return self._log.write(error)

    def _write(self, error: BaseException) -> Path | None:
        written = self._log.write(error)
        self._is_late = False
        return written

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._old[0](kind, error, trace)
        else:
            self.report(error)

    def _on_thread_uncaught(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.report(arguments.exc_value)
