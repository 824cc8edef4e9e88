"""What others do to files under review: typing in a tab, other programs, closing a tab. Hunks move along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QTimer

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.document_events import DiskChanged, DocumentClosed, TextChanged
from copilot_desktop.bridge.documents import DocumentsController
from copilot_desktop.bridge.review_board import ReviewBoard
from copilot_desktop.bridge.review_files import ReviewFiles

_TYPING_PAUSE_MS = 40


class FileFollower(QObject):
    """Keeps the texts of the review those of the open tabs, else those on disk. GUI thread only."""

    def __init__(self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard) -> None:
        super().__init__(board)
        self._thread = thread
        self._documents = documents
        self._board = board
        self._files: ReviewFiles | None = None
        self._stale: set[str] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.catch_up)
        documents.text_changed.connect(self._on_text_changed)
        documents.disk_changed.connect(self._on_disk_changed)
        documents.closed.connect(self._on_document_closed)

    def set_files(self, files: ReviewFiles | None) -> None:
        """Follow the files of another folder."""
        self._files = files
        self._stale.clear()

    def catch_up(self) -> None:
        """Follow what was typed since; done by itself in a pause of typing and before every decision."""
        self._pause.stop()
        busy = self._board.busy_paths
        ready, self._stale = self._stale - busy, self._stale & busy
        state = self._board.state
        for path in ready:
            text = self._documents.text_of(path)
            if text is not None:
                state = state.text_changed(path, text)
        self._board.put(state)

    def look_again(self, paths: Iterable[str]) -> None:
        """Compare files with what stands in their tab or on disk."""
        every = set(paths)
        closed = {path for path in every if self._documents.find(path) is None}
        self._stale |= every - closed
        self._pause.start()
        if closed and self._files is not None:
            self._thread.run_in_worker(partial(self._files.read, sorted(closed)), self._on_read, self._board.refuse)

    def _on_text_changed(self, event: TextChanged) -> None:
        if event.path is not None and event.path in self._board.state.texts:
            self._stale.add(event.path)
            self._pause.start()

    def _on_disk_changed(self, event: DiskChanged) -> None:
        known = set(self._board.state.texts)
        touched = known if event.is_overflow else known & set(event.paths)
        self.look_again({path for path in touched if self._documents.find(path) is None})

    def _on_document_closed(self, event: DocumentClosed) -> None:
        if event.path is not None and event.path in self._board.state.texts:
            self.look_again([event.path])

    def _on_read(self, texts: Mapping[str, str | None]) -> None:
        state = self._board.state
        for path, text in texts.items():
            if path not in self._board.busy_paths and self._documents.find(path) is None:
                state = state.text_changed(path, text)
        self._board.put(state)
