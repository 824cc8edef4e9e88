"""Writes a review down on a thread of its own: the newest one counts, whatever came while the disk was busy."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from copilot_desktop.bridge.review.files import ReviewFiles
from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.pending.store import PendingStore
from copilot_desktop.errors import CopilotError
from copilot_desktop.workspace.file_identity import FolderNames


class PendingWriter:
    """`report(error)` is called after each writing, on its thread; None when it is on disk. `names` are those of the
    folder's files that were kept before. They are listed anew after the first writing and at the end, so that what
    comes while the program is away is known for new.

    The thread is there while there is something to write, and no longer.
    """

    def __init__(
        self,
        store: PendingStore,
        report: Callable[[Exception | None], None],
        files: ReviewFiles,
        names: FolderNames | None,
    ) -> None:
        self._store, self._report, self._files, self._names = store, report, files, names
        self._changing = threading.Condition()
        self._latest: PendingReview | None = None
        self._written: PendingReview | None = None
        self._there = frozenset[str]()
        self._is_listed = False
        self._is_writing = self._is_ending = False

    def put(self, review: PendingReview) -> None:
        """Write this down as soon as what is being written is done."""
        with self._changing:
            self._latest = review
            self._start()

    def end(self) -> None:
        """Write down what was put, and let go of the file; `wait` tells when."""
        with self._changing:
            self._is_ending = True
            self._start()

    def wait(self, limit_s: float | None = None) -> bool:
        """Wait for that; whether it is done."""
        with self._changing:
            return self._changing.wait_for(lambda: not self._is_writing, limit_s)

    def _start(self) -> None:
        if not self._is_writing:
            self._is_writing = True
            # Not to be waited for by the end of the process: the disk may hang.
            threading.Thread(target=self._run, name="review-writer", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._changing:
                review, self._latest = self._latest, None
                if review is None and not self._is_ending:
                    self._stop()
                    return
            if review is None:
                self._list()
                self._store.close()
                with self._changing:
                    self._stop()
                return
            self._write(review)
            if not self._is_listed:
                self._list()

    def _write(self, review: PendingReview) -> None:
        error: Exception | None = None
        try:
            texts = review.state.texts
            identities = self._files.identities(texts)
            self._store.save(replace(review, identities=identities, names=self._names).parts())
            self._written, self._there = review, _files_of(review) & (self._there | self._files.there(texts))
        except Exception as raised:  # noqa: BLE001 - border: the top of the thread
            error = raised
        self._report(error)

    def _list(self) -> None:
        """List the folder and keep that, too; what is under review was written down before and waits for none of it."""
        review = self._written
        if review is None or not review.state.change_sets:
            return
        names = self._files.names()
        if self._there - self._files.there(self._there):
            return  # others change the folder just now: what is new would not be told from what was there
        self._is_listed = True
        if names != self._names:
            self._names = names
            self._write(review)

    def _stop(self) -> None:
        self._is_writing = False
        self._changing.notify_all()


class LateWriter:
    """Writes down a review that was left before it was known what had been `kept` of it: both are joined, on a thread
    of its own. What cannot be read stays as it is."""

    def __init__(
        self, store: PendingStore, kept: Future[PendingReview], files: ReviewFiles, left: PendingReview
    ) -> None:
        self._store, self._kept, self._files, self._left = store, kept, files, left
        self._is_done = threading.Event()
        threading.Thread(target=self._run, name="review-writer", daemon=True).start()

    def wait(self, limit_s: float | None = None) -> bool:
        """Wait for that; whether it is done."""
        return self._is_done.wait(limit_s)

    def _run(self) -> None:
        try:
            with contextlib.suppress(CopilotError):  # the folder is left, there is nobody to be told
                kept = self._kept.result()
                writer = PendingWriter(self._store, lambda _error: None, self._files, kept.names)
                writer.put(kept.joined(self._left))
                writer.end()
                writer.wait()
        finally:
            self._is_done.set()


def _files_of(review: PendingReview) -> frozenset[str]:
    """Those that are there, as far as the review knows."""
    return frozenset(path for path, lined in review.state.texts.all_lined().items() if lined is not None)
