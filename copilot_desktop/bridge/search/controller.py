"""Searches the folder of a window, and what was typed in its tabs, and keeps the results true while files change."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController, unsaved_texts
from copilot_desktop.bridge.documents.events import DocumentClosed, TextChanged
from copilot_desktop.bridge.folder.workspace import WorkspaceController
from copilot_desktop.bridge.search.events import FoundAgain, SearchFailed
from copilot_desktop.errors import CopilotError, SearchError
from copilot_desktop.workspace.search.running import SearchRequest, search_files, search_folder
from copilot_desktop.workspace.search.values import FileFound, SearchEnded, SearchQuery

if TYPE_CHECKING:
    from copilot_desktop.workspace.folder_changes import FolderChanged

TELL_MS, MANY_MS, MANY_FILES = 60, 200, 200
"""Between two lots of results on their way to the list; longer once there are so many files that nobody can see more
of them: drawing takes its time from the search."""
AGAIN_MS = 300
"""After a change, until a file is searched again."""
AGAIN_FILES, LOOKED_AT = 200, 20_000
"""When more have changed, ignored ones not counted, the results are only said to be outdated; of so many it is not even
asked which are ignored."""


class SearchController(QObject):
    """One search at a time; a new one ends the one before. GUI thread."""

    began = Signal(object)
    """Carries the `SearchQuery`; what was found before is no more."""
    found = Signal(object)
    """Carries files, a tuple of `FileFound`."""
    found_again = Signal(object)
    """Carries one `FoundAgain`."""
    ended = Signal(object)
    """Carries one `SearchEnded`."""
    failed = Signal(object)
    """Carries one `SearchFailed`."""
    forgotten = Signal()
    """Another folder is open: what was found is of no use."""
    outdated = Signal()
    """So much has changed that only a new search can tell."""

    def __init__(
        self,
        thread: AsyncThread,
        workspace: WorkspaceController,
        documents: DocumentsController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread, self._workspace, self._documents = thread, workspace, documents
        self.query: SearchQuery | None = None
        self._running: Future[SearchEnded] | None = None
        self._number = 0
        self._arrived: list[FileFound] = []
        self._told = 0
        self._telling = QTimer(self, singleShot=True, interval=TELL_MS)
        self._telling.timeout.connect(self._tell)
        self._touched: dict[str, None] = {}
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._search_touched)
        workspace.opened.connect(self._on_workspace_opened)
        workspace.changed.connect(self._on_folder_changed)
        documents.text_changed.connect(self._on_text_changed)
        documents.closed.connect(self._on_closed)

    @property
    def has_folder(self) -> bool:
        """Whether there is a folder to search."""
        return self._workspace.workspace is not None

    @property
    def is_running(self) -> bool:
        """Whether a search is under way."""
        return self._running is not None

    def search(self, query: SearchQuery) -> None:
        """Search; `found` tells what is found meanwhile, and `ended` or `failed` comes last."""
        self.drop()
        request = self._request(query)
        self.query = query if request is not None else None
        if request is None:
            self.began.emit(query)
            self.failed.emit(SearchFailed("No folder is open that could be searched.", "Open a folder first."))
            return
        self._told = 0
        number = self._number

        def tell(files: tuple[FileFound, ...]) -> None:
            self._thread.post(lambda: self._on_found(number, files))

        self._running = self._thread.submit(
            search_folder(request, tell),
            lambda ended: self._on_ended(number, ended),
            lambda error: self._on_failed(number, error),
        )
        self.began.emit(query)

    def stop(self) -> None:
        """End the search that runs, and say so; what it has found stays."""
        is_running = self.is_running
        self.drop()
        if is_running:
            self.ended.emit(SearchEnded(is_stopped=True))

    def drop(self) -> None:
        """End the search that runs without a word: another one is about to begin."""
        self._number += 1
        running, self._running = self._running, None
        self._tell()
        self._telling.stop()
        self._touched.clear()
        if running is not None:
            running.cancel()

    def forget(self) -> None:
        """End it, and keep nothing true any more: another folder is open, or the field is empty."""
        self.drop()
        self.query = None

    def _request(self, query: SearchQuery, paths: Iterable[str] | None = None) -> SearchRequest | None:
        """What is searched now; `paths`: only these of what stands in tabs."""
        workspace, rules = self._workspace.workspace, self._workspace.rules
        if workspace is None:
            return None
        texts = unsaved_texts(self._documents, None if paths is None else frozenset(paths))
        return SearchRequest(
            workspace.root, query, texts, lambda path: rules is not None and rules.is_ignored(path, False)
        )

    def _on_found(self, number: int, files: tuple[FileFound, ...]) -> None:
        if number != self._number:
            return
        is_first = not self._arrived and not self._telling.isActive()
        self._arrived += files
        if is_first:
            self._tell()
        if not self._telling.isActive():
            self._telling.start(TELL_MS if self._told < MANY_FILES else MANY_MS)

    def _tell(self) -> None:
        arrived, self._arrived = self._arrived, []
        self._told += len(arrived)
        if arrived:
            self.found.emit(tuple(arrived))

    def _on_ended(self, number: int, ended: SearchEnded) -> None:
        if number == self._number:
            self._running = None
            self._tell()
            self.ended.emit(ended)

    def _on_failed(self, number: int, error: BaseException) -> None:
        if not isinstance(error, CopilotError):
            raise error
        if number == self._number:
            self._running = None
            self._tell()
            field = error.field if isinstance(error, SearchError) else ""
            self.failed.emit(SearchFailed(error.message, error.advice, field, error.detail))

    def _touch(self, paths: Iterable[str]) -> None:
        if self.query is not None:
            self._touched.update(dict.fromkeys(paths))
            self._again.start()

    def _search_touched(self) -> None:
        if self.query is None or not self._touched:
            return
        if self.is_running:
            self._again.start()
            return
        paths, number = tuple(self._touched), self._number
        self._touched.clear()
        request = self._request(self.query, paths)
        if len(paths) > LOOKED_AT or request is None:
            self.outdated.emit()
            return

        def tell(files: tuple[FileFound, ...] | None) -> None:
            if number != self._number:
                return
            if files is None:
                self.outdated.emit()
            else:
                self.found_again.emit(FoundAgain(paths, files))

        def fail(error: BaseException) -> None:
            if not isinstance(error, CopilotError):
                raise error
            if number == self._number:
                self.outdated.emit()

        self._thread.submit(search_files(request, paths, AGAIN_FILES), tell, fail)

    def _on_workspace_opened(self, _workspace: object) -> None:
        self.forget()
        self.forgotten.emit()

    def _on_text_changed(self, event: TextChanged) -> None:
        if event.path is not None:
            self._touch((event.path,))

    def _on_closed(self, event: DocumentClosed) -> None:
        # Its text may have gone with it: what counts is on disk again.
        if event.path is not None:
            self._touch((event.path,))

    def _on_folder_changed(self, event: FolderChanged) -> None:
        if event.is_overflow:
            if self.query is not None:
                self.outdated.emit()
            return
        self._touch(path for path in event.paths if path != ".git" and not path.startswith(".git/"))
