"""The question where what is overwritten does not fit into the store of old contents."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Choice


def without_way_back(window: MainWindow, write: Callable[[], None] | None, key: str) -> tuple[Choice, ...]:
    """The choices of the notice `key`; `write` does what was refused. None: there is nothing to choose."""
    if write is None:
        return ()
    withdraw = partial(window.notices.withdraw, key)

    def apply() -> None:
        withdraw()
        write()

    return (("Apply without a way back", apply), ("Cancel", withdraw))
