"""Writes a review down on a thread of its own: the newest one counts, whatever came while the disk was busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from copilot_desktop.bridge.review.pending_review import PendingReview
from copilot_desktop.edits.pending.store import PendingStore
from copilot_desktop.workspace.file_identity import FileIdentity

Identify = Callable[[Iterable[str]], Mapping[str, FileIdentity]]


class PendingWriter:
    """`report(error)` is called after each writing, on its thread; None when it is on disk. `identify(paths)` tells
    what files are, there as well.

    The thread is there while there is something to write, and no longer.
    """

    def __init__(self, store: PendingStore, report: Callable[[Exception | None], None], identify: Identify) -> None:
        self._store, self._report, self._identify = store, report, identify
        self._changing = threading.Condition()
        self._latest: PendingReview | None = None
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
                self._store.close()
                with self._changing:
                    self._stop()
                return
            self._write(review)

    def _write(self, review: PendingReview) -> None:
        error: Exception | None = None
        try:
            identities = self._identify(review.state.texts)
            self._store.save(replace(review, identities=identities).parts())
        except Exception as raised:  # noqa: BLE001 - border: the top of the thread
            error = raised
        self._report(error)

    def _stop(self) -> None:
        self._is_writing = False
        self._changing.notify_all()
