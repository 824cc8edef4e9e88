"""The system's wish that the program ends (Ctrl+C in the terminal, the end of the desktop session) as a Qt signal.

Python runs its signal handlers between two bytecodes, and Qt's loop may run none for hours: a pipe that is written to
brings the signal into that loop. Windows has no pipes that Qt can wait for, so there it is a socket.
"""

from __future__ import annotations

import os
import signal
import sys

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


if sys.platform == "win32":
    import socket

    class _Pipe:
        def __init__(self) -> None:
            self._ends = socket.socketpair()
            for end in self._ends:
                end.setblocking(False)
            self.read_end, self.write_end = (end.fileno() for end in self._ends)

        def read(self) -> bytes:
            return self._ends[0].recv(64)

        def close(self) -> None:
            for end in self._ends:
                end.close()

else:

    class _Pipe:
        def __init__(self) -> None:
            self.read_end, self.write_end = os.pipe()
            for end in (self.read_end, self.write_end):
                os.set_blocking(end, False)

        def read(self) -> bytes:
            return os.read(self.read_end, 64)

        def close(self) -> None:
            for end in (self.read_end, self.write_end):
                os.close(end)


class QuitSignals(QObject):
    """Emits `quit_wanted` for each such signal; make it on the main thread. `close` gives the handlers back."""

    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pipe = _Pipe()
        self._old_fd = signal.set_wakeup_fd(self._pipe.write_end, warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._old = {number: signal.signal(number, lambda *_: None) for number in numbers}
        self._notifier = QSocketNotifier(self._pipe.read_end, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)

    def close(self) -> None:
        """Let the signals do what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._pipe.close()

    def _on_activated(self) -> None:
        numbers = self._pipe.read()
        if any(number in self._old for number in numbers):
            self.quit_wanted.emit()
