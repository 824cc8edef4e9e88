"""The system's wish that the program ends (Ctrl+C in the terminal, the end of the desktop session) as a Qt signal.

Python runs its signal handlers between two bytecodes, and Qt's loop may run none for hours: the wake-up socket brings
the signal into that loop.
"""

from __future__ import annotations

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class QuitSignals(QObject):
    """Emits `quit_wanted` for each such signal; make it on the main thread. `close` gives the handlers back."""

    quit_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)
        self._old_fd = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        self._old = {number: signal.signal(number, lambda *_: None) for number in numbers}
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_activated)

    def close(self) -> None:
        """Let the signals do what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        self._ours.close()
        self._theirs.close()

    def _on_activated(self) -> None:
        numbers = self._ours.recv(64)
        if any(number in self._old for number in numbers):
            self.quit_wanted.emit()
