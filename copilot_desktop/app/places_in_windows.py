"""Which window a place belongs to: folders on their way count as open, since two may be asked for in one breath."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.desktop_window import DesktopWindow
from copilot_desktop.bridge.places import Found, PlaceFinder
from copilot_desktop.text.ranges import LineRange
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.slow_places import SlowPlaces
from copilot_desktop.workspace.places import FoundPlace


class PlacesInWindows(QObject):
    """Opens places each where it is open already, else in an empty window, else in a new one.

    `windows` are those of the program, at any time; `make(folder, is_behind)` adds one that looks as it was left with a
    folder, behind the others where one of them is worked in.
    """

    missing = Signal(str)
    """A folder of the last time is not there."""

    def __init__(
        self, finder: PlaceFinder, windows: Sequence[DesktopWindow], make: Callable[[Path | None, bool], DesktopWindow]
    ) -> None:
        super().__init__(finder)
        self._finder, self._windows, self._make = finder, windows, make
        self._to_come: tuple[str, ...] = ()
        SlowPlaces(finder, self._window_to_say_it)

    @property
    def to_come(self) -> tuple[str, ...]:
        """Folders of the last time that are not open yet, also those that are not there: they may be later."""
        opened = {str(each.files.wanted_folder) for each in self._windows}
        return tuple(each for each in self._to_come if each not in opened)

    @property
    def first(self) -> DesktopWindow | None:
        """The window that is there for longest; None at the end."""
        return self._windows[0] if self._windows else None

    def open(self, place: Place, *, is_new: bool = False, preferred: DesktopWindow | None = None) -> None:
        """Open a place once it was looked at; a file that is not there is a new one. `preferred`: the window for it,
        unless something is open there by then; `is_new`: a new one is, instead of one that is empty."""

        def open_it(found: Found) -> None:
            self._open(found[0].as_new_file(), place.lines, is_new=is_new, preferred=preferred)

        self._finder.find((place.path,), open_it)

    def bring_back(self, folders: Sequence[str], first: DesktopWindow) -> None:
        """Open the folders of the last time, the first one in the window that is there. It is painted before the others
        are made, behind it. Of a folder that is gone `missing` tells."""
        self._to_come = tuple(folders)
        self._look_at(folders[:1])
        first.settled.connect(partial(self._look_at, folders[1:]))

    def look_again(self, folder: str) -> None:
        """Open a folder of the last time that was not there, or tell of it once more."""
        self._finder.find((Path(folder),), partial(self._on_folder_found, folder, is_behind=False))

    def leave_out(self, folder: str) -> None:
        """A folder of the last time is not awaited any more."""
        self._to_come = tuple(each for each in self._to_come if each != folder)

    def show(
        self,
        window: DesktopWindow | None = None,
        *,
        is_new: bool = False,
        folder: Path | None = None,
        is_behind: bool = False,
    ) -> DesktopWindow:
        """Bring this window to the front, else one that is empty, else a new one; `is_behind`: that one is not."""
        empty = next((each for each in self._windows if each.is_empty()), None)
        shown = window or (None if is_new else empty)
        if shown is None:
            return self._make(folder, is_behind)
        shown.bring_to_front()
        return shown

    def find_window(self, folder: Path) -> bool:
        """Bring the window that has this folder, given as its real path, to the front; whether there is one."""
        found = next((each for each in self._windows if each.files.wanted_real == folder), None)
        if found is not None:
            found.bring_to_front()
        return found is not None

    def _look_at(self, folders: Sequence[str]) -> None:
        for folder in folders:
            self._finder.find((Path(folder),), partial(self._on_folder_found, folder))

    def _on_folder_found(self, folder: str, found: Found, *, is_behind: bool = True) -> None:
        if found[0].is_folder:
            self.leave_out(folder)
            self._open(found[0], is_behind=is_behind)
            return
        if self._windows and self._windows[0].is_empty():
            self._windows[0].stay_empty()
        self.missing.emit(folder)

    def _open(
        self,
        place: FoundPlace,
        lines: LineRange | None = None,
        *,
        is_new: bool = False,
        preferred: DesktopWindow | None = None,
        is_behind: bool = False,
    ) -> None:
        holder = self._holder_of(place)
        if holder is None and preferred is not None and preferred in self._windows and preferred.is_empty():
            preferred.files.open_found(place, lines)
            return
        shown = self.show(holder, is_new=is_new, folder=place.folder, is_behind=is_behind)
        if shown is not holder or place.real != holder.files.wanted_real:
            shown.files.open_found(place, lines)

    def _holder_of(self, place: FoundPlace) -> DesktopWindow | None:
        """The window whose folder is this one, or holds this file; the innermost of them."""
        wanted = [(each, each.files.wanted_real) for each in self._windows]
        holding = [
            (len(str(folder)), each)
            for each, folder in wanted
            if folder is not None and (place.real == folder or (place.is_file and place.real.is_relative_to(folder)))
        ]
        return max(holding, key=lambda found: found[0], default=(0, None))[1]

    def _window_to_say_it(self) -> MainWindow | None:
        return self._windows[-1].window if self._windows else None
