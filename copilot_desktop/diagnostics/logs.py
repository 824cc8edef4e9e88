"""The program's log: what is logged, and by whom. The file is made with the first record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOG_NAME: Final = "copilot-desktop.log"
_OWN = "copilot_desktop"


class _LateHandler(logging.Handler):
    """Hands its records to the handler that `make` gives, which is asked for with the first of them: what rotates and
    redacts takes 8 ms to import, and most starts have nothing to log."""

    def __init__(self, make: Callable[[], logging.Handler]) -> None:
        super().__init__()
        self._make = make
        self._made: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        if self._made is None:
            self._made = self._make()
        self._made.handle(record)

    def close(self) -> None:
        """Close what was made."""
        if self._made is not None:
            self._made.close()
        super().close()


def start_logging(state_folder: Path, *, is_debug: bool = False) -> None:
    """Write the log from now on: warnings of everything, with `is_debug` all that the program itself says, on the
    terminal too. Libraries never say more than warnings: at lower levels they log whole requests.

    Where the file cannot be written nothing is.
    """
    root, own = logging.getLogger(), logging.getLogger(_OWN)
    root.setLevel(logging.WARNING)
    own.setLevel(logging.DEBUG if is_debug else logging.INFO)
    root.addHandler(_LateHandler(lambda: _to_file(state_folder / LOG_NAME)))
    if is_debug:
        root.addHandler(_LateHandler(_to_terminal))


def stop_logging() -> None:
    """Close what `start_logging` opened."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler, _LateHandler):
            root.removeHandler(handler)
            handler.close()


def _to_file(path: Path) -> logging.Handler:
    from copilot_desktop.diagnostics.log_file import file_handler

    return file_handler(path)


def _to_terminal() -> logging.Handler:
    from copilot_desktop.diagnostics.log_file import terminal_handler

    return terminal_handler()
