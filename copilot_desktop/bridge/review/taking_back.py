"""Files that the user has say again what they said before: from the history, or by leaving a tab without saving it.

What of an accepted hunk goes with that is undecided again. Where another program does it, it stays decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.following import FileFollower


class TakingBack:
    """GUI thread only."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard, follower: FileFollower
    ) -> None:
        self._thread, self._board, self._follower = thread, board, follower
        self._files: ReviewFiles | None = None
        documents.closed.connect(self._on_document_closed)

    def set_files(self, files: ReviewFiles | None) -> None:
        """The files of another folder."""
        self._files = files
        self._follower.taken_back.clear()

    def begin(self, paths: Iterable[str]) -> None:
        """These files are about to be written: it may be heard of that before `end` is called."""
        self._follower.taken_back.update(paths)

    def end(self, paths: Iterable[str]) -> None:
        """They are written, or are not: what happens to them from now on is something else."""
        known, files = set(paths) & set(self._board.state.texts), self._files
        self._follower.taken_back -= set(paths) - known
        if known and files is not None:
            self._thread.run_in_worker(
                partial(files.read, sorted(known)), partial(self._on_read, files), partial(self._on_unread, known)
            )

    def _on_read(self, files: ReviewFiles, texts: Mapping[str, str | None]) -> None:
        if files is self._files:
            self._follower.take_read(files, texts)
            self._follower.when_settled(partial(self._follower.taken_back.difference_update, set(texts)))

    def _on_unread(self, paths: set[str], error: BaseException) -> None:
        self._follower.taken_back -= paths
        self._board.refuse(error)

    def _on_document_closed(self, event: DocumentClosed) -> None:
        if event.path is not None and event.path in self._board.state.texts:
            self.begin([event.path])
            self.end([event.path])
