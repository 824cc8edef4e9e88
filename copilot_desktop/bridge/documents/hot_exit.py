"""Keeps the unsaved texts of a window on disk while they are typed, and brings back what an earlier start left."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.copies_in_step import CopiesInStep, UnsavedCopy, header_of
from copilot_desktop.bridge.documents.edits_since_saved import EditsSinceSaved
from copilot_desktop.bridge.documents.events import DocumentClosed, DocumentOpened
from copilot_desktop.bridge.documents.slow_writes import ProtectionChanged, SlowWrites
from copilot_desktop.bridge.work_queue import WorkQueue
from copilot_desktop.errors import StoreError, WriteError
from copilot_desktop.text.changes import CopiedText, TextEdited
from copilot_desktop.text.ranges import DocumentId
from copilot_desktop.values import dataclass
from copilot_desktop.workspace.checkpoints.history import has_step_under_way
from copilot_desktop.workspace.documents import Document
from copilot_desktop.workspace.files import LIMIT_BYTES
from copilot_desktop.workspace.hot_exit.place import ENDING, UnsavedPlace
from copilot_desktop.workspace.hot_exit.store import HotExitStore, Taken, TakenOver
from copilot_desktop.workspace.hot_exit.writer import (
    Begun,
    Described,
    Edited,
    HotExitWriter,
    Removed,
    WriteReport,
)
from copilot_desktop.workspace.paths import Workspace
from copilot_desktop.workspace.step_recovery import RecoveryNotice

RETRY_MS = 3_000
"""After a refusal the texts are begun again, so long after."""

SETTLE_LIMIT_MS = 5_000


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What an earlier start left unsaved is open again: so many, and what could not be brought back."""

    count: int
    problems: tuple[StoreError, ...]


class HotExitController(QObject):
    """Follows the documents of one window. GUI thread only; the writing is on a thread of its own."""

    recovered = Signal(object)
    """Carries the `RecoveryNotice` of a step that a crash cut off: it may have written copies, so it comes first."""
    brought_back = Signal(object)
    protection_changed = Signal(object)

    def __init__(self, thread: AsyncThread, documents: DocumentsController, place: UnsavedPlace) -> None:
        super().__init__(documents)
        self._thread, self._documents, self._place = thread, documents, place
        self._copies: dict[DocumentId, UnsavedCopy] = {}
        self._due: set[DocumentId] = set()
        self._since_saved = EditsSinceSaved()
        # A folder that is left and opened again finds its texts only when they are written down and let go.
        self._work = WorkQueue(thread)
        self._leaving: list[Callable[[float | None], bool]] = []
        self._writer: HotExitWriter | None = None
        self._store: HotExitStore | None = None
        self._slow = SlowWrites(thread, self)
        self._slow.told.connect(self.protection_changed)
        # Inside Scintilla's own notification the text must not be read.
        self._begin_timer = self._timer(0, self._begin_due)
        self._retry_timer = self._timer(RETRY_MS, self._begin_due)
        documents.unsaved = CopiesInStep(thread, documents, self._copies, lambda: self._writer, self._begin_later)
        documents.text_edited.connect(self._on_text_edited)
        documents.state_changed.connect(self._follow)
        documents.closed.connect(self._on_closed)

    def open_workspace(self, workspace: Workspace | None, done: Callable[[], None]) -> None:
        """Follow the documents of this folder, or of none, from now on; `done` once those left before are open."""
        self.leave()
        store = HotExitStore(self._place.state_folder, workspace)
        report: Callable[[WriteReport], None] = lambda event: self._thread.post(  # noqa: E731 - typed for the writer
            lambda: self._on_written(writer, event)
        )
        writer = HotExitWriter(store.folder, store.claim, report)
        self._store, self._writer = store, writer

        self._work.run(
            partial(_recover_and_take_over, store, workspace, self._place),
            lambda found: self._on_taken_over(store, *found, done),
            lambda error: self._on_not_taken_over(store, error, done),
        )

    def leave(self) -> None:
        """The documents are about to be closed with their folder: their copies stay for the next time."""
        if self._writer is not None:
            leave = self._let_go()
            self._leaving.append(leave)
            self._work.run(lambda: leave(None), lambda _left: self._leaving.remove(leave))

    def forget(self, documents: Iterable[Document]) -> None:
        """The user wants these texts neither saved nor kept."""
        for document in documents:
            self._drop(document.document_id)

    def settle(self, done: Callable[[bool], None]) -> None:
        """Write down what is not yet; `done(True)` when every unsaved text is on disk, so that nothing is lost."""
        self._begin_all()
        if self._writer is None or not self._documents.dirty():
            done(not self._documents.dirty())
            return
        answered: list[bool] = []

        def answer(is_kept: bool) -> None:
            if not answered:
                answered.append(is_kept)
                done(is_kept)

        self._writer.flush(lambda is_kept: self._thread.post(lambda: answer(is_kept)))
        # A disk that hangs must not keep the window from asking.
        QTimer.singleShot(SETTLE_LIMIT_MS, self, lambda: answer(False))

    def close(self, limit_s: float) -> None:
        """The window closes: write down the rest, and give the copies to the next start."""
        leaving = [*self._leaving, self._let_go()]
        end = time.monotonic() + limit_s
        for leave in leaving:
            # Once more for a folder just left: its turn may not come any more.
            if not leave(max(0.0, end - time.monotonic())):
                # A disk that hangs: other windows must not hang with it.
                threading.Thread(target=leave, args=(None,), name=ENDING, daemon=True).start()

    def _let_go(self) -> Callable[[float | None], bool]:
        """Follow nothing any more; returns what ends the writing, to be called where waiting hurts nobody.

        It says whether the writing has ended.
        """
        self._begin_all()
        writer, store = self._writer, self._store
        self._writer = self._store = None
        self._copies.clear()
        self._due.clear()

        def end(limit_s: float | None) -> bool:
            # What is still being written is nobody else's yet.
            has_ended = writer is None or writer.stop(limit_s)
            if store is not None and has_ended:
                store.release()
            return has_ended

        return end

    def _timer(self, interval_ms: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(call)
        return timer

    def _on_text_edited(self, event: TextEdited) -> None:
        copy = self._copies.get(event.document_id)
        self._since_saved.add(event)
        if copy is None or not (copy.is_begun or copy.is_collecting):
            self._begin_later(event.document_id)
        elif copy.takes_edits and self._writer is not None:
            self._writer.put(Edited(copy.entry_id, event.edit))
            self._slow.watch(copy.header.title, len(event.edit.inserted), self._writer)

    def _follow(self, document: Document) -> None:
        """A document has become unsaved, saved, or the text of something else."""
        copy = self._copies.get(document.document_id)
        if not document.is_dirty:
            self._drop(document.document_id)
        elif copy is None:
            if document.document_id not in self._due:
                self._since_saved.begin(document)
            self._begin_later(document.document_id)
        elif copy.header != header_of(document):
            copy.header = header_of(document)
            if copy.takes_edits and self._writer is not None:
                self._writer.put(Described(copy.entry_id, copy.header))
            elif not copy.is_collecting:
                self._begin_later(document.document_id)

    def _begin_later(self, document_id: DocumentId) -> None:
        self._due.add(document_id)
        self._begin_timer.start()

    def _begin_due(self) -> None:
        due, self._due = self._due, set()
        for document_id in due:
            document, buffer = self._documents.documents.get(document_id), self._documents.buffers.get(document_id)
            if document is None or buffer is None or self._writer is None or not document.is_dirty:
                continue
            copy = self._copies.setdefault(document_id, UnsavedCopy(document_id, header_of(document), is_begun=False))
            copy.header = header_of(document)
            if not copy.is_collecting:
                copy.is_begun, copy.is_collecting = False, True
                for step in self._since_saved.steps(document, buffer, copy.entry_id, copy.header):
                    copy.takes_edits = True
                    self._writer.put(step)
                buffer.shared.copying.copy(partial(self._begin, document_id, copy))

    def _begin(self, document_id: DocumentId, copy: UnsavedCopy, text: CopiedText) -> None:
        """The text is collected, which takes some passes of the event loop where it is large."""
        # It may have been saved meanwhile, or its folder left.
        if self._copies.get(document_id) is copy and self._writer is not None:
            is_new = not copy.takes_edits  # else its file and the edits are on the disk already
            copy.is_begun, copy.is_collecting, copy.takes_edits = True, False, True
            self._writer.put(Begun(copy.entry_id, copy.header, text))
            if is_new:
                self._slow.watch(copy.header.title, text.size_bytes, self._writer)

    def _begin_all(self) -> None:
        """Hand over every text now: there may be no later."""
        self._begin_due()
        for document_id, copy in tuple(self._copies.items()):
            buffer = self._documents.buffers.get(document_id)
            if copy.is_collecting and buffer is not None:
                buffer.shared.copying.finish()

    def _drop(self, document_id: DocumentId) -> None:
        copy = self._copies.pop(document_id, None)
        self._due.discard(document_id)
        self._since_saved.forget(document_id)
        if copy is not None and self._writer is not None:
            self._writer.put(Removed(copy.entry_id))

    def _on_closed(self, event: DocumentClosed) -> None:
        self._drop(event.document_id)

    def _on_written(self, writer: HotExitWriter, report: WriteReport) -> None:
        if writer is not self._writer:
            return
        if report.error is None:
            self.protection_changed.emit(ProtectionChanged())
            return
        by_entry = {copy.entry_id: document_id for document_id, copy in self._copies.items()}
        self._due |= {by_entry[entry_id] for entry_id in report.failed if entry_id in by_entry}
        self._retry_timer.start()
        reason = report.error.message if isinstance(report.error, StoreError) else report.error.strerror
        self.protection_changed.emit(
            ProtectionChanged(
                f"Unsaved text is not protected: {reason}.",
                "Save your files. The program tries again every few seconds; free some space or check its folder.",
            )
        )

    def _on_taken_over(
        self, store: HotExitStore, recovered: RecoveryNotice | None, found: TakenOver, done: Callable[[], None]
    ) -> None:
        if recovered is not None:
            self.recovered.emit(recovered)
        writer = self._writer
        if store is not self._store or writer is None:
            return
        newest = {taken.header.path: taken for taken in found.texts}
        earlier: list[tuple[Taken, str]] = []
        count = len(found.texts)
        for taken in found.texts:
            path = taken.header.path
            document = None if path is None else self._documents.documents.find(path)
            if path is None or (taken is newest[path] and not (document is not None and document.is_dirty)):
                self._bring_back(taken)
            elif taken is not newest[path] and taken.text == newest[path].text:
                writer.put(Removed(taken.entry_id))
                count -= 1
            else:
                earlier.append((taken, path))
        # After the newest ones: the tab that comes first is the one in front.
        for taken, path in earlier:
            self._bring_back_earlier(taken, path)
        problems = (*found.problems, *_beside(sorted({path for _taken, path in earlier})))
        if count or problems:
            self.brought_back.emit(BroughtBack(count, problems))
        done()

    def _on_not_taken_over(self, store: HotExitStore, error: BaseException, done: Callable[[], None]) -> None:
        if store is not self._store:
            return
        if isinstance(error, OSError):
            error = StoreError(
                f"Unsaved texts of an earlier start could not be looked for: {error.strerror}.",
                advice=f"Check the folder {self._place.state_folder}.",
            )
        if not isinstance(error, StoreError):
            raise error
        self.brought_back.emit(BroughtBack(0, (error,)))
        done()

    def _bring_back_earlier(self, taken: Taken, path: str) -> None:
        """There is a newer unsaved text of this file: this one is kept beside it, as a text of its own."""
        taken_titles = {document.title for document in self._documents.documents}
        title, number = f"{path} (earlier unsaved text)", 2
        while title in taken_titles:
            title, number = f"{path} (earlier unsaved text {number})", number + 1
        header = replace(taken.header, path=None, title=title, disk_hash=None)
        # Its copy must not come back as the file's text once the newer one is saved.
        self._begin_later(self._bring_back(replace(taken, header=header)))

    def _bring_back(self, taken: Taken) -> DocumentId:
        """Open a text as it was left, and compare its file with what that was when the text was typed."""
        header = taken.header
        document = self._documents.documents.bring_back(header.title, header.path, header.format, header.disk_hash)
        document.is_large = document.is_large or len(taken.text) > LIMIT_BYTES
        self._copies[document.document_id] = UnsavedCopy(taken.entry_id, header_of(document), is_begun=False)
        buffer = self._documents.buffers.get(document.document_id)
        if buffer is not None:
            # Opened from disk meanwhile; undo leads back to that.
            buffer.set_text(taken.text)
        else:
            self._documents.opened.emit(DocumentOpened(document, taken.text))
            buffer = self._documents.buffers[document.document_id]
        buffer.select(taken.caret, taken.caret)
        self._documents.files.following.recheck(document)
        return document.document_id


def _beside(paths: Iterable[str]) -> Iterable[StoreError]:
    for path in paths:
        yield StoreError(
            f"{path} had more than one unsaved text; the newest is in its tab.",
            advice="Each earlier one is in a tab of its own: take from it what you need and close it.",
        )


def _recover_and_take_over(
    store: HotExitStore, workspace: Workspace | None, place: UnsavedPlace
) -> tuple[RecoveryNotice | None, TakenOver]:
    """On a worker. A step that was cut off is brought to its end before the copies that it writes are moved."""
    notice = None
    if workspace is not None and has_step_under_way(workspace, place.state_folder):
        from copilot_desktop.workspace.applying import Applier

        # Where somebody holds the folder it is a step of theirs.
        with contextlib.suppress(WriteError):
            notice = Applier(workspace, place.state_folder).recover()
    return notice, store.take_over() if place.is_brought_back else TakenOver((), ())
