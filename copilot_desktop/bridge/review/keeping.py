"""Keeps the review of a window over a restart: written down as it changes, brought back when its folder is opened.

What comes back stands on the texts of now, see `brought_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.events import DocumentOpened
from copilot_desktop.bridge.review.board import ReviewBoard
from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.following import FileFollower
from copilot_desktop.bridge.review.pending_review import PendingReview, from_parts, kind_of
from copilot_desktop.bridge.review.pending_writer import LateWriter, PendingWriter
from copilot_desktop.bridge.review.refined_values import KeptRefinement
from copilot_desktop.bridge.review.refused_values import KeptRefused
from copilot_desktop.edits.change_sets import ChangeHunk
from copilot_desktop.edits.comments import Remarks
from copilot_desktop.edits.pending.place import fetch
from copilot_desktop.edits.pending.settled import forget_settled
from copilot_desktop.edits.pending.store import PendingStore
from copilot_desktop.edits.review import ReviewState
from copilot_desktop.errors import StoreError
from copilot_desktop.workspace.file_identity import FolderNames

if TYPE_CHECKING:
    from copilot_desktop.bridge.review.brought_back import BroughtBack

_MOVED_MS: Final = 2_000
"""Hunks that only moved: the text that was kept last tells where they are as well."""
_EDITED_MS: Final = 300
_RETRY_MS: Final = 5_000
_CLOSING_LIMIT_S: Final = 2.0
"""A disk that hangs keeps the window no longer: decisions were written down when they were made."""


class ReviewKeeper(QObject):
    """Of one window. GUI thread only; the disk is waited for on others.

    `texts_are_back(call)`: calls once the unsaved texts of the opened folder are in their tabs again.
    """

    restored = Signal(object)
    """Carries a tuple of `KeptRefused`, after the review has its change sets back."""
    versions_restored = Signal(object)
    """Carries a tuple of `KeptRefinement`, before the review has its change sets back."""
    loading = Signal()
    """It is found out what was under review in the opened folder; what is typed meanwhile counts."""
    loaded = Signal()
    """The review of the opened folder is as it was left, or nothing was kept of it."""

    def __init__(
        self, thread: AsyncThread, documents: DocumentsController, board: ReviewBoard, follower: FileFollower
    ) -> None:
        super().__init__(board)
        self._thread, self._documents, self._board, self._follower = thread, documents, board, follower
        self.texts_are_back: Callable[[Callable[[], None]], None] = lambda call: call()
        self.is_loaded = True
        self._files: ReviewFiles | None = None
        self._writer: PendingWriter | None = None
        self._loading: tuple[PendingStore, Future[PendingReview], ReviewFiles] | None = None
        """What was kept is being read, or waits for the tabs."""
        self._ending: list[PendingWriter | LateWriter] = []
        self._refused: dict[str, KeptRefused] = {}
        self.refinements: tuple[KeptRefinement, ...] = ()
        """The versions of pending hunks, as they came back or were told last."""
        self._seen = PendingReview(ReviewState())
        self._is_failing = False
        self._asked: list[Callable[[bool], None]] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._save)
        board.replaced.connect(self._on_replaced)
        documents.opened.connect(self._on_document_opened)

    def open(self, files: ReviewFiles | None, place: Path | None) -> None:
        """The review is that of another folder, which keeps it in the file `place`; without one nothing is kept."""
        self._files = files
        if files is None or place is None:
            self._end_loading()
            return
        self.loading.emit()
        store, endings = PendingStore(place), tuple(self._ending)

        kept = Future[PendingReview]()
        self._loading = store, kept, files

        def load() -> PendingReview:
            for ending in endings:  # it may be this very folder that was left
                ending.wait()
            try:
                fetch(place)  # from where it was kept while the folder had another name
                forget_settled(place.parent, but=place)
                kept.set_result(store.load(kind_of, from_parts))
            except BaseException as error:
                kept.set_exception(error)
                raise
            return kept.result()

        self._thread.run_in_worker(load, partial(self._on_loaded, files, store), partial(self._on_not_loaded, files))

    def leave(self) -> None:
        """The folder is left: write down how its review stands now."""
        writer, self._writer = self._writer, None
        loading, self._loading = self._loading, None
        self._ending = [each for each in self._ending if not each.wait(0)]
        if loading is not None and (self._board.state.change_sets or self._refused):
            # What came meanwhile is to be there the next time, and nothing that was kept may go for it.
            self._ending.append(LateWriter(*loading, self.now()))
        if writer is not None:
            writer.put(self.now())
            writer.end()
            self._ending.append(writer)
        self._timer.stop()
        self._refused, self.refinements = {}, ()
        self._board.last_entry, self._board.viewed = "", frozenset()
        self._board.put_remarks(Remarks())
        self._files, self.is_loaded = None, False

    def close(self) -> None:
        """The window closes."""
        self._follower.catch_up()
        self.leave()
        for each in self._ending:
            each.wait(_CLOSING_LIMIT_S)

    def take_refused(self, kept: KeptRefused) -> None:
        """What is known of the refused blocks of a change set has changed."""
        self._refused[kept.change_set.change_set_id] = kept
        if self._writer is not None:
            self._save()

    def take_refinements(self, kept: tuple[KeptRefinement, ...]) -> None:
        """There are other versions of pending hunks, or another one of them is shown."""
        if kept != self.refinements:
            self.refinements = kept
            if self._writer is not None:
                self._save_within(_EDITED_MS)

    def when_written(self, call: Callable[[bool], None]) -> None:
        """Try once more where the disk refused; `call(True)` when all is on disk, within some seconds."""
        if self._writer is None or not self._is_failing:
            call(True)
            return
        self._asked.append(call)
        self._save()
        # A disk that hangs must not keep the window from asking.
        QTimer.singleShot(_RETRY_MS, self, partial(self._answer, (call,), is_written=False))

    def _answer(self, calls: Iterable[Callable[[bool], None]], *, is_written: bool) -> None:
        for call in [each for each in calls if each in self._asked]:
            self._asked.remove(call)
            call(is_written)

    def now(self) -> PendingReview:
        """What there is to be kept."""
        board = self._board
        refused = tuple(self._refused.values())
        return PendingReview(
            board.state,
            board.done,
            refused,
            board.last_entry,
            board.viewed,
            board.remarks,
            refinements=self.refinements,
        )

    def _save(self) -> None:
        self._timer.stop()
        if self._writer is not None:
            self._seen = self.now()
            self._writer.put(self._seen)

    def _on_replaced(self) -> None:
        if self._writer is None:
            return
        before, now = self._seen, self._board.state
        if before.remarks != self._board.remarks:
            self._save_within(_EDITED_MS)
        if before.done != self._board.done or _is_decided(before.state, now):
            self._save()
        else:
            self._save_within(_EDITED_MS if _is_edited(before.state, now) else _MOVED_MS)

    def _save_within(self, limit_ms: int) -> None:
        if not self._timer.isActive() or self._timer.remainingTime() > limit_ms:
            self._timer.start(limit_ms)

    def _on_document_opened(self, event: DocumentOpened) -> None:
        path = event.document.path
        is_unsaved = event.text is not None and event.document.is_dirty
        if path is not None and is_unsaved and path in self._board.state.texts:
            # Unsaved text of an earlier start, which another one than this folder's kept.
            self._follower.look_again([path])

    def _on_loaded(self, files: ReviewFiles, store: PendingStore, kept: PendingReview) -> None:
        if self._files is not files:
            self._thread.run_in_worker(partial(_let_go, store, tuple(self._ending)))
        elif kept.state.change_sets or kept.refused:
            self.texts_are_back(partial(self._stand, files, store, kept))
        else:
            self._follow(files, store, None)

    def _stand(self, files: ReviewFiles, store: PendingStore, kept: PendingReview) -> None:
        """The tabs are there: find out what stands in the other files."""
        # A start with nothing under review needs none of it.
        from copilot_desktop.bridge.review.brought_back import bring_back

        live: dict[str, str] = {}
        for path in kept.state.texts:
            document, text = self._documents.documents.find(path), self._documents.text_of(path)
            if text is not None and document is not None and not document.is_loading:
                live[path] = text
        self._thread.run_in_worker(
            partial(bring_back, kept, files, live),
            partial(self._on_stood, files, store),
            partial(self._on_not_loaded, files),
        )

    def _on_stood(self, files: ReviewFiles, store: PendingStore, back: BroughtBack) -> None:
        if self._files is not files:
            self._thread.run_in_worker(partial(_let_go, store, tuple(self._ending)))
            return
        from copilot_desktop.bridge.review.brought_back import notice_of

        kept = back.review
        every = kept.joined(self.now())
        self._refused = {each.change_set.change_set_id: each for each in every.refused}
        self._board.last_entry, self._board.viewed = every.last_entry, every.viewed
        self.refinements = every.refinements
        self.versions_restored.emit(kept.refinements)
        self._board.put(every.state, every.done)
        for old, new in back.moved.items():
            self._documents.follow(old, new)
        self._board.put_remarks(every.remarks)
        self._follower.look_again(every.state.texts)
        self.restored.emit(tuple(self._refused.values()))
        self._follow(files, store, kept.names)
        for problem in back.problems[:1]:
            self._board.refuse(problem)
        told = notice_of(back, self._board)
        if told is not None:
            self._board.noticed.emit(told)

    def _on_not_loaded(self, files: ReviewFiles, error: BaseException) -> None:
        # What stands in the file stays there: nothing is written over it.
        if self._files is files:
            self._end_loading()
            self._board.refuse(error)

    def _follow(self, files: ReviewFiles, store: PendingStore, names: FolderNames | None) -> None:
        """Write down what happens from now on."""

        def report(error: Exception | None) -> None:
            self._thread.post(lambda: self._on_written(writer, error))

        writer = self._writer = PendingWriter(store, report, files, names)
        self._seen, self._is_failing = PendingReview(ReviewState()), False
        if self._board.state.change_sets or self._refused:
            self._save()
        self._end_loading()

    def _end_loading(self) -> None:
        self.is_loaded, self._loading = True, None
        self.loaded.emit()

    def _on_written(self, writer: PendingWriter, error: Exception | None) -> None:
        if error is not None and not isinstance(error, StoreError):
            raise error
        if writer is not self._writer:
            return
        was_failing, self._is_failing = self._is_failing, error is not None
        if error is not None:
            self._save_within(_RETRY_MS)
            if not was_failing:
                self._board.refuse(error)
        elif was_failing:
            self._board.mention("The changes under review are written down again.")
        self._answer(tuple(self._asked), is_written=error is None)


def _let_go(store: PendingStore, endings: Iterable[PendingWriter | LateWriter]) -> None:
    """On a worker: its folder was left meanwhile."""
    for ending in endings:  # one of them may write there
        ending.wait()
    store.close()


def _is_decided(before: ReviewState, now: ReviewState) -> bool:
    """Whether the user, or an answer, has done something to the review itself."""
    if len(before.change_sets) != len(now.change_sets):
        return True
    if any(one.failures != other.failures for one, other in zip(before.change_sets, now.change_sets, strict=True)):
        return True
    return _said(before, _DECIDED) != _said(now, _DECIDED)


def _is_edited(before: ReviewState, now: ReviewState) -> bool:
    """Whether a proposal says something else."""
    return _said(before, _PROPOSED) != _said(now, _PROPOSED)


def _said(state: ReviewState, what: Callable[[ChangeHunk], object]) -> list[object]:
    """Of each hunk; for hundreds within half a millisecond, since typing asks for it."""
    return list(map(what, state.hunks()))


_DECIDED: Final = attrgetter("decision", "needs_look")
_PROPOSED: Final = attrgetter("new_text")
