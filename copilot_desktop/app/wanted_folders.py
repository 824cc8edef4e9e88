"""Which window a place belongs to: folders on their way count as open, since two may be asked for in one breath."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from copilot_desktop.app.desktop_window import DesktopWindow


def window_on(windows: Iterable[DesktopWindow], folder: Path) -> DesktopWindow | None:
    """The window that has this folder."""
    real = folder.resolve()
    return next((each for each, wanted in _wanted(windows) if wanted == real), None)


def holder_of(windows: Iterable[DesktopWindow], place: Path) -> DesktopWindow | None:
    """The window whose folder is this one, or holds this file; the innermost of them."""
    real = place.resolve()
    holding = [
        (len(str(folder)), each)
        for each, folder in _wanted(windows)
        if real == folder or (real.is_file() and real.is_relative_to(folder))
    ]
    return max(holding, key=lambda found: found[0], default=(0, None))[1]


def _wanted(windows: Iterable[DesktopWindow]) -> list[tuple[DesktopWindow, Path]]:
    found = [(each, each.files.wanted_folder) for each in windows]
    return [(each, folder.resolve()) for each, folder in found if folder is not None]
