"""Says in the window that a place does not answer, while everything else goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from shiboken6 import isValid

from copilot_desktop.bridge.places import PlaceFinder, PlaceSlow
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice


class SlowPlaces(QObject):
    """The notices of one finder, each with a way to give the place up. `window_now` is the window to say it in."""

    def __init__(self, finder: PlaceFinder, window_now: Callable[[], MainWindow | None]) -> None:
        super().__init__(finder)
        self._window_now = window_now
        self._said: dict[Path, MainWindow] = {}
        finder.slow.connect(self._on_slow)
        finder.answered.connect(self._on_answered)

    def _on_slow(self, event: PlaceSlow) -> None:
        window = self._window_now()
        if window is None:
            return
        self._said[event.path] = window
        message = f"{event.path.name or event.path} does not answer: its disk or network is not reached."
        advice = "It opens as soon as it answers; everything else goes on."
        choice = ("Do not wait", event.forget)
        window.notices.show_notice(Notice(message, advice, (choice,), key=_key(event.path), is_of_folder=False))

    def _on_answered(self, path: Path) -> None:
        window = self._said.pop(path, None)
        if window is not None and isValid(window):
            window.notices.withdraw(_key(path))


def _key(path: Path) -> str:
    return f"slow:{path}"
