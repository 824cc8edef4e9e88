"""Says in the window what becomes of the opened folder itself: gone, back again, polled instead of watched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from copilot_desktop.bridge.folder.presence import FolderGone
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.status_bar import StatusField

if TYPE_CHECKING:
    from copilot_desktop.workspace.watch_state import WatchState

_GONE = "folder_gone"
_HELD = "Changes made by other programs show up some seconds later."


class FolderNotices(QObject):
    """The notice while the folder is gone, and the status field while it is polled."""

    def __init__(self, window: MainWindow, workspace: WorkspaceController, open_folder: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._window, self._open_folder = window, open_folder
        self._tip = ""
        workspace.gone.connect(self._on_gone)
        workspace.back.connect(self._on_back)
        workspace.opened.connect(self._on_opened)
        workspace.watching_changed.connect(self._on_watching_changed)
        window.status.field_clicked.connect(self._on_status_clicked)

    def _on_gone(self, event: FolderGone) -> None:
        name = event.root.name
        if event.moved_to is None:
            message = f"The folder {name} is gone: renamed, deleted or unmounted."
            advice = "Open tabs keep their text; until it is back, “Save as…” writes it to another place."
            notice = Notice(message, advice, key=_GONE, can_dismiss=False)
        else:
            message = f"The folder {name} was renamed: it is {event.moved_to.name} now."
            advice = "Open tabs keep their text and cannot be saved under the old name."
            choice = (f"Open {event.moved_to.name}", partial(self._on_open_chosen, event))
            notice = Notice(message, advice, (choice,), key=_GONE, can_dismiss=False)
        self._window.notices.show_notice(notice)
        self._window.status.show_field(StatusField.WATCHING, "Folder gone", f"{message} {advice}")
        self._tip = ""

    def _on_open_chosen(self, event: FolderGone) -> None:
        """The notice stays till the folder is open here: another window may show it already, or it cannot be opened."""
        self._on_gone(event)
        if event.moved_to is not None:
            self._open_folder(event.moved_to)

    def _on_back(self) -> None:
        self._window.notices.withdraw(_GONE)
        self._show("", "")

    def _on_opened(self, _workspace: object) -> None:
        self._on_back()

    def _on_watching_changed(self, state: WatchState) -> None:
        self._show(*_told(state))

    def _show(self, text: str, tip: str) -> None:
        self._tip = tip
        self._window.status.show_field(StatusField.WATCHING, text, tip)

    def _on_status_clicked(self, field: StatusField) -> None:
        if field is StatusField.WATCHING and self._tip:
            self._window.notices.show_notice(Notice(self._tip, key="watching", is_amber=False))


def _told(state: WatchState) -> tuple[str, str]:
    """What the status bar says, and the sentences behind it; nothing while all of the folder is watched."""
    # Not imported above: watching comes after the first paint.
    from copilot_desktop.workspace.watch_state import PollReason

    if not state.polled:
        return "", ""
    text = f"Polling {state.polled:,} folders" if state.watched else "Polling"
    if state.reason is PollReason.SILENT:
        why = f"This folder, or a part of it, is on a file system ({state.file_system}) that does not tell of changes"
    elif state.reason is PollReason.LIMIT:
        why = (
            f"Only {state.watched:,} folders are watched here, since watches are limited; the others"
            if state.watched
            else "No watches are left on this system, so all folders"
        )
        advice = "To raise the limit on Linux, set fs.inotify.max_user_watches higher, or ignore folders in .gitignore."
        return text, f"{why} are looked at again and again. {_HELD} {advice}"
    else:
        why = f"The system does not let the program watch this folder: {state.error}"
    return text, f"{why}; it is looked at again and again. {_HELD}"
