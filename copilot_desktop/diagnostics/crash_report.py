"""Crash reports: where the program failed, in its own words; the user's text is not in them."""

from __future__ import annotations

import faulthandler
import os
import threading
from pathlib import Path
from typing import IO, Final

from copilot_desktop import __version__

CRASH_NAME: Final = "crash.log"
FATAL_NAME: Final = "fatal.log"
LIMIT_BYTES: Final = 1_000_000


class CrashLog:
    """Appends reports to `crash.log` of the state folder; a full one is kept once as `crash.old.log`. Thread-safe."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / CRASH_NAME
        self._lock = threading.Lock()

    def write(self, error: BaseException) -> Path | None:
        """Note an error; returns the file, None when it could not be written. Never raises."""
        with self._lock:
            try:
                if self._path.exists() and self._path.stat().st_size > LIMIT_BYTES:
                    self._path.replace(self._path.with_suffix(".old.log"))
                with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                    os.chmod(file.fileno() if os.chmod in os.supports_fd else self._path, 0o600)
                    file.write(report_of(error))
            except OSError:
                return None
        return self._path


def report_of(error: BaseException) -> str:
    """When, what version, and where it failed; messages lose what they quote."""
    # Most starts have nothing to report, and these take 5 ms.
    import platform
    import traceback
    from datetime import UTC, datetime

    from copilot_desktop.diagnostics.redaction import without_content

    lines = traceback.TracebackException.from_exception(error, capture_locals=False).format()
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    head = f"{stamp} copilot-desktop {__version__}, Python {platform.python_version()}, {platform.platform()}"
    body = "\n".join(without_content(line) for part in lines for line in part.splitlines())
    return f"{head}\n{body}\n\n"


class FatalLog:
    """The stacks of a process that the system ends (a crash inside a library), written by Python's fault handler."""

    def __init__(self, state_folder: Path) -> None:
        self._path = state_folder / FATAL_NAME
        self._file: IO[bytes] | None = None

    def start(self) -> Path | None:
        """Write from now on; returns the report that the last run left, under a name of its own, or None."""
        left = self._left_report()
        try:
            self._file = open(self._path, "wb", buffering=0)  # noqa: SIM115 - open for as long as the program runs
            self._path.chmod(0o600)
            faulthandler.enable(self._file)
        except OSError:
            self._file = None
        return left

    def stop(self) -> None:
        """The program ends well."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            self._path.unlink(missing_ok=True)

    def _left_report(self) -> Path | None:
        try:
            if self._path.stat().st_size == 0:
                return None
            kept = self._path.with_name("fatal.last.log")
            self._path.replace(kept)
        except OSError:
            return None
        return kept
