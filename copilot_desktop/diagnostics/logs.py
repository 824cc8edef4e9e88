"""The program's log: what is logged, and by whom."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOG_NAME: Final = "copilot-desktop.log"
_OWN = "copilot_desktop"


class _LateHandler(logging.Handler):
    """Hands its records to the handler that `make` gives. What rotates and redacts takes 8 ms to import: until
    `write_waiting` only a warning asks for it, and what came before goes first then."""

    def __init__(self, make: Callable[[], logging.Handler]) -> None:
        super().__init__()
        self._make = make
        self._made: logging.Handler | None = None
        self._waiting: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or let it wait."""
        self._waiting.append(record)
        if self._made is not None or record.levelno >= logging.WARNING:
            self.write_waiting()

    def write_waiting(self) -> None:
        """Write what waits, and from now on every record at once."""
        with self.lock or contextlib.nullcontext():
            if self._made is None:
                self._made = self._make()
            waiting, self._waiting = self._waiting, []
            for record in waiting:
                self._made.handle(record)

    def close(self) -> None:
        """Write what waits, and close what was made."""
        self.write_waiting()
        if self._made is not None:
            self._made.close()
        super().close()


def start_logging(state_folder: Path, *, is_debug: bool = False) -> None:
    """Write the log from now on: warnings of everything, with `is_debug` all that the program itself says, on the
    terminal too. Libraries never say more than warnings: at lower levels they log whole requests.

    Records of less than a warning wait for `write_waiting`. Where the file cannot be written nothing is.
    """
    root, own = logging.getLogger(), logging.getLogger(_OWN)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.DEBUG if is_debug else logging.INFO)
    root.addHandler(_LateHandler(lambda: _to_file(state_folder / LOG_NAME)))
    if is_debug:
        root.addHandler(_LateHandler(_to_terminal))
        write_waiting()


def stop_logging() -> None:
    """Close what `start_logging` opened."""
    root = logging.getLogger()
    for handler in _own_handlers():
        root.removeHandler(handler)
        handler.close()


def write_waiting() -> None:
    """The window is painted: write what was logged before, and from now on every record at once."""
    for handler in _own_handlers():
        handler.write_waiting()


def _own_handlers() -> tuple[_LateHandler, ...]:
    return tuple(handler for handler in logging.getLogger().handlers if isinstance(handler, _LateHandler))


def _to_file(path: Path) -> logging.Handler:
    from copilot_desktop.diagnostics.log_file import file_handler

    return file_handler(path)


def _to_terminal() -> logging.Handler:
    from copilot_desktop.diagnostics.log_file import terminal_handler

    return terminal_handler()
