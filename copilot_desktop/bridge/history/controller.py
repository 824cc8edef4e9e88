"""The history of a window's folder: what is asked for is read on a worker, and what is put back is written there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from copilot_desktop.bridge.async_thread import AsyncThread
from copilot_desktop.bridge.documents.controller import DocumentsController
from copilot_desktop.bridge.documents.held_copies import HeldCopies, hold_copies
from copilot_desktop.bridge.history.putting_back import PutBack, put_back
from copilot_desktop.bridge.history.reading import HistoryReader
from copilot_desktop.bridge.history.store_watch import StoreWatch
from copilot_desktop.bridge.history.values import (
    Comparison,
    HistoryFailed,
    Query,
    Restored,
    RestorePlanned,
    RestoreRequest,
    TabText,
    Wanted,
)
from copilot_desktop.bridge.review.controller import ReviewController
from copilot_desktop.errors import CopilotError, FileChangedError, NotKeptError
from copilot_desktop.text.diff import edits_between
from copilot_desktop.workspace.applying import Applier
from copilot_desktop.workspace.checkpoints.history import place_of
from copilot_desktop.workspace.checkpoints.store import SizeLimit, usual_limit
from copilot_desktop.workspace.paths import Workspace

T = TypeVar("T")


class HistoryController(QObject):
    """GUI thread only. What comes too late for the last question of its kind is dropped."""

    listed = Signal(object)
    """Carries one `StepsListed`."""
    shown = Signal(object)
    """Carries one `StepShown`."""
    planned = Signal(object)
    """Carries one `RestorePlanned`: to be looked at, then `carry_out`."""
    restored = Signal(object)
    """Carries one `Restored`."""
    failed = Signal(object)
    """Carries one `HistoryFailed`."""
    measured = Signal(object)
    """Carries the bytes that the history of this folder takes on the disk."""
    paths_listed = Signal(object)
    """Carries a tuple of (path, whether the last step left a file there)."""
    folder_changed = Signal()
    """Another folder was opened: nothing that was shown holds any more."""

    def __init__(
        self,
        thread: AsyncThread,
        documents: DocumentsController,
        review: ReviewController,
        state_folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._thread = thread
        self._documents = documents
        self._review = review
        self._state_folder = state_folder
        self._reader: HistoryReader | None = None
        self._applier: Applier | None = None
        self._tickets: dict[str, int] = {}
        self._backs = list[str]()
        self.planned.connect(self._forget_backs)
        self.failed.connect(self._forget_backs)
        self.watch = StoreWatch(self)
        """Tells of steps, also those that others write."""
        self.size_limit: SizeLimit = usual_limit
        """How much of old contents may be kept; asked on workers."""

    def open_workspace(self, workspace: Workspace) -> None:
        """Show the history of another folder from now on."""
        self._reader = HistoryReader(workspace, self._state_folder)
        self._applier = Applier(workspace, self._state_folder, lambda: self.size_limit())
        self.watch.follow(place_of(workspace, self._state_folder))
        self._tickets = {kind: ticket + 1 for kind, ticket in self._tickets.items()}
        self._backs.clear()
        self.folder_changed.emit()

    def list(self, query: Query, before: str | None = None) -> None:
        """List steps, the newest first, or those that are older than one; `listed` tells."""
        if self._reader is not None:
            self._ask("list", partial(self._reader.steps, query, before), self.listed.emit, is_list=True)

    def measure(self) -> None:
        """Find out how much of the disk the history takes; `measured` tells."""
        if self._reader is not None:
            self._ask("size", self._reader.size_bytes, self.measured.emit)

    def list_paths(self) -> None:
        """Find out which files the history knows; `paths_listed` tells."""
        if self._reader is not None:
            self._ask("paths", self._reader.paths, self.paths_listed.emit)

    def show(self, entry_id: str, comparison: Comparison) -> None:
        """Compare the files of a step; `shown` tells."""
        if self._reader is not None:
            self._ask("show", partial(self._reader.shown, entry_id, comparison, self._tabs()), self.shown.emit)

    def plan(self, request: RestoreRequest) -> None:
        """Find out what it takes to have something back; `planned` tells. Nothing is written."""
        if self._reader is not None:
            self._ask("plan", partial(self._reader.planned, request, self._tabs()), self.planned.emit)

    def take_back(self, entry_id: str) -> None:
        """Take a step back without showing it first, where nothing has to be decided; else it is shown.

        Of several, one after the other: they may be of the same file. What comes to nothing ends those after it.
        """
        self._backs.append(entry_id)
        if len(self._backs) == 1:
            self._take_first_back()

    def _take_first_back(self) -> None:
        if self._reader is None:
            self._backs.clear()
            return
        request = RestoreRequest(Wanted.UNDO, self._backs[0])

        def look(planned: RestorePlanned) -> None:
            if planned.can_be_written:
                self.carry_out(planned)
            else:
                self.planned.emit(planned)

        self._ask("back", partial(self._reader.planned, request, self._tabs()), look)

    def _take_next_back(self, done_id: str) -> None:
        if self._backs and done_id == self._backs[0]:
            del self._backs[0]
            if self._backs:
                self._take_first_back()

    def _forget_backs(self, _event: object) -> None:
        self._backs.clear()

    def drop_plan(self) -> None:
        """What was planned is not wanted any more."""
        self._tickets["plan"] = self._tickets.get("plan", 0) + 1

    def carry_out(self, planned: RestorePlanned, *, is_kept: bool = True) -> None:
        """Write what was looked at: files on disk as one step, unsaved tabs in the tab only; `restored` tells.

        Where a file or a tab has changed since, it is planned anew to be looked at, and nothing is written.
        """
        if self._applier is None:
            return
        touched = planned.plan.written
        now = self._tabs()
        if {path: now.get(path) for path in touched} != {path: planned.tabs.get(path) for path in touched}:
            self._plan_anew(planned.request)
            return
        came_from = {new: old for old, new in planned.plan.moves}
        opened = {
            path: document.format.encoding
            for path in touched
            if (document := self._documents.documents.find(came_from.get(path, path)))
        }
        work = partial(put_back, self._applier, planned, opened, is_kept=is_kept)
        tabs = set(touched) & set(planned.tabs)
        hold_copies(self._documents.unsaved, tabs, partial(self._write, self._applier, planned, work))

    def to_review(self, planned: RestorePlanned) -> None:
        """Have what conflicts decided in the review: nothing of it is taken by itself."""
        if planned.inverse is not None:
            change_set_id = self._review.add_change_set(planned.inverse)
            self._review.show(change_set_id)

    def _write(
        self, applier: Applier, planned: RestorePlanned, work: Callable[[HeldCopies], PutBack], held: HeldCopies
    ) -> None:
        paths = planned.plan.written
        self._review.taking_back.begin(paths)

        def take(done: PutBack) -> None:
            held.release()
            # Another folder may have files of these names as well.
            if applier is self._applier:
                self._on_written(planned, done)
                self._review.taking_back.end(paths)

        def fail(error: BaseException) -> None:
            held.release()
            if applier is self._applier:
                self._review.taking_back.end(paths)
                self._on_unwritten(planned, error)

        self._thread.run_in_worker(partial(work, held), take, fail)

    def _tabs(self) -> Mapping[str, TabText]:
        found = {}
        for document in self._documents.dirty():
            text = self._documents.text_of(document.path) if document.path is not None else None
            if document.path is not None and text is not None and self._documents.has_own_text(document.path):
                found[document.path] = TabText(text, document.format)
        return found

    def _ask(
        self,
        kind: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        *,
        is_list: bool = False,
    ) -> None:
        ticket = self._tickets[kind] = self._tickets.get(kind, 0) + 1

        def take(result: T) -> None:
            if self._tickets[kind] == ticket:
                done(result)

        def fail(error: BaseException) -> None:
            if self._tickets[kind] == ticket:
                self._fail(error, is_list=is_list)

        self._thread.run_in_worker(work, take, fail)

    def _fail(self, error: BaseException, *, is_list: bool = False) -> None:
        if not isinstance(error, CopilotError):
            raise error
        self.failed.emit(HistoryFailed(error.message, error.advice, is_list))

    def _plan_anew(self, request: RestoreRequest) -> None:
        def look(planned: RestorePlanned) -> None:
            self.planned.emit(planned)
            said = HistoryFailed("Files have changed meanwhile, so nothing was written.", "Look at it once more.")
            self.failed.emit(said)

        if self._reader is not None:
            self._ask("plan", partial(self._reader.planned, request, self._tabs()), look)

    def _on_written(self, planned: RestorePlanned, done: PutBack) -> None:
        for path, text in done.in_tabs.items():
            buffer = self._documents.find(path)
            if buffer is not None:
                buffer.edit_lines(edits_between(buffer.snapshot().text, text))
        moved = {new for old, new in planned.plan.moves if new in done.hashes}
        for old, new in planned.plan.moves:
            if new in moved:
                self._documents.follow(old, new)
        for path, disk_hash in done.hashes.items():
            if path in done.texts or path not in moved:
                self._documents.written(path, done.texts.get(path), disk_hash)
        plan, written, in_tabs = planned.plan, tuple(done.hashes), tuple(done.in_tabs)
        self.restored.emit(Restored(plan.title, done.entry_id, written, in_tabs, plan.left_in_tabs))
        self._take_next_back(planned.request.entry_id)

    def _on_unwritten(self, planned: RestorePlanned, error: BaseException) -> None:
        if isinstance(error, FileChangedError):
            self._plan_anew(planned.request)
        elif isinstance(error, NotKeptError):
            write = partial(self.carry_out, planned, is_kept=False)
            self.failed.emit(HistoryFailed(error.message, error.advice, without_way_back=write))
        else:
            self._fail(error)
