"""What the user does with files: open, save, close with the question, by whatever way. Joins documents and tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import BY_NAME
from copilot_desktop.bridge.folder.workspace import FolderFailed, WorkspaceController
from copilot_desktop.bridge.places import Found
from copilot_desktop.text.ranges import DocumentId, LineRange
from copilot_desktop.ui.main_window import MainWindow
from copilot_desktop.ui.notices import Notice
from copilot_desktop.ui.other_windows import OtherWindows
from copilot_desktop.ui.place_dialogs import PlaceDialogs
from copilot_desktop.ui.recent_folders import RecentFolders
from copilot_desktop.ui.saving import Saving
from copilot_desktop.ui.slow_places import SlowPlaces
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.places import FoundPlace

if TYPE_CHECKING:
    # Keeping and asking come after the first paint.
    from copilot_desktop.bridge.documents.hot_exit import HotExitController
    from copilot_desktop.ui.closing import Answer

FileToOpen = tuple[str, LineRange | None]
"""A path in the folder, and the lines its caret goes to."""


class FileCommands(QObject):
    """The file commands of one window. `folder_left`: another folder is asked for, and the tabs are still open."""

    folder_left = Signal()
    stayed_open = Signal()
    """The user was asked about unsaved text and chose to stay, or it could not be saved."""

    def __init__(
        self,
        window: MainWindow,
        documents: DocumentsController,
        workspace: WorkspaceController,
        others: OtherWindows,
        hot_exit: Callable[[], HotExitController],
    ) -> None:
        super().__init__(window)
        self._window, self._documents, self._workspace, self._hot_exit = window, documents, workspace, hot_exit
        self._others = others
        self.saving = Saving(window, documents, workspace, others.open)
        self.keeps_unsaved = True
        """Whether unsaved text is kept for the next start when the window closes; else the user is asked."""
        self._is_discarding = False
        self._files_to_open: tuple[FileToOpen, ...] = ()
        self._opening: FoundPlace | None = None
        self._asked = 0
        self.recent = RecentFolders(window, self.open_place)
        self.dialogs = PlaceDialogs(window, workspace, self.open_place, others.open)
        window.editors.close_wanted.connect(self._on_close_wanted)
        window.close_wanted.connect(self._on_window_close_wanted)
        window.places_dropped.connect(self.open_dropped)
        workspace.opened.connect(self._close_tabs)
        workspace.failed.connect(self._on_folder_failed)
        SlowPlaces(workspace.places, lambda: window)

    @property
    def wanted_folder(self) -> Path | None:
        """The folder that is on its way, else the one that is open."""
        return self._opening.folder if self._opening is not None else self.wanted_real

    @property
    def wanted_real(self) -> Path | None:
        """The same with all links followed."""
        current = self._workspace.workspace
        return self._opening.real_folder if self._opening is not None else (current.root if current else None)

    def new_file(self) -> None:
        """Open an empty document; saving asks for its name."""
        self._documents.open_untitled()

    def open_place(self, place: Path, lines: LineRange | None = None) -> None:
        """Open a folder, or a file with the folder it stands in; unsaved changes are asked about first.

        A folder that another window has open is shown there. Returns before the place was looked at.
        """
        self._find((place,), lambda found: self.open_found(found[0], lines))

    def _find(self, places: Sequence[Path], open_them: Callable[[Found], None]) -> None:
        self._asked += 1
        number = self._asked

        def answered(found: Found) -> None:
            # A folder that did not answer for long must not take the place of what was asked for since.
            if number == self._asked or any(each.is_file for each in found):
                open_them(found)

        self._workspace.places.find(places, answered)

    def open_found(self, place: FoundPlace, lines: LineRange | None = None) -> None:
        """Open a place that was looked at, as `open_place` does."""
        name = place.path.name if place.is_file else ""
        current = self._workspace.workspace
        coming = _path_inside(place, self._opening) if name and self._opening is not None else None
        if coming is not None:
            self._files_to_open += ((coming, lines),)
            return
        if current is not None and name:
            relative = current.relative_of(place)
            if relative is not None:
                self._documents.open(relative, lines, BY_NAME)
                return
        if not name and self._others.find(place.real):
            return
        if current is None and self._documents.dirty():
            # What was typed without a folder stays in sight.
            self._others.open(place.path)
            return
        wanted = ((name, lines),) if name else ()
        leave = partial(self._leave_for, place, wanted)
        self._window.when_idle(partial(self._leave, leave, "The folder stays open."))

    def open_dropped(self, places: Sequence[Path]) -> None:
        """Open files of the folder each in its tab. A folder takes the folder's place, as `open_place` does; for a file
        from elsewhere that would cost too much: it is offered in a window of its own."""
        self._find(places, self._open_dropped)

    def _open_dropped(self, places: Found) -> None:
        current = self._workspace.workspace
        files = [place for place in places if place.is_file]
        if current is None or not files:
            self.open_found(places[0])
            return
        outside = [place for place in files if not current.relative_of(place)]
        for place in files:
            if place not in outside:
                self.open_found(place)
        if outside:
            first = outside[0].path
            choice = ("Open its folder in a new window", partial(self._others.open, first))
            message = f"{first.name} is outside the opened folder, so it was not opened here."
            self._window.notices.show_notice(Notice(message, choices=(choice,), key="dropped", is_of_folder=True))

    def save(self) -> None:
        """Save the active document; one without a file asks for its name."""
        document = self._documents.current_document()
        if document is not None:
            self.saving.save(document)

    def save_as(self) -> None:
        """Ask for a file and write the active document to it."""
        document = self._documents.current_document()
        if document is not None:
            self.saving.save_as(document)

    def save_all(self) -> None:
        """Save every document with unsaved changes; new ones ask for their names."""
        self.saving.save_each(self._documents.dirty())

    def _leave(self, go_on: Callable[[bool], None], stays: str) -> None:
        """Leave the folder; `go_on(is_discarding)`. Unsaved text is kept for the next time or asked about, as the
        setting says, and always asked about where it could not be written down."""
        ask = partial(self._ask, self._documents.dirty, go_on, stays)
        if not self._documents.dirty():
            go_on(False)
        elif self.keeps_unsaved:
            self._hot_exit().settle(lambda is_kept: go_on(False) if is_kept else ask())
        else:
            ask()

    def _leave_for(self, place: FoundPlace, wanted: tuple[FileToOpen, ...], is_discarding: bool) -> None:
        self._is_discarding = is_discarding
        self.folder_left.emit()
        self._files_to_open = wanted
        self._opening = place
        self._workspace.open_folder(place.folder)

    def _close_tabs(self) -> None:
        """Another folder is there; not before, since one that cannot be opened must leave the tabs as they are."""
        self._opening = None
        if not self._is_discarding and list(self._documents.documents):
            self._hot_exit().leave()
        self._window.editors.close_pages_of_folder()
        for document in self._documents.documents:
            self._documents.close(document.document_id)
        self._window.notices.leave_folder()

    def take_files_to_open(self) -> tuple[FileToOpen, ...]:
        """Files to open once the folder is there; asked once."""
        wanted, self._files_to_open = self._files_to_open, ()
        return wanted

    def _ask(self, unsaved: Callable[[], tuple[Document, ...]], go_on: Callable[[bool], None], stays: str) -> None:
        """`go_on(False)` at once when nothing is unsaved; else after the user has decided, True to discard it.

        `stays`: said when it cannot.
        """
        documents = unsaved()
        if not documents:
            go_on(False)
            return
        from copilot_desktop.ui.closing import Answer, ask_about_unsaved

        def saved(are_all: bool) -> None:
            if are_all:
                # Asked again: the user may have typed on while they were written.
                self._ask(unsaved, go_on, stays)
            else:
                self.stayed_open.emit()

        def answered(answer: Answer) -> None:
            if answer is Answer.DISCARD:
                go_on(True)
            elif answer is Answer.SAVE:
                self.saving.save_each(documents, saved, stays)
            else:
                self.stayed_open.emit()

        ask_about_unsaved(self._window, [document.title for document in documents], answered)

    def _on_close_wanted(self, document_ids: tuple[DocumentId, ...]) -> None:
        found = [self._documents.documents.get(document_id) for document_id in document_ids]
        documents = [document for document in found if document is not None]

        def unsaved() -> tuple[Document, ...]:
            return tuple(document for document in documents if document.is_dirty)

        def close(_is_discarding: bool) -> None:
            for document in documents:
                self._documents.close(document.document_id)

        self._ask(unsaved, close, "The tab stays open." if len(documents) == 1 else "The tabs stay open.")

    def _on_window_close_wanted(self) -> None:
        def close(is_discarding: bool) -> None:
            from copilot_desktop.ui.closing import ask_about_unkept

            def close_now() -> None:
                if is_discarding:
                    self._hot_exit().forget(self._documents.dirty())
                self._window.close_now()

            ask_about_unkept(self._window, self._window.leave_checks, close_now, self.stayed_open.emit)

        self._window.when_idle(partial(self._leave, close, "The window stays open."))

    def _on_folder_failed(self, event: FolderFailed) -> None:
        self._opening = None
        self._window.notices.show_notice(Notice(event.message, event.advice, key="folder"))


def _path_inside(place: FoundPlace, opening: FoundPlace) -> str | None:
    """The path of a file relative to a folder that is not open yet; None when it is outside."""
    real, root = place.real_parent / place.path.name, opening.real_folder
    return real.relative_to(root).as_posix() if real.is_relative_to(root) else None
