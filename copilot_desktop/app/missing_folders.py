"""Folders whose windows were open the last time and which are not there now: said, and kept until they are back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from copilot_desktop.app.command_line import Place
from copilot_desktop.app.places_in_windows import PlacesInWindows
from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.folder.presence import FolderMoves
from copilot_desktop.bridge.session_keeper import SessionKeeper
from copilot_desktop.settings.session import Session
from copilot_desktop.ui.notices import Choice, Notice

_ADVICE = "Its tabs and its window are kept and come back with it; “Forget” drops them, and never its conversations."


class MissingFolders(QObject):
    """The notices about them. Also a folder that was renamed is not there under its name."""

    def __init__(self, places: PlacesInWindows, keeper: SessionKeeper, moves: FolderMoves, thread: AsyncThread) -> None:
        super().__init__(places)
        self._places, self._keeper, self._moves, self._thread = places, keeper, moves, thread
        self._said: set[str] = set()
        keeper.changed.connect(self._on_session_changed)

    def look(self, folder: str) -> None:
        """Say that a folder is not there, and where it is if that can be found out."""
        self._thread.run_waiting(lambda: self._moves.now(Path(folder)), partial(self._say, folder))

    def _say(self, folder: str, now: Path | None) -> None:
        first = self._places.first
        if first is None or folder not in self._places.to_come:
            return
        if now is None:
            message = f"The folder {folder}, open the last time, is not there: renamed, deleted or not mounted."
            found: tuple[Choice, ...] = ()
        else:
            message = f"The folder {folder}, open the last time, was renamed: it is {now.name} now."
            found = ((f"Open {now.name}", partial(self._open, folder, now)),)
        choices: tuple[Choice, ...] = (
            *found,
            ("Try again", partial(self._try_again, folder)),
            ("Forget", partial(self._forget, folder)),
        )
        self._said.add(folder)
        first.window.notices.show_notice(Notice(message, _ADVICE, choices, key=_key(folder), is_of_folder=False))

    def _open(self, folder: str, now: Path) -> None:
        self._withdraw(folder)
        self._places.open(Place(now))

    def _try_again(self, folder: str) -> None:
        self._places.look_again(folder)

    def _forget(self, folder: str) -> None:
        self._withdraw(folder)
        self._keeper.update(lambda session: session.without(folder))

    def _on_session_changed(self, session: Session) -> None:
        """Opened by whatever way, or known under its name of now: there is nothing to say any more."""
        for folder in tuple(self._said):
            if folder not in self._places.to_come or folder not in session.open_folders:
                self._withdraw(folder)

    def _withdraw(self, folder: str) -> None:
        self._said.discard(folder)
        self._places.leave_out(folder)
        if self._places.first is not None:
            self._places.first.window.notices.withdraw(_key(folder))


def _key(folder: str) -> str:
    return f"missing-folder-{folder}"
