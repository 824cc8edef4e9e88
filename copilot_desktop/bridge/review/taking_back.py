"""Files that the user has say again what they said before: from the history, or by leaving a tab without saving it.

What of an accepted hunk goes with that is undecided again. Where another program does it, it stays decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentClosed
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.following import FileFollower


class TakingBack:
    """GUI thread only."""

    def __init__(self, documents: DocumentsController, board: ReviewBoard, follower: FileFollower) -> None:
        self._board, self._follower = board, follower
        documents.closed.connect(self._on_document_closed)

    def begin(self, paths: Iterable[str]) -> None:
        """These files are about to be written: it may be heard of that before `end` is called."""
        self._follower.taken_back.update(paths)

    def end(self, paths: Iterable[str]) -> None:
        """They are written, or are not: what happens to them from now on is something else."""
        every = frozenset(paths)
        self._follower.look_again(
            every & set(self._board.state.texts), partial(self._follower.taken_back.difference_update, every)
        )

    def _on_document_closed(self, event: DocumentClosed) -> None:
        if event.path is not None and event.path in self._board.state.texts:
            self.begin([event.path])
            self.end([event.path])
